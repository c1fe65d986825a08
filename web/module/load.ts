/** From bytes, wherever they come from, to an instance. */
import { PoolingError, refuse, show } from "./errors.js";
import { inlinedBytes, instantiate } from "./glue.js";
import { checkNames } from "./options.js";
import { createPooling } from "./pooling.js";
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
  const wasm = readOptions(options);
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

function readOptions(options: unknown): unknown {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null) {
    refuse("loadPooling", "options", `must be an object such as { wasm }, not ${show(options)}`);
  }
  checkNames("loadPooling", options, ["wasm"]);
  return (options as LoadOptions).wasm;
}

async function start(source: () => Promise<WebAssembly.Module | BufferSource>): Promise<Pooling> {
  try {
    if (typeof WebAssembly !== "object") throw new Error("this engine has no WebAssembly");
    const wasm = await source();
    return createPooling(await instantiate(wasm), "byteLength" in wasm ? wasm.byteLength : 0);
  } catch (cause) {
    if (cause instanceof PoolingError) throw cause;
    const detail = cause instanceof Error ? cause.message : show(cause);
    throw new PoolingError("wasm_unavailable", `the WebAssembly core cannot be started: ${detail}`, { cause });
  }
}

async function bytesOf(wasm: unknown): Promise<WebAssembly.Module | BufferSource> {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (typeof wasm === "string") return fetchBytes(wasm);
  if (typeof wasm === "object" && wasm !== null) {
    if (ArrayBuffer.isView(wasm)) return new Uint8Array(wasm.buffer as ArrayBuffer, wasm.byteOffset, wasm.byteLength);
    if (Object.prototype.toString.call(wasm) === "[object ArrayBuffer]") return wasm as ArrayBuffer;
    if ("arrayBuffer" in wasm && typeof wasm.arrayBuffer === "function") return responseBytes(wasm as Response);
    if ("href" in wasm && typeof wasm.href === "string") return fetchBytes(wasm.href);
  }
  refuse("loadPooling", "wasm", `must be bytes, a WebAssembly.Module, a Response, a URL or a path, not ${show(wasm)}`);
}

async function responseBytes(response: Response): Promise<ArrayBuffer> {
  if (response.ok === false) throw new Error(`the server answered ${response.status} for ${response.url}`);
  return response.arrayBuffer();
}

async function fetchBytes(address: string): Promise<BufferSource> {
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  const platform = (globalThis as { process?: { release?: { name?: string } } }).process?.release?.name;
  if (platform !== "node" || (scheme && scheme !== "file")) return responseBytes(await fetch(address));
  // Put together while it runs, so that no bundler looks for it: only Node comes here.
  const { readFile } = await import(/* @vite-ignore */ /* webpackIgnore: true */ `${platform}:fs/promises`);
  return readFile(scheme ? new URL(address) : address);
}
