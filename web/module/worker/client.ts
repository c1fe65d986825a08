/** The calling thread's side: starts the worker, asks it, and does without where there is none. */
import { isObject, isPoolingError, PoolingError, unavailable } from "../errors.js";
import { type Once, once } from "../once.js";
import { bytesOf, readLoadOptions } from "../source.js";
import type { PoolingInfo, ResidentTensor } from "../types.js";
import { Crossing, copyOf, receive } from "./crossing.js";
import { Handle, type Owner, type Place } from "./handle.js";
import { loadHere, local, type Method, type Methods } from "./local.js";
import { type Answer, checkWritten, listen, nodeThreads, type Port, type Room } from "./protocol.js";
import type { WorkerLoadOptions, WorkerPooling } from "./types.js";

interface ScriptPolicy {
  createScriptURL(url: string): unknown;
}
/** Made once: a page may forbid a second policy of the same name. */
let policy: ScriptPolicy | undefined;

/** The script beside this module. */
const beside = () => new URL(/* @vite-ignore */ "./worker-thread.js", import.meta.url);

/** The address of the worker's script, as text for sentences. */
function addressOf(worker: WorkerLoadOptions["worker"]): URL {
  if (worker === undefined) return beside();
  return new URL(typeof worker === "object" && "href" in worker ? worker.href : String(worker), beside());
}

async function open(worker: WorkerLoadOptions["worker"], url: URL): Promise<Port> {
  const threads = nodeThreads();
  if (threads) return new (await threads).Worker(url);
  const { Worker, trustedTypes } = globalThis as unknown as {
    Worker?: new (url: unknown, options: { type: "module" }) => Port;
    trustedTypes?: {
      createPolicy(name: string, rules: object): ScriptPolicy;
      isScriptURL(value: unknown): boolean;
    };
  };
  if (!Worker) throw new Error("this engine has no workers");
  let address: unknown = url.href;
  if (worker === undefined) {
    // Where a policy asks for trusted types, the script beside this module is trusted, and no other address.
    policy ??= trustedTypes?.createPolicy("poolscope-worker", { createScriptURL: () => beside().href });
    address = policy?.createScriptURL("") ?? address;
  } else if (trustedTypes?.isScriptURL(worker)) address = worker;
  return new Worker(address, { type: "module" });
}

