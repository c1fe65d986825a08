// The measurements, for the page and for Node: only where the libraries come from differs.
import * as floor from "./contenders/floor.mjs";
import * as naive from "./contenders/naive.mjs";
import * as onnxruntime from "./contenders/onnxruntime.mjs";
import * as opencv from "./contenders/opencv.mjs";
import * as ours from "./contenders/ours.mjs";
import * as tfjs from "./contenders/tfjs.mjs";
import * as vips from "./contenders/vips.mjs";
import { measure } from "./harness.mjs";
import { count, flatness, linearity, makeData, reference, smallCall, workloads } from "./workloads.mjs";

/**
 * @typedef {object} Places
 * @property {string} ours
 * @property {string} [against] another build of the module, to compare with
 * @property {() => Promise<BufferSource>} floor
 * @property {{ where: string, wasm: string, once?: boolean }} onnxruntime once: it cannot be loaded twice, for two numbers of threads
 * @property {{ open: () => Promise<any>, wasm?: string }} tfjs
 * @property {() => Promise<any>} opencv
 * @property {() => Promise<any>} vips
 * @property {number} threads
 * @property {boolean} naive
 * @property {boolean} tensor the peers on float planes too
 */

const against = "poolscope, the other build";

/**
 * Until OpenCV.js runs. Its module has a `then` that resolves with the module itself: awaiting it never ends.
 * @param {any} cv
 */
export async function started(cv) {
  delete cv.then;
  if (!cv.Mat) await new Promise((resolve) => (cv.onRuntimeInitialized = () => resolve(undefined)));
  delete cv.then;
  return cv;
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("did not start within 20 s")), 20_000));

/** @param {Places} places @param {string[]} [only] libraries wanted, by a part of their name */
export async function createBench(places, only) {
  /** @type {Record<string, any>} */
  const about = {};
  /** @type {any[]} */
  const libraries = [];
  const add = async (/** @type {string} */ name, /** @type {() => Promise<any>} */ load) => {
    if (only && !["poolscope", "FLOOR", ...only].some((part) => name.includes(part))) return;
    try {
      const library = await Promise.race([load(), late()]);
      libraries.push(library);
      about[library.library] = library.about;
    } catch (error) {
      about[name] = { missing: String(error?.message ?? error).slice(0, 200) };
    }
  };
  const own = await ours.load(places.ours);
  libraries.push(own);
  about[own.library] = own.about;
  if (places.against) await add(against, () => ours.load(places.against, against));
  await add("FLOOR", async () => floor.load(await places.floor()));
  for (const threads of places.onnxruntime.once ? [1] : new Set([1, places.threads])) {
    await add(`onnxruntime-web, ${threads}`, () =>
      onnxruntime.load(places.onnxruntime.where, places.onnxruntime.wasm, threads),
    );
  }
  await add("tfjs-backend-wasm", () => tfjs.load(places.tfjs.open, places.threads, places.tfjs.wasm));
  await add("OpenCV.js", () => opencv.load(places.opencv));
  await add("wasm-vips", () => vips.load(places.vips));
  if (places.naive) await add("naive JS", () => naive.load());
  const memory = () => own.memory();

  /** @param {any[]} chosen @param {import("./workloads.mjs").Workload} w @param {any} data @param {any[]} [kinds] */
  async function prepareAll(chosen, w, data, kinds) {
    const prepared = [];
    /** @type {Record<string, string>} */
    const failed = {};
    for (const library of chosen) {
      try {
        prepared.push(await library.prepare(w, data, kinds));
      } catch (error) {
        failed[library.library] = String(error?.message ?? error).slice(0, 200);
      }
    }
    return {
      contenders: prepared
        .flatMap(({ contenders }) => contenders)
        .filter(({ kind }) => places.tensor || kind !== "tensor"),
      failed,
      free: async () => {
        for (const item of prepared) await item.free();
      },
    };
  }

  return {
    about,

    /** @param {string} id @param {import("./harness.mjs").Budget} budget */
    async workload(id, budget) {
      const w = workloads.find((item) => item.id === id);
      const data = makeData(w);
      const right = reference(w, data);
      const { contenders, failed, free } = await prepareAll(libraries, w, data);
      try {
        return { id, failed, timings: await measure(contenders, budget, right) };
      } finally {
        await free();
      }
    },

    /** Operator only; all windows of one row in turns. @param {number} index @param {import("./harness.mjs").Budget} budget */
    async flatness(index, budget) {
      const { name, op, kernels, dilations } = flatness[index];
      const prepared = [];
      for (const w of [...kernels, ...dilations]) prepared.push(own.prepare(w, makeData(w), ["operator"]));
      try {
        const timings = await measure(
          prepared.flatMap(({ contenders }) => contenders),
          budget,
        );
        const ms = (/** @type {number} */ i) => timings[i].ms;
        return {
          name: `${op}, ${name}`,
          kernels: kernels.map((w, i) => ({ kernel: w.kernel, ms: ms(i) })),
          dilations: dilations.map((w, i) => ({ dilation: w.dilation, ms: ms(kernels.length + i) })),
        };
      } finally {
        for (const item of prepared) item.free();
      }
    },

    /** Operator only, and how much more memory the large call needs than its tensors. @param {number} index @param {import("./harness.mjs").Budget} budget */
    async linearity(index, budget) {
      const { name, small, large } = linearity[index];
      const prepared = [];
      try {
        for (const w of [small, large]) prepared.push(own.prepare(w, makeData(w), ["operator"]));
        const before = memory();
        const timings = await measure(
          prepared.flatMap(({ contenders }) => contenders),
          budget,
        );
        const perPixel = [small, large].map((w, i) => (timings[i].ms * 1e6) / count(w.shape));
        return { name, perPixel, grown: memory() - before };
      } finally {
        for (const item of prepared) item.free();
      }
    },

    /** One 3×3 pool of 1×8×8, and what 10⁵ of them leave behind. @param {import("./harness.mjs").Budget} budget */
    async small(budget) {
      const data = makeData(smallCall);
      const chosen = libraries.filter(
        ({ library }) => library !== "FLOOR" && library !== "OpenCV.js" && library !== "wasm-vips",
      );
      const { contenders, free } = await prepareAll(chosen, smallCall, data);
      try {
        const timings = await measure(
          contenders.filter(({ kind, library }) => kind !== "operator" || library.startsWith("poolscope")),
          budget,
          reference(smallCall, data),
        );
        const before = memory();
        for (const { library, run } of contenders) if (library === "poolscope") await run(1e5);
        return { timings, grown: memory() - before };
      } finally {
        await free();
      }
    },
  };
}
