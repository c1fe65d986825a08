/** The page's side of the worker: large pictures and films are pooled there, and the page stays quick. */
import type { Layer } from "../../figure/code.js";
import type { Model, Plane } from "../../figure/model.js";
import type { Answer, Job } from "../pooling-worker.js";

/** From so many cells on a picture is large: below, the way to the worker and back takes longer than the pooling. */
export const LARGE = 200_000;

export type Outcome = { model: Model } | { error: string };
interface Asked {
  layer: Layer;
  plane?: Plane | undefined;
  frame?: ImageBitmap;
}

/** The worker's address for a policy that asks for trusted types. The page's policy trusts no other. */
function trusted(address: string): string {
  const { trustedTypes } = globalThis as unknown as {
    trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };
  };
  const createScriptURL = (given: string): string => {
    if (given !== address) throw new TypeError("This policy is for the page's worker only");
    return given;
  };
  return trustedTypes?.createPolicy("poolscope-worker", { createScriptURL }).createScriptURL(address) ?? address;
}

export class Pooler {
  #worker: Worker | undefined;
  #sent: Plane | undefined;
  /** What the worker is at, and what it gets next: of several only the last. */
  #current: Asked | undefined;
  #next: Asked | undefined;

  readonly #done: (outcome: Outcome) => void;
  readonly #failed: () => void;

  /** `address`: the worker's script. `done` is told of every result; `failed` once, when there can be no worker. */
  constructor(address: string | undefined, done: (outcome: Outcome) => void, failed: () => void) {
    this.#done = done;
    this.#failed = failed;
    if (!address || typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined") return;
    try {
      const url = new URL(address, import.meta.url).href;
      this.#worker = new Worker(trusted(url), { type: "module" });
      this.#worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.#answered(data));
      this.#worker.addEventListener("error", () => this.#broke());
      this.#worker.addEventListener("messageerror", () => this.#broke());
    } catch {
      this.#worker = undefined;
    }
  }

  get there(): boolean {
    return this.#worker !== undefined;
  }

  get busy(): boolean {
    return this.#current !== undefined;
  }

  /** Pools a picture, some time. */
  picture(layer: Layer, plane: Plane): void {
    this.#ask({ layer, plane });
  }

  /** Pools one frame; it is the worker's from now on. */
  frame(layer: Layer, frame: ImageBitmap): void {
    this.#ask({ layer, frame });
  }

  #ask(asked: Asked): void {
    if (this.#current) {
      this.#next?.frame?.close();
      this.#next = asked;
      return;
    }
    this.#current = asked;
    const { layer, plane, frame } = asked;
    const job: Job = { layer };
    if (plane && plane !== this.#sent) {
      job.plane = plane;
      this.#sent = plane;
    }
    if (frame) job.frame = frame;
    this.#worker?.postMessage(job, frame ? [frame] : []);
  }

  #answered({ model, error, broken }: Answer): void {
    if (broken) {
      this.#broke();
      return;
    }
    const current = this.#current;
    const next = this.#next;
    this.#current = undefined;
    this.#next = undefined;
    if (next) this.#ask(next);
    if (error !== undefined) this.#done({ error });
    else if (model && current) {
      const { layer, plane } = current;
      this.#done({ model: { ...model, layer, ...(plane ? { input: plane } : {}) } });
    }
  }

  /** The page pools by itself from now on. */
  #broke(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#current = undefined;
    this.#next?.frame?.close();
    this.#next = undefined;
    this.#failed();
  }
}
