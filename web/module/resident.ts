/** Tensors that live on the WASM heap. */
import { bufferOf } from "./arrays.js";
import { PoolingError, show } from "./errors.js";
import { type ArrayKind, aligned, type Heap } from "./heap.js";
import { elements, readOwnShape } from "./tensor.js";
import type { ResidentTensor, TypedArray } from "./types.js";

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

const forgotten = /* @__PURE__ */ new FinalizationRegistry<Block>((block) => {
  try {
    release(block);
  } catch {
    // There is nobody to be told; the instance tells the next who asks.
  }
});

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
    heap.check();
    if (pointer === 0)
      throw new PoolingError("disposed", "this resident tensor was freed: its argument 'data' is gone");
    const { buffer } = heap;
    if (!this.#view || bufferOf.call(this.#view) !== buffer)
      this.#view = new this.#kind.make(buffer, pointer, this.#length);
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
  const kind = [...heap.kinds.values()].find(({ type }) => type === dtype);
  if (!kind) {
    throw new PoolingError(
      "unsupported_dtype",
      `tensor(): argument 'dtype' must be one of ${heap.types.join(", ")}, not ${show(dtype)}`,
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
