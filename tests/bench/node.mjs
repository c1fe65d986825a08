// Where Node finds the libraries. Started by run.mjs, which asks for one measurement after the other.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createBench, started } from "./bench.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const require = createRequire(import.meta.url);
const peer = (/** @type {string} */ file) => join(here, "node_modules", file);

/** @type {Awaited<ReturnType<typeof createBench>>} */
let bench;

/** @param {{ threads: number, against?: string, only?: string[] }} options */
async function open({ threads, against, only }) {
  bench = await createBench(
    {
      ours: pathToFileURL(join(root, "dist/module/index.js")).href,
      against: against && pathToFileURL(against).href,
      floor: () => readFile(join(root, "build/bench-page/floor.wasm")),
      onnxruntime: {
        where: pathToFileURL(peer("onnxruntime-web/dist/ort.node.min.mjs")).href,
        wasm: pathToFileURL(peer("onnxruntime-web/dist/")).href,
        once: true,
      },
      tfjs: {
        async open() {
          const tf = require("@tensorflow/tfjs-core");
          return { tf, backend: require("@tensorflow/tfjs-backend-wasm") };
        },
      },
      opencv: () => started(require("@techstark/opencv-js")),
      async vips() {
        const { default: Vips } = await import("wasm-vips");
        return Vips({ dynamicLibraries: [] });
      },
      threads,
      naive: false,
      tensor: false,
    },
    only,
  );
  return bench.about;
}

process.on("message", async (/** @type {{ name: string, args: any[] }} */ { name, args }) => {
  try {
    const answer = name === "open" ? await open(args[0]) : await /** @type {any} */ (bench)[name](...args);
    process.send?.({ answer });
  } catch (error) {
    process.send?.({ error: String(/** @type {Error} */ (error)?.stack ?? error) });
  }
});
process.send?.({ answer: "ready" });
