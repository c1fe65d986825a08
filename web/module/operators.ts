import type { Operators, Rank } from "./types.js";

/** What an operator can be told beyond `layout` and `out`; what it must be told is marked. */
const window = ["kernelSize!", "stride", "padding", "dilation", "ceilMode"];
const groups = {
  none: [],
  window,
  average: [...window, "countIncludePad", "divisorOverride"],
  norm: [...window, "normType!", "convention"],
  adaptive: ["outputSize!"],
  fractional: ["kernelSize!", "outputSize", "outputRatio", "randomSamples"],
  unpool: ["kernelSize!", "stride", "padding", "outputSize"],
};
export type Group = keyof typeof groups;

/** The one list of operators: public name around the rank, the core's name, options. Methods, types and tests fold over it. */
export const families = [
  ["maxPool", "", "max", "window"],
  ["maxPool", "WithIndices", "max", "window"],
  ["minPool", "", "min", "window"],
  ["minPool", "WithIndices", "min", "window"],
  ["avgPool", "", "avg", "average"],
  ["lpPool", "", "lp", "norm"],
  ["adaptiveMaxPool", "", "adaptive_max", "adaptive"],
  ["adaptiveMaxPool", "WithIndices", "adaptive_max", "adaptive"],
  ["adaptiveAvgPool", "", "adaptive_avg", "adaptive"],
  ["fractionalMaxPool", "WithIndices", "fractional_max", "fractional"],
  ["maxUnpool", "", "max_unpool", "unpool"],
  ["maxPool", "Backward", "max_backward", "none"],
  ["avgPool", "Backward", "avg_backward", "average"],
  ["adaptiveAvgPool", "Backward", "adaptive_avg_backward", "none"],
  ["globalMaxPool", "", "adaptive_max", "none"],
  ["globalAvgPool", "", "adaptive_avg", "none"],
] as const;

type Family = (typeof families)[number];
type Name = Family extends infer F extends Family ? (F extends F ? `${F[0]}2d${F[1]}` : never) : never;
/** `true` while the list and the types name the same operators; a test holds it to that. */
export type Listed = [Name, keyof Operators<2>] extends [keyof Operators<2>, Name] ? true : never;

export interface Operator {
  /** As the caller knows it, e.g. maxPool2dWithIndices. */
  readonly name: string;
  /** As PyTorch's sentences name it, e.g. max_pool2d. */
  readonly torch: string;
  /** The core's name. */
  readonly core: string;
  readonly rank: Rank;
  readonly group: Group;
  readonly options: readonly string[];
  readonly required: readonly string[];
  readonly returnsIndices: boolean;
  readonly takesIndices: boolean;
  readonly backward: boolean;
  /** Spatial sizes become 1. */
  readonly global: boolean;
  /** The last of four channels is alpha. */
  readonly image: boolean;
}

/** As Python writes a name. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function make(rank: Rank, [before, after, core, group]: Family): Operator {
  const backward = after === "Backward";
  const own = [...(backward ? ["inputShape!"] : []), ...groups[group]];
  return {
    name: `${before}${rank}d${after}`,
    torch: snake(`${before}${rank}d`),
    core,
    rank,
    group,
    options: [...own.map((name) => name.replace("!", "")), "layout", "out"],
    required: own.filter((name) => name.endsWith("!")).map((name) => name.slice(0, -1)),
    returnsIndices: after === "WithIndices",
    takesIndices: core === "max_unpool" || core === "max_backward",
    backward,
    global: before.startsWith("global"),
    image: false,
  };
}

/** Every operator in every rank. */
export const listOperators = (): Operator[] =>
  ([1, 2, 3] as const).flatMap((rank) => families.map((family) => make(rank, family)));
