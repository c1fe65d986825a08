/** What can be asked of a core where nothing but drawing is done. Closures, not a class: they can be passed around. */
import { pool } from "./call.js";
import type { Heap } from "./heap.js";
import { geometry } from "./shapes.js";

export type Methods = Record<string, (...given: unknown[]) => unknown>;

/** Every operator, and the geometry. */
export function methodsOf(heap: Heap): Methods {
  const methods: Methods = {};
  for (const rank of [1, 2, 3]) methods[`geometry${rank}d`] = (size, options) => geometry(heap, rank, size, options);
  for (const operator of heap.operators) {
    methods[operator.name] = operator.takesIndices
      ? (x, indices, options) => pool(heap, operator, x, indices, options)
      : (x, options) => pool(heap, operator, x, undefined, options);
  }
  return methods;
}
