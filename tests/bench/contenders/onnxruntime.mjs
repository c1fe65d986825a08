// onnxruntime-web, its WebAssembly provider. Pictures are turned into float planes and back inside the graph, which is
// faster than loops of JavaScript around it; min is −max(−x), which is how ONNX has it.
import { count, extents, isPicture, outputShape, separate } from "../workloads.mjs";
import { constant, model, node, types, value } from "./onnx-model.mjs";

/**
 * The operator's nodes and the constants they need. Padding as wide as the kernel, which dilation makes useful, is
 * refused by onnxruntime's MaxPool: there a node before it pads with what max never chooses.
 * @param {import("../workloads.mjs").Workload} w @param {string} x @param {string} y
 */
function pooling(w, x, y) {
  if (w.global) return { nodes: [node("GlobalAveragePool", [x], [y])], constants: [] };
  const kernel_shape = [w.kernel, w.kernel];
  const strides = [w.stride, w.stride];
  const pads = Array(4).fill(w.padding);
  if (w.op === "avg") {
    const count_include_pad = w.countIncludePad ? 1 : 0;
    const attributes = { kernel_shape, strides, pads, count_include_pad };
    return { nodes: [node("AveragePool", [x], [y], attributes)], constants: [] };
  }
  const outputs = w.indices ? [y, `${y}_indices`] : [y];
  const attributes = { kernel_shape, strides, dilations: [w.dilation, w.dilation] };
  if (w.padding < w.kernel) return { nodes: [node("MaxPool", [x], outputs, { ...attributes, pads })], constants: [] };
  const sides = [0, 0, w.padding, w.padding, 0, 0, w.padding, w.padding];
  const padded = `${y}_padded`;
  return {
    nodes: [
      node("Pad", [x, `${y}_sides`, `${y}_least`], [padded]),
      node("MaxPool", [padded], outputs, { ...attributes, pads: [0, 0, 0, 0] }),
    ],
    constants: [
      constant(`${y}_sides`, types.int64, [8], BigInt64Array.from(sides.map(BigInt))),
      constant(`${y}_least`, types.float32, [], Float32Array.of(-Infinity)),
    ],
  };
}

/** @param {import("../workloads.mjs").Workload} w */
function tensorModel(w) {
  const { batch, channels, rows, columns } = extents(w);
  const outputs = [value("y", types.float32)];
  if (w.indices) outputs.push(value("y_indices", types.int64));
  return model({
    ...pooling(w, "x", "y"),
    inputs: [value("x", types.float32, [batch, channels, rows, columns])],
    outputs,
  });
}

/** @param {import("../workloads.mjs").Workload} w */
function pictureModel(w) {
  const { channels, rows, columns } = extents(w);
  const nodes = [node("Transpose", ["x"], ["planes"], { perm: [0, 3, 1, 2] })];
  nodes.push(node("Cast", ["planes"], ["real"], { to: types.float32 }));
  if (w.op === "min") {
    nodes.push(node("Neg", ["real"], ["negative"]));
    nodes.push(...pooling(w, "negative", "pooled").nodes);
    nodes.push(node("Neg", ["pooled"], ["done"]));
  } else if (w.op === "avg") {
    nodes.push(...pooling(w, "real", "pooled").nodes);
    nodes.push(node("Add", ["pooled", "half"], ["more"]), node("Floor", ["more"], ["done"]));
  } else {
    nodes.push(...pooling(w, "real", "done").nodes);
  }
  nodes.push(node("Cast", ["done"], ["small"], { to: types.uint8 }));
  nodes.push(node("Transpose", ["small"], ["y"], { perm: [0, 2, 3, 1] }));
  return model({
    nodes,
    inputs: [value("x", types.uint8, [1, rows, columns, channels])],
    outputs: [value("y", types.uint8)],
    constants: w.op === "avg" ? [constant("half", types.float32, [1], Float32Array.of(0.5))] : [],
  });
}

/**
 * The operator alone: the input is a constant of the model, one element of each result leaves it. With no operator at
 * all it is the price of a call, which is taken off.
 * @param {import("../workloads.mjs").Workload} w @param {Float32Array} planes @param {number} share
 */
