/**
 * The line of code: what a layer is and how it is written.
 * Nothing here knows a shape formula; the words and the order of arguments are PyTorch's.
 */

import { snake } from "../module/operators.js";

export type Size = number | readonly [number, number];
export type Padding = Size | readonly [number, number, number, number] | "same" | "same_lower";
export type OutputSize = number | readonly [number | null, number | null];

export type LayerName =
  | "MaxPool2d"
  | "MinPool2d"
  | "AvgPool2d"
  | "LPPool2d"
  | "AdaptiveMaxPool2d"
  | "AdaptiveAvgPool2d";

/** Every setting a line can carry. A layer that has no such argument keeps it at its default. */
export interface Settings {
  kernelSize: Size;
  /** null: the kernel's size, as in PyTorch. */
  stride: Size | null;
  padding: Padding;
  dilation: Size;
  ceilMode: boolean;
  countIncludePad: boolean;
  divisorOverride: number | null;
  normType: number;
  outputSize: OutputSize;
}

export interface Layer extends Settings {
  name: LayerName;
  /** A 1-d layer, each row of whose plane is a channel. */
  strip?: true;
}

type Kind = "size" | "padding" | "switch" | "count" | "norm" | "target";

export interface Parameter {
  /** As PyTorch writes it. */
  name: string;
  key: keyof Settings;
  kind: Kind;
  /** May be left out of the line: None or a default. */
  optional: boolean;
  /** Where dragging and arrows stop. */
  minimum: number;
  maximum: number;
}

const parameter = (key: keyof Settings, kind: Kind, optional = true, minimum = 1, maximum = 99): Parameter => ({
  name: snake(key),
  key,
  kind,
  optional,
  minimum,
  maximum,
});

export const KERNEL = parameter("kernelSize", "size", false);
export const STRIDE = parameter("stride", "size");
const PADDING = parameter("padding", "padding", true, 0);
export const DILATION = parameter("dilation", "size");
export const CEIL = parameter("ceilMode", "switch");
export const COUNT_PAD = parameter("countIncludePad", "switch");
const DIVISOR = parameter("divisorOverride", "count", true, -99, 999);
export const NORM = parameter("normType", "norm", false, 1, 20);
const TARGET = parameter("outputSize", "target", false, 1, 999);

interface Definition {
  /** In the order of PyTorch's positional arguments. */
  positional: readonly Parameter[];
  /** Where among them PyTorch's class takes `return_indices`, which is read and dropped. */
  indicesAt?: number;
  /** Not PyTorch's, known to ONNX or Keras: read, drawn, and shown once set. */
  beyond: readonly Parameter[];
  /** PyTorch has no such layer. */
  ours?: true;
}

const SLIDING = { positional: [KERNEL, STRIDE, PADDING, DILATION, CEIL], indicesAt: 4, beyond: [] };

/** The one list of layers: the menu, the parser, the printer and the tests fold over it. */
export const LAYERS: Readonly<Record<LayerName, Definition>> = {
  MaxPool2d: SLIDING,
  MinPool2d: { ...SLIDING, ours: true },
  AvgPool2d: { positional: [KERNEL, STRIDE, PADDING, CEIL, COUNT_PAD, DIVISOR], beyond: [DILATION] },
  LPPool2d: { positional: [NORM, KERNEL, STRIDE, CEIL], beyond: [] },
  AdaptiveMaxPool2d: { positional: [TARGET], indicesAt: 1, beyond: [] },
  AdaptiveAvgPool2d: { positional: [TARGET], beyond: [] },
};

export const LAYER_NAMES = Object.keys(LAYERS) as LayerName[];

export const DEFAULTS: Readonly<Settings> = {
  kernelSize: 2,
  stride: null,
  padding: 0,
  dilation: 1,
  ceilMode: false,
  countIncludePad: true,
  divisorOverride: null,
  normType: 2,
  outputSize: 7,
};

export const isAdaptive = (layer: Layer): boolean => layer.name.startsWith("Adaptive");
export const isMean = (layer: Layer): boolean => layer.name.includes("Avg");
/** Does one tap win the window? */
export const hasWinner = (layer: Layer): boolean => LAYERS[layer.name].indicesAt !== undefined;

