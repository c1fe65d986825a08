/** Reads the data of this folder and makes its inputs anew; generate.py says what each word means. */
import { readFileSync } from "node:fs";
import type { Tensor, TypedArray } from "../../web/module/types";

export const file = (name: string) => readFileSync(new URL(`./data/${name}`, import.meta.url));
export const json = (name: string) => JSON.parse(file(name).toString("utf8"));

type Make = { new (length: number): TypedArray; new (values: ArrayLike<number>): TypedArray };
type Named = { readonly [name: string]: Make | undefined };
const classes: Named = {
  float32: Float32Array,
  float64: Float64Array,
  float16: (globalThis as unknown as Named).Float16Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
};
/** Lowest and highest value of the integers. */
const ranges: { readonly [dtype: string]: readonly [number, number] } = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
};

/** Whether this engine has an array for the dtype: Float16Array is newer than the engines this project still serves. */
export const has = (dtype: string) => classes[dtype] !== undefined;

/** 32-bit numbers of which each depends on seed and position alone. */
function noise(count: number, seed: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let h = (seed + Math.imul(i, 0x9e3779b9)) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    numbers[i] = h ^ (h >>> 15);
  }
  return numbers;
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const tables: { readonly [kind: string]: readonly number[] } = {
  zeros: [-0, 0, -0, 0, -1],
  nan: [nan, 1, -1, inf, -inf, 0, -0, 2],
  inf: [-inf, -inf, -inf, inf, -1],
  lowest: [-inf],
  highest: [inf],
};
const rare = [nan, inf, -inf];
const smallest: { readonly [dtype: string]: number } = { float16: 2 ** -24, float32: 2 ** -149, float64: 2 ** -1074 };
const large: { readonly [dtype: string]: number } = { float16: 2 ** 14, float32: 2 ** 126, float64: 2 ** 1022 };

function whole(kind: string, u: number, [low, high]: readonly [number, number]): number {
  switch (kind) {
    case "full":
      return low + (u % (high - low + 1));
    case "ties":
      return ((u >>> 16) % 5) - (low < 0 ? 2 : 0);
    case "edge":
      return (u >>> 16) % 2 === 1 ? high : low;
    case "lowest":
      return low;
    case "highest":
      return high;
  }
  throw new Error(`unknown kind ${kind}`);
}

function real(kind: string, u: number, dtype: string): number {
  const half = dtype === "float16";
  const fine = half ? (u >>> 21) - 1024 : (u >>> 8) - 8388608;
  const scaled = fine * (half ? 2 ** -7 : 2 ** -20);
  const normal = dtype === "float64" ? scaled / 3 : scaled;
  const table = tables[kind];
  if (table) return table[(u >>> 16) % table.length] as number;
  switch (kind) {
    case "ties":
      return ((u >>> 16) % 5) - 2;
    case "normal":
      return normal;
    case "positive":
      return Math.abs(normal);
    case "rare":
      return u % 32 === 0 ? (rare[(u >>> 5) % 3] as number) : normal;
    case "tiny":
      return fine * (smallest[dtype] as number);
    case "huge":
      return (1 + (half ? (u >>> 22) * 2 ** -10 : (u >>> 8) * 2 ** -24)) * (large[dtype] as number);
  }
  throw new Error(`unknown kind ${kind}`);
}

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

/** One line of the data. */
export class Case {
  readonly words = new Map<string, string>();

  constructor(
    readonly line: string,
    private readonly blob: Buffer,
  ) {
    for (const token of line.split(" ")) {
      const at = token.indexOf("=");
      this.words.set(token.slice(0, at), token.slice(at + 1));
    }
  }

  text(key: string): string {
    return this.words.get(key) ?? "";
  }

  list(key: string): number[] | undefined {
    return this.words.get(key)?.split(",").map(Number);
  }

  get rank(): number {
    return Number(this.text("rank"));
  }

  get shape(): number[] {
    return this.list("shape") as number[];
  }

  get out(): number[] {
    return this.list("out") as number[];
  }

  get dtype(): string {
    return this.text("dtype");
  }

  private make(length: number): TypedArray {
    return new (classes[this.dtype] as Make)(length);
  }

  input(): Tensor {
    const [kind, seed] = this.text("input").split(":") as [string, string];
    const range = ranges[this.dtype];
    const data = this.make(product(this.shape));
    noise(data.length, Number(seed)).forEach((u, i) => {
      data[i] = range ? whole(kind, u, range) : real(kind, u, this.dtype);
    });
    return { data, shape: this.shape };
  }

  samples(): Float64Array {
    const [kind, seed] = this.text("samples").split(":") as [string, string];
    const numbers = noise(product(this.shape.slice(0, -this.rank)) * this.rank, Number(seed));
    return Float64Array.from(numbers, (u) => {
      if (kind === "zero") return 0;
      if (kind === "half") return ((u >>> 16) % 2) / 2;
      return this.dtype === "float16" ? (u >>> 21) / 2 ** 11 : (u >>> 8) / 2 ** 24;
    });
  }

