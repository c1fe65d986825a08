/** What is shown, pooled: at once, or in the worker where the picture is large or a film. */
import { fromSource } from "../../element/pictures.js";
import type { Layer } from "../../figure/code.js";
import { compute, lookBack, type Pooling } from "../../figure/compute.js";
import type { Model } from "../../figure/model.js";
import { isBroken } from "../broken.js";
import { START, type State } from "../state.js";
import type { Texts } from "../texts/index.js";
import type { Picture } from "./picture.js";
import { LARGE, type Outcome, Pooler } from "./pooler.js";

export interface PooledHost {
  readonly state: State;
  readonly picture: Picture;
  redraw(): void;
}

export class Pooled {
  model: Model | undefined;
  /** Why the layer cannot be applied to the picture; `model` is then of an earlier one. */
  error = "";
  /** Why nothing is shown looking back. */
  hindrance: ((texts: Texts) => string) | undefined;
  /** What the model was computed from, or is being. */
  #made: { layer?: Layer; plane?: unknown } = {};
  #lookedBack: { model?: Model; look?: string } = {};
  /** What a core broke at: it is tried once more with a fresh one. */
  #broken: { layer?: Layer; plane?: unknown } = {};
  #core: Pooling;
  readonly #restart: () => Promise<Pooling>;
  readonly #host: PooledHost;
  readonly #pooler: Pooler;

  /** `worker` is the address of its script, `restart` starts another core. */
  constructor(host: PooledHost, core: Pooling, restart: () => Promise<Pooling>, worker: string | undefined) {
    this.#host = host;
    this.#core = core;
    this.#restart = restart;
    this.#pooler = new Pooler(
      worker,
      (outcome) => this.#finish(outcome),
      () => {
        this.#made = {};
        host.redraw();
      },
    );
  }

  get core(): Pooling {
    return this.#core;
  }

  /** Pools what is shown now, unless that is done or under way. */
  pool(): void {
    const { layer, image } = this.#host.state;
    const { plane } = this.#host.picture;
    if (!plane || (this.#made.layer === layer && this.#made.plane === plane)) return;
    this.#made = { layer, plane };
    if (this.#pooler.there && this.model) {
      // The next frame brings its own figure, and a large picture's comes when it is done; till then the last one stands.
      if (image === "camera") return;
      if (plane.height * plane.width >= LARGE) {
        this.#pooler.picture(layer, plane);
        return;
      }
    }
    try {
      this.model = compute(this.#core, layer, plane);
      this.error = "";
    } catch (error) {
      // The last good figure stays, greyed; the sentence says why. A link that never was good gets the opening layer's.
      this.error = (error as Error).message;
      if (isBroken(error)) this.#startAgain(layer, plane);
      else {
        const kernelSize = Math.min(START.kernelSize as number, plane.height, plane.width);
        this.model ??= compute(this.#core, { ...START, kernelSize }, plane);
      }
    }
  }

  #startAgain(layer: Layer, plane: unknown): void {
    const again = this.#broken.layer === layer && this.#broken.plane === plane;
    this.#broken = { layer, plane };
    this.#restart().then(
      (core) => {
        this.#core = core;
        if (again) return;
        this.#made = {};
        this.#host.redraw();
      },
      (error: Error) => {
        this.error = error.message;
        this.#host.redraw();
      },
    );
  }

  #finish(outcome: Outcome): void {
    const { state, picture } = this.#host;
    if ("error" in outcome) this.error = outcome.error;
    else {
      const { model } = outcome;
      const film = state.image === "camera";
      // Another picture has been chosen meanwhile.
      if (!film && model.input !== picture.plane) return;
      this.model = model;
      if (film) {
        picture.show(model.input, "camera");
        this.#made = { layer: model.layer, plane: model.input };
      }
      this.error = "";
    }
    this.#host.redraw();
  }

  /** Takes a frame of a film. */
  async film(video: HTMLVideoElement, width: number, height: number): Promise<void> {
    const pooler = this.#pooler;
    if (!pooler.there) {
      this.#host.picture.show(fromSource(video, width, height), "camera");
      this.#host.redraw();
    } else if (!pooler.busy) {
      const frame = await createImageBitmap(video, { resizeWidth: width, resizeHeight: height });
      pooler.frame(this.#host.state.layer, frame);
    }
  }

  /** Puts what one sees looking back in the input's place; asked of the module once a model. */
  lookBack(): void {
    const { model } = this;
    const { look } = this.#host.state;
    if (!model || (this.#lookedBack.model === model && this.#lookedBack.look === look)) return;
    this.#lookedBack = { model, look };
    this.hindrance = undefined;
    model.back = undefined;
    if (look === "forward") return;
    try {
      model.back = lookBack(this.#core, model, look);
      const why = look === "unpool" ? "back_no_indices" : "back_no_gradient";
      if (!model.back) this.hindrance = (texts) => texts[why];
    } catch (error) {
      const { message } = error as Error;
      this.hindrance = () => message;
      if (isBroken(error)) void this.#restart().then((core) => (this.#core = core));
    }
  }
}
