/** Tensors that stay in the worker, or on this thread's heap where there is no worker. */
import { isObject, PoolingError } from "../errors.js";
import type { ResidentTensor } from "../types.js";

/** An instance of poolscope/worker, to which tensors belong. */
export interface Owner {
  /** Why it answers no more once it was closed. */
  closed: PoolingError | undefined;
}

/** Where a handle's tensor is: in an instance's worker by number, or here, where there is no worker. */
export interface Place {
  readonly owner: Owner;
  readonly id: number;
  readonly here?: ResidentTensor;
  readonly ask: (what: "read" | "write" | "free", ...more: unknown[]) => Promise<unknown>;
}

const places = /* @__PURE__ */ new WeakMap<object, Place>();
const forgotten = /* @__PURE__ */ new FinalizationRegistry<Place>(({ ask }) => ask("free").catch(() => {}));

/** A WorkerTensor. */
export class Handle {
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

/** Where the tensor of a handle is; undefined of anything else. */
export function placeOf(value: unknown, owner: Owner): Place | undefined {
  const place = isObject(value) ? places.get(value) : undefined;
  if (place && place.owner !== owner) {
    throw new PoolingError("invalid_argument", "a resident tensor of another worker cannot be used here");
  }
  return place;
}
