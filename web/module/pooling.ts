/** Everything that can be asked of a core. */
import type { Heap } from "./heap.js";
import { poolImage } from "./image.js";
import { methodsOf } from "./methods.js";
import { makeResident } from "./resident.js";
import { outputShape } from "./shapes.js";
import type { Pooling, PoolingInfo } from "./types.js";

export function createPooling(heap: Heap): Pooling {
  const methods = methodsOf(heap);
  methods.info = (): PoolingInfo => ({
    version: heap.description.version[0] as string,
    simd: heap.simd,
    dtypes: heap.types,
    operators: heap.operators.map(({ name }) => name),
    wasmBytes: heap.wasmBytes,
    memoryBytes: heap.buffer.byteLength,
  });
  methods.tensor = (dtype, shape) => makeResident(heap, dtype, shape);
  methods.poolImage = (image, options) => poolImage(heap, image, options);
  for (const rank of [1, 2, 3]) {
    methods[`outputShape${rank}d`] = (shape, options) => outputShape(heap, rank, shape, options);
  }
  return methods as unknown as Pooling;
}
