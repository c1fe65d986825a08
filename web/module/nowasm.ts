/**
 * The same pooling where WebAssembly is refused: the core as plain JavaScript, slower, equal to the bit.
 *
 *   import { loadPooling } from "poolscope/nowasm";
 */
import { unavailable } from "./errors.js";
import { instantiateScript } from "./glue-nowasm.js";
import { Heap } from "./heap.js";
import { once } from "./once.js";
import { poolingOf } from "./pooling.js";
import { readLoadOptions } from "./source.js";
import type { Pooling } from "./types.js";

export { PoolingError, type PoolingErrorCode } from "./errors.js";
export type * from "./types.js";

const shared = /* @__PURE__ */ once(
  () =>
    instantiateScript().then(
      (glue) => new Heap(glue),
      (cause) => Promise.reject(unavailable(cause)),
    ),
  (heap) => heap.closed,
);

/** Starts the core, or gives the one there is and is not closed. Compiles nothing and asks no server for anything. */
export async function loadPooling(options?: Record<string, never>): Promise<Pooling> {
  readLoadOptions(options, []);
  return poolingOf(await shared());
}
