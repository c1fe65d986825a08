/** How long the module takes for the layer in view. */

import { operator } from "../figure/code.js";
import type { Pooling } from "../figure/compute.js";
import type { Model, Plane } from "../figure/model.js";
import type { Tensor } from "../module/index.js";

/** A batch of runs takes so many milliseconds: most browsers' clocks are too coarse for one run. */
const BATCH = 3;
/** The first batches are slower: the engine is still compiling. */
const BATCHES = 6;

/** Milliseconds of one call that writes into memory it has, in the best of several batches. */
export function timeOf(pooling: Pooling, { layer, input, output }: Model): number {
  const { call, options } = operator(layer);
  const tensor = ({ channels, height, width, data }: Plane): Tensor => ({
    data: data as Uint8Array | Float32Array,
    shape: [channels, height, width],
  });
  const out = tensor({ ...output, data: (output.data as Uint8Array | Float32Array).slice() });
  const run = (pooling as unknown as Record<string, (x: Tensor, options: object) => Tensor>)[call];
  const x = tensor(input);
  let best = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < BATCHES; batch++) {
    const from = performance.now();
    let now = from;
    let runs = 0;
    for (; now - from < BATCH; now = performance.now()) {
      run?.call(pooling, x, { ...options, out });
      runs++;
    }
    best = Math.min(best, (now - from) / runs);
  }
  return best;
}
