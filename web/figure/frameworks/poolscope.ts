/** This module's own methods: `pooling.maxPool2d(x, { kernelSize: 3 })`. It can say every layer. */
import { allParameters, LAYER_NAMES, type Layer, methodName, print } from "../code.js";
import { type Framework, type Given, layerOf, relaxed, type Signature, type Translation } from "./framework.js";
import { CodeError, type Value } from "./parse.js";

const names: Record<string, Signature> = Object.fromEntries(
  LAYER_NAMES.map((layer) => [
    methodName(layer),
    { layer, order: ["x"], also: [...allParameters(layer).map(({ key }) => key), "layout"], object: true as const },
  ]),
);

function read(given: Given): Layer {
  const found: Record<string, Value | undefined> = {};
  for (const { key, name } of allParameters(given.layer)) found[name] = relaxed(given.value(key));
  return layerOf(given, found);
}

export const write = (layer: Layer): Translation => ({ framework: "poolscope", code: print(layer, "poolscope") });

export const poolscope: Framework = {
  name: "poolscope",
  roots: ["poolscope"],
  hints: ["pooling", "pool"],
  names,
  read,
};

export const unknownOption = (call: string, key: string): CodeError =>
  new CodeError(`PoolingError: ${call} has no option "${key}"`);
