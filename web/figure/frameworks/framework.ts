/** What a framework is to the figure, and what its readers have in common. */
import {
  allParameters,
  DEFAULTS,
  LAYERS,
  type Layer,
  type LayerName,
  type Parameter,
  python,
  type Settings,
} from "../code.js";
import type { Call } from "./calls.js";
import { CodeError, evaluate, Float, kindOf, loose, type Value } from "./parse.js";

/** A call that a framework has: the layer it makes and the names of its arguments, in the order of the positional ones. */
export interface Signature {
  layer: LayerName;
  order: readonly string[];
  /** Arguments that are only given by name. */
  also?: readonly string[];
  /** JavaScript's calls take their settings as an object, which comes last. */
  object?: true;
}

/** What a translation says: keys of the page's texts. */
export type Note =
  | "keras_dilation"
  | "keras_ceil"
  | "keras_lp"
  | "keras_divisor"
  | "keras_min"
  | "keras_none"
  | "keras_average_pad"
  | "keras_same"
  | "onnx_adaptive"
  | "onnx_adaptive_divides"
  | "onnx_lp"
  | "onnx_lp_odd"
  | "onnx_lp_ceil"
  | "onnx_divisor"
  | "onnx_min"
  | "onnx_same_stride"
  | "onnx_same_dilation"
  | "torch_min"
  | "torch_same"
  | "torch_average_pad"
  | "torch_pad_ceil"
  | "torch_dilation"
  | "pad_infinity"
  | "pad_zero"
  | "pad_this_size";

/** A translation of a layer: a line of code, the sentence about it (a key of the page's texts), or both. */
export interface Translation {
  framework: string;
  /** undefined: the framework has no such line. */
  code: string | undefined;
  note?: Note;
}

/** Rows and columns of the input for which a translation is made. */
export type InputSize = readonly [number, number];

export interface Framework {
  name: string;
  /** Names in front of a call that only this framework has: `paddle` in `paddle.nn.MaxPool2D`. */
  roots: readonly string[];
  /** Names in front of a call that others have as well: `nn`. */
  hints: readonly string[];
  /** The calls are a tensor's methods. */
  methods?: true;
  /** Its calls, by the last name. */
  names: Readonly<Record<string, Signature>>;
  /** undefined: the call says nothing of a layer, what stands in its arguments may. */
  read(call: Given): Layer | undefined;
}

/** A call's arguments by their names. */
export interface Given {
  call: Call;
  signature: Signature;
  layer: LayerName;
  /** The call in error messages. */
  label: string;
  texts: ReadonlyMap<string, string>;
  /** The value of an argument; undefined where it is not given. */
  value(name: string): Value | undefined;
}

const unexpected = (label: string, word: string): CodeError =>
  new CodeError(`TypeError: ${label}() got an unexpected keyword argument '${word}'`);

/** Gives every argument its name, as Python does. */
export function bind(
  call: Call,
  signature: Signature,
  label: string,
  positional: readonly string[],
  named: ReadonlyMap<string, string>,
): Given {
  const { order, also = [], layer } = signature;
  const texts = new Map<string, string>();
  if (positional.length > order.length) {
    throw new CodeError(
      `TypeError: ${label}() takes from 2 to ${order.length + 1} positional arguments but ${positional.length + 1} were given`,
    );
  }
  positional.forEach((text, at) => {
    texts.set(order[at] as string, text);
  });
  for (const [word, text] of named) {
    if (!order.includes(word) && !also.includes(word)) throw unexpected(label, word);
    if (texts.has(word)) throw new CodeError(`TypeError: ${label}() got multiple values for argument '${word}'`);
    texts.set(word, text);
  }
  const value = (name: string): Value | undefined => {
    const text = texts.get(name);
    return text === undefined ? undefined : evaluate(text);
  };
  return { call, signature, layer, label, texts, value };
}

const isInteger = (value: unknown): value is number => Number.isInteger(value);

/** One argument's value, checked for its kind only; whether PyTorch accepts the number is the core's to say. */
export function setting(call: string, entry: Parameter, value: Value): Settings[keyof Settings] {
  const wrong = (wanted: string): CodeError =>
    new CodeError(`TypeError: ${call}(): argument '${entry.name}' must be ${wanted}, not ${kindOf(value)}`);
  // One number is as good as a list of one.
  const list = Array.isArray(value) ? value : [value];
  const integers = list.every(isInteger) ? list : undefined;
  switch (entry.kind) {
    case "switch":
      if (typeof value === "boolean") return value;
      throw wrong("bool");
    case "count":
      if (value === null || isInteger(value)) return value;
      throw wrong("int");
    case "norm":
      if (value instanceof Float) return value.value;
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
        if (value === "valid") return 0;
        if (value === "same" || value === "same_lower") return value;
      }
      if (integers) {
        throw new CodeError(
          `RuntimeError: ${call}: ${entry.name} must either be a single int, or a tuple of two ints, but got ${python(value)}`,
        );
      }
      throw wrong("tuple of ints");
  }
}

/**
 * The layer with the settings given; what its class has not is left out. `found` are arguments in PyTorch's names. With "valid" no
 * window is rounded up to, as the module has it.
 */
export function layerOf({ layer: name, label }: Given, found: Readonly<Record<string, Value | undefined>>): Layer {
  const layer: Layer = { ...DEFAULTS, name };
  for (const entry of allParameters(name)) {
    const value = found[entry.name];
    if (value === undefined) {
      if (LAYERS[name].positional.includes(entry) && !entry.optional) {
        throw new CodeError(`TypeError: ${label}() missing 1 required positional argument: '${entry.name}'`);
      }
    } else (layer as unknown as Record<string, unknown>)[entry.key] = setting(label, entry, value);
  }
  if (found.padding === "valid") layer.ceilMode = false;
  return layer;
}

/** Of a framework without floats apart from ints. */
export const relaxed = (value: Value | undefined): Value | undefined =>
  value === undefined ? undefined : loose(value);
