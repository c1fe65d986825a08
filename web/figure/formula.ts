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
  unread,
  valueAt,
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
  const { quotient, dropped } = axis.formula;
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

const SHOWN = 16;

/** What the cursor's output cell is made of: `out[1, 1] = max(4, 2, …) = 9 from in[3, 3], index 30`. */
export function sentence(model: Model, words: Words): Part[] {
  const { cursor, layer, input, output } = model;
  if (!cursor) return [];
  const { channel } = cursor;
  if (cursor.side === "input") {
    const fed = cursorReaders(model);
    const place = {
      place: cellName("input", input.channels, channel, cursor.row, cursor.column),
      count: fed.length,
      won: fed.filter(({ won }) => won).length,
    };
    if (fed.length === 0) return [{ text: say(words.unreadCell, place), role: "lost" }];
    const [many, one] = model.indices ? [words.feeds, words.feedsOne] : [words.feedsMean, words.feedsMeanOne];
    return [{ text: say(fed.length === 1 ? one : many, place) }];
  }
  const window = cursorWindow(model);
  if (!window) return [];
  const { rows, columns } = window;
  const winner = winnerOf(model, channel, window.row, window.column);
  const values: Part[] = [];
  const real = (model.rows.valid[window.row] as number) * (model.columns.valid[window.column] as number);
  const mean = isMean(layer);
  // What an average counts stands in its sum: a zero for a tap in the padding, nothing for one that hangs over.
  const padded = mean && layer.countIncludePad && !isAdaptive(layer);
  const power = layer.name === "LPPool2d" && layer.normType !== Number.POSITIVE_INFINITY ? layer.normType : undefined;
  const total = padded
    ? (model.rows.counted[window.row] as number) * (model.columns.counted[window.column] as number)
    : real;
  const keep = total <= SHOWN ? SHOWN : 6;
  let seen = 0;
  let sum = 0;
  let powers = 0;
  let skipped = false;
  for (let i = 0; i < rows.taps; i++) {
    const row = rows.start + i * rows.step;
    for (let j = 0; j < columns.taps; j++) {
      const column = columns.start + j * columns.step;
      const kind = kindAt(model, row, column);
      const inside = kind === "real";
      if (!inside && (!padded || kind === "overhang")) continue;
      const won = winner?.[0] === row && winner[1] === column;
      const value = inside ? valueAt(input, channel, row, column) : 0;
      sum += value;
      if (power !== undefined) powers += value ** power;
      seen++;
      if (seen >= keep && seen < total && !won) {
        if (!skipped) values.push({ text: say(words.values, { count: total }), role: "soft" });
        skipped = true;
        continue;
      }
      values.push({
        text: power === undefined ? number(value) : `${signed(value)}^${number(power)}`,
        ...(won ? { role: "winner" as const } : inside ? {} : { role: "soft" as const }),
      });
    }
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
        index: winner[0] * input.width + winner[1],
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
