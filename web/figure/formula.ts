/** The sentences with numbers in them. Every number is the core's; here they only find their places. */
import type { Axis } from "../module/index.js";
import { isAdaptive, isMean, type Layer } from "./code.js";
import {
  cellName,
  cursorReaders,
  cursorWindow,
  divisorOf,
  kindAt,
  type Model,
  number,
  type Span,
  tapsBefore,
  unread,
  valueAt,
  type Window,
  winnerOf,
} from "./model.js";
import { say, type Words } from "./texts/index.js";

/** A piece of a sentence; `lost` is the fraction that falls off, `winner` the value that wins. */
export interface Part {
  text: string;
  role?: "lost" | "winner" | "result" | "soft";
}

export const plain = (parts: readonly Part[]): string => parts.map(({ text }) => text).join("");

const signed = (value: number): string => (value < 0 ? `(${number(value)})` : number(value));

/** One axis: `H = ⌊(201 + 2·0 − 1·(6 − 1) − 1) / 2⌋ + 1 = ⌊97.5⌋ + 1 = 98`. */
export function formula(axis: Axis, letter: string, layer: Layer, words: Words): Part[] {
  const { input, output, padBefore, padAfter, dilation, kernel, stride } = axis;
  if (isAdaptive(layer)) {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (const taps of axis.valid) {
      least = Math.min(least, taps);
      most = Math.max(most, taps);
    }
    return [
      { text: `${letter} = ` },
      { text: String(output), role: "result" },
      { text: `:  ⌊${input}·i / ${output}⌋ … ⌈${input}·(i + 1) / ${output}⌉ − 1,  ` },
      { text: say(least === most ? words.windowsAll : words.windowsOf, { least, most }), role: "soft" },
    ];
  }
  const pads = padBefore === padAfter ? `2·${padBefore}` : `${padBefore} + ${padAfter}`;
  const up = layer.ceilMode && typeof layer.padding !== "string";
  const [open, close] = up ? ["⌈", "⌉"] : ["⌊", "⌋"];
  const { quotient, dropped } = axis.formula as NonNullable<typeof axis.formula>;
  const whole = Math.trunc(quotient);
  const fraction = Math.abs(quotient - whole);
  const digits = fraction === 0 ? "" : String(Number(fraction.toFixed(2))).slice(1) || ".00";
  const lost = !up && fraction > 0 && unread(axis).some(([at, count]) => at + count === input);
  const spared = !up && fraction > 0 && !lost && quotient > 0;
  return [
    {
      text: `${letter} = ${open}(${input} + ${pads} − ${dilation}·(${kernel} − 1) − 1) / ${stride}${close} + 1 = ${open}${signed(whole)}`,
    },
    ...(digits ? [{ text: digits, ...(lost ? { role: "lost" as const } : {}) }] : []),
    { text: `${close} + 1${dropped ? " − 1" : ""} = ` },
    { text: String(output), role: "result" },
    ...(spared ? [{ text: `  ${words.onlyPadding}`, role: "soft" as const }] : []),
  ];
}

/** Of a window with more taps only the first, the winner and the last stand in the sentence. */
const SHOWN = 16;
const FIRST = 5;

function shownTerms(total: number, won: number): number[] {
  if (total <= SHOWN) return Array.from({ length: total }, (_, at) => at);
  const first = Array.from({ length: FIRST }, (_, at) => at);
  return won >= FIRST && won < total - 1 ? [...first, won, total - 1] : [...first, total - 1];
}

/** What a window reads, in reading order: its real cells and, where `padded`, the zeros that count. A window may hang over the
 * padding by millions of taps; none of them is visited. */
function termsOf(model: Model, window: Window, padded: boolean) {
  const { rows, columns } = model;
  const end = (axis: Axis) => axis.input + (padded ? axis.padAfter : 0);
  const from = (axis: Axis, span: Span): [number, number] =>
    padded
      ? [0, tapsBefore({ ...span, start: span.start + axis.padBefore }, end(axis) + axis.padBefore)[1]]
      : tapsBefore(span, end(axis));
  const [top, high] = from(rows, window.rows);
  const [left, wide] = from(columns, window.columns);
  const channel = model.cursor?.channel ?? 0;
  return {
    length: high * wide,
    /** undefined: a zero of the padding. */
    value(at: number): number | undefined {
      const row = window.rows.start + (top + Math.floor(at / wide)) * window.rows.step;
      const column = window.columns.start + (left + (at % wide)) * window.columns.step;
      return kindAt(model, row, column) === "real" ? valueAt(model.input, channel, row, column) : undefined;
    },
    find: (row: number, column: number): number =>
      ((row - window.rows.start) / window.rows.step - top) * wide +
      (column - window.columns.start) / window.columns.step -
      left,
  };
}

