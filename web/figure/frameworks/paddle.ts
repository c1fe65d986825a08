/** PaddlePaddle: `paddle.nn.MaxPool2D(3, 2)`, `paddle.nn.functional.avg_pool2d(x, 3)`. */

import { snake } from "../../module/operators.js";
import { LAYER_NAMES, LAYERS, type Layer, type LayerName, methodName } from "../code.js";
import { explicitSides, pairOf } from "./explicit.js";
import { type Framework, type Given, layerOf, type Signature } from "./framework.js";
import { CodeError } from "./parse.js";
import { fromPairs, paddingWord, sides } from "./values.js";

const ORDERS: Partial<Record<LayerName, readonly string[]>> = {
  MaxPool2d: ["kernel_size", "stride", "padding", "return_mask", "ceil_mode", "data_format", "name"],
  AvgPool2d: ["kernel_size", "stride", "padding", "ceil_mode", "exclusive", "divisor_override", "data_format", "name"],
  LPPool2d: ["norm_type", "kernel_size", "stride", "padding", "ceil_mode", "data_format", "name"],
  AdaptiveMaxPool2d: ["output_size", "return_mask", "name"],
  AdaptiveAvgPool2d: ["output_size", "data_format", "name"],
};

const names: Record<string, Signature> = {};
for (const layer of LAYER_NAMES) {
  const order = ORDERS[layer];
  if (!order) continue;
  names[layer.replace("2d", "2D")] = { layer, order };
  names[snake(methodName(layer))] = { layer, order: ["x", ...order] };
}

function read(given: Given): Layer {
  const { layer: name, value, label } = given;
  const first = !/NHWC/.test(given.texts.get("data_format") ?? "");
  const word = fromPairs(paddingWord(label, value("padding")), first);
  // Paddle's four are [top, bottom, left, right].
  const [top, bottom, left, right] = (Array.isArray(word) && word.length === 4 ? word : []) as number[];
  const padding =
    top !== undefined && [top, bottom, left, right].every(Number.isInteger)
      ? sides(top, bottom as number, left as number, right as number)
      : word;
  if (name === "LPPool2d" && padding !== undefined && padding !== 0) {
    throw new CodeError("NotImplementedError: LPPool2D is drawn here as PyTorch has it, without padding");
  }
  const layer = layerOf(given, {
    norm_type: value("norm_type"),
    kernel_size: value("kernel_size"),
    stride: value("stride"),
    padding,
    ceil_mode: value("ceil_mode"),
    output_size: value("output_size"),
    divisor_override: value("divisor_override"),
    count_include_pad: LAYERS[name].positional.some((one) => one.key === "countIncludePad")
      ? value("exclusive") === false
      : undefined,
  });
  return checkCeil(layer);
}

/** Paddle's ceil_mode keeps a last window that begins in the padding, or behind it; PyTorch drops it. */
function checkCeil(layer: Layer): Layer {
  const around = explicitSides(layer);
  if (!layer.ceilMode || !around) return layer;
  const after = around.slice(2);
  const kernel = pairOf(layer.kernelSize);
  const stride = pairOf(layer.stride ?? layer.kernelSize);
  if (stride.some((step, axis) => (after[axis] as number) + step > (kernel[axis] as number))) {
    throw new CodeError(
      "NotImplementedError: Paddle's ceil_mode keeps a last window that begins in the padding; drawn here is PyTorch's, which drops it",
    );
  }
  return layer;
}

export const paddle: Framework = { name: "Paddle", roots: ["paddle"], hints: ["nn", "F", "functional"], names, read };
