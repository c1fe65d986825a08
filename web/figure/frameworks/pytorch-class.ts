/** A layer as PyTorch's class: `nn.MaxPool2d(3, stride=2)`. */
import { snake } from "../../module/operators.js";
import { allParameters, LAYERS, type Layer, type LayerName, methodName } from "../code.js";
import { type Given, layerOf, type Signature } from "./framework.js";
import { CodeError, type Value } from "./parse.js";

export function signatureOf(layer: LayerName): Signature {
  const { positional, indicesAt, beyond } = LAYERS[layer];
  const order = positional.map(({ name }) => name);
  // nn.MaxPool2d takes return_indices before ceil_mode, F.max_pool2d after it.
  if (indicesAt !== undefined) order.splice(indicesAt, 0, "return_indices");
  return { layer, order, also: beyond.map(({ name }) => name) };
}

export function readClass(given: Given): Layer {
  const { layer, label } = given;
  const found: Record<string, Value | undefined> = {};
  for (const { name } of allParameters(layer)) found[name] = given.value(name);
  const { output_size: target, kernel_size: kernel } = found;
  if (Array.isArray(target) && target.length === 1) {
    throw new CodeError(`RuntimeError: ${snake(methodName(layer))}: output_size must be 2`);
  }
  if (layer === "LPPool2d" && Array.isArray(kernel) && kernel.length === 1) {
    throw new CodeError(`ValueError: ${label}: not enough values to unpack (expected 2, got 1)`);
  }
  if (found.norm_type === "inf") found.norm_type = Number.POSITIVE_INFINITY;
  return layerOf(given, found);
}
