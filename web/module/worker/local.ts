/** The same calls without a worker, on the calling thread. */
import { isArray } from "../arrays.js";
import { has, isObject, isPoolingError, PoolingError, property, unavailable } from "../errors.js";
import type { ResidentTensor } from "../types.js";
import { isPair, readOptions } from "./crossing.js";
import { Handle, type Owner, type Place, placeOf } from "./handle.js";
import { overwrite, poolerOf } from "./protocol.js";

export type Method = (...given: unknown[]) => unknown;
export type Methods = Record<string, Method>;

/** A core on this thread. */
export async function loadHere(wasm?: unknown): Promise<Methods> {
  const { loadPooling: load } = await import("../load.js").catch((cause) => {
    const { code, message } = unavailable(cause);
    const instead = "ServiceWorkerGlobalScope" in globalThis ? '; a service worker imports "poolscope" itself' : "";
    throw new PoolingError(code, message + instead, { cause });
  });
  return (await load({ wasm: wasm as ArrayBuffer | undefined })) as unknown as Methods;
}

function makeTensor(pooling: Methods, owner: Owner): Method {
  return (...given) => {
    const resident = pooling.tensor?.(...given) as ResidentTensor;
    const ask: Place["ask"] = async (what, data) => {
      if (what === "free") resident.free();
      else if (owner.closed) throw owner.closed;
      else if (what === "read") return resident.data.slice();
      else overwrite(resident, data);
      return undefined;
    };
    return new Handle(resident.shape, { owner, id: 0, here: resident, ask });
  };
}

/** One method on this thread; `why` is said of tensors that are not. */
export function local(pooling: Methods, owner: Owner, method: string, why: PoolingError): Method {
  if (method === "tensor") return makeTensor(pooling, owner);
  const pooler = poolerOf(method);
  const run = pooling[method] as Method;
  if (!pooler) return run;
  const resident = (value: unknown): unknown => {
    const place = placeOf(value, owner);
    if (place && !place.here) throw why;
    return place?.here ?? value;
  };
  return (...given) => {
    const { inputs } = pooler;
    const last = given[inputs];
    let handles: unknown[] = [];
    try {
      if (isObject(last) && !isArray(last) && (has(last, "transfer") || has(last, "out"))) {
        const { options } = readOptions(last, pooler, method);
        const { out } = options;
        const pair = !placeOf(out, owner) && isPair(out, pooler);
        const both = pair ? [property(out, "output"), property(out, "indices")] : [out];
        handles = both.map((value) => placeOf(value, owner) && value);
        if (pair) options.out = { ...out, output: resident(both[0]), indices: resident(both[1]) };
        else options.out = resident(out);
        given[inputs] = options;
      }
    } catch (error) {
      if (isPoolingError(error)) throw error;
      // What the caller's own code throws while it is read, it throws again to the module, which names the argument.
    }
    const result = run(...given.map((value, i) => (i < inputs ? resident(value) : value)));
    if (isObject(result) && pooler.operator?.returnsIndices) {
      return { output: handles[0] ?? result.output, indices: handles[1] ?? result.indices };
    }
    return handles[0] ?? result;
  };
}
