/**
 * The line of code: what a layer is and how it is written.
 * Nothing here knows a shape formula; the words and the order of arguments are PyTorch's.
 */

import { snake } from "../module/operators.js";

export type Size = number | readonly [number, number];
export type Padding = Size | readonly [number, number, number, number] | "valid" | "same" | "same_lower";
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

/** The arguments a line of this layer shows: PyTorch's, and the others that are set. */
export function parameters(layer: Layer): Parameter[] {
  const { positional, beyond } = LAYERS[layer.name];
  return [...positional, ...beyond.filter(({ key }) => layer[key] !== DEFAULTS[key])];
}

/** All that a layer of this name can be told. */
export const allParameters = (name: LayerName): Parameter[] => [...LAYERS[name].positional, ...LAYERS[name].beyond];

/** `layer` with the settings its class does not have put back to their defaults. */
export function canonical(layer: Layer): Layer {
  const kept: Record<string, unknown> = { ...DEFAULTS, name: layer.name };
  for (const { key } of allParameters(layer.name)) kept[key] = layer[key];
  return kept as unknown as Layer;
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

export type Token =
  | { text: string; parameter?: undefined }
  /** One number, switch or word; `part` is its place in a tuple, −1 when it stands alone. */
  | { text: string; parameter: Parameter; part: number; implied: boolean };

/**
 * The line cut into what can be turned and what cannot. `implied` marks values the short line leaves out.
 * A stride that follows the kernel shows the kernel's numbers.
 */
export function tokens(layer: Layer): Token[] {
  const line: Token[] = [{ text: "(" }];
  parameters(layer).forEach((entry, order) => {
    const value = entry.key === "stride" && layer.stride === null ? layer.kernelSize : layer[entry.key];
    const implied = entry.optional && layer[entry.key] === DEFAULTS[entry.key];
    line.push({ text: `${order > 0 ? ", " : ""}${entry.name}=` });
    if (Array.isArray(value)) {
      value.forEach((part, at) => {
        line.push({ text: at > 0 ? ", " : "(" }, { text: python(part), parameter: entry, part: at, implied });
      });
      line.push({ text: ")" });
    } else {
      line.push({ text: python(value), parameter: entry, part: -1, implied });
    }
  });
  line.push({ text: ")" });
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
    const cut = mark.lastIndexOf(" ") + 1;
    found.push({ before: mark.slice(0, cut), name: mark.slice(cut), token });
    mark = "";
  }
  return mark ? [...found, { before: mark, name: "" }] : found;
}

/** `nn.MaxPool2d`, or `MinPool2d` where PyTorch has no such class. */
export const className = (name: LayerName): string => (LAYERS[name].ours ? name : `nn.${name}`);

/** The line as it is copied and linked: defaults left out. */
export function print(layer: Layer): string {
  const given = parameters(layer).filter(({ key, optional }) => !optional || layer[key] !== DEFAULTS[key]);
  return `${className(layer.name)}(${given.map(({ name, key }) => `${name}=${python(layer[key])}`).join(", ")})`;
}

/** The module's method: `lpPool2d`. */
export const methodName = (name: LayerName): string => name.replace(/^(LP|[A-Z])/, (head) => head.toLowerCase());

/** The module's operator and options for a layer. Max, min and adaptive max can also tell their indices. */
export function operator(layer: Layer): { call: string; options: Record<string, unknown> } {
  const call = methodName(layer.name);
  if (isAdaptive(layer)) return { call, options: { outputSize: layer.outputSize } };
  const options: Record<string, unknown> = { kernelSize: layer.kernelSize };
  if (layer.stride !== null) options.stride = layer.stride;
  for (const { key } of parameters(layer)) {
    if (key !== "kernelSize" && key !== "stride" && layer[key] !== DEFAULTS[key]) options[key] = layer[key];
  }
  if (layer.name === "LPPool2d") options.normType = layer.normType;
  return { call, options };
}
