/** From the core's bytes to a core that has started; one of them is everybody's who brings no bytes. */
import { byteLengthOf, bytesIn } from "./arrays.js";
import { unavailable } from "./errors.js";
import { inlinedBytes, instantiate } from "./glue.js";
import { Heap } from "./heap.js";
import { type Methods, methodsOf } from "./methods.js";
import { once } from "./once.js";

export async function startCore(source: () => Promise<WebAssembly.Module | BufferSource>): Promise<Heap> {
  try {
    if (typeof WebAssembly !== "object") throw new Error("this engine has no WebAssembly");
    const wasm = await source();
    const bytes = bytesIn(wasm);
    return new Heap(await instantiate(wasm), bytes ? byteLengthOf.call(bytes) : 0);
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** Started once, from the bytes inside this module. */
export const sharedCore = /* @__PURE__ */ once(() => startCore(inlinedBytes));

/** What a drawing needs of loadPooling()'s core; who only draws downloads no pooling of images, resident tensors or fetching. */
export const loadMethods = async (): Promise<Methods> => methodsOf(await sharedCore());
