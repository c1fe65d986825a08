/** TensorFlow's functions: `tf.nn.max_pool2d(x, ksize=2, strides=2, padding="SAME")`. The layers are Keras's. */
import { isMean, type Layer, type LayerName } from "../code.js";
import { bare } from "./calls.js";
import { type Framework, type Given, layerOf, type Signature } from "./framework.js";
import { CodeError, type Value } from "./parse.js";
import { fromPairs, paddingWord, spatial } from "./values.js";

const ORDER = ["input", "ksize", "strides", "padding", "data_format", "name"];
const also = ["value"];
const sliding = (layer: LayerName, order = ORDER): Signature => ({ layer, order, also });
const names: Record<string, Signature> = {
  max_pool: sliding("MaxPool2d"),
  max_pool2d: sliding("MaxPool2d"),
  avg_pool: sliding("AvgPool2d"),
  avg_pool2d: sliding("AvgPool2d"),
  max_pool_v2: sliding("MaxPool2d"),
  max_pool_with_argmax: {
    layer: "MaxPool2d",
    order: ["input", "ksize", "strides", "padding", "data_format", "output_dtype", "include_batch_in_index", "name"],
  },
  pool: {
    layer: "MaxPool2d",
    order: ["input", "window_shape", "pooling_type", "strides", "padding", "data_format", "dilations", "name"],
  },
};

function read(given: Given): Layer {
  const { value, label, texts } = given;
  const first = /NCHW/.test(texts.get("data_format") ?? "");
  const general = given.signature === names.pool;
  const kind = bare(texts.get("pooling_type")).toUpperCase();
  const size = (name: string, usual?: Value): Value | undefined => spatial(value(name), first) ?? usual;
  for (const name of general ? [] : ["strides", "padding"]) {
    if (!texts.has(name))
      throw new CodeError(`TypeError: ${label}() missing 1 required positional argument: '${name}'`);
  }
  const padding = fromPairs(paddingWord(label, value("padding")), first);
  if (padding !== undefined && typeof padding !== "string" && typeof padding !== "number" && !Array.isArray(padding)) {
    throw new CodeError(`ValueError: ${label}: padding must be "VALID", "SAME" or a list of pairs`);
  }
  const layer = layerOf(general && kind === "AVG" ? { ...given, layer: "AvgPool2d" } : given, {
    kernel_size: size(general ? "window_shape" : "ksize"),
    stride: size("strides", 1),
    dilation: size("dilations"),
    padding,
  });
  // TensorFlow never counts the padding in an average.
  return isMean(layer) && layer.padding !== 0 ? { ...layer, countIncludePad: false } : layer;
}

export const tensorflow: Framework = { name: "TensorFlow", roots: ["tf", "tensorflow"], hints: ["nn"], names, read };
