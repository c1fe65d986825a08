/** One instance: a core and everything that can be asked of it. */
import { pool } from "./call.js";
import type { Glue } from "./glue.js";
import { Heap } from "./heap.js";
import { poolImage } from "./image.js";
import { listOperators } from "./operators.js";
import { geometry, outputShape } from "./shapes.js";
import { makeResident } from "./tensor.js";
import type { Pooling, PoolingInfo } from "./types.js";

/** The methods are closures, not a class: they can be taken off the instance and passed around. */
export function createPooling(glue: Glue, wasmBytes: number): Pooling {
  const heap = new Heap(glue);
  const operators = listOperators().map((operator) => heap.bind(operator));
  const methods: Record<string, unknown> = {
    info: (): PoolingInfo => ({
      version: heap.description.version[0] as string,
      simd: heap.simd,
      dtypes: [...heap.dtypes],
      operators: operators.map(({ name }) => name),
      wasmBytes,
      memoryBytes: heap.buffer.byteLength,
    }),
    tensor: (dtype: unknown, shape: unknown) => makeResident(heap, dtype, shape),
    poolImage: (image: unknown, options: unknown) => poolImage(heap, operators, image, options),
  };
  for (const rank of [1, 2, 3]) {
    methods[`outputShape${rank}d`] = (shape: unknown, options: unknown) =>
      outputShape(heap, operators, rank, shape, options);
    methods[`geometry${rank}d`] = (size: unknown, options: unknown) => geometry(heap, operators, rank, size, options);
  }
  for (const operator of operators) {
    methods[operator.name] = operator.takesIndices
      ? (x: unknown, indices: unknown, options: unknown) => pool(heap, operator, x, indices, options)
      : (x: unknown, options: unknown) => pool(heap, operator, x, undefined, options);
  }
  return methods as unknown as Pooling;
}
