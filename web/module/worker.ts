/**
 * The same pooling in a worker: every method returns a promise, and the calling thread stays free.
 *
 *   const pooling = await loadPooling();
 *   const { data } = await pooling.maxPool2d({ data: new Float32Array(64), shape: [1, 8, 8] }, { kernelSize: 2 });
 */
import { asIndices, bufferOf, className, fill, isArray, isDetached, keepApart } from "./arrays.js";
import { isObject, mustBe, PoolingError, unavailable } from "./errors.js";
import { type Once, once } from "./once.js";
import { picture } from "./picture.js";
import { bytesOf, readLoadOptions } from "./source.js";
import type {
  DType,
  DTypes,
  ImageLike,
  ImageOptions,
  LayoutOption,
  LoadOptions,
  Out,
  OutWithIndices,
  Pool,
  PooledImage,
  Pooling,
  PoolingInfo,
  PoolWithIndices,
  ResidentTensor,
  Scatter,
  Tensor,
  TypedArray,
  WithIndices,
} from "./types.js";
import {
  type Answer,
  checkWritten,
  listen,
  nodeThreads,
  overwrite,
  type Parts,
  type Port,
  type Room,
  type Stand,
} from "./worker-messages.js";

export { PoolingError, type PoolingErrorCode } from "./errors.js";

type Dispose = SymbolConstructor extends { readonly dispose: infer S extends symbol }
  ? { [K in S]: () => void }
  : unknown;

/** A tensor that stays in the worker: a call that reads or writes it sends no pixels. */
export type WorkerTensor<A extends TypedArray = TypedArray> = {
  /** Its sizes. */
  readonly shape: readonly number[];
  /** A copy of its elements. After free() a PoolingError "disposed". */
  read(): Promise<A>;
  /** Copies `data`, as many elements of its class, into it. */
  write(data: A): Promise<void>;
  /** Gives the memory back; a second time does nothing. A forgotten tensor is freed when it is collected. */
  free(): void;
} & Dispose;

/** What every operator in a worker also takes. */
export interface TransferOption {
  /**
   * Hands the buffers of the tensors or the picture that are read over to the worker instead of copying them: they are
   * detached here. Without a worker nothing has to be handed over, and they stay.
   * @defaultValue false
   */
  transfer?: boolean | undefined;
}

/** How to load in a worker. */
export interface WorkerLoadOptions extends LoadOptions {
  /**
   * Where worker-thread.js lies, for a bundler that does not follow `new URL(…, import.meta.url)`.
   * @defaultValue beside this module
   */
  worker?: { readonly href: string } | string | undefined;
}

type Source<A extends TypedArray> = Tensor<A> | WorkerTensor<A>;
interface LaterAll {
  <A extends TypedArray>(
    x: Source<A>,
    options: LayoutOption & TransferOption & { out: WorkerTensor<A> },
  ): Promise<WorkerTensor<A>>;
  <A extends TypedArray>(x: Source<A>, options?: LayoutOption & TransferOption & Out<A>): Promise<Tensor<A>>;
}
interface LaterPool<O> {
  <A extends TypedArray>(
    x: Source<A>,
    options: O & TransferOption & { out: WorkerTensor<A> },
  ): Promise<WorkerTensor<A>>;
  <A extends TypedArray>(x: Source<A>, options: O & TransferOption & Out<A>): Promise<Tensor<A>>;
}
interface LaterWithIndices<O> {
  <A extends TypedArray>(
    x: Source<A>,
    options: O & TransferOption & { out: { output: WorkerTensor<A>; indices: WorkerTensor<Int32Array> } },
  ): Promise<{ output: WorkerTensor<A>; indices: WorkerTensor<Int32Array> }>;
  <A extends TypedArray>(x: Source<A>, options: O & TransferOption & OutWithIndices<A>): Promise<WithIndices<A>>;
}
interface LaterScatter<O> {
  <A extends TypedArray>(
    x: Source<A>,
    indices: Source<Int32Array> | Int32Array,
    options: O & TransferOption & { out: WorkerTensor<A> },
  ): Promise<WorkerTensor<A>>;
  <A extends TypedArray>(
    x: Source<A>,
    indices: Source<Int32Array> | Int32Array,
    options: O & TransferOption & Out<A>,
  ): Promise<Tensor<A>>;
}
/** The name says which form of call it is: without strictFunctionTypes the type of any form passes for every other. */
type Later<K extends string, F> = K extends `global${string}`
  ? LaterAll
  : K extends `${string}WithIndices`
    ? F extends PoolWithIndices<infer O>
      ? LaterWithIndices<O>
      : never
    : K extends `maxUnpool${string}` | `maxPool${string}Backward`
      ? F extends Scatter<infer O>
        ? LaterScatter<O>
        : never
      : K extends `${string}Pool${string}`
        ? F extends Pool<infer O>
          ? LaterPool<O>
          : never
        : F extends (...given: infer G) => infer R
          ? (...given: G) => Promise<R>
          : never;

