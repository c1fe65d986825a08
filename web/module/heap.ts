/** The core's memory seen from here: the request block, the fields by name, and views that are never kept across a growth. */
import { fill } from "./arrays.js";
import { PoolingError, said } from "./errors.js";
import type { Glue } from "./glue.js";
import { listOperators, type Operator } from "./operators.js";
import type { DType, TypedArray } from "./types.js";

/** Positions of depth, row and column in the request. */
export type Triple = readonly [number, number, number];

export type Scalars =
  | "op"
  | "dtype"
  | "rank"
  | "channels_last"
  | "batch"
  | "channels"
  | "padding"
  | "ceil_mode"
  | "count_include_pad"
  | "has_divisor"
  | "divisor"
  | "norm_type"
  | "onnx_lp"
  | "image_alpha"
  | "with_indices"
  | "input"
  | "input_indices"
  | "samples"
  | "output"
  | "output_indices"
  | "axis"
  | "detail"
  | `axis_${"input" | "output" | "kernel" | "stride" | "dilation" | "pad_before" | "pad_after" | "span"}`
  | `axis_${"overhang" | "numerator" | "quotient" | "dropped"}`;
type Triples = "in" | "kernel" | "stride" | "dilation" | "pad_before" | "pad_after" | "size" | "result";

/** Where the request's numbers lie, in doubles, by the names in `describe()`; `x_d`, `x_h`, `x_w`, side by side, are `x`. */
export type Fields = Readonly<Record<Scalars, number> & Record<Triples, Triple>>;

/** The lists of the core, in the order of the lines of `describe()`. */
const lists = ["version", "requestFields", "operators", "dtypes", "statuses", "paddings"] as const;
type Description = Readonly<Record<(typeof lists)[number], string[]>>;

/** The array classes by the core's dtype; Float16Array where the engine has it, looked up when an instance starts. */
export const classNames = {
  float32: "Float32Array",
  float64: "Float64Array",
  uint8: "Uint8Array",
  uint8clamped: "Uint8ClampedArray",
  int8: "Int8Array",
  uint16: "Uint16Array",
  int16: "Int16Array",
  int32: "Int32Array",
  float16: "Float16Array",
} as const satisfies Record<DType, string>;
export type ClassName = (typeof classNames)[DType];

export interface ArrayClass {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
}

export interface ArrayKind {
  readonly name: ClassName;
  readonly type: DType;
  readonly make: ArrayClass;
  readonly bytes: number;
  /** The type's position in the core's list, where clamped bytes are bytes. */
  readonly dtype: number;
}

/** A call that was accepted: equal options, sizes and class need no second reading. */
export interface Accepted {
  /** Of each option but `out`; none is an object, which may change. */
  readonly values: readonly unknown[];
  readonly kind: ArrayKind;
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
  readonly result: readonly number[];
}

export interface BoundOperator extends Operator {
  readonly blank: readonly number[];
  readonly memory: { last?: Accepted };
}

/** Calls up to this many bytes use memory that is kept, so that a small call allocates nothing. */
const KEPT = 1 << 16;

const ALIGN = 16;
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

export class Heap {
  readonly wasmBytes: number;
  readonly description: Description;
  readonly simd: string;
  readonly fields: Fields;
  /** By class name, which is what a typed array answers however it was made and wherever it comes from. */
  readonly kinds: ReadonlyMap<string, ArrayKind>;
  readonly int32: ArrayKind;
  /** Halves in a Uint16Array, for engines and callers without Float16Array. */
  readonly halves: ArrayKind;
  readonly operators: readonly BoundOperator[];
  /** Resident tensors that are not freed: address → bytes. */
  readonly resident = new Map<number, number>();
  /** Of the memory as it is now. For immediate use: the next call into the core may replace them. */
  buffer!: ArrayBufferLike;
  doubles!: Float64Array;
  #views!: Record<string, TypedArray>;
  /** Gone once the instance is closed. */
  #glue: Glue | undefined;
  #memory: ReturnType<Glue["memory"]>;
  #over = "this instance was closed";
  readonly #request: number;
  readonly #kept: number;
  readonly #blank: readonly number[];
  #accepted: readonly number[] = [];

