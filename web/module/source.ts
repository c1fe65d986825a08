/** Where the core's bytes come from when the caller says so. */
import { bytesIn } from "./arrays.js";
import { checkNames, isObject, mustBe, property, wrap } from "./errors.js";
import { fromNode } from "./node.js";
import type { LoadOptions } from "./types.js";

/** The options of a loadPooling, which may be anything; each is read once. */
export function readLoadOptions(options: unknown, known: readonly string[]): LoadOptions {
  if (options === undefined) return { wasm: undefined, worker: undefined } as LoadOptions;
  if (!isObject(options)) mustBe("loadPooling", "options", `an object such as { ${known[0] ?? ""} }`, options);
  try {
    checkNames("loadPooling", options, known);
    return { wasm: property(options, "wasm"), worker: property(options, "worker") } as LoadOptions;
  } catch (error) {
    throw wrap(error, "loadPooling", "options");
  }
}

/** What a `wasm` option stands for: read, fetched, or as it is. */
export async function bytesOf(wasm: unknown): Promise<WebAssembly.Module | BufferSource> {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (typeof wasm === "string") return fetchBytes(wasm);
  if (isObject(wasm)) {
    const bytes = bytesIn(wasm);
    if (bytes) return bytes;
    if ("arrayBuffer" in wasm && typeof wasm.arrayBuffer === "function")
      return responseBytes(wasm as unknown as Response);
    if ("href" in wasm && typeof wasm.href === "string") return fetchBytes(wasm.href);
  }
  mustBe("loadPooling", "wasm", "bytes, a WebAssembly.Module, a Response, a URL or a path", wasm);
}

async function responseBytes(response: Response): Promise<ArrayBuffer> {
  if (response.ok === false) throw new Error(`the server answered ${response.status} for ${response.url}`);
  return response.arrayBuffer();
}

interface Files {
  readFile(path: string | URL): Promise<Uint8Array<ArrayBuffer>>;
}

async function fetchBytes(address: string): Promise<BufferSource> {
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  const files = scheme && scheme !== "file" ? undefined : fromNode<Files>("node:fs/promises");
  if (!files) return responseBytes(await fetch(address));
  return (await files).readFile(scheme ? new URL(address) : address);
}
