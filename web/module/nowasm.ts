/**
 * The same pooling where WebAssembly is refused: the core as plain JavaScript, slower, equal to the bit.
 *
 *   import { loadPooling } from "poolscope/nowasm";
 */
import { unavailable } from "./errors.js";
import { instantiateScript } from "./glue-nowasm.js";
import { Heap } from "./heap.js";
import { once } from "./once.js";
import { createPooling } from "./pooling.js";
import { readLoadOptions } from "./source.js";
import type { Pooling } from "./types.js";

export { PoolingError, type PoolingErrorCode } from "./errors.js";
export type * from "./types.js";

const shared = /* @__PURE__ */ once(() =>
  instantiateScript().then(
    (glue) => createPooling(new Heap(glue)),
    (cause) => Promise.reject(unavailable(cause)),
  ),
);

/** Starts the core, or gives the one there is. Compiles nothing and asks no server for anything. */
export async function loadPooling(options?: Record<string, never>): Promise<Pooling> {
  readLoadOptions(options, []);
  return shared();
}
