/** All pooling of the page, done by the module. */
import { hasWinner, type Layer, operator } from "../figure/code.js";
import type { Model, Plane } from "../figure/model.js";
import type { Axis, Tensor } from "../module/index.js";

type Values = Uint8Array | Float32Array;
type Pooled = Tensor & { output?: Tensor; indices?: Int32Array };

/** What the page asks of the module: the operators by name, and the geometry. */
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

/** Pools `input` and asks for the geometry a drawing needs. Throws the module's PoolingError. */
export function compute(pooling: Pooling, layer: Layer, input: Plane): Model {
  const { call: name, options } = operator(layer);
  const size: [number, number] = [input.height, input.width];
  const x = tensor(input);
  if (hasWinner(layer)) {
    const { output, indices } = call(pooling, `${name}WithIndices`, x, options) as unknown as { output: Tensor; indices: unknown };
    const flat = ArrayBuffer.isView(indices) ? indices : (indices as Tensor).data;
    return { layer, ...geometry(pooling, size, options), input, output: plane(input, output), indices: flat as Int32Array };
  }
  return { layer, ...geometry(pooling, size, options), input, output: plane(input, call(pooling, name, x, options)) };
}

function geometry(pooling: Pooling, size: [number, number], options: object): { rows: Axis; columns: Axis } {
  const { rows, columns } = pooling.geometry2d(size, options);
  return { rows, columns };
}
