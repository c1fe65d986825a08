/** Before and after in one place: the output lies over the input, each cell over its window, behind a movable edge. */
import { lay } from "../element/stage.js";
import type { Arrangement } from "../figure/arrange.js";
import type { Model } from "../figure/model.js";
import { fine } from "../figure/scene.js";

export class Compare {
  on = false;
  #share = 0.5;
  readonly #cover = document.createElement("div");
  readonly #canvas = document.createElement("canvas");
  readonly #handle = document.createElement("div");
  #shown: unknown;

  constructor(sheet: HTMLElement) {
    this.#cover.className = "frame cover";
    this.#cover.append(this.#canvas);
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#handle.className = "divider";
    this.#handle.tabIndex = 0;
    this.#handle.setAttribute("role", "slider");
    this.#handle.setAttribute("aria-valuemin", "0");
    this.#handle.setAttribute("aria-valuemax", "100");
    this.#handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      this.#handle.setPointerCapture(event.pointerId);
    });
    this.#handle.addEventListener("pointermove", (event) => {
      event.stopPropagation();
      if (!this.#handle.hasPointerCapture(event.pointerId)) return;
      const { left, width } = this.#cover.getBoundingClientRect();
      this.#move((event.clientX - left) / width);
    });
    this.#handle.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.#move(this.#share + by);
    });
    this.#cover.hidden = true;
    this.#handle.hidden = true;
    sheet.append(this.#cover, this.#handle);
  }

  #move(share: number): void {
    this.#share = Math.min(1, Math.max(0, share));
    this.#handle.setAttribute("aria-valuenow", String(Math.round(100 * this.#share)));
    this.#handle.style.left = `${fine(this.#cover.offsetLeft + this.#share * this.#cover.offsetWidth)}px`;
    this.#cover.style.clipPath = `inset(0 0 0 ${fine(100 * this.#share)}%)`;
  }

  draw(model: Model, { input }: Arrangement, output: HTMLCanvasElement, label: string): void {
    // Numbers over numbers compare nothing, nor does what comes back.
    const there = this.on && model.input.kind === "picture" && !model.back;
    this.#cover.hidden = !there;
    this.#handle.hidden = !there;
    if (!there) return;
    this.#handle.setAttribute("aria-label", label);
    if (this.#shown !== model.output) {
      this.#canvas.width = output.width;
      this.#canvas.height = output.height;
      this.#canvas.getContext("2d")?.drawImage(output, 0, 0);
      this.#shown = model.output;
    }
    const { box, cell } = input;
    const along = ({ input, output, start, span, stride }: Model["rows"]): [number, number] =>
      span === null || stride === null ? [0, input] : [(start[0] as number) + (span - stride) / 2, output * stride];
    const [top, high] = along(model.rows);
    const [left, wide] = along(model.columns);
    lay(this.#cover, box);
    lay(this.#canvas, {
      x: input.x - box.x + left * cell,
      y: input.y - box.y + top * cell,
      width: wide * cell,
      height: high * cell,
    });
    this.#handle.style.top = `${fine(box.y)}px`;
    this.#handle.style.height = `${fine(box.height)}px`;
    this.#move(this.#share);
  }
}
