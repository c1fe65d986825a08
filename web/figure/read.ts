/** How lines of code are read, this project's and other people's; what a layer is says code.ts. */

import { snake } from "../module/operators.js";
import {
  allParameters,
  CEIL,
  COUNT_PAD,
  DEFAULTS,
  DILATION,
  isMean,
  KERNEL,
  LAYER_NAMES,
  LAYERS,
  type Layer,
  type LayerName,
  methodName,
  NORM,
  type Parameter,
  python,
  type Settings,
  STRIDE,
} from "./code.js";

/** A line that cannot be read, in Python's words where it has words. */
export class CodeError extends Error {
  override name = "CodeError";
  /** The text holds a pooling layer: what is wrong is how it is written. */
  found = true;
}

type Value = number | boolean | null | string | Value[];

/** What stands in a pair of brackets, cut at its commas. Evaluated is only what the layer needs: the rest is anything. */
interface Arguments {
  positional: string[];
  named: Map<string, string>;
  /** Where the text goes on after the closing bracket. */
  end: number;
}

interface Call extends Arguments {
  callee: string;
}

const LONGEST = 4000;
const DEEPEST = 16;

/** Chinese keyboards write （３，２）, word processors “same” and −1. */
const plain = (text: string): string => text.replace(/[‘-”]/g, "'").replace(/−/g, "-").normalize("NFKC");

/** As Python, JavaScript and ONNX's text form write them, without their comments; the bracket opens at `start`. */
function readArguments(source: string, start: number): Arguments {
  const positional: string[] = [];
  const named = new Map<string, string>();
  const part = /"[^"\n]*"|'[^'\n]*'|(#.*|\/\/.*)|[\w\s]+|[\s\S]/y;
  part.lastIndex = start + 1;
  // The innermost is the first.
  let open = source[start] as string;
  let text = "";
  for (;;) {
    const [mark, comment] = part.exec(source) ?? [];
    if (!mark) throw new CodeError(`SyntaxError: '${open[0]}' was never closed`);
    const closes = mark === ")]}>"["([{<".indexOf(open[0] as string)];
    if (closes) open = open.slice(1);
    else if ("([{".includes(mark)) open = mark + open;
    if (open.length > DEEPEST) throw new CodeError("SyntaxError: too many nested parentheses");
    if (!open || (mark === "," && !open[1])) {
      const [, , word, value = ""] = /^\s*(["']?)([A-Za-z_]\w*)\1\s*[=:](?!=)([\s\S]*)/.exec(text) ?? [];
      if (word) named.set(word, value);
      else if (open || text.trim()) positional.push(text);
      if (!open) return { positional, named, end: part.lastIndex };
      text = "";
    } else if (!comment) {
      text += mark;
    } else if (comment[0] === "/" && !open.includes("{") && /[\w)\]]\s*$/.test(text)) {
      // Python's division, after a value.
      text += "//";
      part.lastIndex -= comment.length - 2;
    }
  }
}

