// @techstark/opencv-js: dilate, erode, blur and resize. It has no stride, so strided maxima are picked from all of them.
import { extents, isPicture } from "../workloads.mjs";

/** @param {() => Promise<any>} open */
export async function load(open) {
  const cv = await open();
  const library = "OpenCV.js";

  return {
    library,
    about: { version: "4.5.2" },
    /** @param {import("../workloads.mjs").Workload} w @param {any} data */
    prepare(w, data) {
      const { planes, rows, columns, outRows, outColumns } = extents(w);
      const picture = isPicture(w);
      if (!picture && !(w.op === "max" && w.stride === 1 && w.dilation === 1 && planes <= 4))
        return { contenders: [], free() {} };
      const halved = w.op === "avg" && w.kernel === 2 && w.stride === 2;
      if (w.op === "avg" && w.stride > 1 && !halved) return { contenders: [], free() {} };
      const type = picture ? cv.CV_8UC4 : cv.CV_32FC1;
      const sources = Array.from({ length: picture ? 1 : planes }, () => new cv.Mat(rows, columns, type));
      const results = sources.map(() => new cv.Mat());
      const kernel = cv.Mat.ones(w.kernel, w.kernel, cv.CV_8U);
      const anchor = new cv.Point(w.padding, w.padding);
      const middle = new cv.Mat();
      const border = cv.morphologyDefaultBorderValue();
      const filled = picture ? "data" : "data32F";
      const fill = () => {
        const cells = rows * columns;
        for (const [i, mat] of sources.entries()) {
          mat[filled].set(picture ? data : data.subarray(i * cells, (i + 1) * cells));
        }
      };
      /** @param {any} from @param {any} to */
      const filter = (from, to) => {
        if (w.op === "avg") {
          cv.blur(from, to, new cv.Size(w.kernel, w.kernel), anchor, cv.BORDER_CONSTANT);
        } else {
          (w.op === "min" ? cv.erode : cv.dilate)(from, to, kernel, anchor, 1, cv.BORDER_CONSTANT, border);
        }
      };
      const operate = () => {
        for (let i = 0; i < sources.length; i++) {
          if (halved) {
            cv.resize(sources[i], results[i], new cv.Size(outColumns, outRows), 0, 0, cv.INTER_AREA);
          } else if (w.stride === 1) {
            filter(sources[i], results[i]);
          } else {
            filter(sources[i], middle);
            const part = middle.roi(new cv.Rect(0, 0, outColumns * w.stride, outRows * w.stride));
            cv.resize(part, results[i], new cv.Size(outColumns, outRows), 0, 0, cv.INTER_NEAREST);
            part.delete();
          }
        }
      };
      const size = outRows * outColumns;
      const whole = () => {
        fill();
        operate();
        const output = picture ? new Uint8ClampedArray(size * 4) : new Float32Array(size * planes);
        for (const [i, mat] of results.entries()) output.set(mat[filled], picture ? 0 : i * size);
        return output;
      };
      fill();
      const repeat = (/** @type {() => unknown} */ call) => (/** @type {number} */ calls) => {
        for (let i = 0; i < calls; i++) call();
      };
      return {
        contenders: [
          {
            library,
            kind: /** @type {const} */ ("fresh"),
            tolerance: w.op === "avg" ? 1 : 0,
            run: repeat(whole),
            result: () => ({ output: whole() }),
          },
          { library, kind: /** @type {const} */ ("operator"), run: repeat(operate) },
        ],
        free() {
          for (const mat of [...sources, ...results, kernel, middle]) mat.delete();
        },
      };
    },
  };
}