function residentModel(w, planes, share) {
  const { batch, channels, rows, columns } = extents(w);
  const int64s = (/** @type {string} */ name, /** @type {number[]} */ numbers) =>
    constant(name, types.int64, [4], BigInt64Array.from(numbers.map(BigInt)));
  const nodes = [];
  const outputs = [];
  const constants = [];
  for (let i = 0; i < Math.max(share, 1); i++) {
    if (share > 0) {
      const made = pooling(w, "x", `y${i}`);
      nodes.push(...made.nodes);
      constants.push(...made.constants);
    }
    nodes.push(node("Slice", [share > 0 ? `y${i}` : "x", "from", "to"], [`one${i}`]));
    outputs.push(value(`one${i}`, types.float32));
  }
  return model({
    nodes,
    inputs: [],
    outputs,
    constants: [
      ...constants,
      constant("x", types.float32, [batch, channels, rows, columns], planes),
      int64s("from", [0, 0, 0, 0]),
      int64s("to", [1, 1, 1, 1]),
    ],
  });
}

/** @param {string} where @param {string} wasm @param {number} threads */
export async function load(where, wasm, threads) {
  const ort = await import(`${where}?threads=${threads}`); // one instance of the library has one number of threads
  ort.env.wasm.wasmPaths = wasm;
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  const library = `onnxruntime-web, ${threads} thread${threads > 1 ? "s" : ""}`;

  return {
    library,
    about: { version: ort.env.versions?.web, threads },
    /** @param {import("../workloads.mjs").Workload} w @param {any} data @param {import("../harness.mjs").Kind[]} kinds */
    async prepare(w, data, kinds = isPicture(w) ? ["fresh", "tensor", "operator"] : ["fresh", "operator"]) {
      const picture = isPicture(w);
      const { planes, batch, channels, rows, columns, outRows, outColumns } = extents(w);
      const dims = [batch, channels, rows, columns];
      const tolerance = w.op !== "avg" ? 0 : picture ? 1 : 1e-4;
      /** @type {any[]} */
      const sessions = [];
      const open = async (/** @type {Uint8Array} */ bytes, level = "all") => {
        const session = await ort.InferenceSession.create(bytes, {
          executionProviders: ["wasm"],
          graphOptimizationLevel: level,
          intraOpNumThreads: threads,
        });
        sessions.push(session);
        return session;
      };
      const planar =
        picture && kinds.some((kind) => kind !== "fresh")
          ? separate(Float32Array.from(data), planes, rows * columns)
          : data;
      const contenders = [];
      for (const kind of kinds) {
        if (kind === "operator") {
          const size = count(outputShape(w)) * 4;
          const share = Math.max(1, Math.min(16, Math.floor(2e6 / size)));
          const session = await open(residentModel(w, planar, share), "disabled");
          const idle = await open(residentModel(w, planar.subarray(0, count(dims)), 0), "disabled");
          const repeat = (/** @type {any} */ of) => async (/** @type {number} */ calls) => {
            for (let i = 0; i < calls; i++) await of.run({});
          };
          const overhead = { library: `${library} idle`, kind, run: repeat(idle) };
          contenders.push({ library, kind, share, overhead, run: repeat(session) });
          continue;
        }
        const whole = picture && kind === "fresh";
        const session = await open(whole ? pictureModel(w) : tensorModel(w));
        const feeds = () => ({
          x: whole
            ? new ort.Tensor("uint8", data, [1, rows, columns, channels])
            : new ort.Tensor("float32", planar, dims),
        });
        contenders.push({
          library,
          kind,
          tolerance,
          async run(/** @type {number} */ calls) {
            for (let i = 0; i < calls; i++) await session.run(feeds());
          },
          // The float planes of pictures are only halfway there: their values are what `fresh` shows after rounding.
          result:
            whole || !picture
              ? async () => {
                  const { y, y_indices } = await session.run(feeds());
                  // ONNX counts indices through the whole tensor, this project through a plane.
                  const cells = rows * columns;
                  const indices = y_indices && Int32Array.from(y_indices.data, (index) => Number(index) % cells);
                  if (y.data.length !== planes * outRows * outColumns)
                    throw new Error(`${library}: wrong shape ${y.dims}`);
                  return { output: y.data, indices };
                }
              : undefined,
        });
      }
      return {
        contenders,
        async free() {
          for (const session of sessions) await session.release();
        },
      };
    },
  };
}
