/** MLX: `mlx.nn.MaxPool2d(2, 2)`, whose calls are PyTorch's with fewer arguments. */
import type { Layer, LayerName } from "../code.js";
import { type Framework, type Given, layerOf, type Signature } from "./framework.js";

const sliding = (layer: LayerName): Signature => ({ layer, order: ["kernel_size", "stride", "padding"] });

const read = (given: Given): Layer =>
  layerOf(given, {
    kernel_size: given.value("kernel_size"),
    stride: given.value("stride"),
    padding: given.value("padding"),
  });

export const mlx: Framework = {
  name: "MLX",
  roots: ["mlx"],
  hints: [],
  names: { MaxPool2d: sliding("MaxPool2d"), AvgPool2d: sliding("AvgPool2d") },
  read,
};