/** The arguments a line of this layer shows: its framework's, and the others that are set. */
export function parameters(layer: Layer, words: Words = wordsOf(layer)): Parameter[] {
  const { positional, beyond } = LAYERS[layer.name];
  return [...positional, ...beyond.filter(({ key }) => !isOne(layer[key], DEFAULTS[key]))].filter(
    ({ key }) => words.names === undefined || words.names[key] !== undefined,
  );
}

/** Whether a setting is this number, written once or for every axis. */
const isOne = (value: Settings[keyof Settings], one: unknown): boolean => [value].flat().every((part) => part === one);

/** All that a layer of this name can be told. */
export const allParameters = (name: LayerName): Parameter[] => [...LAYERS[name].positional, ...LAYERS[name].beyond];

/** `layer` with the settings its class does not have put back to their defaults. */
export function canonical(layer: Layer): Layer {
  const kept: Record<string, unknown> = { ...DEFAULTS, name: layer.name };
  for (const { key } of allParameters(layer.name)) kept[key] = layer[key];
  return kept as unknown as Layer;
}

/** PyTorch pads two axes by half a kernel at most, whatever the dilation. */
export const withinHalf = (kernel: Size, padding: Size): boolean =>
  [0, 1].every((axis) => {
    const [pad, size] = [padding, kernel].map((of) => [of].flat()).map((of) => (of[axis] ?? of[0]) as number);
    return 2 * (pad as number) <= (size as number);
  });

/** The same pooling by fewer settings: four sides as PyTorch's two numbers where they are, no ceil_mode where it is without effect. */
export function simplify(layer: Layer): Layer {
  const simple = canonical(layer);
  const { padding } = simple;
  // "same" says the output's size, and PyTorch knows neither.
  if (typeof padding === "string") return { ...simple, ceilMode: false };
  if (typeof padding === "number" || padding.length !== 4) return simple;
  const [top, left, bottom, right] = padding;
  if (top !== bottom || left !== right) return simple;
  // Four sides may be wider than PyTorch allows its two numbers.
  if (!withinHalf(simple.kernelSize, [top, left])) return simple;
  return { ...simple, padding: top === left ? top : [top, left] };
}

export const python = (value: unknown): string => {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === Number.POSITIVE_INFINITY) return 'float("inf")';
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return `(${value.map(python).join(", ")})`;
  return String(value);
};

const javascript = (value: unknown): string => {
  if (value === Number.POSITIVE_INFINITY) return "Infinity";
  if (typeof value === "string") return `"${value}"`;
  return Array.isArray(value) ? `[${value.map(javascript).join(", ")}]` : String(value);
};

/** How a framework writes a layer: the line's beginning and end, its names for the settings, its literals. */
export interface Words {
  callee(layer: Layer): string;
  open: string;
  close: string;
  is: string;
  /** Absent: the settings have PyTorch's names, and all are there. */
  names?: Partial<Record<keyof Settings, string>>;
  literal(value: unknown): string;
  tuple: readonly [string, string];
}

const PYTHON = { open: "(", close: ")", is: "=", literal: python, tuple: ["(", ")"] } as const;
const WORDS = {
  pytorch: { ...PYTHON, callee: ({ name }) => className(name) },
  keras: {
    ...PYTHON,
    callee: ({ name }) => `keras.layers.${isMean({ name } as Layer) ? "Average" : "Max"}Pooling2D`,
    names: { kernelSize: "pool_size", stride: "strides", padding: "padding" },
  },
  poolscope: {
    callee: ({ name }) => `pooling.${methodName(name)}`,
    open: "(x, { ",
    close: " })",
    is: ": ",
    names: Object.fromEntries(Object.keys(DEFAULTS).map((key) => [key, key])),
    literal: javascript,
    tuple: ["[", "]"],
  },
} as const satisfies Record<string, Words>;

/**
 * The framework in whose words a layer is shown: PyTorch where PyTorch can say it, then Keras, then this module. MinPool2d, which
 * PyTorch lacks, is written like its sisters.
 */