/** What is not simply the same with a promise around it. */
interface Own {
  /** What the core is, and whether it runs in a worker. */
  info(): Promise<PoolingInfo & { worker: boolean }>;
  /** A tensor in the worker, filled with zeros, for pipelines that must not copy. */
  tensor<T extends DType>(dtype: T, shape: readonly number[]): Promise<WorkerTensor<DTypes[T]>>;
  /** As the module's poolImage. */
  poolImage(image: ImageLike, options: ImageOptions & TransferOption): Promise<PooledImage>;
  /** Ends the worker. What is still asked of it, or later, is a PoolingError "disposed". */
  close(): void;
}

/** A core in a worker: the methods of the module's `Pooling`, each returning a promise. */
export type WorkerPooling = { [K in Exclude<keyof Pooling, keyof Own>]: Later<K, Pooling[K]> } & Own;

type Method = (...given: unknown[]) => unknown;
type Methods = Record<string, Method>;

/** Whose tensors they are: an instance, and why it answers no more once it was closed. */
interface Owner {
  closed?: PoolingError;
}

/** Where a handle's tensor is: in an instance's worker by number, or here, where there is no worker. */
interface Place {
  readonly owner: Owner;
  readonly id: number;
  readonly here?: ResidentTensor;
  readonly ask: (what: "read" | "write" | "free", ...more: unknown[]) => Promise<unknown>;
}
const places = /* @__PURE__ */ new WeakMap<object, Place>();
const forgotten = /* @__PURE__ */ new FinalizationRegistry<Place>(({ ask }) => ask("free").catch(() => {}));

class Handle {
  readonly shape: readonly number[];
  readonly #place: Place;

  constructor(shape: readonly number[], place: Place) {
    this.shape = Object.freeze([...shape]);
    this.#place = place;
    places.set(this, place);
    forgotten.register(this, place, this);
  }
  read(): Promise<unknown> {
    return this.#place.ask("read");
  }
  async write(data: unknown): Promise<void> {
    await this.#place.ask("write", data);
  }
  free(): void {
    forgotten.unregister(this);
    this.#place.ask("free").catch(() => {});
  }
}
if (Symbol.dispose) {
  Object.defineProperty(Handle.prototype, Symbol.dispose, { value: Handle.prototype.free, configurable: true });
}

function placeOf(value: unknown, owner: object): Place | undefined {
  const place = isObject(value) ? places.get(value) : undefined;
  if (place && place.owner !== owner) {
    throw new PoolingError("invalid_argument", "a resident tensor of another worker cannot be used here");
  }
  return place;
}

/** One result's way back into what the caller gave for it. */
interface Target {
  readonly handle?: object;
  readonly array?: TypedArray;
  /** The tensor or picture that holds the array. */
  readonly whole?: object;
}

/** Something that does not cross, to be done on this side, where it is refused in the right words or works all the same. */
class Stays extends Error {}

/** The elements alone, however large the buffer they are a part of. */
function copyOf(data: TypedArray): TypedArray {
  const { buffer } = new Uint8Array(bufferOf.call(data), data.byteOffset, data.byteLength).slice();
  return new (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => TypedArray>)[
    className.call(data) as string
  ]!(buffer);
}

/** The arguments of one call as they cross, copied or to be transferred. */
class Crossing {
  readonly buffers = new Set<ArrayBuffer>();
  readonly targets: Target[] = [];
  readonly given: unknown[];
  readonly #owner: object;
  #moved = false;

