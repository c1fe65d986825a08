/** The worker's script: a core of its own, asked by messages. One file with everything inside, so that any bundler can copy it. */
import { isArray } from "./arrays.js";
import { PoolingError } from "./errors.js";
import { loadPooling } from "./load.js";
import type { ResidentTensor, Tensor, TypedArray } from "./types.js";
import {
  type Answer,
  type Call,
  listen,
  nodeThreads,
  overwrite,
  type Parts,
  type Port,
  roomOf,
  type Stand,
  type Start,
} from "./worker-messages.js";

type Method = (...given: unknown[]) => unknown;
type ArrayClass = new (length: number) => TypedArray;

const tensors = new Map<number, ResidentTensor>();

const isStand = (value: unknown): value is Stand => typeof value === "object" && value !== null && "stand" in value;

function real(value: unknown): unknown {
  if (!isStand(value)) return value;
  if (value.stand === "array") {
    try {
      return new (globalThis as unknown as Record<string, ArrayClass>)[value.className]!(value.length);
    } catch (cause) {
      throw new PoolingError("out_of_memory", `out of memory: no room for a result of ${value.length} elements`, {
        cause,
      });
    }
  }
  const tensor = tensors.get(value.id);
  if (!tensor) throw new PoolingError("disposed", "this resident tensor was freed: its argument 'data' is gone");
  return tensor;
}

/** An argument as the caller meant it: stands, alone, as a target's array or in `out`, become what they stand for. */
function meant(value: unknown): unknown {
  if (isStand(value)) return real(value);
  if (typeof value !== "object" || value === null || isArray(value) || Array.isArray(value)) return value;
  const object = value as Record<string, unknown>;
  for (const key of ["data", "out", "output", "indices"]) if (key in object) object[key] = meant(object[key]);
  return object;
}

function make(pooling: Record<string, Method>): Record<string, Method> {
  return {
    ...pooling,
    tensor(id, dtype, shape) {
      const tensor = pooling.tensor!(dtype, shape) as ResidentTensor;
      tensors.set(id as number, tensor);
      return { shape: tensor.shape, room: roomOf(tensor.data) };
    },
    read: (tensor) => ({ data: (tensor as ResidentTensor).data.slice() }),
    write: (tensor, data) => overwrite(tensor as ResidentTensor, data),
    free(tensor) {
      for (const [id, known] of tensors) if (known === tensor) tensors.delete(id);
      (tensor as ResidentTensor).free();
    },
  };
}

/** A result as it crosses, and the buffers that go with it: not those of the heap. */
function crossing(value: unknown, transfer: ArrayBuffer[]): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if ("output" in value) {
    const { output, indices } = value as { output: Tensor; indices: Tensor };
    return { output: crossing(output, transfer), indices: crossing(indices, transfer) };
  }
  if (!("data" in value)) return value;
  const { data, shape, width, height, colorSpace } = value as unknown as Parts & { data: TypedArray };
  const own = ![...tensors.values()].some((tensor) => tensor.data.buffer === data.buffer);
  if (own) transfer.push(data.buffer as ArrayBuffer);
  return { data: own ? data : undefined, shape, width, height, colorSpace };
}

function refusal(error: unknown): Answer["refused"] {
  if (error instanceof PoolingError) return { code: error.code, message: error.message, cause: error.cause };
  return { code: "invalid_argument", message: error instanceof Error ? error.message : String(error) };
}

function serve(port: Port): void {
  let methods: Record<string, Method> | undefined;
  const send = (answer: Answer, transfer: ArrayBuffer[] = []) => {
    try {
      port.postMessage(answer, transfer);
    } catch {
      // A cause that cannot be cloned stays here; the sentence has its words.
      const { code, message } = answer.refused ?? { code: "invalid_argument", message: "the result cannot be sent" };
      port.postMessage({ id: answer.id, refused: { code, message } });
    }
  };
  listen(port, "message", async (message) => {
    const { id, method, given } = message as Call;
    try {
      if (!methods) {
        const { wasm } = message as Start;
        const pooling = await loadPooling({ wasm: wasm as ArrayBuffer | undefined });
        methods = make(pooling as unknown as Record<string, Method>);
        return send({ id, value: Object.keys(pooling) });
      }
      const transfer: ArrayBuffer[] = [];
      const value = crossing(methods[method]!(...given.map((argument) => meant(argument))), transfer);
      send({ id, value }, transfer);
    } catch (error) {
      send({ id, refused: refusal(error) });
    }
  });
}

const threads = nodeThreads();
if (threads) threads.then(({ parentPort }) => parentPort && serve(parentPort));
// A browser's worker listens at once: what arrives before the first listener is lost.
else serve(globalThis as unknown as Port);
