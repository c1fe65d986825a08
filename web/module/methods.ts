/** What can be asked of a core where nothing but drawing is done. Closures, not a class: they can be passed around. */
import { pool } from "./call.js";
import { isPoolingError } from "./errors.js";
import type { Heap } from "./heap.js";
import { geometry } from "./shapes.js";

export type Methods = Record<string, (...given: unknown[]) => unknown>;

/** Every operator, the geometry, and `more`. None throws anything but a PoolingError: what should never be thrown ends the instance. */
export function methodsOf(heap: Heap, more: Methods = {}): Methods {
  const methods: Methods = { ...more };
  for (const rank of [1, 2, 3]) methods[`geometry${rank}d`] = (size, options) => geometry(heap, rank, size, options);
  for (const operator of heap.operators) {
    methods[operator.name] = operator.takesIndices
      ? (x, indices, options) => pool(heap, operator, x, indices, options)
      : (x, options) => pool(heap, operator, x, undefined, options);
  }
  for (const [name, act] of Object.entries(methods)) {
    methods[name] = (a, b, c) => {
      try {
        heap.check();
        return act(a, b, c);
      } catch (error) {
        throw isPoolingError(error) ? error : heap.stop(error);
      }
    };
  }
  return methods;
}
