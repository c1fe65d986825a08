/** Windows that span more cells than memory has: legal numbers, small tensors, and sizes that do not fit 32 bits. */
import { expect, it } from "vitest";
import { inlinedBytes } from "../../web/module/glue.js";
import { loadPooling, PoolingError, type Tensor, type WithIndices } from "../../web/module/index.js";
import { expectSame } from "./support.js";

const data = Float32Array.from([3, 1, 2, 6, 5, 4]);
const x = { data, shape: [1, 6] };
const windows: [number, number][] = [
  [3, 2 ** 24],
  [3, 2 ** 29],
  [3, 2 ** 31 - 1],
  [5, 2 ** 30 - 1],
  [5, 2 ** 30],
  [5, 2 ** 30 + 1],
  [9, 2 ** 29],
  [9, 981818306],
  [2 ** 16 + 1, 2 ** 16],
  [2 ** 31 - 1, 2 ** 31 - 1],
];

it.each(windows)(
  "kernel %i, dilation %i: the result or an error, and nothing is broken",
  async (kernelSize, dilation) => {
    const pooling = await loadPooling({ wasm: await inlinedBytes() });
    const names = ["maxPool1d", "maxPool1dWithIndices", "avgPool1d"] as const;
    for (const name of names) {
      const more = name === "avgPool1d" ? { divisorOverride: 1 } : {};
      const options = { kernelSize, dilation, stride: 1, padding: "same", ...more };
      try {
        const made = (pooling[name] as (...given: unknown[]) => Tensor & WithIndices<Float32Array>)(x, options);
        // Only the middle tap of each window is a cell.
        expectSame((made.output ?? made).data, data, name);
      } catch (error) {
        expect(error).toBeInstanceOf(PoolingError);
        expect((error as PoolingError).code).toMatch(/out_of_memory|invalid_argument/);
      }
      expectSame(pooling.maxPool1d(x, { kernelSize: 3 }).data, [3, 6], "afterwards");
    }
  },
);
