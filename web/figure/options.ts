/** What figureSVG was given, checked: what cannot be drawn is a PoolingError, as everywhere in this package. */
import { checkNames, refuse, show } from "../module/errors.js";
import type { FigureOptions } from "./index.js";
import { WORDS } from "./texts/index.js";
import { THEMES } from "./theme.js";

const NAMES = ["code", "input", "at", "side", "lang", "theme", "width"] as const;
const whole = (value: unknown, least: number): boolean => Number.isInteger(value) && (value as number) >= least;
const list = (words: readonly string[]): string => words.map((word) => show(word)).join(" or ");

/** The options with their defaults; getters of the caller's run once. */
export function readFigureOptions(given: unknown): Required<FigureOptions> {
  const no = (argument: string, sentence: string): never => refuse("figureSVG", argument, sentence);
  if (typeof given !== "object" || given === null) no("options", `must be an object, not ${show(given)}`);
  checkNames("figureSVG", given as object, NAMES);
  const {
    code,
    input,
    at = [0, 0],
    side = "output",
    lang = "en",
    theme = "light",
    width = 1160,
  } = given as FigureOptions;
  if (typeof code !== "string") no("code", `must be a line of code such as "nn.MaxPool2d(2)", not ${show(code)}`);
  if (Array.isArray(input)) {
    if (input.length !== 2 || !input.every((size) => whole(size, 1)))
      no("input", "must be [H, W], two numbers from 1 on");
  } else if (typeof input !== "object" || input === null || !("data" in input) || !Array.isArray(input.shape)) {
    no("input", `must be [H, W] or a tensor { data, shape }, not ${show(input)}`);
  }
  if (!Array.isArray(at) || at.length < 2 || at.length > 3 || !at.every((index) => whole(index, 0))) {
    no("at", "must be [row, column] or [channel, row, column], whole numbers from 0 on");
  }
  const words: [string, unknown, readonly string[]][] = [
    ["side", side, ["input", "output"]],
    ["lang", lang, Object.keys(WORDS)],
    ["theme", theme, Object.keys(THEMES)],
  ];
  for (const [name, value, known] of words) {
    if (!known.includes(value as string)) no(name, `must be ${list(known)}, not ${show(value)}`);
  }
  if (!(typeof width === "number" && width > 0 && width < Infinity))
    no("width", `must be a number above 0, not ${show(width)}`);
  return { code, input, at, side, lang, theme, width };
}
