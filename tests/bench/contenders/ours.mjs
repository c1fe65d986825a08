// The module through its public API: a new array per call, into the caller's array, and resident tensors.
import { count, extents, interleave, isPicture, outputShape, separate } from "../workloads.mjs";

/** @param {string} where @param {string} [library] */
export async function load(where, library = "poolscope") {
  const { loadPooling } = await import(where);
  const pooling = await loadPooling();

  /** @param {import("../workloads.mjs").Workload} w */
  const call = (w) => {
    const layout = isPicture(w) ? "channels_last" : "channels_first";
    if (w.global) return { name: "globalAvgPool2d", options: { layout } };
    const options = { kernelSize: w.kernel, stride: w.stride, padding: w.padding, dilation: w.dilation, layout };
    if (w.op === "avg") return { name: "avgPool2d", options: { ...options, countIncludePad: w.countIncludePad } };
    return { name: `${w.op}Pool2d${w.indices ? "WithIndices" : ""}`, options };
  };

  return {
    library,
    about: { version: pooling.info().version, simd: pooling.info().simd, wasmBytes: pooling.info().wasmBytes },
    memory: () => pooling.info().memoryBytes,
    /** @param {import("../workloads.mjs").Workload} w @param {any} data @param {import("../harness.mjs").Kind[]} kinds */
    prepare(w, data, kinds = ["fresh", "out", "operator", ...(isPicture(w) ? [] : ["last"])]) {
      const { name, options } = call(w);
      const x = { data, shape: w.shape };
      const shape = outputShape(w);
      const tolerance = w.op === "avg" && w.dtype === "float32" ? 1e-4 : 0;
      /** @type {{ free(): void }[]} */
      const held = [];
      /** @param {any} source @param {any} given */
      const contender = (source, given) => ({
        tolerance,
        run(/** @type {number} */ calls) {
          for (let i = 0; i < calls; i++) pooling[name](source, given);
        },
        result() {
          const made = pooling[name](source, given);
          return w.indices
            ? { output: made.output.data.slice(), indices: made.indices.slice() }
            : { output: made.data.slice() };
        },
      });
      /** @param {any} values @param {number[]} from @param {number[]} to @param {any} given */
      const resident = (values, from, to, given) => {
        const input = pooling.tensor(w.dtype, from);
        const output = pooling.tensor(w.dtype, to);
        held.push(input, output);
        input.data.set(values);
        let out = output;
        if (w.indices) {
          const indices = pooling.tensor("int32", to);
          held.push(indices);
          out = { output, indices };
        }
        return contender(input, { ...given, out });
      };
      const channelsLast = () => {
        const { batch, channels, rows, columns, outRows, outColumns } = extents(w);
        const { result, ...timed } = resident(
          interleave(data, channels, rows * columns),
          [batch, rows, columns, channels],
          [batch, outRows, outColumns, channels],
          { ...options, layout: "channels_last" },
        );
        const first = (/** @type {any} */ array) => separate(array, channels, outRows * outColumns);
        return {
          ...timed,
          result() {
            const { output: values, indices } = result();
            return { output: first(values), ...(indices && { indices: first(indices) }) };
          },
        };
      };
      const contenders = kinds.map((kind) => {
        if (kind === "last") return { library, kind, ...channelsLast() };
        if (kind === "fresh") return { library, kind, ...contender(x, options) };
        if (kind === "out") {
          const output = new data.constructor(count(shape));
          const out = w.indices ? { output, indices: new Int32Array(output.length) } : output;
          return { library, kind, ...contender(x, { ...options, out }) };
        }
        return { library, kind, ...resident(data, w.shape, shape, options) };
      });
      return {
        contenders,
        free() {
          for (const tensor of held) tensor.free();
        },
      };
    },
  };
}
