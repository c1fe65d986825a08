/** How a core is loaded. */

interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}
type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M & object : object;

/** poolscope's own pool.wasm: its bytes, compiled module, response, or address. In Node an address may be a file. */
export type WasmSource =
  | ArrayBuffer
  | ArrayBufferView
  | WasmModule
  | ResponseLike
  | PromiseLike<ResponseLike>
  | { readonly href: string }
  | string;

/** How to load. */
export interface LoadOptions {
  /**
   * Where the core's WASM comes from.
   * @defaultValue the copy inside this module, which asks nobody for anything
   */
  wasm?: WasmSource | undefined;
}
