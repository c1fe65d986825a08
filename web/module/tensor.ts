/** Tensors: what a caller's object has to be, and how its elements come to the WASM heap and back. */
import { bufferOf, className, fill, firstOf, isArray, isDetached, lengthOf, offsetOf } from "./arrays.js";
import { has, isObject, list, mustBe, PoolingError, property, refuse, show, wrap } from "./errors.js";
import type { ArrayKind, Heap } from "./heap.js";
import type { TypedArray } from "./types.js";

/** An array that was handed in. Its length is read late, when no code of the caller's can run any more. */
export interface Given {
  readonly data: TypedArray;
  readonly kind: ArrayKind;
  readonly argument: string;
  /** Of a tensor. */
  readonly shape: number[] | undefined;
}

/** The array of one argument, by what it is rather than by what it says. */
export function readArray(heap: Heap, data: unknown, name: string, argument: string, halves = false): Given {
  const kind = className.call(data);
  if (kind === undefined) mustBe(name, argument, "a typed array", data);
  let found = heap.kinds.get(kind);
  if (halves && found?.type !== "float16") {
    if (found?.name !== "Uint16Array")
      refuse(name, argument, `must be a Uint16Array for dtype "float16", not a ${kind}`);
    found = heap.halves;
  }
  if (found) return { data: data as TypedArray, kind: found, argument, shape: undefined };
  const known = argument.includes("indices") ? "an Int32Array" : `one of ${[...heap.kinds.keys()].join(", ")}`;
  throw new PoolingError(
    "unsupported_dtype",
    `"${name}" not implemented for '${kind.replace("Array", "")}': argument '${argument}' must be ${known}`,
  );
}

/** A shape as plain numbers, read once. */
export function readShape(shape: unknown, name: string, argument: string): number[] {
  if (!Array.isArray(shape)) mustBe(name, argument, "an array of sizes", shape);
  const { length } = shape;
  // What only becomes a number may become another one each time.
  if (typeof length !== "number") mustBe(name, argument, "an array of sizes", shape);
  if (length > 8) refuse(name, argument, `must have at most 8 sizes, got ${length}`);
  const sizes: number[] = [];
  for (let i = 0; i < length; i++) {
    const size: unknown = shape[i];
    if (!Number.isSafeInteger(size) || (size as number) < 0) {
      refuse(name, argument, `must hold integers of at least 0, got ${show(size)}`);
    }
    sizes.push((size as number) + 0);
  }
  return sizes;
}

/** readShape for a shape that is an argument itself. */
export function readOwnShape(shape: unknown, name: string, argument: string): number[] {
  try {
    return readShape(shape, name, argument);
  } catch (error) {
    throw wrap(error, name, argument);
  }
}

export interface GivenTensor extends Given {
  readonly shape: number[];
}

export function readTensor(heap: Heap, tensor: unknown, name: string, argument: string): GivenTensor {
  if (!isObject(tensor)) mustBe(name, argument, "a tensor { data, shape }", tensor);
  if (isArray(tensor) && !has(tensor, "shape")) {
    refuse(name, argument, "must be a tensor { data, shape }, not a typed array alone");
  }
  const data = property(tensor, "data");
  const shape = property(tensor, "shape");
  if (shape === undefined && property(tensor, "dims") !== undefined) {
    const halves = className.call(data) === "Uint16Array" ? ', dtype: "float16" for halves' : "";
    refuse(name, argument, `has 'dims' but no 'shape': give { data, shape: dims${halves} }`);
  }
  const halves = property(tensor, "dtype") === "float16";
  const { kind } = readArray(heap, data, name, `${argument}.data`, halves);
  return { data: data as TypedArray, kind, argument, shape: readShape(shape, name, `${argument}.shape`) };
}

export function elements(shape: readonly number[]): number {
  let count = 1;
  for (let i = 0; i < shape.length; i++) count *= shape[i] as number;
  return count;
}

/** Refuses an array that is not as long as `shape` says. */
export function checkLength({ data, argument }: Given, shape: readonly number[], name: string): void {
  const length = lengthOf.call(data);
  const wanted = elements(shape);
  if (length === wanted && (length > 0 || !isDetached(data))) return;
  if (isDetached(data)) {
    refuse(name, argument, "is detached: it was transferred, or is a view on the WASM memory from before it grew");
  }
  refuse(name, argument, `must hold ${wanted} elements for shape ${list(shape)}, but holds ${length}`);
}

/** The address of an array that lies on the WASM heap, else −1. */
export function addressOf(heap: Heap, { data, kind, argument }: Given, name: string): number {
  if (bufferOf.call(data) !== heap.buffer) return -1;
  const pointer = offsetOf.call(data);
  if (!heap.isResident(pointer, lengthOf.call(data) * kind.bytes)) {
    throw new PoolingError(
      "disposed",
      `${name}(): argument '${argument}' is a view on a resident tensor that was freed`,
    );
  }
  return pointer;
}

export function copyIn(heap: Heap, { data, kind }: Given, count: number, pointer: number): void {
  fill(heap.view(kind), firstOf(data, count, kind.make), pointer / kind.bytes);
}

export function copyOut(heap: Heap, kind: ArrayKind, pointer: number, length: number, to: TypedArray): void {
  // A view costs more than a few elements.
  if (length <= 16) {
    const from = heap.view(kind);
    for (let i = 0, start = pointer / kind.bytes; i < length; i++) to[i] = from[start + i] as number;
  } else fill(to, new kind.make(heap.buffer, pointer, length));
}

export function copyNew(heap: Heap, kind: ArrayKind, pointer: number, length: number): TypedArray {
  let made: TypedArray;
  try {
    // Not slice(), which asks the class, and so whoever changed it, for a constructor.
    made = new kind.make(length);
  } catch (cause) {
    throw new PoolingError("out_of_memory", `out of memory: no room for a result of ${length} elements`, { cause });
  }
  copyOut(heap, kind, pointer, length, made);
  return made;
}
