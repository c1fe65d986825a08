// @tensorflow/tfjs-backend-wasm. It knows float32 and channels last only, and no padding that counts.
import { count, extents, interleave, isPicture, outputShape, separate } from "../workloads.mjs";

/** @param {() => Promise<any>} open @param {number} threads @param {string | undefined} wasm */
export async function load(open, threads, wasm) {
  const { tf, backend } = await open();
  if (wasm) backend.setWasmPaths(wasm);
  backend.setThreadsCount(threads);
  await tf.setBackend("wasm");
  await tf.ready();
  let real = 1;
  try {
    real = backend.getThreadsCount();
  } catch {
    // a build without threads
  }
  const library = "tfjs-backend-wasm";

  return {
    library,
    about: { version: tf.version_core, threads: real },
    /** @param {import("../workloads.mjs").Workload} w @param {any} data @param {import("../harness.mjs").Kind[]} kinds */
    prepare(w, data, kinds = isPicture(w) ? ["fresh", "tensor", "operator"] : ["fresh", "operator"]) {
      const slow = count(outputShape(w)) * w.kernel ** 2 > 4e9; // it visits every tap: seconds a call
      if (slow) kinds = ["fresh"];
      if (w.indices) return { contenders: [], free() {} }; // maxPoolWithArgmax has no WASM kernel
      const picture = isPicture(w);
      const { planes, batch, channels, rows, columns, outRows, outColumns } = extents(w);
      const shape = [batch, rows, columns, channels];
      const last = picture ? data : interleave(data, planes, rows * columns);
      const floats = picture ? Float32Array.from(last) : last;
      const sides = [w.padding, w.padding];
      const pads = [[0, 0], sides, sides, [0, 0]];
      const padded = w.op === "avg" && w.countIncludePad && w.padding > 0;
      /** @param {any} x */
      const once = (x) => {
        if (w.op === "min") return tf.neg(tf.maxPool(tf.neg(x), w.kernel, w.stride, pads));
        if (w.op === "avg")
          return padded
            ? tf.avgPool(tf.pad(x, pads), w.kernel, w.stride, "valid")
            : tf.avgPool(x, w.kernel, w.stride, pads);
        if (w.dilation === 1) return tf.maxPool(x, w.kernel, w.stride, pads);
        // tf.pool pads for dilation in its own way, with zeros: padded here with what max never chooses.
        return tf.pool(tf.pad(x, pads, -3e38), w.kernel, "max", "valid", w.dilation, w.stride);
      };
      const operate = (/** @type {any} */ x) => tf.tidy(() => once(x));
      const resident = kinds.includes("operator") ? tf.tensor(floats, shape) : undefined;
      const tensor = () => {
        const x = tf.tensor(floats, shape);
        const y = operate(x);
        const output = y.dataSync();
        x.dispose();
        y.dispose();
        return output;
      };
      const whole = () => {
        floats.set(data);
        const output = tensor();
        const small = new Uint8ClampedArray(output.length);
        small.set(output);
        return small;
      };
      const tolerance = w.op !== "avg" ? 0 : picture ? 1 : 1e-4;
      const contenders = kinds.map((kind) => {
        if (kind === "operator") {
          return {
            library,
            kind,
            run(/** @type {number} */ calls) {
              for (let i = 0; i < calls; i++) operate(resident).dispose();
            },
          };
        }
        const call = picture && kind === "fresh" ? whole : tensor;
        return {
          library,
          kind,
          tolerance,
          once: slow,
          run(/** @type {number} */ calls) {
            for (let i = 0; i < calls; i++) call();
          },
          result: () => {
            const output = call();
            if (output.length !== count(outputShape(w))) throw new Error(`${library}: wrong shape`);
            return { output: picture ? output : separate(output, planes, outRows * outColumns) };
          },
        };
      });
      return { contenders, free: () => resident?.dispose() };
    },
  };
}
