/** tinygrad, and other tensors with methods like its: `x.max_pool2d((2, 2))`. */
import type { Layer, LayerName } from "../code.js";
import { type Framework, type Given, layerOf, type Signature } from "./framework.js";
import type { Value } from "./parse.js";
import { sides } from "./values.js";

const method = (layer: LayerName, last: string): Signature => ({
  layer,
  order: ["kernel_size", "stride", "dilation", "padding", "ceil_mode", last],
});
const names: Record<string, Signature> = {
  max_pool2d: method("MaxPool2d", "return_indices"),
  avg_pool2d: method("AvgPool2d", "count_include_pad"),
};

function read(given: Given): Layer {
  const { value } = given;
  let padding: Value | undefined = value("padding");
  if (Array.isArray(padding) && padding.length === 4) {
    const [left, right, top, bottom] = padding as number[];
    padding = sides(top as number, bottom as number, left as number, right as number);
  }
  return layerOf(given, {
    kernel_size: value("kernel_size") ?? 2,
    stride: value("stride"),
    dilation: value("dilation"),
    padding,
    ceil_mode: value("ceil_mode"),
    count_include_pad: value("count_include_pad"),
  });
}

export const tinygrad: Framework = { name: "tinygrad", roots: ["tinygrad"], hints: [], methods: true, names, read };
