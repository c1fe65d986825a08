/** NumPy's .npy: one array of (C, H, W) or (H, W). */
import type { Tensor, TypedArray } from "../module/index.js";
import type { Words } from "./texts.js";

const MAGIC = Buffer.from("\x93NUMPY", "latin1");
/** A header of numbers is some 80 bytes long. */
const MAX_HEADER = 4096;

/** NumPy's letters and the array class of each. Halves lie in a Uint16Array, as not every Node has a class for them. */
const CLASSES: Record<string, string> = {
  f2: "Uint16Array",
  f4: "Float32Array",
  f8: "Float64Array",
  u1: "Uint8Array",
  u2: "Uint16Array",
  i1: "Int8Array",
  i2: "Int16Array",
  i4: "Int32Array",
};

export const isNPY = (bytes: Buffer): boolean => bytes.subarray(0, 6).equals(MAGIC);

interface Header {
  descr: string;
  isFortran: boolean;
  shape: number[];
}

/** The dictionary of the header, of which only these three keys with values of these forms are taken. */
function parseHeader(text: string): Header | undefined {
  const [, body] = /^\{(.*)\}\s*$/s.exec(text) ?? [];
  if (body === undefined) return undefined;
  const found = new Map<string, string>();
  const field = /\s*'(descr|fortran_order|shape)'\s*:\s*(?:'([^']*)'|(True|False)|\(([\d\s,]*)\))\s*(?:,\s*|$)/y;
  while (field.lastIndex < body.length) {
    const [, name, ...values] = field.exec(body) ?? [];
    if (!name || found.has(name)) return undefined;
    found.set(name, values.find((value) => value !== undefined) as string);
  }
  const [descr, order, sizes] = ["descr", "fortran_order", "shape"].map((name) => found.get(name));
  if (descr === undefined || !/^(True|False)$/.test(order ?? "") || sizes === undefined) return undefined;
  const shape = sizes.split(",").map((size) => size.trim());
  if (shape.at(-1) === "") shape.pop();
  if (shape.some((size) => !/^\d{1,15}$/.test(size))) return undefined;
  return { descr, isFortran: order === "True", shape: shape.map(Number) };
}

/** The elements in C's order, whose last axis runs fastest, of those in Fortran's. */
function reorder(data: TypedArray, shape: readonly number[]): TypedArray {
  const to = data.slice();
  const [channels = 1, height = 1, width = 1] = shape.length === 2 ? [1, ...shape] : shape;
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++)
        to[at++] = data[channel + channels * (row + height * column)] as number;
    }
  }
  return to;
}

/** The tensor in a .npy file. Its header is held against the file's length before anything is made. */
export function readNPY(bytes: Buffer, words: Words): Tensor {
  const version = bytes[6] ?? 0;
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start || version < 1 || version > 3) throw new Error(words.noHeader);
  const length = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  if (length > MAX_HEADER) throw new Error(words.wrongHeader);
  if (start + length > bytes.length) throw new Error(words.cutOff);
  const header = parseHeader(bytes.toString("latin1", start, start + length));
  if (!header) throw new Error(words.wrongHeader);
  const { descr, isFortran, shape } = header;
  const [, order = "", letters = ""] = /^([<>|=])([a-z]\d)$/.exec(descr) ?? [];
  const name = Object.hasOwn(CLASSES, letters) ? (CLASSES[letters] as string) : "";
  const make = (globalThis as unknown as Record<string, (new (buffer: ArrayBuffer) => TypedArray) | undefined>)[name];
  if (!make) throw new Error(words.npyType.replace("{type}", descr.slice(0, 20)));
  if (shape.length !== 2 && shape.length !== 3) throw new Error(words.npyShape.replace("{shape}", String(shape)));
  const size = Number(letters[1]);
  const wanted = shape.reduce((product, each) => product * each, size);
  const content = bytes.subarray(start + length);
  if (wanted > content.length) throw new Error(words.cutOff);
  const own = Buffer.from(new Uint8Array(content.subarray(0, wanted)).buffer);
  if (order === ">" && size > 1) own[size === 2 ? "swap16" : size === 4 ? "swap32" : "swap64"]();
  const data = new make(own.buffer as ArrayBuffer);
  const tensor = { data: isFortran ? reorder(data, shape) : data, shape };
  return letters === "f2" ? { ...tensor, dtype: "float16" } : tensor;
}

export function writeNPY({ data, shape, dtype }: Tensor): Buffer {
  const name = Object.prototype.toString.call(data).slice(8, -1).replace("Uint8Clamped", "Uint8");
  const own = Object.keys(CLASSES).find((each) => each !== "f2" && CLASSES[each] === name) as string;
  const letters = dtype === "float16" ? "f2" : own;
  const descr = (letters[1] === "1" ? "|" : "<") + letters;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  // The data starts at a multiple of 64 bytes.
  const header = `${text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11)}\n`;
  const head = Buffer.concat([MAGIC, Buffer.from([1, 0, 0, 0]), Buffer.from(header, "latin1")]);
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}
