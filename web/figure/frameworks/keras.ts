/** Keras 3 and tf.keras: `keras.layers.MaxPooling2D(2)`, `keras.ops.max_pool(x, 2)`. */
import { isAdaptive, isMean, type Layer, type LayerName, print } from "../code.js";
import { explicitSides, isDilated, padsAsSame, padsNothing, roundsUp } from "./explicit.js";
import {
  type Framework,
  type Given,
  layerOf,
  type Note,
  relaxed,
  type Signature,
  type Translation,
} from "./framework.js";
import { CodeError, type Value } from "./parse.js";
import { paddingError, paddingWord } from "./values.js";

const COMMON = ["name", "dtype", "trainable", "input_shape", "batch_input_shape", "activity_regularizer"];
const sliding = (layer: LayerName): Signature => ({
  layer,
  order: ["pool_size", "strides", "padding", "data_format", "name"],
  also: COMMON,
});
const global = (layer: LayerName): Signature => ({ layer, order: ["data_format", "keepdims"], also: COMMON });
const adaptive = (layer: LayerName): Signature => ({ layer, order: ["output_size", "data_format"], also: COMMON });
const operation = (layer: LayerName): Signature => ({
  layer,
  order: ["inputs", "pool_size", "strides", "padding", "data_format", "name"],
});
const adaptiveOperation = (layer: LayerName): Signature => ({ layer, order: ["inputs", "output_size", "data_format"] });

const names: Record<string, Signature> = {
  MaxPooling2D: sliding("MaxPool2d"),
  MaxPool2D: sliding("MaxPool2d"),
  AveragePooling2D: sliding("AvgPool2d"),
  AvgPool2D: sliding("AvgPool2d"),
  GlobalMaxPooling2D: global("AdaptiveMaxPool2d"),
  GlobalMaxPool2D: global("AdaptiveMaxPool2d"),
  GlobalAveragePooling2D: global("AdaptiveAvgPool2d"),
  GlobalAvgPool2D: global("AdaptiveAvgPool2d"),
  AdaptiveMaxPooling2D: adaptive("AdaptiveMaxPool2d"),
  AdaptiveAveragePooling2D: adaptive("AdaptiveAvgPool2d"),
  max_pool: operation("MaxPool2d"),
  average_pool: operation("AvgPool2d"),
  adaptive_max_pool: adaptiveOperation("AdaptiveMaxPool2d"),
  adaptive_average_pool: adaptiveOperation("AdaptiveAvgPool2d"),
};

function read(given: Given): Layer {
  const { layer: name, label, signature } = given;
  if (signature.order.includes("keepdims")) return layerOf(given, { output_size: 1 });
  if (signature.order.includes("output_size")) return layerOf(given, { output_size: given.value("output_size") });
  const layer = layerOf(given, {
    kernel_size:
      given.value("pool_size") ?? (name === "MaxPool2d" && !signature.order.includes("inputs") ? 2 : undefined),
    stride: given.value("strides"),
  });
  const text = given.texts.get("padding");
  const padding: Value | undefined = text === undefined ? undefined : paddingWord(label, given.value("padding"));
  if (padding !== undefined && padding !== "same" && padding !== "valid") {
    throw paddingError(label);
  }
  // Keras never counts the padding in an average.
  return padding === "same" ? { ...layer, padding, countIncludePad: !isMean(layer) } : layer;
}

export function write(layer: Layer, input?: readonly [number, number]): Translation {
  const framework = "Keras";
  const none = (note: Note): Translation => ({ framework, code: undefined, note });
  if (layer.name === "LPPool2d") return none("keras_lp");
  if (isAdaptive(layer)) {
    const kind = layer.name === "AdaptiveMaxPool2d" ? "Max" : "Average";
    const target = [layer.outputSize].flat();
    if (target.every((size) => size === 1))
      return { framework, code: `keras.layers.Global${kind}Pooling2D(keepdims=True)` };
    if (target.some((size) => size === null)) return none("keras_none");
    const size = target.length === 1 ? target[0] : `(${target.join(", ")})`;
    return { framework, code: `keras.layers.Adaptive${kind}Pooling2D(output_size=${size})` };
  }
  if (isDilated(layer)) return none("keras_dilation");
  if (roundsUp(layer)) return none("keras_ceil");
  if (layer.divisorOverride !== null) return none("keras_divisor");
  const min = layer.name === "MinPool2d";
  const mean = isMean(layer);
  const line = (padding: 0 | "same") =>
    print(
      { ...layer, name: min ? "MaxPool2d" : layer.name, padding, ceilMode: false, countIncludePad: false },
      "keras",
    );
  const wrap = (text: string): Translation =>
    min ? { framework, code: `-${text}(-x)`, note: "keras_min" } : { framework, code: text };
  if (padsNothing(layer)) return wrap(line(0));
  if (padsAsSame(layer) && (!mean || !layer.countIncludePad)) return wrap(line("same"));
  if (mean && !layer.countIncludePad) return none("keras_average_pad");
  const around = explicitSides(layer, input);
  if (!around) return none("keras_same");
  const [top, left, bottom, right] = around;
  const value = mean ? "" : ', constant_values=-float("inf")';
  const padded = `keras.ops.pad(${min ? "-x" : "x"}, ((0, 0), (${top}, ${bottom}), (${left}, ${right}), (0, 0))${value})`;
  const own = explicitSides(layer) === undefined;
  return {
    framework,
    code: `${min ? "-" : ""}${line(0)}(${padded})`,
    note: own ? "pad_this_size" : mean ? "pad_zero" : "pad_infinity",
  };
}

export const keras: Framework = {
  name: "Keras",
  roots: ["keras"],
  hints: ["layers", "ops"],
  names,
  read: (given) => read({ ...given, value: (name) => relaxedInts(given, name) }),
};

/** Keras refuses floats, and counts of numbers other than two. */
function relaxedInts(given: Given, name: string): Value | undefined {
  const value = given.value(name);
  if (Array.isArray(value) && value.length === 1) {
    throw new CodeError(`ValueError: ${given.label}: The \`${name}\` argument must be a tuple of 2 integers.`);
  }
  return name === "padding" ? relaxed(value) : value;
}
