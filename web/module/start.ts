/** From the core's bytes to a core that has started; one of them is everybody's who brings no bytes. */
import { byteLengthOf, bytesIn } from "./arrays.js";
import { isObject, mustBe, unavailable } from "./errors.js";
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

/** Started once, from the bytes inside this module, and again when it was closed. */
export const sharedCore = /* @__PURE__ */ once(
  () => startCore(inlinedBytes),
  (heap) => heap.closed,
);

/** A core that was started elsewhere, for every drawing that is not given its own. */
let elsewhere: Methods | undefined;

/** The code of an error, also of one that another copy of this module threw. */
const codeOf = (error: unknown): unknown => (isObject(error) && error.name === "PoolingError" ? error.code : undefined);

/** `methods()` as they are at each call; `failed` is told of what a call throws. */
function watched(methods: () => Methods, failed: (code: unknown) => void): Methods {
  const living: Methods = {};
  for (const name of Object.keys(methods())) {
    living[name] = (...asked) => {
      try {
        return methods()[name]?.(...asked);
      } catch (error) {
        failed(codeOf(error));
        throw error;
      }
    };
  }
  return living;
}

/**
 * Has every drawing made from now on use `pooling`, which a loadPooling() of "poolscope" or "poolscope/nowasm" has started: for
 * engines in which the core cannot start from the bytes inside this module. Without it, and once `pooling` is closed or has
 * failed with "internal", the drawings start their own again.
 * @throws PoolingError "invalid_argument" where `pooling` is anything else.
 */
export function useCore(pooling?: object): void {
  const given = pooling && methodsFrom(pooling, "useCore");
  const own: Methods | undefined =
    given &&
    watched(
      () => given,
      (code) => {
        if ((code === "internal" || code === "disposed") && elsewhere === own) elsewhere = undefined;
      },
    );
  elsewhere = own;
}

/** Refuses what pools nothing, and the instances of poolscope/worker: nothing can be drawn of the promises that they give. */
export function methodsFrom(pooling: unknown, name: string): Methods {
  const geometry2d = isObject(pooling) && pooling.geometry2d;
  if (typeof geometry2d === "function") {
    const geometry: unknown = geometry2d([1, 1], { kernelSize: 1 });
    Promise.resolve(geometry).catch(() => {});
    if (isObject(geometry) && "rows" in geometry) return pooling as unknown as Methods;
  }
  mustBe(name, "pooling", 'what loadPooling() of "poolscope" or "poolscope/nowasm" resolves to', pooling);
}

/**
 * What a drawing needs of loadPooling()'s core; who only draws downloads no pooling of images, resident tensors or fetching. Where
 * that core stops or is closed, a call fails and another core is started, which later calls use; when it was closed by somebody
 * else, `restarted` is called then, to draw again. `pooling` is a core that was started elsewhere, to be used instead.
 */
export async function loadMethods(restarted?: () => void, pooling?: object): Promise<Methods> {
  const given = pooling ? methodsFrom(pooling, "loadMethods") : elsewhere;
  if (given) return given;
  let heap = await sharedCore();
  let methods = methodsOf(heap);
  const restart = async (wasClosed: boolean) => {
    const next = await sharedCore();
    if (next === heap) return;
    heap = next;
    methods = methodsOf(heap);
    // Not after a fault, which drawing again might only repeat.
    if (wasClosed) restarted?.();
  };
  return watched(
    () => methods,
    (code) => {
      if (heap.closed) restart(code === "disposed").catch(() => {});
    },
  );
}
