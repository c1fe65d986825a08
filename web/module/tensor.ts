/** Tensors: what a caller's object has to be, and those that live on the WASM heap. */
import { bufferOf, className, fill, isArray, isDetached, lengthOf, offsetOf } from "./arrays.js";
import { list, PoolingError, refuse, show, wrap } from "./errors.js";
import { type ArrayKind, aligned, type Heap } from "./heap.js";
import type { DType, ResidentTensor, Tensor, TypedArray } from "./types.js";

/** An array that was handed in. Its length is read late, when no code of the caller's can run any more. */
export interface Given {
  readonly data: TypedArray;
  readonly kind: ArrayKind;
  readonly argument: string;
}

/** The array of one argument, by what it is rather than by what it says. */
export function readArray(heap: Heap, data: unknown, name: string, argument: string): Given {
  const kind = className.call(data);
  if (kind === undefined) refuse(name, argument, `must be a typed array, not ${show(data)}`);
  const found = heap.kinds.get(kind);
  if (found) return { data: data as TypedArray, kind: found, argument };
  const known = [...heap.kinds.keys()].join(", ");
  throw new PoolingError(
    "unsupported_dtype",
    `"${name}" not implemented for '${kind.replace("Array", "")}': argument '${argument}' must be one of ${known}`,
  );
}

/** A shape as plain numbers, read once. */
export function readShape(shape: unknown, name: string, argument: string): number[] {
  if (!Array.isArray(shape)) refuse(name, argument, `must be an array of sizes, not ${show(shape)}`);
  const { length } = shape;
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
  if (typeof tensor !== "object" || tensor === null) {
    refuse(name, argument, `must be a tensor { data, shape }, not ${show(tensor)}`);
  }
  if (isArray(tensor) && !("shape" in tensor)) {
    refuse(name, argument, "must be a tensor { data, shape }, not a typed array alone");
  }
  const { data, shape } = tensor as Tensor;
  const { kind } = readArray(heap, data, name, `${argument}.data`);
  return { data, kind, argument, shape: readShape(shape, name, `${argument}.shape`) };
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

export function copyIn(heap: Heap, { data, kind }: Given, pointer: number): void {
  heap.view(kind).set(data, pointer / kind.bytes);
}

export function copyOut(heap: Heap, kind: ArrayKind, pointer: number, length: number, to: TypedArray): void {
  const start = pointer / kind.bytes;
  fill(to, heap.view(kind).subarray(start, start + length));
}

export function copyNew(heap: Heap, kind: ArrayKind, pointer: number, length: number): TypedArray {
  const start = pointer / kind.bytes;
  try {
    return heap.view(kind).slice(start, start + length);
  } catch (cause) {
    throw new PoolingError("out_of_memory", `out of memory: no room for a result of ${length} elements`, { cause });
  }
}

interface Block {
  readonly heap: Heap;
  pointer: number;
}

function release(block: Block): void {
  const { heap, pointer } = block;
  if (!heap.resident.delete(pointer)) return;
  block.pointer = 0;
  heap.release(pointer);
}

const forgotten = /* @__PURE__ */ new FinalizationRegistry<Block>(release);

class Resident {
  readonly shape: readonly number[];
  readonly #block: Block;
  readonly #kind: ArrayKind;
  readonly #length: number;
  #view: TypedArray | undefined;

  constructor(block: Block, kind: ArrayKind, shape: readonly number[]) {
    this.#block = block;
    this.#kind = kind;
    this.shape = Object.freeze(shape);
    this.#length = elements(shape);
    forgotten.register(this, block, this);
  }

  get data(): TypedArray {
    const { heap, pointer } = this.#block;
    if (pointer === 0)
      throw new PoolingError("disposed", "this resident tensor was freed: its argument 'data' is gone");
    const { buffer } = heap;
    if (this.#view?.buffer !== buffer) this.#view = new this.#kind.make(buffer, pointer, this.#length);
    return this.#view as TypedArray;
  }

  free(): void {
    forgotten.unregister(this);
    release(this.#block);
  }
}
if (Symbol.dispose) {
  Object.defineProperty(Resident.prototype, Symbol.dispose, { value: Resident.prototype.free, configurable: true });
}

/** `pooling.tensor()`: zeros on the WASM heap. */
export function makeResident(heap: Heap, dtype: unknown, given: unknown): ResidentTensor {
  const kind = typeof dtype === "string" ? heap.kindOf(dtype as DType) : undefined;
  if (!kind) {
    throw new PoolingError(
      "unsupported_dtype",
      `tensor(): argument 'dtype' must be one of ${heap.dtypes.join(", ")}, not ${show(dtype)}`,
    );
  }
  const shape = readOwnShape(given, "tensor", "shape");
  const bytes = aligned(elements(shape) * kind.bytes);
  const pointer = heap.allocate(bytes);
  heap.resident.set(pointer, bytes);
  const tensor = new Resident({ heap, pointer }, kind, shape);
  tensor.data.fill(0);
  return tensor as unknown as ResidentTensor;
}
