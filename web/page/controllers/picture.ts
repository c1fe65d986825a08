/** The picture that is shown, and where it comes from: a sample, the grid of numbers, the reader's own, a film. */
import { fromAddress, fromGrid } from "../../element/pictures.js";
import type { Plane } from "../../figure/model.js";
import { isOwn, type State } from "../state.js";

type Source = Pick<State, "image" | "grid">;

export class Picture {
  /** What is shown now. */
  plane: Plane | undefined;
  /** The reader's own, which stays at hand when a sample is looked at. */
  own: Plane | undefined;
  /** The image that `plane` is of. */
  #image: string | undefined;
  readonly #samples = new Map<string, Plane>();
  readonly #addressOf: (sample: string) => string;

  constructor(addressOf: (sample: string) => string) {
    this.#addressOf = addressOf;
  }

  /** The image that stays where another cannot be had; of a film that is over, its last frame. */
  fallBack(): string {
    if (this.#image === "camera" && this.plane) this.show(this.plane, "file");
    return this.#image ?? "numbers";
  }

  show(plane: Plane, image: string): void {
    this.plane = plane;
    this.#image = image;
    if (image === "file") this.own = plane;
  }

  /**
   * Brings what `source` names. Returns nothing where that takes no time; otherwise a promise, which rejects with a
   * PictureError where a sample cannot be had. `isWanted` is asked again when it has come: a later choice may have overtaken it.
   */
  bring(source: Source, isWanted: () => boolean): Promise<void> | undefined {
    const { image, grid } = source;
    if (isOwn(source)) return;
    const plane = image === "numbers" ? fromGrid(grid) : this.#samples.get(image);
    if (plane) {
      this.show(plane, image);
      return;
    }
    return fromAddress(this.#addressOf(image)).then((fetched) => {
      this.#samples.set(image, fetched);
      if (isWanted()) this.show(fetched, image);
    });
  }
}

/** A plane with one other value, which the old one keeps. */
export function withValue(plane: Plane, channel: number, row: number, column: number, value: number): Plane {
  const data = Uint8Array.from(plane.data);
  data[(channel * plane.height + row) * plane.width + column] = Math.min(255, Math.max(0, Math.round(value)));
  return { ...plane, data };
}