  constructor(glue: Glue, wasmBytes = 0) {
    this.#glue = glue;
    this.wasmBytes = wasmBytes;
    const memory = glue.memory();
    this.#memory = memory;
    const text = (from: number) => {
      const bytes = new Uint8Array(memory.buffer, from);
      return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
    };
    const lines = text(glue.describe()).split("\n");
    this.description = Object.fromEntries(lists.map((name, i) => [name, lines[i]?.trim().split(" ")])) as Description;
    this.simd = text(glue.simd());
    const { requestFields, dtypes } = this.description;
    const fields: Record<string, number | number[]> = {};
    requestFields.forEach((name, i) => {
      fields[name] = i;
      if (name.endsWith("_d")) fields[name.slice(0, -2)] = [i, i + 1, i + 2];
    });
    this.fields = fields as unknown as Fields;

    // What a call is planned from; the rest of the block is written for each run.
    const blank: number[] = new Array(this.fields.input).fill(0);
    for (const name of ["batch", "channels", "count_include_pad", "divisor"] as const) blank[this.fields[name]] = 1;
    for (const name of ["in", "kernel", "stride", "dilation"] as const) for (const i of this.fields[name]) blank[i] = 1;
    for (const i of this.fields.size) blank[i] = -1;
    blank[this.fields.norm_type] = 2;
    this.#blank = blank;

    const kinds = new Map<string, ArrayKind>();
    for (const [type, name] of Object.entries(classNames) as [DType, ClassName][]) {
      const make = (globalThis as unknown as Record<string, ArrayClass | undefined>)[name];
      if (!make) continue;
      const dtype = dtypes.indexOf(type === "uint8clamped" ? "uint8" : type);
      kinds.set(name, { name, type, make, bytes: make.BYTES_PER_ELEMENT, dtype });
    }
    this.kinds = kinds;
    this.int32 = kinds.get("Int32Array") as ArrayKind;
    const words = kinds.get("Uint16Array") as ArrayKind;
    this.halves = { ...words, type: "float16", dtype: dtypes.indexOf("float16") };
    this.operators = listOperators().map((operator) => this.bind(operator));

    const block = aligned(requestFields.length * 8);
    this.#request = this.allocate(block + KEPT);
    this.#kept = this.#request + block;
  }

  get types(): DType[] {
    return Array.from(this.kinds.values(), ({ type }) => type);
  }

  /** An operator with the request it starts from: every number neutral but its own. */
  bind(operator: Operator): BoundOperator {
    const { fields } = this;
    const blank = this.#blank.slice();
    blank[fields.op] = this.description.operators.indexOf(operator.core);
    blank[fields.rank] = operator.rank;
    blank[fields.with_indices] = operator.returnsIndices ? 1 : 0;
    blank[fields.image_alpha] = operator.image ? 1 : 0;
    if (operator.global) for (const i of fields.size) blank[i] = 1;
    return { ...operator, blank, memory: {} };
  }