/** The value of a literal, or of sums and products of literals. */
function evaluate(source: string): Value {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [whole = "", found] = pattern.exec(source) ?? [];
    at += whole.length;
    return found;
  };
  const invalid = (): CodeError => {
    const rest = source.slice(at, at + 12).trim();
    return new CodeError(`SyntaxError: invalid syntax${rest && ` at '${rest}'`}`);
  };
  const atom = (): Value => {
    const text = take(/\s*("[^"\n]*"|'[^'\n]*')/y);
    if (text) return text.slice(1, -1);
    const bracket = take(/\s*([([])/y);
    if (bracket) {
      const { positional, named, end } = readArguments(source, at - 1);
      if (named.size > 0) throw invalid();
      at = end;
      const values = positional.map(evaluate);
      return bracket === "(" && values.length === 1 ? (values[0] as Value) : values;
    }
    const number = take(/\s*([-+]?\s*(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/y);
    // Python's whole numbers know no -0.
    if (number) return Number(number.replace(/[\s_]/g, "")) + 0;
    const word = take(/\s*(float\(\s*["']inf["']\s*\)|[A-Za-z_][\w.]*)/y);
    if (!word) throw invalid();
    if (/^[Tt]rue$/.test(word)) return true;
    if (/^[Ff]alse$/.test(word)) return false;
    if (/^(None|null|undefined)$/.test(word)) return null;
    if (/^((math|torch|np|numpy)\.)?inf$|^Infinity$|\(/.test(word)) return Number.POSITIVE_INFINITY;
    throw new CodeError(`NameError: name '${word}' is not defined`);
  };
  const operation = (operators: RegExp, operand: () => Value): Value => {
    let left = operand();
    for (let mark = take(operators); mark; mark = take(operators)) {
      const right = operand();
      if (typeof left !== "number" || typeof right !== "number") throw invalid();
      if (mark === "+") left += right;
      else if (mark === "-") left -= right;
      else left = (mark === "*" ? left * right : Math.floor(left / right)) + 0;
    }
    return left;
  };
  const value = operation(/\s*([-+])/y, () => operation(/\s*(\*|\/\/)/y, atom));
  if (source.slice(at).trim()) throw invalid();
  return value;
}

const nameOf = (callee: string): string => callee.slice(callee.lastIndexOf(".") + 1);

/** The layers by another's names for them. */
const spelt = (spell: (name: LayerName) => string) => new Map(LAYER_NAMES.map((name) => [spell(name), name]));

const MODULES = spelt(String);
const FUNCTIONS = spelt((name) => snake(methodName(name))).set("max_pool2d_with_indices", "MaxPool2d");
const PADDLE = spelt((name) => name.replace("2d", "2D"));
const KERAS = new Map<string, LayerName>([
  ["MaxPooling2D", "MaxPool2d"],
  ["AveragePooling2D", "AvgPool2d"],
  ["GlobalMaxPooling2D", "AdaptiveMaxPool2d"],
  ["GlobalMaxPool2D", "AdaptiveMaxPool2d"],
  ["GlobalAveragePooling2D", "AdaptiveAvgPool2d"],
  ["GlobalAvgPool2D", "AdaptiveAvgPool2d"],
]);
const ONNX = new Map<string, LayerName>([
  ["MaxPool", "MaxPool2d"],
  ["AveragePool", "AvgPool2d"],
  ["LpPool", "LPPool2d"],
  ["GlobalMaxPool", "AdaptiveMaxPool2d"],
  ["GlobalAveragePool", "AdaptiveAvgPool2d"],
]);
const OURS = spelt(methodName);

const isInteger = (value: unknown): value is number => Number.isInteger(value);
const kindOf = (value: Value): string => {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return "tuple";
};

/** One argument's value, checked for its kind only; whether PyTorch accepts the number is the core's to say. */
function setting(call: string, entry: Parameter, value: Value): Settings[keyof Settings] {
  const wrong = (wanted: string): CodeError =>
    new CodeError(`TypeError: ${call}(): argument '${entry.name}' must be ${wanted}, not ${kindOf(value)}`);
  // One number is as good as a list of one.
  const list = Array.isArray(value) ? value : [value];
  const integers = list.every(isInteger) ? list : undefined;
  switch (entry.kind) {
    case "switch":
      if (value === true || value === 1) return true;
      if (value === false || value === 0) return false;
      throw wrong("bool");
    case "count":
      if (value === null || isInteger(value)) return value;
      throw wrong("int");
    case "norm":
      if (typeof value === "number" && !Number.isNaN(value)) return value;
      throw wrong("float");
    case "target":
      if (integers?.length === 1) return integers[0] as number;
      if (list.length === 2 && list.every((part) => part === null || isInteger(part))) {
        return list as [number | null, number | null];
      }
      throw wrong("int or a pair of ints");
    default:
      if (entry.key === "stride" && (value === null || list.length === 0)) return null;
      if (integers?.length === 1) return integers[0] as number;
      if (integers?.length === 2) return integers as [number, number];
      if (entry.kind === "padding") {
        if (integers?.length === 4) return integers as [number, number, number, number];
        if (value === "valid" || value === "same" || value === "same_lower") return value;
      }
      if (integers) {
        throw new CodeError(
          `RuntimeError: ${call}: ${entry.name} must either be a single int, or a tuple of two ints, but got ${python(value)}`,
        );
      }
      throw wrong("tuple of ints");
  }
}

function fill(
  name: LayerName,
  call: string,
  given: Iterable<readonly [Parameter | undefined, string | undefined]>,
): Layer {
  const layer: Layer = { ...DEFAULTS, name };
  const seen = new Set<string>();
  for (const [entry, text] of given) {
    // What the layer has not is left out.
    if (!entry || text === undefined || !allParameters(name).includes(entry)) continue;
    if (seen.has(entry.key))
      throw new CodeError(`TypeError: ${call}() got multiple values for argument '${entry.name}'`);
    seen.add(entry.key);
    (layer as unknown as Record<string, unknown>)[entry.key] = setting(call, entry, evaluate(text));
  }
  const missing = LAYERS[name].positional.find(({ key, optional }) => !optional && !seen.has(key));
  if (missing) {
    throw new CodeError(`TypeError: ${call}() missing 1 required positional argument: '${missing.name}'`);
  }
  return layer;
}

const unexpected = (call: string, word: string): CodeError =>
  new CodeError(`TypeError: ${call}() got an unexpected keyword argument '${word}'`);

function fromTorch({ callee, positional: values, named }: Call, name: LayerName): Layer {
  const { indicesAt } = LAYERS[name];
  let label = nameOf(callee);
  const functional = FUNCTIONS.has(label);
  const paddle = /^paddle\b|2D$/.test(callee) || named.has("exclusive");
  // Paddle's order ends otherwise: what follows is given by keyword here.
  const order: (Parameter | undefined)[] = LAYERS[name].positional.slice(0, paddle ? 3 : 9);
  // nn.MaxPool2d takes return_indices before ceil_mode, F.max_pool2d after it.
  if (indicesAt && !paddle) order.splice(functional ? 9 : indicesAt, 0, undefined);
  if (!functional) label += ".__init__";
  else if (!named.has("input") && !named.has("x")) values = values.slice(1);
  if (values.length > order.length) {
    throw new CodeError(
      `TypeError: ${label}() takes from 2 to ${order.length + 1} positional arguments but ${values.length + 1} were given`,
    );
  }
  const given: [Parameter | undefined, string][] = values.map((value, at) => [order[at], value]);
  for (const [word, value] of named) {
    if (
      word === "return_indices" ||
      ((functional || paddle) && /^(return_mask|input|x|data_format|name|exclusive)$/.test(word))
    )
      continue;
    const entry = allParameters(name).find((one) => one.name === word);
    if (!entry) throw unexpected(label, word);
    given.push([entry, value]);
  }
  if (paddle && !named.has("count_include_pad")) {
    given.push([COUNT_PAD, bare(named.get("exclusive")) === "False" ? "1" : "0"]);
  }
  return fill(name, label, given);
}

/** A text without its quotes. */
const bare = (text = ""): string => text.replace(/["'\s]/g, "");

const KERAS_WORDS = /^(pool_size|strides|padding|data_format|name|dtype|input_shape|keepdims|trainable)$/;

function fromKeras({ callee, positional, named }: Call, name: LayerName): Layer {
  const label = nameOf(callee);
  for (const word of named.keys()) if (!KERAS_WORDS.test(word)) throw unexpected(`${label}.__init__`, word);
  if (name.startsWith("Adaptive")) return { ...DEFAULTS, name, outputSize: 1 };
  const at = (key: string, position: number): string | undefined => named.get(key) ?? positional[position];
  const layer = fill(name, label, [
    [KERNEL, at("pool_size", 0) ?? "2"],
    [STRIDE, at("strides", 1)],
  ]);
  const padding = bare(at("padding", 2) ?? "valid").toLowerCase();
  if (padding === "valid") return layer;
  if (padding !== "same") throw new CodeError(`ValueError: ${label}: padding must be "valid" or "same"`);
  // Keras never counts the padding in an average.
  return { ...layer, padding, countIncludePad: !isMean(layer) };
}

/** `MaxPool2D` is Keras's unless it is called as Paddle's, or as PyTorch's spelt wrong. */
function fromPaddle(call: Call, name: LayerName): Layer {
  const words = [call.callee, ...call.named.keys()].join();
  const torch = /^(paddle|nn)\.|Adaptive|,(kernel_size|stride|ceil_mode|exclusive)\b/.test(words);
  return torch && !/,(pool_size|strides)\b/.test(words) ? fromTorch(call, name) : fromKeras(call, name);
}

function fromOnnx({ callee, named }: Call, name: LayerName): Layer {
  if (name.startsWith("Adaptive")) return { ...DEFAULTS, name, outputSize: 1 };
  const layer = fill(name, nameOf(callee), [
    [KERNEL, named.get("kernel_shape")],
    // ONNX's strides are 1 where PyTorch's follow the kernel.
    [STRIDE, named.get("strides") ?? "1"],
    [DILATION, named.get("dilations")],
    [CEIL, named.get("ceil_mode")],
    [NORM, named.get("p") ?? "2"],
    [COUNT_PAD, named.get("count_include_pad") ?? "0"],
  ]);
  const auto = bare(named.get("auto_pad")).toLowerCase();
  if (name === "LPPool2d") {
    // PyTorch's has neither.
    const beyond = (key: string, usual: Value) =>
      [evaluate(named.get(key) ?? "[]")].flat().some((one) => one !== usual);
    if (beyond("pads", 0) || beyond("dilations", 1) || auto.startsWith("same")) {
      throw new CodeError("NotImplementedError: LpPool is drawn here as PyTorch has it, without pads and dilations");
    }
    return layer;
  }
  if (auto === "same_upper") return { ...layer, padding: "same" };
  if (auto === "same_lower") return { ...layer, padding: "same_lower" };
  const pads = evaluate(named.get("pads") ?? "0");
  if (pads === 0) return layer;
  if (!Array.isArray(pads) || pads.length !== 4 || !pads.every(isInteger)) {
    throw new CodeError("ONNX: pads must be four ints: [top, left, bottom, right]");
  }
  const [top, left, bottom, right] = pads as [number, number, number, number];
  if (top === bottom && left === right) return { ...layer, padding: top === left ? top : [top, left] };
  return { ...layer, padding: [top, left, bottom, right] };
}

function fromOurs({ callee, positional, named }: Call, name: LayerName): Layer {
  const last = positional.at(-1)?.trim();
  const options = last?.startsWith("{") ? readArguments(last, 0) : { named, positional: [] };
  // `{ stride }` says no number.
  options.positional.forEach(evaluate);
  const given: [Parameter, string][] = [];
  for (const [key, value] of options.named) {
    const entry = allParameters(name).find((one) => one.key === key);
    if (entry) given.push([entry, value]);
    else if (key !== "layout") throw new CodeError(`PoolingError: ${nameOf(callee)} has no option "${key}"`);
  }
  return fill(name, nameOf(callee), given);
}

/** `make_node("MaxPool", …)`; of another operator it says nothing. */
function fromNode(call: Call): Layer | undefined {
  const name = ONNX.get(bare(call.positional[0])) ?? ONNX.get(bare(call.named.get("op_type")));
  return name && fromOnnx(call, name);
}

const READERS: readonly [ReadonlyMap<string, LayerName>, (call: Call, name: LayerName) => Layer | undefined][] = [
  [new Map([["make_node", "MaxPool2d"]]), fromNode],
  [MODULES, fromTorch],
  [FUNCTIONS, fromTorch],
  [PADDLE, fromPaddle],
  [KERAS, fromKeras],
  [ONNX, fromOnnx],
  [OURS, fromOurs],
];

/**
 * Reads a line of PyTorch (`nn.MaxPool2d(3, 2, 1)`, `F.max_pool2d(x, 3)`), Paddle, Keras, ONNX (`make_node("MaxPool", …)` or its
 * text form) or of this module, wherever it stands in the text.
 * @throws {CodeError} when there is no such call, or its arguments are not of the kind the call takes.
 */
export function parse(given: string): Layer {
  const text = plain(given);
  if (text.length > LONGEST) throw new CodeError("SyntaxError: the line is too long");
  const heads = [...text.matchAll(/\b([A-Za-z_][\w.]*)\s*[(<]/g)];
  for (const [names, read] of READERS) {
    const head = heads.find(({ 1: callee = "" }) => names.has(nameOf(callee)));
    if (!head) continue;
    const callee = head[1] as string;
    const call = { callee, ...readArguments(text, head.index + head[0].length - 1) };
    const layer = read(call, names.get(nameOf(callee)) as LayerName);
    if (layer) return layer;
  }
  const callees = heads.map(({ 1: callee }) => callee);
  const other = callees.find((callee) => /pool/i.test(callee as string));
  if (other) {
    throw new CodeError(
      `NotImplementedError: '${other}' is not one of the layers drawn here: ${LAYER_NAMES.join(", ")}`,
    );
  }
  const named = callees[0];
  const error = new CodeError(
    named ? `NameError: name '${named}' is not a pooling layer` : "SyntaxError: no call in this line",
  );
  error.found = false;
  throw error;
}

/** `layer` with one argument typed anew, as Python writes it: `3`, `(3, 2)`, `3, 2`, `None`, `"same"`; nothing keeps it. */
export function withTyped(layer: Layer, entry: Parameter, text: string): Layer {
  if (!text.trim()) return layer;
  return { ...layer, [entry.key]: setting(layer.name, entry, evaluate(`(${plain(text)})`)) };
}
