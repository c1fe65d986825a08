/** The drawing on the page: places the two pictures, paints the scene over them, and turns pointers into cells. */
import { type Arrangement, arrange, WIDEST, type Zoom } from "../figure/arrange.js";
import { draw } from "../figure/figure.js";
import type { DrawingLayer } from "../figure/layers/view.js";
import type { Model } from "../figure/model.js";
import { fine, type Panel, type Rectangle, type Side } from "../figure/scene.js";
import type { Words } from "../figure/texts/index.js";
import type { Theme } from "../figure/theme.js";
import { paint } from "./paint.js";
import { show } from "./pictures.js";

export interface Place {
  side: Side;
  row: number;
  column: number;
  panel: Panel;
}

/** Puts an element where the sheet has a box. */
export function lay({ style }: HTMLElement, { x, y, width, height }: Rectangle): void {
  style.left = `${fine(x)}px`;
  style.top = `${fine(y)}px`;
  style.width = `${fine(width)}px`;
  style.height = `${fine(height)}px`;
}

export class Stage {
  arrangement: Arrangement | undefined;
  readonly input: HTMLCanvasElement;
  readonly output: HTMLCanvasElement;
  readonly #overlay: HTMLCanvasElement;
  #room: number | undefined;
  #tall: number | undefined;
  readonly sheet: HTMLElement;
  #shown: { input?: unknown; output?: unknown } = {};

  constructor(readonly element: HTMLElement) {
    const make = (id: string) => {
      const canvas = document.createElement("canvas");
      canvas.id = id;
      canvas.setAttribute("aria-hidden", "true");
      return canvas;
    };
    this.input = make("input");
    this.output = make("output");
    this.#overlay = make("overlay");
    const frames = [this.input, this.output].map((canvas) => {
      const frame = document.createElement("div");
      frame.className = "frame";
      frame.append(canvas);
      return frame;
    });
    this.sheet = document.createElement("div");
    this.sheet.className = "sheet";
    this.sheet.append(...frames, this.#overlay);
  }

  /**
   * The room for the figure has another width now, and a height where the figure has to fit one. Asking the browser at every
   * drawing would make it lay out the page.
   */
  resize(width: number, height?: number): boolean {
    if (this.#room === width && this.#tall === height) return false;
    this.#room = width;
    this.#tall = height;
    return true;
  }

  get density(): number {
    return this.element.ownerDocument.defaultView?.devicePixelRatio || 1;
  }

  #place(canvas: HTMLCanvasElement, panel: Panel): void {
    const frame = canvas.parentElement as HTMLElement;
    const { box } = panel;
    lay(frame, box);
    lay(canvas, {
      x: panel.x - box.x,
      y: panel.y - box.y,
      width: panel.columns * panel.cell,
      height: panel.rows * panel.cell,
    });
    canvas.classList.toggle("small", panel.cell < 1);
  }

  draw(model: Model, zoom: Zoom | undefined, theme: Theme, words: Words, layers?: readonly DrawingLayer[]): void {
    const input = model.back ?? model.input;
    if (this.#shown.input !== input) show(this.input, input);
    if (this.#shown.output !== model.output) show(this.output, model.output);
    this.#shown = { input, output: model.output };
    // The static figure stands until the first living one is ready to take its place in the same frame.
    if (!this.sheet.isConnected) this.element.replaceChildren(this.sheet);
    this.#room ??= this.element.clientWidth;
    const width = Math.min(WIDEST, this.#room);
    const { scene, arrangement } = draw(
      model,
      { width, height: this.#tall, density: this.density, zoom },
      theme,
      words,
      layers,
    );
    this.arrangement = arrangement;
    this.sheet.style.width = `${width}px`;
    this.sheet.style.height = `${arrangement.height}px`;
    this.#place(this.input, arrangement.input);
    this.#place(this.output, arrangement.output);
    this.#overlay.style.width = `${scene.width}px`;
    this.#overlay.style.height = `${scene.height}px`;
    const numbers = model.input.kind === "numbers";
    paint(this.#overlay, scene, this.density, { input: this.input, output: this.output }, numbers);
  }

  /** How large a cell is when all of the picture is seen. */
  fit(model: Model): number {
    const width = Math.min(WIDEST, this.#room ?? WIDEST);
    return arrange(model, { width, height: this.#tall, density: this.density }).input.cell;
  }

  /** The cell under a pointer, and the panel it was seen in. */
  at(event: { clientX: number; clientY: number }): Place | undefined {
    if (!this.arrangement) return undefined;
    const { input, output, lens, outputLens, width } = this.arrangement;
    const corner = this.#overlay.getBoundingClientRect();
    // Slides are scaled as a whole.
    const scale = width / corner.width || 1;
    const x = (event.clientX - corner.x) * scale;
    const y = (event.clientY - corner.y) * scale;
    for (const panel of [outputLens, lens, input, output]) {
      if (!panel) continue;
      const { box } = panel;
      if (x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height) continue;
      const row = Math.floor((y - panel.y) / panel.cell);
      const column = Math.floor((x - panel.x) / panel.cell);
      if (row < 0 || column < 0 || row >= panel.rows || column >= panel.columns) return undefined;
      return { side: panel.side, row, column, panel };
    }
    return undefined;
  }
}