  constructor(owner: object, method: string, given: readonly unknown[], mayMove: boolean) {
    this.#owner = owner;
    const last = given.at(-1);
    const options = isObject(last) && !this.#isInput(last) ? this.#options(last, method) : last;
    if (isObject(options) && "transfer" in options) {
      const { transfer } = options;
      delete options.transfer;
      if (transfer !== undefined && typeof transfer !== "boolean") {
        mustBe(method, "transfer", "true or false", transfer);
      }
      this.#moved = mayMove && transfer === true;
    }
    this.given = given.map((value, i) => (i === given.length - 1 && options !== last ? options : this.#input(value)));
  }

  #isInput(value: object): boolean {
    return Array.isArray(value) || isArray(value) || "data" in value || places.has(value);
  }

  #stand(value: unknown): Stand | undefined {
    const place = placeOf(value, this.#owner);
    return place && { stand: "resident", id: place.id };
  }

  #input(value: unknown): unknown {
    const stand = this.#stand(value);
    if (stand) return stand;
    if (isArray(value) && !("shape" in value)) return this.#data(value);
    if (!isObject(value) || !("data" in value)) return value;
    const { data, shape, width, height, colorSpace } = value as unknown as Parts;
    return { data: this.#data(data), shape, width, height, colorSpace };
  }

  #data(data: unknown, moved = this.#moved): unknown {
    if (!isArray(data)) return data;
    if (isDetached(data)) throw new Stays();
    const buffer = bufferOf.call(data);
    if (moved && buffer instanceof ArrayBuffer) {
      this.buffers.add(buffer);
      return data;
    }
    const copy = copyOf(data);
    this.buffers.add(copy.buffer as ArrayBuffer);
    return copy;
  }

  #options(given: object, method: string): Record<string, unknown> {
    const prototype = Object.getPrototypeOf(given);
    if (prototype && Object.getPrototypeOf(prototype)) throw new Stays();
    const options: Record<string, unknown> = { ...given };
    const { out, randomSamples } = options;
    if (isArray(randomSamples)) options.randomSamples = this.#data(randomSamples, false);
    else if (isObject(randomSamples) && "data" in randomSamples) {
      options.randomSamples = { data: this.#data(randomSamples.data, false) };
    }
    if (isObject(out) && !this.#isInput(out)) {
      const { output, indices } = out;
      options.out = { ...out, output: this.#target(output, 0), indices: this.#target(indices, 1) };
      const [a, b] = this.targets;
      if (a?.array && b?.array) keepApart(method, a.array, b.array);
    } else if (out !== undefined) options.out = this.#target(out, 0);
    return options;
  }

  #target(value: unknown, at: number): unknown {
    if (!isObject(value)) return value;
    const stand = this.#stand(value);
    if (stand) {
      this.targets[at] = { handle: value };
      return stand;
    }
    const alone = isArray(value) && !("shape" in value);
    const { data, shape, width, height } = (alone ? { data: value } : value) as unknown as Parts;
    if (!isArray(data)) return { ...value, data };
    if (isDetached(data)) throw new Stays();
    this.targets[at] = alone ? { array: data } : { array: data, whole: value };
    const array: Stand = { stand: "array", className: className.call(data) as string, length: data.length };
    return alone ? array : { data: array, shape, width, height };
  }
}

/** A result in the caller's hands: in its target, or as it came. */
function deliver(result: Parts, target: Target = {}): object {
  const { handle, array, whole } = target;
  if (handle) return handle;
  let data = result.data as TypedArray;
  if (array) {
    try {
      fill(array, data);
    } catch (cause) {
      throw new PoolingError("invalid_argument", "argument 'out' was detached while the worker worked", { cause });
    }
    if (whole) return whole;
    data = array;
  }
  if (typeof result.width !== "number") return { data, shape: result.shape };
  const pixels = array ? new Uint8ClampedArray(array.buffer, array.byteOffset, array.byteLength) : data;
  return picture(pixels as Uint8ClampedArray, result.width, result.height as number, result.colorSpace);
}

function receive(value: unknown, targets: readonly Target[]): unknown {
  if (!isObject(value)) return value;
  if ("data" in value) return deliver(value as unknown as Parts, targets[0]);
  if (!("output" in value)) return value;
  const { output, indices } = value as unknown as { output: Parts; indices: Parts };
  const found = deliver(indices, targets[1]);
  return {
    output: deliver(output, targets[0]),
    indices: targets[1]?.handle
      ? found
      : asIndices(targets[1]?.array ?? (found as Tensor).data, targets[1] !== undefined, indices.shape as number[]),
  };
}

interface ScriptPolicy {
  createScriptURL(url: string): unknown;
}
/** Made once: a page may forbid a second policy of the same name. */
let policy: ScriptPolicy | undefined;

