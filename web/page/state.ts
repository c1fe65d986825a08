/** The whole state of the page, and its one written form: the fragment of the address. */

import { type Grid, readGrid, writeGrid } from "../element/pictures.js";
import { DEFAULTS, type Layer, print } from "../figure/code.js";
import { CodeError, parse } from "../figure/read.js";
import { round, type Side } from "../figure/scene.js";
import type { Language } from "../figure/texts/index.js";

export type ThemeChoice = "auto" | "light" | "dark";
/** What the input panel shows: the picture, the unpooled output, or where the gradient goes. */
export type Look = "forward" | "unpool" | "gradient";

export interface State {
  layer: Layer;
  /** A sample's name; "numbers" with `grid`; "file" and "camera" cannot be linked. */
  image: string;
  grid: Grid;
  side: Side;
  row: number;
  column: number;
  channel: number;
  look: Look;
  zoom?: { cell: number; row: number; column: number } | undefined;
  language: Language;
  theme: ThemeChoice;
}

export const SAMPLES = ["spaceship", "drawing", "rings"] as const;

/** 8 × 9 digits: with kernel_size=3, stride=2 one row is never read and no column, the tutorial's case in small. */
export const DIGITS: Grid = {
  width: 9,
  values: [..."510273120362148201021551348124702672319319105402056231215134162372403178"].map(Number),
};

export const START: Layer = { ...DEFAULTS, name: "MaxPool2d", kernelSize: 6, stride: 2 };

export const initial = (language: Language): State => ({
  layer: START,
  image: "spaceship",
  grid: DIGITS,
  side: "output",
  row: 26,
  column: 48,
  channel: 0,
  look: "forward",
  language,
  theme: "auto",
});

/** A picture of one's own stays where it is: no link or tag can show it. */
export const isOwn = ({ image }: Pick<State, "image">): boolean => image === "file" || image === "camera";

/** The fragment without its `#`: the line of code, then `&key=value`; what is as at the start is left out. */
export function write(state: State): string {
  const from = initial(state.language);
  const parts = [print(state.layer)];
  const { grid } = state;
  // The link shows the first sample instead, and its cells are others.
  const own = isOwn(state);
  if (!own) parts.push(`image=${encodeURIComponent(state.image)}`);
  if (state.image === "numbers" && (grid.width !== DIGITS.width || grid.values.join() !== DIGITS.values.join())) {
    parts.push(`grid=${writeGrid(grid)}`);
  }
  if (!own) parts.push(`at=${state.row},${state.column}`);
  if (state.side === "input" && !own) parts.push("side=input");
  if (state.channel !== from.channel) parts.push(`channel=${state.channel}`);
  if (state.look !== from.look) parts.push(`look=${state.look}`);
  if (state.zoom && !own)
    parts.push(`zoom=${[state.zoom.cell, state.zoom.row, state.zoom.column].map(round).join(",")}`);
  if (state.theme !== from.theme) parts.push(`theme=${state.theme}`);
  parts.push(`lang=${state.language}`);
  return parts.join("&");
}

/** What an address has in its percent signs; as it stands, where they are none. */
export const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const numbersIn = (text: string, count: number): number[] | undefined => {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  return values.length === count && values.every(Number.isFinite) ? values : undefined;
};

export interface Reading {
  state: State;
  /** What could not be read, in words; the default stands in its place. */
  bad: string[];
  /** The link names a cell; without one the cursor may stand anywhere. */
  placed: boolean;
}

/** Reads a fragment, with or without its `#`. Never throws: what is bad is named and left at its default. */
export function read(fragment: string, language: Language): Reading {
  const state = initial(language);
  const bad: string[] = [];
  const text = fragment.replace(/^#/, "");
  if (text === "") return { state, bad, placed: false };
  const [line = "", ...pairs] = text.split("&");
  try {
    if (line !== "") state.layer = parse(decode(line));
  } catch (error) {
    if (!(error instanceof CodeError)) throw error;
    bad.push(error.message);
  }
  let placed = false;
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const key = at < 0 ? pair : pair.slice(0, at);
    const value = decode(at < 0 ? "" : pair.slice(at + 1));
    const wrong = () => bad.push(`${decode(key)}=${value}`);
    switch (key) {
      case "image":
        if (value === "numbers" || (SAMPLES as readonly string[]).includes(value)) state.image = value;
        else wrong();
        break;
      case "grid": {
        const grid = readGrid(value);
        if (grid) state.grid = grid;
        else wrong();
        break;
      }
      case "at": {
        const place = numbersIn(value, 2);
        if (place?.every((part) => Number.isInteger(part) && part >= 0)) {
          [state.row, state.column] = place as [number, number];
          placed = true;
        } else wrong();
        break;
      }
      case "side":
        if (value === "input" || value === "output") state.side = value;
        else wrong();
        break;
      case "channel":
        if (/^[0-3]$/.test(value)) state.channel = Number(value);
        else wrong();
        break;
      case "look":
        if (value === "unpool" || value === "gradient" || value === "forward") state.look = value;
        else wrong();
        break;
      case "zoom": {
        // As finely as it is written: a link that is read and written stays the same.
        const zoom = numbersIn(value, 3)?.map(round);
        if (zoom?.every(Number.isFinite) && (zoom[0] as number) > 0 && (zoom[0] as number) <= 96) {
          const [cell, row, column] = zoom as [number, number, number];
          state.zoom = { cell, row, column };
        } else wrong();
        break;
      }
      case "theme":
        if (value === "light" || value === "dark" || value === "auto") state.theme = value;
        else wrong();
        break;
      case "lang":
        if (value === "en" || value === "zh") state.language = value;
        else wrong();
        break;
      default:
        wrong();
    }
  }
  if (!placed && state.image === "numbers") [state.row, state.column] = [1, 1];
  return { state, bad, placed };
}

/** The fragment as browsers put it into an address. */
export const encode = (fragment: string): string =>
  fragment.replace(/[ "<>`]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
