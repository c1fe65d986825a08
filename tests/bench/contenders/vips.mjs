// wasm-vips: rank for max and min (edges are copied outwards, which changes no extremum), conv and shrink for averages.
import { extents, isPicture } from "../workloads.mjs";

/** @param {() => Promise<any>} open */
export async function load(open) {
  const vips = await open();
  const library = "wasm-vips";

  return {
    library,
    about: { version: vips.version(), threads: vips.concurrency() },
    /** @param {import("../workloads.mjs").Workload} w @param {any} data */
    prepare(w, data) {
      if (!isPicture(w)) return { contenders: [], free() {} };
      const { rows, columns, channels, outRows, outColumns } = extents(w);
      const mask =
        w.op === "avg"
          ? vips.Image.newFromArray(
              Array.from({ length: w.kernel }, () => Array(w.kernel).fill(1)),
              w.kernel ** 2,
            )
          : undefined;
      const whole = () => {
        /** @type {any[]} */
        const made = [];
        const keep = (/** @type {any} */ image) => {
          made.push(image);
          return image;
        };
        let image = keep(vips.Image.newFromMemory(data, columns, rows, channels, "uchar"));
        if (w.op === "avg" && w.stride === w.kernel) {
          image = keep(image.shrink(w.kernel, w.kernel));
        } else if (w.op === "avg") {
          const p = w.padding;
          image = keep(image.embed(p, p, columns + 2 * p, rows + 2 * p, { extend: "black" }));
          image = keep(image.conv(mask, { precision: "integer" }));
          image = keep(image.extractArea(p, p, outColumns, outRows));
        } else {
          image = keep(image.rank(w.kernel, w.kernel, w.op === "max" ? w.kernel ** 2 - 1 : 0));
          if (w.stride > 1) {
            const from = Math.floor(w.kernel / 2) - w.padding;
            const [width, height] = [outColumns * w.stride, outRows * w.stride];
            image = keep(image.extractArea(from, from, Math.min(width, columns - from), Math.min(height, rows - from)));
            image = keep(image.embed(0, 0, width, height, { extend: "copy" }));
            image = keep(image.subsample(w.stride, w.stride));
          }
        }
        const output = image.writeToMemory();
        for (const item of made) item.delete();
        return output;
      };
      return {
        contenders: [
          {
            library,
            kind: /** @type {const} */ ("fresh"),
            tolerance: w.op === "avg" ? 2 : 0, // its integer convolution rounds the weights
            once: w.kernel > 16,
            run(/** @type {number} */ calls) {
              for (let i = 0; i < calls; i++) whole();
            },
            result: () => ({ output: whole() }),
          },
        ],
        free: () => mask?.delete(),
      };
    },
  };
}
