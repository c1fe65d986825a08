/**
 * `poolscope/figure`: the figure as SVG text, without a DOM, in Node and in browsers.
 */
import { className } from "../module/arrays.js";
import { PoolingError, refuse } from "../module/errors.js";
import type { Pooling as LoadedPooling, Tensor } from "../module/index.js";
import { loadMethods } from "../module/start.js";
import { type Layer, print } from "./code.js";
import { rgbAt } from "./colour.js";
import { compute, type Pooling } from "./compute.js";
import { digits, MOST_CELLS } from "./digits.js";
import { draw, shapeOf } from "./figure.js";
import { formula, plain, sentence } from "./formula.js";
import { CodeError } from "./frameworks/parse.js";
import { fromHalves } from "./halves.js";
import { readLine } from "./line.js";
import type { Model, Plane } from "./model.js";
import { readFigureOptions } from "./options.js";
import { png } from "./png.js";
import type { Side } from "./scene.js";
import type { Strip } from "./strip.js";
import { svg } from "./svg.js";
import { type Language, say, WORDS } from "./texts/index.js";
import { THEMES, type ThemeName } from "./theme.js";

export type { Language, ThemeName };

/** What to draw. */
export interface FigureOptions {
  /**
   * The layer, as PyTorch, ONNX, Keras or this module writes it: `nn.MaxPool2d(3, stride=2)`. What reads other words than PyTorch's
   * and this package's is a chunk of the package that is loaded for them.
   */
  code: string;
  /**
   * Of a 1-d layer a size [L] or [C, L], or a tensor (L) or (C, L) of numbers. Of all others a size [H, W], filled with digits,
   * or a tensor: (H, W) or (1, H, W) of numbers, or (3, H, W) / (1, H, W) of Uint8 for a picture. Uint8 data is drawn as a picture of any size, any other as numbers, of which there may be 512 × 512. The output
   * may have as many: 512 × 512 numbers, and of a picture 4096 × 4096 cells a channel, or as many as the picture itself.
   */
  input: readonly [number] | readonly [number, number] | Tensor;
  /**
   * The output cell whose window is shown, [row, column]; [channel, row, column] for a picture, [channel, position] of a 1-d layer.
   * Default: the first.
   */
  at?: readonly number[];
  /** "input" puts `at` on an input cell and shows every window that reads it. Default: "output". */
  side?: Side;
  /** Of the words in the drawing. Default: English. */
  lang?: Language;
  /** Default: light. */
  theme?: ThemeName;
  /** Width of the sheet in CSS pixels, at most 100,000; the layout adapts to it. Default: 1160. */
  width?: number;
  /**
   * Pools with a core that was started elsewhere, as where only a compiled module may be run: what `loadPooling()` of this
   * package resolved to. Default: the core in this module.
   */
  pooling?: LoadedPooling | undefined;
}

/** Each number is an element of the SVG; a picture is one, however large. */
function checkCells(kind: Plane["kind"], height: number, width: number): void {
  if (kind === "numbers" && height * width > MOST_CELLS ** 2)
    refuse("figureSVG", "input", `must give at most ${MOST_CELLS} × ${MOST_CELLS} numbers, not ${height} × ${width}`);
}

function planeOf(input: FigureOptions["input"], strip: boolean | undefined): Plane {
  if (Array.isArray(input)) {
    const [width, height = 1] = [...(input as number[])].reverse() as [number, number?];
    if (input.length < 2 && !strip) refuse("figureSVG", "input", "must be [H, W], two numbers from 1 on");
    checkCells("numbers", height, width);
    return digits(height, width);
  }
  const { shape, dtype, ...given } = input as Tensor;
  const isHalves = dtype === "float16" && className.call(given.data) === "Uint16Array";
  const data = isHalves ? fromHalves(given.data as Uint16Array) : given.data;
  const [width = 0, height = strip ? 1 : 0, channels = 1, ...more] = [...shape].reverse();
  if (strip) {
    if (width < 1 || height < 1 || channels !== 1 || more.some((size) => size !== 1))
      refuse("figureSVG", "input", `must be (L) or (C, L) for a 1-d layer, not (${shape.join(", ")})`);
    return { kind: "numbers", channels, height, width, data: data as Float32Array };
  }
  if (shape.length < 2 || more.some((size) => size !== 1) || (channels !== 1 && channels !== 3)) {
    refuse("figureSVG", "input", `must be (H, W), (1, H, W) or (3, H, W), not (${shape.join(", ")})`);
  }
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (channels === 3 && !bytes) refuse("figureSVG", "input", "must be a Uint8Array where it has three channels");
  return { kind: bytes ? "picture" : "numbers", channels, height, width, data: data as Float32Array };
}

