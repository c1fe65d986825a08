/** Any layer a line of code can hold, sensible or not. */
import fc from "fast-check";
import { LAYER_NAMES, type Layer, simplify } from "../../web/figure/code";

const integer = fc.integer({ min: -9, max: 99 });
const size = fc.oneof(integer, fc.tuple(integer, integer));
export const layers: fc.Arbitrary<Layer> = fc
  .record({
    name: fc.constantFrom(...LAYER_NAMES),
    kernelSize: size,
    stride: fc.option(size),
    padding: fc.oneof(
      size,
      fc.tuple(integer, integer, integer, integer),
      fc.constantFrom("same" as const, "same_lower" as const),
    ),
    dilation: size,
    ceilMode: fc.boolean(),
    countIncludePad: fc.boolean(),
    divisorOverride: fc.option(integer),
    normType: fc.oneof(integer, fc.constantFrom(0.5, 1.25, Number.POSITIVE_INFINITY)),
    outputSize: fc.oneof(integer, fc.tuple(fc.option(integer), fc.option(integer))),
  })
  .map((layer) => simplify(layer as Layer));
