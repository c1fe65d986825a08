/** How lines of code are read, this project's and other people's; what a layer is says code.ts. */

import {
  allParameters,
  CEIL,
  COUNT_PAD,
  DEFAULTS,
  DILATION,
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
}

type Value = number | boolean | null | string | Name | Value[] | Map<string, Value>;
class Name {
  constructor(readonly text: string) {}
}

interface Call {
  callee: string;
  positional: Value[];
  named: Map<string, Value>;
}

const LONGEST = 4000;
const DEEPEST = 16;

/** A reader for calls as Python, JavaScript and ONNX's text form write them; it evaluates nothing. */
class Reader {
  #at = 0;
  #depth = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  /** What a sticky `pattern` finds from here on. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #space(): void {
    this.#take(/(?:\s|#[^\n]*|\/\/[^\n]*)+/y);
  }

  #expect(mark: string): void {
    this.#space();
    if (this.#source[this.#at] !== mark) {
      const rest = this.#source.slice(this.#at, this.#at + 12);
      throw new CodeError(`SyntaxError: expected '${mark}'${rest ? ` before '${rest}'` : " at the end"}`);
    }
    this.#at++;
  }

  #peek(): string {
    this.#space();
    return this.#source[this.#at] ?? "";
  }

  #list(close: string): Value[] {
    const values: Value[] = [];
    while (this.#peek() !== close) {
      values.push(this.#value());
      if (this.#peek() !== close) this.#expect(",");
    }
    this.#expect(close);
    return values;
  }

  #entries(close: string): { positional: Value[]; named: Map<string, Value> } {
    const positional: Value[] = [];
    const named = new Map<string, Value>();
    while (this.#peek() !== close) {
      const word = this.#take(/[A-Za-z_]\w*(?=\s*(?:=(?!=)|:))/y) ?? this.#take(/(["'])\w+\1(?=\s*:)/y);
      if (word) {
        this.#take(/\s*[=:]/y);
        named.set(word.replace(/["']/g, ""), this.#value());
      } else {
        positional.push(this.#value());
      }
      if (this.#peek() !== close) this.#expect(",");
    }
    this.#expect(close);
    return { positional, named };
  }

  #value(): Value {
    if (++this.#depth > DEEPEST) throw new CodeError("SyntaxError: too many nested parentheses");
    try {
      return this.#atom();
    } finally {
      this.#depth--;
    }
  }

  #atom(): Value {
    const mark = this.#peek();
    const text = this.#take(/"[^"\n]*"|'[^'\n]*'/y);
    if (text !== undefined) return text.slice(1, -1);
    if (mark === "(") {
      this.#at++;
      return this.#list(")");
    }
    if (mark === "[") {
      this.#at++;
      return this.#list("]");
    }
    if (mark === "{") {
      this.#at++;
      return this.#entries("}").named;
    }
    const number = this.#take(/[-+−]?\s*(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y);
    // Python's whole numbers know no -0.
    if (number !== undefined) return Number(number.replace("−", "-").replace(/[\s_]/g, "")) + 0;
    const word = this.#take(/[A-Za-z_][\w.]*/y);
    if (word === undefined) {
      throw new CodeError(
        mark ? `SyntaxError: invalid syntax at '${mark}'` : "SyntaxError: unexpected end of the line",
      );
    }
    if (/^(True|true)$/.test(word)) return true;
    if (/^(False|false)$/.test(word)) return false;
    if (/^(None|null|undefined)$/.test(word)) return null;
    if (/^((math|torch|np|numpy)\.)?inf$|^Infinity$/.test(word)) return Number.POSITIVE_INFINITY;
    if (this.#peek() === "(") {
      this.#at++;
      const inner = this.#list(")");
      if (word === "float" && inner.length === 1 && inner[0] === "inf") return Number.POSITIVE_INFINITY;
    }
    return new Name(word);
  }

  /** One value and nothing after it. */
  single(): Value {
    const value = this.#value();
    if (this.#peek() !== "")
      throw new CodeError(`SyntaxError: invalid syntax at '${this.#source.slice(this.#at, this.#at + 12)}'`);
    return value;
  }

  /** Finds the first call whose name passes `known`. */
  call(known: (callee: string) => boolean): Call | undefined {
    const opener = /([A-Za-z_][\w.]*)\s*[(<]/g;
    for (let found = opener.exec(this.#source); found; found = opener.exec(this.#source)) {
      const callee = found[1] as string;
      if (!known(callee)) continue;
      this.#at = opener.lastIndex - 1;
      const close = this.#source[this.#at] === "<" ? ">" : ")";
      this.#at++;
      return { callee, ...this.#entries(close) };
    }
    return undefined;
  }
}

const last = (callee: string): string => callee.slice(callee.lastIndexOf(".") + 1);

const MODULES = new Map<string, LayerName>(LAYER_NAMES.map((name) => [name, name]));
const FUNCTIONS = new Map<string, LayerName>([
  ["max_pool2d", "MaxPool2d"],
  ["max_pool2d_with_indices", "MaxPool2d"],
  ["min_pool2d", "MinPool2d"],
  ["avg_pool2d", "AvgPool2d"],
  ["lp_pool2d", "LPPool2d"],
  ["adaptive_max_pool2d", "AdaptiveMaxPool2d"],
  ["adaptive_avg_pool2d", "AdaptiveAvgPool2d"],
]);
const KERAS = new Map<string, LayerName>([
  ["MaxPooling2D", "MaxPool2d"],
  ["MaxPool2D", "MaxPool2d"],
  ["AveragePooling2D", "AvgPool2d"],
  ["AvgPool2D", "AvgPool2d"],
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
const OURS = new Map(LAYER_NAMES.map((name) => [methodName(name), name]));

const isInteger = (value: unknown): value is number => Number.isInteger(value);
const show = (value: Value): string => {
  if (value instanceof Name) return value.text;
  if (value instanceof Map) return "{…}";
  return python(value);
};

const kindOf = (value: Value): string => {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return Array.isArray(value) ? "tuple" : show(value);
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
          `RuntimeError: ${call}: ${entry.name} must either be a single int, or a tuple of two ints, but got ${show(value)}`,
        );
      }
      throw wrong("tuple of ints");
  }
}

function fill(name: LayerName, call: string, given: Iterable<[Parameter, Value]>): Layer {
  const layer: Layer = { ...DEFAULTS, name };
  const seen = new Set<string>();
  for (const [entry, value] of given) {
    if (seen.has(entry.key))
      throw new CodeError(`TypeError: ${call}() got multiple values for argument '${entry.name}'`);
    seen.add(entry.key);
    (layer as unknown as Record<string, unknown>)[entry.key] = setting(call, entry, value);
  }
  const missing = LAYERS[name].positional.find(({ key, optional }) => !optional && !seen.has(key));
  if (missing) {
    throw new CodeError(`TypeError: ${call}() missing 1 required positional argument: '${missing.name}'`);
  }
  return layer;
}

function fromTorch(call: Call, name: LayerName): Layer {
  const { positional, indicesAt } = LAYERS[name];
  const order: (Parameter | undefined)[] = [...positional];
  let values = call.positional;
  let label = last(call.callee);
  const functional = FUNCTIONS.has(label);
  if (functional) {
    // F.max_pool2d has ceil_mode before return_indices; nn.MaxPool2d after it.
    order.push(undefined);
    if (values[0] instanceof Name || !call.named.has("input")) values = values.slice(1);
  } else {
    if (indicesAt) order.splice(indicesAt, 0, undefined);
    label += ".__init__";
  }
  if (values.length > order.length) {
    throw new CodeError(
      `TypeError: ${label}() takes from 2 to ${order.length + 1} positional arguments but ${values.length + 1} were given`,
    );
  }
  const given: [Parameter, Value][] = [];
  values.forEach((value, at) => {
    const entry = order[at];
    if (entry) given.push([entry, value]);
  });
  for (const [word, value] of call.named) {
    if (word === "return_indices" || (functional && word === "input")) continue;
    const entry = allParameters(name).find((one) => one.name === word);
    if (!entry) {
      throw new CodeError(`TypeError: ${label}() got an unexpected keyword argument '${word}'`);
    }
    given.push([entry, value]);
  }
  return fill(name, label, given);
}

const word = (value: Value | undefined): string => (typeof value === "string" ? value.toLowerCase() : "");

function fromKeras(call: Call, name: LayerName): Layer {
  if (name.startsWith("Adaptive")) return { ...DEFAULTS, name, outputSize: 1 };
  const at = (key: string, position: number): Value | undefined => call.named.get(key) ?? call.positional[position];
  const given: [Parameter, Value][] = [[KERNEL, at("pool_size", 0) ?? 2]];
  const strides = at("strides", 1);
  if (strides !== undefined) given.push([STRIDE, strides]);
  const layer = fill(name, last(call.callee), given);
  const same = word(at("padding", 2)) === "same";
  // Keras never counts the padding in an average.
  return { ...layer, padding: same ? "same" : 0, countIncludePad: !(same && name === "AvgPool2d") };
}

function fromOnnx(call: Call, name: LayerName): Layer {
  const { named } = call;
  if (name.startsWith("Adaptive")) return { ...DEFAULTS, name, outputSize: 1 };
  const given: [Parameter, Value][] = [];
  const kernel = named.get("kernel_shape");
  if (kernel !== undefined) given.push([KERNEL, kernel]);
  // ONNX's strides are 1 where PyTorch's follow the kernel.
  given.push([STRIDE, named.get("strides") ?? 1]);
  if (named.has("dilations") && name !== "LPPool2d") given.push([DILATION, named.get("dilations") as Value]);
  if (named.has("ceil_mode")) given.push([CEIL, named.get("ceil_mode") as Value]);
  if (name === "LPPool2d") given.push([NORM, named.get("p") ?? 2]);
  if (name === "AvgPool2d") given.push([COUNT_PAD, named.get("count_include_pad") ?? 0]);
  const layer = fill(name, last(call.callee), given);
  if (name === "LPPool2d") {
    // PyTorch's has neither.
    const beyond = (key: string, usual: Value) => [named.get(key) ?? usual].flat().some((one) => one !== usual);
    if (beyond("pads", 0) || beyond("dilations", 1) || word(named.get("auto_pad")).startsWith("same")) {
      throw new CodeError("NotImplementedError: LpPool is drawn here as PyTorch has it, without pads and dilations");
    }
    return layer;
  }
  const auto = word(named.get("auto_pad"));
  if (auto === "same_upper") return { ...layer, padding: "same" };
  if (auto === "same_lower") return { ...layer, padding: "same_lower" };
  const pads = named.get("pads");
  if (pads === undefined) return layer;
  if (!Array.isArray(pads) || pads.length !== 4 || !pads.every(isInteger)) {
    throw new CodeError("ONNX: pads must be four ints: [top, left, bottom, right]");
  }
  const [top, left, bottom, right] = pads as [number, number, number, number];
  if (top === bottom && left === right) return { ...layer, padding: top === left ? top : [top, left] };
  return { ...layer, padding: [top, left, bottom, right] };
}

function fromOurs(call: Call, name: LayerName): Layer {
  const options = call.positional.find((value) => value instanceof Map);
  const named = options instanceof Map ? options : call.named;
  const given: [Parameter, Value][] = [];
  for (const [key, value] of named) {
    const entry = allParameters(name).find((one) => one.key === key);
    if (entry) given.push([entry, value]);
    else if (key !== "layout") throw new CodeError(`PoolingError: ${last(call.callee)} has no option "${key}"`);
  }
  return fill(name, last(call.callee), given);
}

const READERS: readonly [Map<string, LayerName>, (call: Call, name: LayerName) => Layer][] = [
  [MODULES, fromTorch],
  [FUNCTIONS, fromTorch],
  [KERAS, fromKeras],
  [ONNX, fromOnnx],
  [OURS, fromOurs],
];

/**
 * Reads a line of PyTorch (`nn.MaxPool2d(3, 2, 1)`, `F.max_pool2d(x, 3)`), Keras, ONNX (`make_node("MaxPool", …)` or its
 * text form) or of this module, wherever it stands in the text.
 * @throws {CodeError} when there is no such call, or its arguments are not of the kind the call takes.
 */
export function parse(text: string): Layer {
  if (text.length > LONGEST) throw new CodeError("SyntaxError: the line is too long");
  const node = new Reader(text).call((callee) => last(callee) === "make_node");
  if (node) {
    const name = ONNX.get(node.positional[0] as string) ?? ONNX.get(node.named.get("op_type") as string);
    if (name) return fromOnnx(node, name);
  }
  for (const [names, read] of READERS) {
    const call = new Reader(text).call((callee) => names.has(last(callee)));
    if (call) return read(call, names.get(last(call.callee)) as LayerName);
  }
  const other = /([\w.]*pool[\w.]*)\s*\(/i.exec(text)?.[1];
  if (other) {
    throw new CodeError(
      `NotImplementedError: '${other}' is not one of the layers drawn here: ${LAYER_NAMES.join(", ")}`,
    );
  }
  const named = /([A-Za-z_][\w.]*)\s*\(/.exec(text)?.[1];
  throw new CodeError(
    named ? `NameError: name '${named}' is not a pooling layer` : "SyntaxError: no call in this line",
  );
}

/** `layer` with one argument typed anew, as Python writes it: `3`, `(3, 2)`, `3, 2`, `None`, `"same"`. */
export function withTyped(layer: Layer, entry: Parameter, text: string): Layer {
  const bare = text.trim();
  const list = /^[^()[\]"']+,[^()[\]"']*$/.test(bare) ? `(${bare})` : bare;
  const value = new Reader(list).single();
  return { ...layer, [entry.key]: setting(layer.name, entry, value) };
}
