/** A layer's padding in numbers, which "same" makes of the sizes. */
import { DEFAULTS, type Layer, type Size } from "../code.js";
import type { InputSize } from "./framework.js";

export const pairOf = (size: Size): readonly [number, number] => (typeof size === "number" ? [size, size] : size);
export const numbersOf = (size: Size): readonly number[] => pairOf(size);

export type Sides = [top: number, left: number, bottom: number, right: number];

/** Whether ceil_mode can change the result. */
export const roundsUp = (layer: Layer): boolean =>
  layer.ceilMode &&
  typeof layer.padding !== "string" &&
  pairOf(layer.stride ?? layer.kernelSize).some((step) => step !== 1);

/** What "same" pads along one axis, in all; undefined where it depends on the input's size and that is not known. */
function sameTotal(kernel: number, stride: number, dilation: number, input?: number): number | undefined {
  const span = dilation * (kernel - 1) + 1;
  if (stride === 1) return span - 1;
  if (kernel === 1) return 0;
  return input === undefined ? undefined : Math.max(0, (Math.ceil(input / stride) - 1) * stride + span - input);
}

/** The cells laid round an input, on every side; undefined where they depend on its size and that is not known. */
export function explicitSides(layer: Layer, input?: InputSize): Sides | undefined {
  const { padding } = layer;
  if (typeof padding === "number") return [padding, padding, padding, padding];
  if (typeof padding !== "string") {
    return padding.length === 4 ? [...padding] : [padding[0], padding[1], padding[0], padding[1]];
  }
  const kernel = pairOf(layer.kernelSize);
  const stride = pairOf(layer.stride ?? layer.kernelSize);
  const dilation = pairOf(layer.dilation);
  const totals = [0, 1].map((axis) =>
    sameTotal(kernel[axis] as number, stride[axis] as number, dilation[axis] as number, input?.[axis]),
  );
  const [high, wide] = totals;
  if (high === undefined || wide === undefined) return undefined;
  const before = (total: number) => (padding === "same" ? Math.floor(total / 2) : Math.ceil(total / 2));
  return [before(high), before(wide), high - before(high), wide - before(wide)];
}

/** Whether the layer pads as "same" does, whatever the input's size. */
export function padsAsSame(layer: Layer): boolean {
  if (typeof layer.padding === "string") return layer.padding === "same" || padsNothing(layer);
  const same = explicitSides({ ...layer, padding: "same" });
  const own = explicitSides(layer) as Sides;
  return same !== undefined && !roundsUp(layer) && same.every((pad, side) => pad === own[side]);
}

export const padsNothing = (layer: Layer): boolean => explicitSides(layer)?.every((pad) => pad === 0) ?? false;
export const isDilated = (layer: Layer): boolean => pairOf(layer.dilation).some((one) => one !== DEFAULTS.dilation);
