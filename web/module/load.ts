/** The module's one way in. */
import { once } from "./once.js";
import { createPooling } from "./pooling.js";
import { bytesOf, readLoadOptions } from "./source.js";
import { sharedCore, startCore } from "./start.js";
import type { LoadOptions, Pooling } from "./types.js";

const shared = /* @__PURE__ */ once(async () => createPooling(await sharedCore()));

/**
 * Starts the core. Without options every call gets the same instance, made from the bytes inside this module: no request, no
 * path. With `wasm` (bytes, module, response or its promise, URL or path) each call makes an instance of its own.
 *
 * Rejects with PoolingError "wasm_unavailable" where WebAssembly is refused (a policy without 'wasm-unsafe-eval') or the bytes
 * are not poolscope's; a later call tries again.
 */
export async function loadPooling(options?: LoadOptions): Promise<Pooling> {
  const { wasm } = readLoadOptions(options, ["wasm"]);
  return wasm === undefined ? shared() : createPooling(await startCore(async () => bytesOf(await wasm)));
}