export function sayableIn(layer: Layer): keyof typeof WORDS {
  const { padding, name } = layer;
  const dilated = !isOne(layer.dilation, 1);
  // A padding that PyTorch refuses of any layer is refused in its name.
  const ours =
    typeof padding === "string" ||
    (typeof padding !== "number" && padding.length === 4) ||
    (dilated && !withinHalf(layer.kernelSize, padding));
  if (isAdaptive(layer) || name === "LPPool2d" || !(ours || (isMean(layer) && dilated))) return "pytorch";
  const counted = isMean(layer) && (layer.countIncludePad || layer.divisorOverride !== null);
  return padding === "same" && name !== "MinPool2d" && !dilated && !counted ? "keras" : "poolscope";
}
const wordsOf = (layer: Layer): Words => WORDS[sayableIn(layer)];

export type Token =
  | { text: string; parameter?: undefined }
  /** One number, switch or word; `part` is its place in a tuple, −1 when it stands alone. */
  | { text: string; parameter: Parameter; part: number; implied: boolean };

/**
 * The line cut into what can be turned and what cannot. `implied` marks values the short line leaves out.
 * A stride that follows the kernel shows the kernel's numbers.
 */
export function tokens(layer: Layer): Token[] {
  const words = wordsOf(layer);
  const { literal, tuple } = words;
  const line: Token[] = [{ text: words.open }];
  parameters(layer, words).forEach((entry, order) => {
    const value = entry.key === "stride" && layer.stride === null ? layer.kernelSize : layer[entry.key];
    const implied = entry.optional && layer[entry.key] === DEFAULTS[entry.key];
    line.push({ text: `${order > 0 ? ", " : ""}${words.names?.[entry.key] ?? entry.name}${words.is}` });
    if (Array.isArray(value)) {
      value.forEach((part, at) => {
        line.push({ text: at > 0 ? ", " : tuple[0] }, { text: literal(part), parameter: entry, part: at, implied });
      });
      line.push({ text: tuple[1] });
    } else {
      line.push({ text: literal(value), parameter: entry, part: -1, implied });
    }
  });
  line.push({ text: words.close });
  return line;
}

/** A value with the name before it, which a line break must not part: `, stride=2` may only break before `stride`. */
export interface Piece {
  before: string;
  name: string;
  token?: Extract<Token, { parameter: Parameter }>;
}

export function pieces(list: readonly Token[]): Piece[] {
  const found: Piece[] = [];
  let mark = "";
  for (const token of list) {
    if (!token.parameter) {
      mark += token.text;
      continue;
    }
    const cut = (mark.endsWith(": ") ? mark.trimEnd() : mark).lastIndexOf(" ") + 1;
    found.push({ before: mark.slice(0, cut), name: mark.slice(cut), token });
    mark = "";
  }
  return mark ? [...found, { before: mark, name: "" }] : found;
}

/** How a line begins: what stands behind `nn.` is PyTorch that runs. */
export const callee = (layer: Layer): string => wordsOf(layer).callee(layer);

/** `nn.MaxPool2d`, or `MinPool2d` where PyTorch has no such class. */
export const className = (name: LayerName): string => (LAYERS[name].ours ? name : `nn.${name}`);

/** The line as it is copied and linked: defaults left out. */
export function print(layer: Layer, framework: keyof typeof WORDS = sayableIn(layer)): string {
  const words: Words = WORDS[framework];
  const given = parameters(layer, words).filter(({ key, optional }) => !optional || layer[key] !== DEFAULTS[key]);
  const settings = given.map(({ name, key }) => `${words.names?.[key] ?? name}${words.is}${words.literal(layer[key])}`);
  return words.callee(layer) + words.open + settings.join(", ") + words.close;
}

/** The module's method: `lpPool2d`. */
export const methodName = (name: LayerName): string => name.replace(/^(LP|[A-Z])/, (head) => head.toLowerCase());

/** The module's operator and options for a layer. Max, min and adaptive max can also tell their indices. */
export function operator(layer: Layer): { call: string; options: Record<string, unknown> } {
  const call = methodName(layer.name);
  if (isAdaptive(layer)) return { call, options: { outputSize: layer.outputSize } };
  const options: Record<string, unknown> = { kernelSize: layer.kernelSize };
  if (layer.stride !== null) options.stride = layer.stride;
  for (const { key } of allParameters(layer.name)) {
    if (key !== "kernelSize" && key !== "stride" && layer[key] !== DEFAULTS[key]) options[key] = layer[key];
  }
  if (layer.name === "LPPool2d") options.normType = layer.normType;
  return { call, options };
}