  /** The numbers a token `type@offset` points at. */
  private stored(key: string, count: number): Float64Array {
    const [type, offset] = this.text(key).split("@") as ["i2" | "i4" | "f4" | "f8", string];
    const bytes = Number(type[1]);
    const { blob } = this;
    const read = {
      i2: (at: number) => blob.readInt16LE(at),
      i4: (at: number) => blob.readInt32LE(at),
      f4: (at: number) => blob.readFloatLE(at),
      f8: (at: number) => blob.readDoubleLE(at),
    }[type];
    return Float64Array.from({ length: count }, (_, i) => read(Number(offset) + i * bytes));
  }

  /** The indices an unpooling or a gradient is given. */
  given(): Int32Array {
    return Int32Array.from(this.stored("given", product(this.shape)));
  }

  /** Every how many elements of a result are stored. */
  get every(): number {
    return Number(this.words.get("every") ?? 1);
  }

  /** The stored elements of the result. */
  result(key: "values" | "indices"): Float64Array {
    return this.stored(key, Math.ceil(product(this.out) / this.every));
  }

  /** What the elements of max and min are by their indices. */
  at(indices: ArrayLike<number>, x: Tensor, every = this.every): TypedArray {
    const minimum = this.text("op") === "minPool";
    const empty = ranges[this.dtype]?.[minimum ? 1 : 0] ?? (minimum ? inf : -inf);
    const cells = product(this.shape.slice(-this.rank));
    const outputs = product(this.out.slice(-this.rank));
    const values = this.make(indices.length);
    for (let i = 0; i < values.length; i++) {
      const index = indices[i] as number;
      values[i] = index < 0 ? empty : (x.data[Math.floor((i * every) / outputs) * cells + index] as number);
    }
    return values;
  }

  /** The options of the module's call. `plainly`: one number where all axes agree, and defaults left out. */
  options(plainly: boolean): Record<string, unknown> {
    const options: Record<string, unknown> = {};
    const sizes = (option: string, key: string, neutral?: number) => {
      const values = this.list(key);
      if (!values && (plainly || neutral === undefined)) return;
      const all = values ?? Array<number>(this.rank).fill(neutral as number);
      const [first] = all;
      options[option] = plainly && all.length <= this.rank && all.every((value) => value === first) ? first : all;
    };
    sizes("kernelSize", "kernel");
    sizes("stride", "stride");
    const padding = this.text("padding");
    if (/^[vs]/.test(padding)) options.padding = padding;
    else if (this.text("kernel") && this.text("op") !== "fractionalMaxPool") sizes("padding", "padding", 0);
    if (/^(max|min)Pool$/.test(this.text("op"))) sizes("dilation", "dilation", 1);
    else if (this.text("dilation")) sizes("dilation", "dilation");
    const flag = (option: string, key: string) => {
      if (this.text(key)) options[option] = this.text(key) === "1";
    };
    flag("ceilMode", "ceil");
    flag("countIncludePad", "counted");
    if (this.text("divisor")) options.divisorOverride = Number(this.text("divisor"));
    if (this.text("norm")) options.normType = Number(this.text("norm").replace("inf", "Infinity"));
    if (this.text("convention")) options.convention = this.text("convention");
    if (this.text("size")) {
      const wanted = this.text("size")
        .split(",")
        .map((size) => (size === "-" ? null : Number(size)));
      const same = plainly && this.text("op") !== "maxUnpool" && wanted.every((size) => size === wanted[0]);
      options.outputSize = same ? wanted[0] : wanted;
    }
    if (this.text("of")) options.inputShape = this.list("of");
    if (this.text("samples")) options.randomSamples = this.samples();
    return options;
  }
}

/** All cases of a family that this engine can run, and how many it cannot. */
export function cases(family: string): { all: Case[]; left: number } {
  const blob = file(`${family}.bin`);
  const lines = file(`${family}.txt`).toString("utf8").trim().split("\n");
  const all = lines.map((line) => new Case(line, blob));
  const able = all.filter(({ dtype }) => has(dtype));
  return { all: able, left: all.length - able.length };
}

/** FNV-1a over numbers as little-endian int32. */
export function fnv(values: ArrayLike<number>): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < values.length; i++) {
    for (let shift = 0; shift < 32; shift += 8)
      h = Math.imul(h ^ (((values[i] as number) >>> shift) & 255), 0x01000193);
  }
  return (h >>> 0).toString(16).padStart(8, "0");
}

/** A tensor with its channels last, or first again. */
export function moved<A extends TypedArray>({ data, shape }: Tensor<A>, rank: number, last: boolean): Tensor<A> {
  const lead = shape.length - rank - 1;
  const batch = lead ? (shape[0] as number) : 1;
  const channels = shape[last ? lead : shape.length - 1] as number;
  const spatial = last ? shape.slice(lead + 1) : shape.slice(lead, -1);
  const cells = product(spatial);
  const to = data.slice() as A;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < cells; i++) {
        const first = (n * channels + c) * cells + i;
        const after = (n * cells + i) * channels + c;
        to[last ? after : first] = data[last ? first : after] as number;
      }
    }
  }
  const head = shape.slice(0, lead);
  return { data: to, shape: last ? [...head, ...spatial, channels] : [...head, channels, ...spatial] };
}