async function layerOf(code: string): Promise<{ layer: Layer; strip?: Strip | undefined }> {
  try {
    // Only who draws a 1-d layer downloads what reads it.
    const strip = /Pool1d/.test(code) ? (await import("./strip.js")).readStrip(code) : undefined;
    return strip ? { layer: strip.layer, strip } : { layer: await readLine(code) };
  } catch (error) {
    if (!(error instanceof CodeError)) throw error;
    throw new PoolingError("invalid_argument", error.message, { cause: error });
  }
}

const BASE64 = 0x8000;

async function address(plane: Plane): Promise<string> {
  const pixels = new Uint8Array(4 * plane.width * plane.height);
  for (let row = 0, at = 0; row < plane.height; row++) {
    for (let column = 0; column < plane.width; column++, at += 4) pixels.set(rgbAt(plane, row, column), at);
  }
  const bytes = await png({ data: pixels, width: plane.width, height: plane.height });
  let text = "";
  for (let at = 0; at < bytes.length; at += BASE64) text += String.fromCharCode(...bytes.subarray(at, at + BASE64));
  return `data:image/png;base64,${btoa(text)}`;
}

/**
 * Draws what a pooling layer does to an input: the window of one output cell, its taps and winner, the padding, the
 * overhang, and what no window reads. The same drawing as the page's.
 * @returns SVG text with a title and a description; it needs no script, style sheet, font or other file.
 * @throws PoolingError "invalid_argument" where PyTorch refuses the layer for this input, where the line cannot be read,
 * and for options that cannot be drawn; "wasm_unavailable" where the core cannot be started.
 */
export async function figureSVG(options: FigureOptions): Promise<string> {
  const { code, input: given, at, side, lang, theme, width, pooling: loaded } = readFigureOptions(options);
  const { layer, strip } = await layerOf(code);
  const pooling = (loaded ?? (await loadMethods())) as unknown as Pooling;
  const input = planeOf(given, layer.strip);
  checkCells(input.kind, input.height, input.width);
  strip?.check(pooling, input.height, input.width);
  const model: Model = compute(pooling, layer, input);
  const { rows, columns, output } = model;
  const [column = 0, row = 0, channel = 0] = [...at].reverse();
  const over = side === "output" ? output : input;
  if (
    !(row >= 0 && row < over.height && column >= 0 && column < over.width && channel >= 0 && channel < input.channels)
  ) {
    refuse("figureSVG", "at", `is [${at.join(", ")}], but the ${side} is ${shapeOf(over, layer.strip)}`);
  }
  model.cursor = { side, row, column, channel };
  const words = WORDS[lang];
  const { scene } = draw(model, { width, height: undefined, density: 2 }, THEMES[theme], words);
  const picture = input.kind === "picture";
  return svg(scene, {
    title: say(words.title, {
      code: strip?.code ?? print(layer),
      input: shapeOf(input, layer.strip),
      output: shapeOf(output, layer.strip),
    }),
    description: [
      ...(strip ? [] : [formula(rows, "H", layer, words)]),
      formula(columns, strip ? "L" : "W", layer, words),
      sentence(model, words),
    ]
      .map(plain)
      .join("\n"),
    model,
    background: THEMES[theme].paper,
    ...(picture ? { pictures: { input: await address(input), output: await address(output) } } : {}),
  });
}
