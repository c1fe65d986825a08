/** WebNN: `builder.maxPool2d(x, { windowDimensions: [2, 2] })`. A stride that is left out is 1. */
import type { Layer, LayerName } from "../code.js";
import { type Framework, type Given, layerOf, relaxed, type Signature } from "./framework.js";
import { CodeError, type Value } from "./parse.js";
import { sides } from "./values.js";

const operation = (layer: LayerName): Signature => ({
  layer,
  order: ["input"],
  also: [
    "windowDimensions",
    "padding",
    "strides",
    "dilations",
    "layout",
    "roundingType",
    "outputShapeRounding",
    "outputSizes",
    "label",
  ],
  object: true,
});
const names: Record<string, Signature> = {
  maxPool2d: operation("MaxPool2d"),
  averagePool2d: operation("AvgPool2d"),
  l2Pool2d: operation("LPPool2d"),
};

function read(given: Given): Layer {
  const { layer: name, label } = given;
  const value = (key: string): Value | undefined => relaxed(given.value(key));
  const shape = value("windowDimensions");
  if (shape === undefined) {
    // The window is the whole input.
    if (name === "LPPool2d")
      throw new CodeError(`NotImplementedError: ${label} over the whole input is not drawn here`);
    return layerOf(
      { ...given, layer: name === "MaxPool2d" ? "AdaptiveMaxPool2d" : "AdaptiveAvgPool2d" },
      { output_size: 1 },
    );
  }
  if (value("outputSizes") !== undefined)
    throw new CodeError(`NotImplementedError: ${label}: outputSizes are not drawn here`);
  // WebNN's four are [top, bottom, left, right].
  const [top = 0, bottom = 0, left = 0, right = 0] = (value("padding") ?? []) as number[];
  const padding = sides(top, bottom, left, right);
  if (
    name === "LPPool2d" &&
    (padding.some((side) => side !== 0) || [value("dilations") ?? 1].flat().some((one) => one !== 1))
  ) {
    throw new CodeError(
      `NotImplementedError: ${label} is drawn here as PyTorch's LPPool2d, without padding and dilations`,
    );
  }
  return layerOf(given, {
    norm_type: 2,
    kernel_size: shape,
    stride: value("strides") ?? 1,
    dilation: value("dilations"),
    padding,
    ceil_mode: value("roundingType") === "ceil" || value("outputShapeRounding") === "ceil",
    count_include_pad: false,
  });
}

export const webnn: Framework = { name: "WebNN", roots: ["builder", "MLGraphBuilder"], hints: [], names, read };
