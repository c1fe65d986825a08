const BROKEN = ["internal", "disposed", "wasm_unavailable"];

/** There is no core any more, or never was: what it did not refuse in words it will never answer. */
export const isBroken = (error: unknown): boolean =>
  BROKEN.includes((error as { code?: string }).code ?? "") || error instanceof WebAssembly.RuntimeError;