/** Why a worker's script did not start, in one line. */
function reasonOf(error: unknown, url: URL): string {
  const { location } = globalThis as { location?: { origin: string } };
  const isForeign = location !== undefined && /^http/.test(url.protocol) && url.origin !== location.origin;
  const hint = isForeign ? "; browsers start no worker from another origin: host the script on your own" : "";
  const message = isObject(error) && typeof error.message === "string" ? error.message : "";
  const where = url.protocol === "data:" ? "its script" : url.href;
  return `${where}: ${message.replace(/\s+/g, " ").replace(/\.$/, "") || "it cannot be loaded"}${hint}`;
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
    for (const kind of ["error", "messageerror", "exit"]) {
      listen(port, kind, (cause) => {
        this.end(new PoolingError("wasm_unavailable", "the worker stopped", isObject(cause) ? { cause } : undefined));
      });
    }
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

let ids = 0;

function makeTensor(link: Link, owner: Owner): Method {
  return async (dtype, shape) => {
    const id = ++ids;
    const make = (sizes: unknown) => link.ask({ method: "tensor", given: [id, dtype, sizes], substitutes: [] });
    let made: unknown;
    try {
      made = await make(shape);
    } catch (error) {
      if (isPoolingError(error)) throw error;
      // It does not cross: what can be read all the same is read on this side, the rest is refused here in the same words.
      const resident = (await loadHere()).tensor?.(dtype, shape) as ResidentTensor;
      resident.free();
      made = await make(resident.shape);
    }
    const { shape: sizes, room } = made as { shape: number[]; room: Room };
    const substitutes = [{ path: [0], tensor: id }];
    const ask: Place["ask"] = async (method, data) => {
      if (link.over) throw link.over;
      if (method !== "write") return link.ask({ method, given: [undefined], substitutes });
      checkWritten(room, data);
      const copy = copyOf(data);
      return link.ask({ method, given: [undefined, copy], substitutes }, [copy.buffer]);
    };
    return new Handle(sizes, { owner, id, ask });
  };
}

/** A method that a worker answers. */
function remote(link: Link, owner: Owner, method: string): Method {
  if (method === "tensor") return makeTensor(link, owner);
  return async (...given) => {
    let crossing: Crossing | undefined;
    let answer: Promise<unknown> | undefined;
    try {
      crossing = new Crossing(owner, method, given);
      const { given: crossed, substitutes } = crossing;
      const call = { method, given: crossed, substitutes };
      try {
        answer = link.ask(call, crossing.pack(true));
      } catch {
        // A buffer that cannot be transferred, a memory's own for one, is copied.
        answer = link.ask(call, crossing.pack(false));
      }
    } catch (error) {
      if (isPoolingError(error)) throw error;
    }
    if (crossing && answer) return receive(method, await answer, crossing.targets);
    // What does not cross is done on this side, where it is refused in the same words as ever, or works all the same.
    const apart = `${method}(): a resident tensor is in the worker, and another argument cannot be sent there`;
    return local(await loadHere(), owner, method, new PoolingError("invalid_argument", apart))(...given);
  };
}

/** A worker whose script nobody delivers neither starts nor fails: after so many milliseconds it is done without. */
const PATIENCE = 10_000;

/** One instance: its worker, or why there is none. */
class Instance {
  readonly #owner: Owner = { closed: undefined };
  readonly #closed: () => void;
  readonly methods: Methods = {};
  #core: unknown;
  #link: Link | undefined;
  #reason: string | undefined;
  #here: Methods | undefined;

  constructor(closed: () => void) {
    this.#closed = closed;
  }

  async start(wasm: unknown, worker: WorkerLoadOptions["worker"]): Promise<void> {
    try {
      this.#core = wasm === undefined ? undefined : await bytesOf(await wasm);
    } catch (cause) {
      throw unavailable(cause);
    }
    let names = await this.#startWorker(worker);
    if (!names) {
      this.#here = await loadHere(this.#core);
      names = Object.keys(this.#here);
    }
    for (const name of names) this.methods[name] = (...given) => this.#call(name, given);
    this.methods.info = async () => this.#info();
    this.methods.close = () => this.#close();
    if (Symbol.dispose) Object.defineProperty(this.methods, Symbol.dispose, { value: this.methods.close });
  }

  /** The names of the methods, or nothing where no worker starts. */
  async #startWorker(worker: WorkerLoadOptions["worker"]): Promise<string[] | undefined> {
    let url = beside();
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      url = addressOf(worker);
      const link = new Link(await open(worker, url));
      this.#link = link;
      const late = new PoolingError("wasm_unavailable", `no answer within ${PATIENCE / 1000} seconds`);
      timer = setTimeout(() => link.end(late), PATIENCE);
      return (await link.ask({ wasm: this.#core })) as string[];
    } catch (error) {
      const cause = isPoolingError(error) && error.cause !== undefined ? error.cause : error;
      this.#reason = reasonOf(cause, url);
      this.#link?.end(new PoolingError("wasm_unavailable", "the worker did not start"));
      this.#link = undefined;
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  async #call(name: string, given: unknown[]): Promise<unknown> {
    if (this.#owner.closed) throw this.#owner.closed;
    const link = this.#link;
    if (link && !link.over) return remote(link, this.#owner, name)(...given);
    const gone = new PoolingError("disposed", "this resident tensor was freed: the worker that had it stopped");
    try {
      // What is here is called at once, before the caller can change what was given.
      this.#here ??= await loadHere(this.#core);
      return local(this.#here, this.#owner, name, gone)(...given);
    } catch (error) {
      // The core that failed has closed itself: the next call starts another.
      if (isPoolingError(error) && error.code === "internal") this.#here = undefined;
      throw error;
    }
  }

  async #info(): Promise<object> {
    const info = (await this.#call("info", [])) as PoolingInfo;
    const link = this.#link;
    if (link && !link.over) return { ...info, worker: true };
    return { ...info, worker: false, workerError: this.#reason ?? link?.over?.message ?? "the worker stopped" };
  }

  #close(): void {
    if (this.#owner.closed) return;
    this.#owner.closed = new PoolingError("disposed", "this worker was closed");
    this.#link?.end(this.#owner.closed);
    this.#closed();
  }
}

async function start(wasm?: unknown, worker?: WorkerLoadOptions["worker"], closed = () => {}): Promise<WorkerPooling> {
  const instance = new Instance(closed);
  await instance.start(wasm, worker);
  return instance.methods as unknown as WorkerPooling;
}

const shared: Once<WorkerPooling> = /* @__PURE__ */ once(() => start(undefined, undefined, shared.forget));

/**
 * Starts a core in a worker, or, where none can start (an old engine, a policy that forbids it, a script of another origin or one that
 * does not come within ten seconds), on the calling thread: the same promises either way. `info()` tells which it is, and why. Without
 * options every call gets the same instance. Rejects as the module's loadPooling does; and in a service worker, which starts no worker
 * and imports nothing late: there import "poolscope" itself.
 */
export async function loadPooling(options?: WorkerLoadOptions): Promise<WorkerPooling> {
  const { wasm, worker } = readLoadOptions(options, ["wasm", "worker"]) as WorkerLoadOptions;
  return wasm === undefined && worker === undefined ? shared() : start(wasm, worker);
}
