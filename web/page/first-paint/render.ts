/**
 * The page before any script: the opening experiment as finished markup, in every language's common denominator, English.
 * Runs in Node while the page is built; the same figure module draws the living page.
 */

import { fromPixels } from "../../element/pictures.js";
import { MEDIUM, WIDE, WIDEST } from "../../figure/arrange.js";
import { callee, pieces, print, tokens } from "../../figure/code.js";
import { compute, type Pooling } from "../../figure/compute.js";
import { draw, shapeOf } from "../../figure/figure.js";
import { formula, type Part, plain, sentence } from "../../figure/formula.js";
import type { Model, Plane } from "../../figure/model.js";
import { png } from "../../figure/png.js";
import { svg } from "../../figure/svg.js";
import { say, WORDS } from "../../figure/texts/index.js";
import { CSS_THEME } from "../../figure/theme.js";
import { loadPooling } from "../../module/index.js";
import { PRESET_NAMES, PRESETS } from "../presets.js";
import { encode, initial } from "../state.js";
import { NOTE_NAMES, TEXTS } from "../texts/index.js";

/** The sheets the figure is drawn for; the style sheet shows the one that fits. */
const SHEETS = [
  { name: "wide", width: WIDEST, density: 1, from: WIDE },
  { name: "medium", width: 800, density: 1, from: MEDIUM },
  { name: "narrow", width: 360, density: 2, from: 0 },
] as const;

export interface FirstPaint {
  /** Markup by the id of the element that holds it. */
  parts: Record<"head" | "stuck" | "code" | "stage" | "shape" | "under" | "presets" | "notes", string>;
  /** The pooled picture, as a PNG file. */
  pooled: Uint8Array;
}

const html = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const spans = (list: readonly Part[]): string =>
  list.map(({ text, role }) => (role ? `<span class="${role}">${html(text)}</span>` : html(text))).join("");

async function file(plane: Plane): Promise<Uint8Array> {
  const size = plane.width * plane.height;
  const data = new Uint8Array(4 * size);
  for (let at = 0; at < size; at++) {
    for (let channel = 0; channel < 3; channel++) data[4 * at + channel] = plane.data[channel * size + at] as number;
  }
  return png({ data, width: plane.width, height: plane.height });
}

/** Draws the experiment for the picture's pixels; `addresses` are where the page will find the two pictures. */
export async function firstPaint(
  picture: { data: Uint8ClampedArray; width: number; height: number },
  addresses: { input: string; output: string },
): Promise<FirstPaint> {
  const state = initial("en");
  const words = WORDS.en;
  const texts = TEXTS.en;
  const pooling = (await loadPooling()) as unknown as Pooling;
  const model: Model = compute(pooling, state.layer, fromPixels(picture));
  model.cursor = { side: state.side, row: state.row, column: state.column, channel: state.channel };
  const { layer } = state;
  const title = say(words.title, { code: print(layer), input: shapeOf(model.input), output: shapeOf(model.output) });
  const axes = [formula(model.rows, "H", layer, words), formula(model.columns, "W", layer, words)];
  const description = [...axes, sentence(model, words)].map(plain).join("\n");
  const stage = SHEETS.map(({ name, width, density }) => {
    const { scene } = draw(model, { width, density }, CSS_THEME, words);
    return svg(scene, { title, description, model, pictures: addresses, attributes: `class="first ${name}"` });
  }).join("\n");
  const line = pieces(tokens(layer))
    .map(({ before, name, token }) => {
      const value = token && `<span class="spin${token.implied ? " implied" : ""}">${html(token.text)}</span>`;
      return html(before) + (value ? `<span class="argument">${html(name)}${value}</span>` : "");
    })
    .join("");
  return {
    pooled: await file(model.output),
    parts: {
      head: `<p class="tagline">${html(texts.tagline)}</p>`,
      stuck: (["en", "zh"] as const)
        .map((language) => {
          const { from_disk, not_run } = TEXTS[language];
          const lang = language === "zh" ? "zh-CN" : "en";
          return `<p class="disk" lang="${lang}">${html(from_disk)}</p><p class="code" lang="${lang}">${html(not_run)}</p>`;
        })
        .join(""),
      presets: `<h2>${html(texts.presets)}</h2><ul class="presets">${PRESET_NAMES.map(
        (name) =>
          `<li><a href="#${html(encode(PRESETS[name]))}"><strong>${html(texts[`preset_${name}`])}</strong><span>${html(texts[`story_${name}`])}</span></a></li>`,
      ).join("")}</ul>`,
      notes: `<h2>${html(texts.notes)}</h2>${NOTE_NAMES.map(
        (name) =>
          `<details><summary>${html(texts[`note_${name}`])}</summary><p>${html(texts[`note_${name}_body`])}</p></details>`,
      ).join("")}`,
      code: `<span class="class-name">${callee(layer)}</span>${line}`,
      stage,
      shape: `${shapeOf(model.input)} → ${shapeOf(model.output)}`,
      under: `<div id="formula">${axes.map((axis) => `<p>${spans(axis)}</p>`).join("")}</div><div class="said"><p id="sentence">${spans(sentence(model, words))}</p></div>`,
    },
  };
}
