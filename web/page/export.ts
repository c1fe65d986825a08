/** What leaves the page as a file or through the clipboard. */

import { paint, type Sources } from "../element/paint.js";
import { print } from "../figure/code.js";
import { draw, shapeOf } from "../figure/figure.js";
import { formula, plain, sentence } from "../figure/formula.js";
import type { Cursor, Model } from "../figure/model.js";
import { apng } from "../figure/png.js";
import { svg } from "../figure/svg.js";
import { say, type Words } from "../figure/texts/index.js";
import type { Theme } from "../figure/theme.js";
import type { State } from "./state.js";

export function download(bytes: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const fileName = (model: Model, ending: string): string =>
  `${print(model.layer).replace(/[^\w=,.()-]+/g, "")}.${ending}`;

/** The figure as it stands, as an SVG that needs nothing else. */
export function figureText(
  model: Model,
  zoom: State["zoom"],
  width: number,
  theme: Theme,
  words: Words,
  sources: { input: HTMLCanvasElement; output: HTMLCanvasElement },
): string {
  const { scene } = draw(model, { width, density: 2, zoom }, theme, words);
  const picture = model.input.kind === "picture";
  return svg(scene, {
    title: say(words.title, { code: print(model.layer), input: shapeOf(model.input), output: shapeOf(model.output) }),
    description: [
      plain(formula(model.rows, "H", model.layer, words)),
      plain(formula(model.columns, "W", model.layer, words)),
      plain(sentence(model, words)),
    ].join("\n"),
    model,
    background: theme.paper,
    ...(picture ? { pictures: { input: sources.input.toDataURL(), output: sources.output.toDataURL() } } : {}),
  });
}

const FRAMES = 36;
const DELAY = 420;

/** The windows an animation visits: all of a small output, a stretch of a large one from the cursor on. */
function stations(model: Model): Cursor[] {
  const { output, cursor } = model;
  const channel = cursor?.channel ?? 0;
  const all = output.height * output.width;
  const count = Math.min(all, FRAMES);
  const from = all <= FRAMES || cursor?.side !== "output" ? 0 : cursor.row * output.width + cursor.column;
  return Array.from({ length: count }, (_, step) => {
    const at = (from + step) % all;
    return { side: "output", row: Math.floor(at / output.width), column: at % output.width, channel };
  });
}

/** The window's walk as a short APNG. */
export async function animation(
  model: Model,
  width: number,
  theme: Theme,
  words: Words,
  sources: Sources,
): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  const visits = stations(model);
  function* frames() {
    for (const cursor of visits) {
      const { scene } = draw({ ...model, cursor }, { width, density: 1 }, theme, words);
      paint(canvas, scene, 1, sources, true);
      context.globalCompositeOperation = "destination-over";
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalAlpha = 1;
      context.fillStyle = theme.paper;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.globalCompositeOperation = "source-over";
      yield context.getImageData(0, 0, canvas.width, canvas.height);
    }
  }
  const bytes = await apng(frames(), visits.length, DELAY);
  return new Blob([bytes as BlobPart], { type: "image/png" });
}
