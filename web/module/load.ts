/** From bytes, wherever they come from, to an instance. */
import { unavailable } from "./errors.js";
import { inlinedBytes, instantiate } from "./glue.js";
import { createPooling } from "./pooling.js";
import { bytesOf, readLoadOptions } from "./source.js";
import type { LoadOptions, Pooling } from "./types.js";

let shared: Promise<Pooling> | undefined;

/**
 * Starts the core. Without options every call gets the same instance, made from the bytes inside this module: no request, no
 * path. With `wasm` (bytes, module, response or its promise, URL or path) each call makes an instance of its own.
 *
 * Rejects with PoolingError "wasm_unavailable" where WebAssembly is refused (a policy without 'wasm-unsafe-eval') or the bytes
 * are not poolscope's; a later call tries again.
 */
export async function loadPooling(options?: LoadOptions): Promise<Pooling> {
  const { wasm } = readLoadOptions(options, ["wasm"]);
  if (wasm !== undefined) return start(async () => bytesOf(await wasm));
  if (!shared) {
    const attempt = start(inlinedBytes);
    shared = attempt;
    attempt.catch(() => {
      if (shared === attempt) shared = undefined;
    });
  }
  return shared;
}

async function start(source: () => Promise<WebAssembly.Module | BufferSource>): Promise<Pooling> {
  try {
    if (typeof WebAssembly !== "object") throw new Error("this engine has no WebAssembly");
    const wasm = await source();
    return createPooling(await instantiate(wasm), "byteLength" in wasm ? wasm.byteLength : 0);
  } catch (cause) {
    throw unavailable(cause);
  }
}
