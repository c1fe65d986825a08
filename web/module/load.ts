/** The module's one way in. */
import { poolingOf } from "./pooling.js";
import { bytesOf, readLoadOptions } from "./source.js";
import { sharedCore, startCore } from "./start.js";
import type { LoadOptions, Pooling } from "./types.js";

/**
 * Starts the core. Without options every call gets the same instance, made from the bytes inside this module: no request, no
 * path. With `wasm` (bytes, module, response or its promise, URL or path) each call makes an instance of its own. Once the shared
 * instance was closed the next call starts another.
 *
 * Rejects with PoolingError "wasm_unavailable" where WebAssembly is refused (a policy without 'wasm-unsafe-eval') or the bytes
 * are not poolscope's; a later call tries again.
 */
export async function loadPooling(options?: LoadOptions): Promise<Pooling> {
  const { wasm } = readLoadOptions(options, ["wasm"]);
  return poolingOf(await (wasm === undefined ? sharedCore() : startCore(async () => bytesOf(await wasm))));
}
