/** Flax: `nn.max_pool(x, (2, 2), strides=(2, 2))`. A stride that is left out is 1. */
import type { Layer, LayerName } from "../code.js";
import { type Framework, type Given, layerOf, type Signature } from "./framework.js";
import { fromPairs, paddingWord } from "./values.js";

const operation = (layer: LayerName, ...last: string[]): Signature => ({
  layer,
  order: ["inputs", "window_shape", "strides", "padding", ...last],
});
const names: Record<string, Signature> = {
  max_pool: operation("MaxPool2d"),
  min_pool: operation("MinPool2d"),
  avg_pool: operation("AvgPool2d", "count_include_pad"),
};

const read = (given: Given): Layer =>
  layerOf(given, {
    kernel_size: given.value("window_shape"),
    stride: given.value("strides") ?? 1,
    padding: fromPairs(paddingWord(given.label, given.value("padding")), true),
    count_include_pad: given.value("count_include_pad"),
  });

export const flax: Framework = { name: "Flax", roots: ["flax", "linen", "nnx"], hints: ["nn"], names, read };
