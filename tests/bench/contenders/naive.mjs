// Four nested loops, as one writes them in a minute.
import { count, extents, isPicture, outputShape } from "../workloads.mjs";

const most = 1e9; // taps: a second or two

/** @param {import("../workloads.mjs").Workload} w @param {any} data @param {any} out */
function pool(w, data, out) {
  const { planes, channels, rows, columns, outRows, outColumns } = extents(w);
  const [step, planeStep, outPlane] = isPicture(w) ? [channels, 1, 1] : [1, rows * columns, outRows * outColumns];
  const { kernel, stride, padding, dilation } = w;
  for (let p = 0; p < planes; p++) {
    for (let y = 0; y < outRows; y++) {
      for (let x = 0; x < outColumns; x++) {
        let value = w.op === "avg" ? 0 : w.op === "min" ? Infinity : -Infinity;
        let taps = 0;
        for (let i = 0; i < kernel; i++) {
          const row = y * stride - padding + i * dilation;
          if (row < 0 || row >= rows) continue;
          for (let j = 0; j < kernel; j++) {
            const column = x * stride - padding + j * dilation;
            if (column < 0 || column >= columns) continue;
            const tap = data[p * planeStep + (row * columns + column) * step];
            if (w.op === "avg") value += tap;
            else if (w.op === "min" ? tap < value : tap > value) value = tap;
            taps++;
          }
        }
        if (w.op === "avg") {
          value /= w.countIncludePad ? kernel * kernel : taps;
          if (w.dtype === "uint8") value = Math.floor(value + 0.5);
        }
        out[p * outPlane + (y * outColumns + x) * step] = value;
      }
    }
  }
}

export async function load() {
  return {
    library: "naive JS",
    about: {},
    /** @param {import("../workloads.mjs").Workload} w @param {any} data */
    prepare(w, data) {
      const { planes, outRows, outColumns } = extents(w);
      const taps = planes * outRows * outColumns * w.kernel * w.kernel;
      if (taps > most || w.indices) return { contenders: [], free() {} };
      const make = () => {
        const out = new data.constructor(count(outputShape(w)));
        pool(w, data, out);
        return out;
      };
      const contender = {
        library: "naive JS",
        kind: /** @type {const} */ ("fresh"),
        tolerance: w.op === "avg" && w.dtype === "float32" ? 1e-5 : 0,
        once: taps > 2e8,
        run(/** @type {number} */ calls) {
          for (let i = 0; i < calls; i++) make();
        },
        result: () => ({ output: make() }),
      };
      return { contenders: [contender], free() {} };
    },
  };
}
