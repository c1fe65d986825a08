/** What figureSVG was given, checked: what cannot be drawn is a PoolingError, as everywhere in this package. */
import { copyOf, isArray } from "../module/arrays.js";
import { checkNames, has, isObject, mustBe, property, refuse, show, wrap } from "../module/errors.js";
import { methodsFrom } from "../module/start.js";
import { readShape } from "../module/tensor.js";
import type { FigureOptions } from "./index.js";
import { WORDS } from "./texts/index.js";
import { THEMES } from "./theme.js";

const NAMES = ["code", "input", "at", "side", "lang", "theme", "width", "pooling"] as const;
export const MAX_WIDTH = 100_000;
const whole = (value: unknown, least: number): boolean => Number.isInteger(value) && (value as number) >= least;
const list = (words: readonly string[]): string => words.map((word) => show(word)).join(" or ");
const NAME = "figureSVG";
const MOST_MEMBERS = 9;

/** A list as one of our own: its first members, one more than any argument here has. */
const listOf = (value: unknown): unknown =>
  Array.isArray(value) ? Array.from({ length: Math.min(value.length, MOST_MEMBERS) }, (_, at) => value[at]) : value;

/** What was given under a name, as data of our own: nothing of the caller's is asked once the core is awaited. */
function readOption(given: object, name: string): unknown {
  const value = property(given, name);
  if (name === "at") return listOf(value);
  if (name === "pooling" && value !== undefined) methodsFrom(value, NAME);
  if (name !== "input" || !isObject(value)) return value;
  if (!has(value, "data")) return listOf(value);
  const data = property(value, "data");
  if (!isArray(data)) mustBe(NAME, "input.data", "a typed array", data);
  const shape = readShape(property(value, "shape"), NAME, "input.shape");
  return { data: copyOf(data), shape, dtype: property(value, "dtype") };
}

/** The options with their defaults; getters of the caller's run once. */
export function readFigureOptions(
  given: unknown,
): Required<Omit<FigureOptions, "pooling">> & Pick<FigureOptions, "pooling"> {
  const read: Record<string, unknown> = {};
  let reading = "options";
  try {
    if (!isObject(given)) mustBe(NAME, reading, "an object", given);
    checkNames(NAME, given, NAMES);
    for (reading of NAMES) read[reading] = readOption(given, reading);
  } catch (error) {
    throw wrap(error, NAME, reading);
  }
  const {
    code,
    input,
    at = [0, 0],
    side = "output",
    lang = "en",
    theme = "light",
    width = 1160,
    pooling,
  } = read as unknown as FigureOptions;
  if (typeof code !== "string") mustBe(NAME, "code", 'a line of code such as "nn.MaxPool2d(2)"', code);
  if (Array.isArray(input)) {
    if (input.length < 1 || input.length > 2 || !input.every((size) => whole(size, 1)))
      refuse(NAME, "input", "must be [H, W], two numbers from 1 on");
  } else if (!isObject(input) || !has(input, "data")) {
    mustBe(NAME, "input", "[H, W] or a tensor { data, shape }", input);
  }
  if (!Array.isArray(at) || at.length < 2 || at.length > 3 || !at.every((index) => whole(index, 0))) {
    refuse(NAME, "at", "must be [row, column] or [channel, row, column], whole numbers from 0 on");
  }
  const words: [string, unknown, readonly string[]][] = [
    ["side", side, ["input", "output"]],
    ["lang", lang, Object.keys(WORDS)],
    ["theme", theme, Object.keys(THEMES)],
  ];
  for (const [name, value, known] of words) {
    if (!known.includes(value as string)) mustBe(NAME, name, list(known), value);
  }
  if (!(typeof width === "number" && width > 0 && width <= MAX_WIDTH))
    mustBe(NAME, "width", `a number above 0, at most ${MAX_WIDTH}`, width);
  return { code, input, at, side, lang, theme, width, pooling };
}
