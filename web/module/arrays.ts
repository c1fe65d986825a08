/**
 * Typed arrays and buffers as they are, whatever class, realm or wrapper they come in. The one place that asks a caller's array
 * for what it has: a subclass may define `length` and `buffer` itself. Imports nothing of the core: the worker's side needs it too.
 */
import { refuse } from "./errors.js";
import type { Tensor, TypedArray } from "./types.js";

// The platform's own getters, which run no code of the caller's.
const prototype = Object.getPrototypeOf(Uint8Array.prototype);
const getter = <T>(of: object, key: PropertyKey) =>
  Object.getOwnPropertyDescriptor(of, key)?.get as (this: unknown) => T;
export const className = getter<string | undefined>(prototype, Symbol.toStringTag);
export const lengthOf = getter<number>(prototype, "length");
export const offsetOf = getter<number>(prototype, "byteOffset");
export const byteLengthOf = getter<number>(prototype, "byteLength");
export const bufferOf = getter<ArrayBufferLike>(prototype, "buffer");
const bufferLengthOf = getter<number>(ArrayBuffer.prototype, "byteLength");
const { set } = prototype;

/** A typed array of whatever class and realm. */
export const isArray = (value: unknown): value is TypedArray => className.call(value) !== undefined;

/** Copies `from` into `to`, from its element `at` on. */
export const fill = (to: TypedArray, from: ArrayLike<number>, at = 0): void => set.call(to, from, at);

/** The same elements in an array of the platform's own class and memory of its own. Throws where the array is detached. */
export function copyOf(data: TypedArray): TypedArray {
  const kind = className.call(data) as "Float32Array";
  return new globalThis[kind](new globalThis[kind](bufferOf.call(data), offsetOf.call(data), lengthOf.call(data)));
}

export function isDetached(data: TypedArray): boolean {
  try {
    new Uint8Array(bufferOf.call(data));
    return false;
  } catch {
    return true;
  }
}

/** Whether this is a plain ArrayBuffer, which no other thread can change or let grow. */
function isUnshared(buffer: ArrayBufferLike): boolean {
  try {
    bufferLengthOf.call(buffer);
    return true;
  } catch {
    return false;
  }
}

/** The first `count` elements: `data` itself, or, where another thread can let it grow, a view of that length. */
export function firstOf(
  data: TypedArray,
  count: number,
  make: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray,
): TypedArray {
  const buffer = bufferOf.call(data);
  return isUnshared(buffer) ? data : new make(buffer, offsetOf.call(data), count);
}

/** The bytes of a view or a buffer; undefined of anything else. */
export function bytesIn(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (isArray(value)) {
    return new Uint8Array(bufferOf.call(value) as ArrayBuffer, offsetOf.call(value), byteLengthOf.call(value));
  }
  try {
    if (!ArrayBuffer.isView(value)) return new Uint8Array(value as ArrayBuffer, 0, bufferLengthOf.call(value));
    const view = DataView.prototype;
    const [buffer, offset, length] = ["buffer", "byteOffset", "byteLength"].map((key) => getter(view, key).call(value));
    return new Uint8Array(buffer as ArrayBuffer, offset as number, length as number);
  } catch {
    return undefined;
  }
}

/** Refuses two results that are to be written to the same bytes, on the heap or not. */
export function keepApart(name: string, a: TypedArray, b: TypedArray): void {
  const [startA, startB] = [offsetOf.call(a), offsetOf.call(b)];
  if (
    bufferOf.call(a) === bufferOf.call(b) &&
    startA < startB + byteLengthOf.call(b) &&
    startB < startA + byteLengthOf.call(a)
  ) {
    refuse(name, "out", "must not give output and indices the same memory");
  }
}

/** An Int32Array that is a tensor as well, whichever of the two a caller takes it for; a new one over what was `given`. */
export function asIndices(data: TypedArray, given: boolean, shape: number[]): Tensor {
  const indices = given ? new Int32Array(bufferOf.call(data), offsetOf.call(data), lengthOf.call(data)) : data;
  // Descriptors without a prototype: a get or set on Object.prototype would be taken for theirs.
  const own = (value: unknown): PropertyDescriptor => Object.assign(Object.create(null), { value });
  return Object.defineProperties(indices, { data: own(indices), shape: own(shape) }) as unknown as Tensor;
}