/** What the cursor's output cell is made of: `out[1, 1] = max(4, 2, …) = 9 found at in[3, 3] (flat index 30)`. */
export function sentence(model: Model, words: Words): Part[] {
  const { cursor, layer, input, output } = model;
  if (!cursor) return [];
  const { channel } = cursor;
  if (cursor.side === "input") {
    const fed = cursorReaders(model);
    const place = {
      place: cellName("input", input.channels, channel, cursor.row, cursor.column),
      count: fed.length,
      won: model.indices ? fed.won() || words.none : 0,
    };
    if (fed.length === 0) return [{ text: say(words.unreadCell, place), role: "lost" }];
    const [many, one] = model.indices ? [words.feeds, words.feedsOne] : [words.feedsMean, words.feedsMeanOne];
    return [{ text: say(fed.length === 1 ? one : many, place) }];
  }
  const window = cursorWindow(model);
  if (!window) return [];
  const { rows, columns } = window;
  const winner = winnerOf(model, channel, window.row, window.column);
  const real = (model.rows.valid[window.row] as number) * (model.columns.valid[window.column] as number);
  const mean = isMean(layer);
  // What an average counts stands in its sum: a zero for a tap in the padding, nothing for one that hangs over.
  const padded = mean && layer.countIncludePad && !isAdaptive(layer);
  const power = layer.name === "LPPool2d" && layer.normType !== Number.POSITIVE_INFINITY ? layer.normType : undefined;
  const terms = termsOf(model, window, padded);
  const total = terms.length;
  const won = winner ? terms.find(...winner) : -1;
  let sum = 0;
  let powers = 0;
  if (mean || power !== undefined) {
    const inside = padded ? termsOf(model, window, false) : terms;
    for (let at = 0; at < inside.length; at++) {
      const value = inside.value(at) as number;
      sum += value;
      if (power !== undefined) powers += value ** power;
    }
  }
  const values: Part[] = [];
  let before = -1;
  for (const at of shownTerms(total, won)) {
    if (at > before + 1 && before < SHOWN) {
      values.push({ text: say(words.values, { count: total }), role: "soft" });
      before = SHOWN;
    }
    const value = terms.value(at);
    values.push({
      text: power === undefined ? number(value ?? 0) : `${signed(value ?? 0)}^${number(power)}`,
      ...(at === won ? { role: "winner" as const } : value === undefined ? { role: "soft" as const } : {}),
    });
    if (before < SHOWN) before = at;
  }
  const join = (between: string): Part[] =>
    values.flatMap((part, at) => (at > 0 ? [{ text: between, role: "soft" as const }, part] : [part]));
  const value = valueAt(output, channel, window.row, window.column);
  const result: Part = { text: number(value), role: "result" };
  const shown = Number(result.text.replace("−", "-"));
  const start: Part = { text: `${cellName("output", output.channels, channel, window.row, window.column)} = ` };
  let made: Part[];
  /** What stands on the right before it was rounded, to an integer or for the eye. */
  let exact = Number.NaN;
  if (mean) {
    const divisor = divisorOf(model, window.row, window.column);
    made = [{ text: "(" }, ...join(" + "), { text: `) / ${number(divisor)}` }];
    exact = sum / divisor;
  } else if (power !== undefined) {
    // PyTorch scales the sum of a window that hangs over, as if all of its taps were there.
    const all = rows.taps * columns.taps;
    const [open, close] = real < all ? ["((", `)·${all}/${real})`] : ["(", ")"];
    made = [{ text: open }, ...join(" + "), { text: `${close}^(1/${number(power)})` }];
    exact = ((powers * all) / real) ** (1 / power);
  } else if (layer.name === "LPPool2d") {
    made = [{ text: "max(|" }, ...join("|, |"), { text: "|)" }];
  } else {
    made = [{ text: layer.name === "MinPool2d" ? "min(" : "max(" }, ...join(", "), { text: ")" }];
  }
  const from = winner
    ? `  ${say(words.fromCell, {
        place: cellName("input", input.channels, channel, ...winner),
        index: (layer.strip ? 0 : winner[0] * input.width) + winner[1],
      })}`
    : real === 0
      ? words.noTap
      : mean && total < rows.taps * columns.taps
        ? say(words.notCounted, { count: rows.taps * columns.taps - total, all: rows.taps * columns.taps })
        : "";
  const most = input.kind === "picture" ? 255 : Number.POSITIVE_INFINITY;
  const equals =
    exact > most
      ? ` = ${say(words.cutTo, { value: number(exact) })} `
      : Number.isFinite(exact) && shown !== exact
        ? " ≈ "
        : " = ";
  return [start, ...made, { text: equals }, result, ...(from ? [{ text: from }] : [])];
}
