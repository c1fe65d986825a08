/** TensorFlow.js: `tf.layers.maxPooling2d({ poolSize: 2 })`, `tf.maxPool(x, 2, 2, "same")`, `x.maxPool(2, 2, "same")`. */
import { isMean, type Layer, type LayerName } from "../code.js";
import { type Framework, type Given, layerOf, relaxed, type Signature } from "./framework.js";
import { CodeError } from "./parse.js";
import { fromPairs, paddingWord } from "./values.js";

const layers = (layer: LayerName): Signature => ({
  layer,
  order: [],
  also: ["poolSize", "strides", "padding", "dataFormat", "name", "inputShape", "batchInputShape", "dtype", "trainable"],
  object: true,
});
const global = (layer: LayerName): Signature => ({
  ...layers(layer),
  also: ["dataFormat", "name", "keepDims", "inputShape"],
});
const operation = (layer: LayerName): Signature => ({
  layer,
  order: ["x", "filterSize", "strides", "pad", "dimRoundingMode"],
});

const names: Record<string, Signature> = {
  maxPooling2d: layers("MaxPool2d"),
  maxPool2d: layers("MaxPool2d"),
  averagePooling2d: layers("AvgPool2d"),
  avgPooling2d: layers("AvgPool2d"),
  avgPool2d: layers("AvgPool2d"),
  globalMaxPooling2d: global("AdaptiveMaxPool2d"),
  globalMaxPool2d: global("AdaptiveMaxPool2d"),
  globalAveragePooling2d: global("AdaptiveAvgPool2d"),
  globalAvgPool2d: global("AdaptiveAvgPool2d"),
  maxPool: operation("MaxPool2d"),
  avgPool: operation("AvgPool2d"),
};

function read(given: Given): Layer {
  const { label, signature } = given;
  const value = (name: string) => relaxed(given.value(name));
  if (signature.also?.includes("keepDims")) return layerOf(given, { output_size: 1 });
  const functional = signature.order.length > 0;
  const padding = fromPairs(paddingWord(label, value(functional ? "pad" : "padding")), false);
  const rounding = value("dimRoundingMode");
  if (rounding === "round")
    throw new CodeError(`NotImplementedError: ${label}: dimRoundingMode "round" is not drawn here`);
  const layer = layerOf(given, {
    kernel_size: value(functional ? "filterSize" : "poolSize") ?? (functional ? undefined : 2),
    stride: value("strides"),
    padding,
    ceil_mode: rounding === "ceil" && typeof padding !== "string",
  });
  return isMean(layer) && layer.padding !== 0 ? { ...layer, countIncludePad: false } : layer;
}

export const tfjs: Framework = {
  name: "TensorFlow.js",
  roots: ["tf", "tfl"],
  hints: ["layers"],
  methods: true,
  names,
  read,
};