/** The worker, or nothing where none can be made. */
async function open(address: WorkerLoadOptions["worker"]): Promise<Port | undefined> {
  const beside = new URL(/* @vite-ignore */ "./worker-thread.js", import.meta.url);
  const url = address === undefined ? beside : new URL(typeof address === "string" ? address : address.href, beside);
  const threads = nodeThreads();
  if (threads) return new (await threads).Worker(url);
  const { Worker, trustedTypes } = globalThis as unknown as {
    Worker?: new (url: unknown, options: { type: "module" }) => Port;
    trustedTypes?: { createPolicy(name: string, rules: object): ScriptPolicy };
  };
  if (!Worker) return undefined;
  // A policy that asks for trusted types takes no plain address.
  policy ??= trustedTypes?.createPolicy("poolscope-worker", { createScriptURL: (text: string) => text });
  return new Worker(policy ? policy.createScriptURL(url.href) : url.href, { type: "module" });
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: PoolingError): void;
}

/** Messages to a worker and the promises of its answers. */
class Link {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #next = 0;
  /** Why nothing can be asked any more. */
  over: PoolingError | undefined;

  constructor(port: Port) {
    this.#port = port;
    listen(port, "message", (answer) => this.#answered(answer as Answer));
    const broke = () => this.end(new PoolingError("wasm_unavailable", "the worker stopped"));
    for (const kind of ["error", "messageerror", "exit"]) listen(port, kind, broke);
  }

  ask(message: object, transfer: Iterable<ArrayBuffer> = []): Promise<unknown> {
    if (this.over) return Promise.reject(this.over);
    const id = ++this.#next;
    this.#port.postMessage({ id, ...message }, [...transfer]);
    // In Node a worker that has nothing to do does not keep the program.
    this.#port.ref?.();
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  #answered({ id, value, refused }: Answer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#port.unref?.();
    if (refused) {
      const { code, message, cause } = refused;
      pending?.reject(new PoolingError(code, message, cause === undefined ? undefined : { cause }));
    } else pending?.resolve(value);
  }

  end(why: PoolingError): void {
    if (this.over) return;
    this.over = why;
    this.#port.terminate?.();
    for (const { reject } of this.#pending.values()) reject(why);
    this.#pending.clear();
  }
}

const here = async (wasm?: unknown): Promise<Methods> => {
  const { loadPooling: load } = await import("./load.js").catch((cause) => {
    const { code, message } = unavailable(cause);
    const instead = "ServiceWorkerGlobalScope" in globalThis ? '; a service worker imports "poolscope" itself' : "";
    throw new PoolingError(code, message + instead, { cause });
  });
  return (await load({ wasm: wasm as ArrayBuffer | undefined })) as unknown as Methods;
};

/** An instance without a worker: the same calls, on the calling thread. */
function local(pooling: Methods, owner: Owner, method: string): Method {
  if (method === "info") return () => ({ ...(pooling.info?.() as PoolingInfo), worker: false });
  if (method === "tensor") {
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
  const resident = (value: unknown) => placeOf(value, owner)?.here ?? value;
  return (...given) => {
    const last = given.at(-1);
    let handles: unknown[] = [];
    try {
      if (isObject(last) && !isArray(last) && ("transfer" in last || "out" in last)) {
        const { transfer, ...options } = last;
        if (transfer !== undefined && typeof transfer !== "boolean") {
          mustBe(method, "transfer", "true or false", transfer);
        }
        const { out } = options;
        const pair = isObject(out) && !isArray(out) && ("output" in out || "indices" in out);
        handles = (pair ? [out.output, out.indices] : [out]).map((value) =>
          placeOf(value, owner) ? value : undefined,
        );
        if (pair) options.out = { ...out, output: resident(out.output), indices: resident(out.indices) };
        else options.out = resident(out);
        given[given.length - 1] = options;
      }
    } catch (error) {
      if (error instanceof PoolingError) throw error;
      // What the caller's own code throws while it is read, it throws again to the module, which names the argument.
    }
    const result = pooling[method]?.(...given.map(resident));
    if (isObject(result) && "output" in result) {
      return { output: handles[0] ?? result.output, indices: handles[1] ?? result.indices };
    }
    return handles[0] ?? result;
  };
}

/** An instance whose calls a worker answers. */
function remote(link: Link, owner: object, method: string): Method {
  if (method === "tensor") {
    return async (dtype, shape) => {
      const id = ++ids;
      const make = (sizes: unknown) => link.ask({ method, given: [id, dtype, sizes] });
      let made: unknown;
      try {
        made = await make(shape);
      } catch (error) {
        if (error instanceof PoolingError) throw error;
        // It does not cross: what can be read all the same is read on this side, the rest is refused here in the same words.
        const resident = (await here()).tensor?.(dtype, shape) as ResidentTensor;
        resident.free();
        made = await make(resident.shape);
      }
      const { shape: sizes, room } = made as { shape: number[]; room: Room };
      const stand: Stand = { stand: "resident", id };
      const ask: Place["ask"] = async (what, data) => {
        if (link.over) throw link.over;
        if (what !== "write") {
          const answer = await link.ask({ method: what, given: [stand] });
          return what === "read" ? (answer as Parts).data : undefined;
        }
        checkWritten(room, data);
        const copy = copyOf(data);
        return link.ask({ method: what, given: [stand, copy] }, [copy.buffer as ArrayBuffer]);
      };
      return new Handle(sizes, { owner, id, ask });
    };
  }
  return async (...given) => {
    const ask = (mayMove: boolean) => {
      const { given: crossing, buffers, targets } = new Crossing(owner, method, given, mayMove);
      return link.ask({ method, given: crossing }, buffers).then((value) => receive(value, targets));
    };
    const failed = (error: unknown): undefined => {
      if (error instanceof PoolingError) throw error;
      return undefined;
    };
    let answer: Promise<unknown> | undefined;
    try {
      answer = ask(true);
    } catch (error) {
      failed(error);
      try {
        // A buffer that cannot be transferred, a memory's own for one, is copied.
        answer = ask(false);
      } catch (again) {
        failed(again);
      }
    }
    // What does not cross is done on this side, where it is refused in the same words as ever, or works all the same.
    if (!answer) return local(await here(), owner, method)(...given);
    const value = await answer;
    return method === "info" ? { ...(value as PoolingInfo), worker: true } : value;
  };
}
let ids = 0;

/** A worker whose script nobody delivers neither starts nor fails: after so many milliseconds it is done without. */
const PATIENCE = 10_000;

async function start(
  wasm?: unknown,
  address?: WorkerLoadOptions["worker"],
  closed = (): void => {},
): Promise<WorkerPooling> {
  const owner: Owner = {};
  let core: unknown;
  let link: Link | undefined;
  let names: string[] | undefined;
  const none = () => link?.end(new PoolingError("wasm_unavailable", "the worker did not start"));
  try {
    core = wasm === undefined ? undefined : await bytesOf(await wasm);
    try {
      const port = await open(address);
      if (port) {
        link = new Link(port);
        const timer = setTimeout(none, PATIENCE);
        names = (await link.ask({ wasm: core }).finally(() => clearTimeout(timer))) as string[];
      }
    } catch {
      none();
      link = undefined;
    }
  } catch (cause) {
    throw unavailable(cause);
  }
  let pooling: Methods | undefined;
  if (!names) {
    pooling = await here(core);
    names = Object.keys(pooling);
  }
  const methods: Methods = {};
  for (const name of names) {
    methods[name] = async (...given) => {
      if (owner.closed) throw owner.closed;
      if (link && !link.over) return remote(link, owner, name)(...given);
      pooling ??= await here(core);
      return local(pooling, owner, name)(...given);
    };
  }
  methods.close = () => {
    if (owner.closed) return;
    owner.closed = new PoolingError("disposed", "this worker was closed");
    link?.end(owner.closed);
    closed();
  };
  return methods as unknown as WorkerPooling;
}

const shared: Once<WorkerPooling> = /* @__PURE__ */ once(() => start(undefined, undefined, shared.forget));

/**
 * Starts a core in a worker, or, where none can start (an old engine, a policy that forbids it, a script that does not come
 * within ten seconds), on the calling thread: the same promises either way, and `info().worker` tells. Without options every
 * call gets the same instance. Rejects as the module's loadPooling does; and in a service worker, which starts no worker and
 * imports nothing late: there import "poolscope" itself.
 */
export async function loadPooling(options?: WorkerLoadOptions): Promise<WorkerPooling> {
  const { wasm, worker } = readLoadOptions(options, ["wasm", "worker"]) as WorkerLoadOptions;
  return wasm === undefined && worker === undefined ? shared() : start(wasm, worker);
}
