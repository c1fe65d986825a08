/** Everything that can be asked of a core. */
import type { Heap } from "./heap.js";
import { poolImage } from "./image.js";
import { type Methods, methodsOf } from "./methods.js";
import { makeResident } from "./resident.js";
import { geometryChain, outputShape } from "./shapes.js";
import type { Pooling, PoolingInfo } from "./types.js";

const made = /* @__PURE__ */ new WeakMap<Heap, Pooling>();

/** The one Pooling of a core. */
export function poolingOf(heap: Heap): Pooling {
  const pooling = made.get(heap) ?? createPooling(heap);
  made.set(heap, pooling);
  return pooling;
}

function createPooling(heap: Heap): Pooling {
  const more: Methods = {
    info: (): PoolingInfo => ({
      version: heap.description.version[0] as string,
      simd: heap.simd,
      dtypes: heap.types,
      operators: heap.operators.map(({ name }) => name),
      wasmBytes: heap.wasmBytes,
      memoryBytes: heap.buffer.byteLength,
    }),
    tensor: (dtype, shape) => makeResident(heap, dtype, shape),
    geometryChain: (inputSize, stages) => geometryChain(heap, inputSize, stages),
    poolImage: (image, options) => poolImage(heap, image, options),
  };
  for (const rank of [1, 2, 3]) {
    more[`outputShape${rank}d`] = (shape, options) => outputShape(heap, rank, shape, options);
  }
  const methods = methodsOf(heap, more);
  const close = (): void => heap.close();
  methods.close = close;
  if (Symbol.dispose) Object.defineProperty(methods, Symbol.dispose, { value: close });
  return methods as unknown as Pooling;
}
