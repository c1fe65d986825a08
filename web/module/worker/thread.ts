/** The worker's script: a core of its own, asked by messages. One file with everything inside, so that any bundler can copy it. */
import { isPoolingError, PoolingError } from "../errors.js";
import { type ClassName, classNames } from "../heap.js";
import { loadPooling } from "../load.js";
import type { ResidentTensor, Tensor, TypedArray } from "../types.js";
import {
  type Answer,
  type Call,
  listen,
  nodeThreads,
  overwrite,
  type Parts,
  type Port,
  poolerOf,
  roomOf,
  type Start,
  type Substitute,
} from "./protocol.js";

type Methods = Record<string, (...given: unknown[]) => unknown>;
type Holder = Record<string | number, unknown>;

const tensors = new Map<number, ResidentTensor>();

function makeArray(kind: ClassName, length: number): TypedArray {
  if (!Object.values(classNames).includes(kind)) throw new Error(`${kind} is no class of a tensor`);
  try {
    return new (globalThis as unknown as Record<string, new (length: number) => TypedArray>)[kind]!(length);
  } catch (cause) {
    throw new PoolingError("out_of_memory", `out of memory: no room for a result of ${length} elements`, { cause });
  }
}

function find(id: number): ResidentTensor {
  const tensor = tensors.get(id);
  if (!tensor) throw new PoolingError("disposed", "this resident tensor was freed: its argument 'data' is gone");
  return tensor;
}

/** Puts what the arguments only stand for in its places. */
function substitute(given: unknown[], substitutes: readonly Substitute[]): void {
  for (const { path, ...what } of substitutes) {
    let holder = given as unknown as Holder;
    for (const key of path.slice(0, -1)) holder = holder[key] as Holder;
    holder[path.at(-1) as string] = "tensor" in what ? find(what.tensor) : makeArray(what.kind, what.length);
  }
}

/** What the handles of tensors on the other side ask for. */
const makeTensorMethods = (pooling: Methods): Methods => ({
  tensor(id, dtype, shape) {
    const tensor = pooling.tensor!(dtype, shape) as ResidentTensor;
    tensors.set(id as number, tensor);
    return { shape: tensor.shape, room: roomOf(tensor.data) };
  },
  read: (tensor) => (tensor as ResidentTensor).data.slice(),
  write: (tensor, data) => overwrite(tensor as ResidentTensor, data),
  free(tensor) {
    for (const [id, known] of tensors) if (known === tensor) tensors.delete(id);
    (tensor as ResidentTensor).free();
  },
});

/** A tensor or a picture as it crosses, and the buffers that go with it: not those of the heap. */
function partsOf(value: Parts, transfer: ArrayBuffer[]): Parts {
  const { shape, dtype, width, height, colorSpace, pixelFormat } = value;
  const data = value.data as TypedArray;
  const resides = [...tensors.values()].some((tensor) => tensor.data.buffer === data.buffer);
  if (!resides) transfer.push(data.buffer as ArrayBuffer);
  return { data: resides ? undefined : data, shape, dtype, width, height, colorSpace, pixelFormat };
}

function answerOf(method: string, value: unknown, transfer: ArrayBuffer[]): unknown {
  const pooler = poolerOf(method);
  if (!pooler) return value;
  if (!pooler.operator?.returnsIndices) return partsOf(value as Parts, transfer);
  const { output, indices } = value as { output: Tensor; indices: Tensor };
  return { output: partsOf(output, transfer), indices: partsOf(indices, transfer) };
}

function refusalOf(error: unknown): NonNullable<Answer["refused"]> {
  if (isPoolingError(error)) return { code: error.code, message: error.message, cause: error.cause };
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

/** A core that has started. */
interface Running {
  readonly pooling: Methods;
  readonly tensorMethods: Methods;
}

/** The answers of one port. */
class Server {
  readonly #port: Port;
  #wasm: unknown;
  #started: Promise<Running> | undefined;

  constructor(port: Port) {
    this.#port = port;
    listen(port, "message", (message) => this.#answer(message as Call));
  }

  async #start(): Promise<Running> {
    const pooling = (await loadPooling({ wasm: this.#wasm as ArrayBuffer | undefined })) as unknown as Methods;
    return { pooling, tensorMethods: makeTensorMethods(pooling) };
  }

  /** The core; after one has failed, a new one. */
  #running(): Promise<Running> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** The tensors of a core that failed are gone with it. */
  #forget(): void {
    this.#started = undefined;
    tensors.clear();
  }

  async #answer(message: Call | (Start & { id: number })): Promise<void> {
    const { id } = message;
    const transfer: ArrayBuffer[] = [];
    try {
      if ("wasm" in message) this.#wasm = message.wasm;
      const { pooling, tensorMethods } = await this.#running();
      if (!("method" in message)) return this.#send({ id, value: Object.keys(pooling), refused: undefined });
      const { method, given, substitutes } = message;
      substitute(given, substitutes);
      const run = tensorMethods[method] ?? pooling[method];
      const value = answerOf(method, run!(...given), transfer);
      this.#send({ id, value, refused: undefined }, transfer);
    } catch (error) {
      const refused = refusalOf(error);
      if (refused.code === "internal" || refused.code === "wasm_unavailable") this.#forget();
      this.#send({ id, value: undefined, refused });
    }
  }

  #send(answer: Answer, transfer: ArrayBuffer[] = []): void {
    try {
      this.#port.postMessage(answer, transfer);
    } catch {
      // A cause that cannot be cloned stays here; the sentence has its words.
      const { code, message } = answer.refused ?? { code: "internal", message: "the result cannot be sent" };
      this.#port.postMessage({ id: answer.id, value: undefined, refused: { code, message } } satisfies Answer);
    }
  }
}

const threads = nodeThreads();
if (threads) threads.then(({ parentPort }) => parentPort && new Server(parentPort));
// A browser's worker listens at once: what arrives before the first listener is lost.
else new Server(globalThis as unknown as Port);
