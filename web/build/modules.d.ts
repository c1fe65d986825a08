/** The modules that web/build/wasm-plugin.ts makes of the C++ build. Only web/module/glue.ts and glue-nowasm.ts may import them. */

declare module "virtual:poolscope-wasm" {
  /** poolscope.wasm, compressed with deflate, in base64. */
  export const base64: string;
}

declare module "poolscope-glue" {
  /** The factory that Emscripten generated. It runs nothing until it is called. */
  const factory: (options: {
    /** Instead of WebAssembly.instantiate. */
    instantiate(
      nothing: unknown,
      imports: WebAssembly.Imports,
    ): { then(use: (made: { instance: WebAssembly.Instance }) => void): PromiseLike<void> };
  }) => Promise<unknown>;
  export default factory;
}

declare module "poolscope-nowasm-glue" {
  /** The factory of the same C++ as plain JavaScript. */
  const factory: (options: object) => Promise<unknown>;
  export default factory;
}
