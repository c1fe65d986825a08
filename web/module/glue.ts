/** With glue-nowasm.ts all that touches what Emscripten generated, and the copy of the core inside this module. */

import { base64 } from "virtual:poolscope-wasm";
import factory from "poolscope-glue";

/** The core's functions (cpp/binding/binding.cpp says what they do). Addresses and counts are plain numbers. */
export interface Glue {
  describe(): number;
  simd(): number;
  allocate(bytes: number): number;
  release(pointer: number): void;
  shape(request: number): number;
  run(request: number): number;
  axis(request: number, which: number, table: number): void;
  /** Its `buffer` is another one whenever it has grown. Only WebAssembly's can be told to. */
  memory(): { readonly buffer: ArrayBufferLike; grow?(pages: number): number };
}

/** The bytes of the core inside this module. Decodes and inflates; asks no server for anything. */
export async function inlinedBytes(): Promise<ArrayBuffer> {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (typeof Response !== "function" || typeof DecompressionStream !== "function") return inflateInNode(packed);
  // Not a Blob's stream: jsdom's Blob has none.
  const inflated = (new Response(packed).body as ReadableStream).pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).arrayBuffer();
}

interface Process {
  getBuiltinModule?(name: string): { inflateSync(packed: Uint8Array): Uint8Array };
}

/** Where tests give Node a browser's globals (jsdom) it still has its own. */
function inflateInNode(packed: Uint8Array): ArrayBuffer {
  const zlib = (globalThis as { process?: Process }).process?.getBuiltinModule?.("node:zlib");
  if (!zlib) {
    throw new Error(
      "this engine has no Response or no DecompressionStream; loadPooling({ wasm }) takes the bytes of poolscope/pool.wasm instead",
    );
  }
  return new Uint8Array(zlib.inflateSync(packed)).buffer;
}

/** Compiles (unless it is a module already) and starts one instance. */
export async function instantiate(source: WebAssembly.Module | BufferSource): Promise<Glue> {
  const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
  return new Promise((resolve, reject) => {
    const started = factory({
      instantiate: (_, imports) => ({
        // biome-ignore lint/suspicious/noThenProperty: all that the generated code asks of a promise, with what it throws caught
        then(use) {
          return WebAssembly.instantiate(module, imports)
            .then((instance) => use({ instance }))
            .catch((cause) => {
              // What another module lacks, or asks for, says nothing to who brought it.
              reject(/^[TL]/.test(cause.name) ? new Error("these are not poolscope's bytes") : cause);
            });
        },
      }),
    });
    started.then((glue) => resolve(glue as Glue), reject);
  });
}
