/** Typed arrays as they are, whatever class, realm or wrapper they come in. Imports nothing of the core: the worker's side needs it too. */
import { refuse } from "./errors.js";
import type { Tensor, TypedArray } from "./types.js";

// The arrays' own answers, whatever a subclass, a Proxy or another realm says.
const prototype = Object.getPrototypeOf(Uint8Array.prototype);
const getter = <T>(key: PropertyKey) => Object.getOwnPropertyDescriptor(prototype, key)?.get as (this: unknown) => T;
export const className = getter<string | undefined>(Symbol.toStringTag);
export const lengthOf = getter<number>("length");
export const offsetOf = getter<number>("byteOffset");
export const bufferOf = getter<ArrayBufferLike>("buffer");

/** A typed array of whatever class and realm. */
export const isArray = (value: unknown): value is TypedArray => className.call(value) !== undefined;

/** Copies `from` into `to` from its beginning on. */
export const fill = (to: TypedArray, from: ArrayLike<number>): void => prototype.set.call(to, from);

export function isDetached(data: TypedArray): boolean {
  try {
    new Uint8Array(bufferOf.call(data));
    return false;
  } catch {
    return true;
  }
}

/** Refuses two results that are to be written to the same bytes, on the heap or not. */
export function keepApart(name: string, a: TypedArray, b: TypedArray): void {
  if (
    a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength
  ) {
    refuse(name, "out", "must not give output and indices the same memory");
  }
}

/** An Int32Array that is a tensor as well, whichever of the two a caller takes it for. */
export function asIndices({ data }: Tensor, given: boolean, shape: number[]): Tensor {
  const indices = given ? new Int32Array(data.buffer, data.byteOffset, data.length) : data;
  return Object.defineProperties(indices, { data: { value: indices }, shape: { value: shape } }) as unknown as Tensor;
}