  /** Follows every call into the core that may have grown the memory, which empties all views on it. */
  #renew(): void {
    const { buffer } = this.#memory;
    if (buffer === this.buffer) return;
    this.buffer = buffer;
    this.#views = {};
    for (const [name, kind] of this.kinds) this.#views[name] = new kind.make(buffer);
    this.doubles = this.#views.Float64Array as Float64Array;
  }

  /** The whole memory as one kind of array. */
  view(kind: ArrayKind): TypedArray {
    return this.#views[kind.name] as TypedArray;
  }

  get closed(): boolean {
    return !this.#glue;
  }

  /** Refuses to go on once the instance is closed. */
  check(): void {
    if (!this.#glue) throw new PoolingError("disposed", `${this.#over}; loadPooling() starts another`);
  }

  /** Gives the memory back. Views of the caller's on it become empty. */
  close(): void {
    if (!this.#glue) return;
    this.#glue = undefined;
    this.#empty();
  }

  #empty(): void {
    // Growing by nothing detaches what is held of the memory elsewhere.
    const memory = this.#memory;
    this.#memory = { buffer: new ArrayBuffer(0) };
    this.#renew();
    this.#views = {};
    this.resident.clear();
    memory.grow?.(0);
  }

  /** Ends the instance after what should never be thrown; the error that says so. */
  stop(cause: unknown): PoolingError {
    this.#glue = undefined;
    this.#over = "an internal error closed this instance";
    this.#empty();
    const { words, options } = said(cause);
    const detail = words && `: ${words}`;
    return new PoolingError(
      "internal",
      `internal error${detail}; this instance is closed, loadPooling() starts another`,
      options,
    );
  }

  /** Asks the core. What it throws is a trap, or too short a stack: nobody knows what state it is in, so it is asked no more. */
  #ask<T>(act: (glue: Glue) => T): T {
    this.check();
    try {
      return act(this.#glue as Glue);
    } catch (cause) {
      // First, and without a call: the stack may have no room for one.
      this.#glue = undefined;
      throw this.stop(cause);
    }
  }

  /** Moves bytes within the memory; the places may overlap. */
  move(to: number, from: number, bytes: number): void {
    new Uint8Array(this.buffer).copyWithin(to, from, from + bytes);
  }

  /** Has the core check the request and work out its `result`; a status. The last accepted request is not asked again. */
  plan(request: readonly number[]): number {
    this.check();
    if (request === this.#accepted) return 0;
    if (request.length === this.#accepted.length) {
      let i = 0;
      while (i < request.length && request[i] === this.#accepted[i]) i++;
      if (i === request.length) return 0;
    }
    fill(this.doubles, request, this.#request / 8);
    const status = this.#ask((glue) => glue.shape(this.#request));
    this.#accepted = status === 0 ? request : [];
    return status;
  }

  put(field: number, value: number): void {
    this.doubles[this.#request / 8 + field] = value;
  }

  get(field: number): number {
    return this.doubles[this.#request / 8 + field] as number;
  }

  /** Does what the planned request says; a status. */
  run(): number {
    const status = this.#ask((glue) => glue.run(this.#request));
    this.#renew();
    return status;
  }

  /** Tabulates one axis of the planned request's geometry. */
  axis(which: number, table: number): void {
    this.#ask((glue) => glue.axis(this.#request, which, table));
  }

  /** `bytes` of memory, 16-byte aligned, to be given back with `release`. */
  allocate(bytes: number): number {
    const pointer = this.#ask((glue) => glue.allocate(Math.max(bytes, ALIGN))) >>> 0;
    this.#renew();
    if (pointer === 0) throw new PoolingError("out_of_memory", `out of memory: ${bytes} bytes cannot be allocated`);
    return pointer;
  }

  release(pointer: number): void {
    if (this.#glue) this.#ask((glue) => glue.release(pointer));
  }

  /** Memory for one call: the kept piece while it is large enough. Only for code that calls nothing of the caller's. */
  borrow(bytes: number): number {
    return bytes <= KEPT ? this.#kept : this.allocate(bytes);
  }

  giveBack(pointer: number): void {
    if (pointer !== this.#kept) this.release(pointer);
  }

  /** Whether these bytes of the memory belong to a resident tensor. */
  isResident(pointer: number, bytes: number): boolean {
    const own = this.resident.get(pointer);
    if (own !== undefined && bytes <= own) return true;
    for (const [start, size] of this.resident) {
      if (pointer >= start && pointer + bytes <= start + size) return true;
    }
    return false;
  }
}
