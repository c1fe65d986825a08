/** All pooling of the figure, the element and the page, done by the module. */

import { PoolingError } from "../module/errors.js";
import type { Axis, Tensor } from "../module/index.js";
import { hasWinner, type Layer, operator } from "./code.js";
import { MOST_CELLS, MOST_PIXELS } from "./digits.js";
import type { Model, Plane } from "./model.js";

type Values = Uint8Array | Float32Array;
type Pooled = Tensor & { output?: Tensor; indices?: Int32Array };

/** What a figure asks of the module: the operators by name, and the geometry. */
export interface Pooling {
  geometry2d(size: [number, number], options: object): { rows: Axis; columns: Axis };
}

const call = (pooling: Pooling, name: string, ...given: unknown[]): Pooled =>
  (pooling as unknown as Record<string, (...given: unknown[]) => Pooled>)[name]?.(...given) as Pooled;

const tensor = ({ channels, height, width, data }: Plane): Tensor => ({
  data: data as Values,
  shape: [channels, height, width],
});

const plane = (like: Plane, { data, shape }: Tensor): Plane => ({
  kind: like.kind,
  channels: like.channels,
  height: shape[1] as number,
  width: shape[2] as number,
  data: data as Values,
});

/** Refuses an output with more cells than are drawn. An empty batch is pooled for it: that costs nothing and gives the shape. */
function checkOutput(pooling: Pooling, name: string, options: object, input: Plane): void {
  const shape = [0, input.channels, input.height, input.width];
  const empty = { data: (input.kind === "picture" ? new Uint8Array() : new Float32Array()) as Values, shape };
  const [, , height = 0, width = 0] = call(pooling, name, empty, options).shape;
  const most = input.kind === "numbers" ? MOST_CELLS : MOST_PIXELS;
  const known = input.kind === "numbers" ? 0 : (input.height + 1) * (input.width + 1);
  if (height * width > Math.max(most ** 2, known)) {
    const what = input.kind === "numbers" ? "numbers" : "cells";
    const message = `'code' must give at most ${most} × ${most} ${what}, not ${height} × ${width}`;
    throw new PoolingError("invalid_argument", message);
  }
}

/**
 * Pools `input` and asks for the geometry a drawing needs. Throws the module's PoolingError, also for an output of more than
 * 512 × 512 numbers, or of more cells than 4096 × 4096 and the picture itself have.
 */
export function compute(pooling: Pooling, layer: Layer, input: Plane): Model {
  const { call: name, options } = operator(layer);
  const size: [number, number] = [input.height, input.width];
  checkOutput(pooling, name, options, input);
  const pooled = call(pooling, hasWinner(layer) ? `${name}WithIndices` : name, tensor(input), options);
  const { output = pooled, indices } = pooled;
  if (output.data.length === 0) {
    // PyTorch's adaptive layers make such tensors; there is nothing of one to draw.
    const sizes = [[input.channels, ...size], output.shape].map((shape) => `(${shape.join("x")})`);
    const message = `Given input size: ${sizes[0]}. Calculated output size: ${sizes[1]}. Output size is too small`;
    throw new PoolingError("invalid_argument", message);
  }
  return { layer, ...pooling.geometry2d(size, options), input, output: plane(input, output), indices };
}

/**
 * What the input's place shows when one looks back. "unpool" puts every output value where it came from; "gradient" sends
 * a gradient of one from every output cell back. undefined where the layer has no such way back.
 */
export function lookBack(pooling: Pooling, model: Model, look: "unpool" | "gradient"): Plane | undefined {
  const { layer, input, output, rows, columns } = model;
  const indices = model.indices as Int32Array | undefined;
  const inputShape = [input.channels, input.height, input.width];
  const shape = [output.channels, output.height, output.width];
  if (look === "unpool") {
    if (!indices) return undefined;
    // One cell a step and the rest as kernel: the size comes out as the input's whatever the layer's own geometry.
    const kernelSize = [input.height - rows.output + 1, input.width - columns.output + 1];
    if (kernelSize.some((size) => size < 1)) return undefined;
    const { data } = call(pooling, "maxUnpool2d", tensor(output), indices, { kernelSize, stride: 1, padding: 0 });
    return { ...input, data: data as Values };
  }
  const ones: Tensor = { data: new Float32Array(output.data.length).fill(1), shape };
  const { options } = operator(layer);
  let gradient: Tensor;
  if (indices) gradient = call(pooling, "maxPool2dBackward", ones, indices, { inputShape });
  else if (layer.name === "AvgPool2d") gradient = call(pooling, "avgPool2dBackward", ones, { inputShape, ...options });
  else if (layer.name === "AdaptiveAvgPool2d")
    gradient = call(pooling, "adaptiveAvgPool2dBackward", ones, { inputShape });
  else return undefined;
  const values = gradient.data as Float32Array;
  if (input.kind === "numbers") return { ...input, data: values };
  const colours = new Uint8Array(values.length);
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  for (let at = 0; at < values.length; at++) colours[at] = most > 0 ? (255 * (values[at] as number)) / most : 0;
  return { ...input, data: values, colours };
}
