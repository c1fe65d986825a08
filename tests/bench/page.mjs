// Where a page finds the libraries.
import { createBench, started } from "./bench.mjs";

const peers = "/tests/bench/node_modules";

/** @param {string} source */
const script = (source) =>
  new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = source;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${source} did not load`));
    document.head.append(element);
  });

const page = /** @type {any} */ (globalThis);

page.openBench = async (
  /** @type {{ threads: number, against?: string, only?: string[] }} */ { threads, against, only },
) => {
  page.bench = await createBench(
    {
      ours: "/dist/module/index.js",
      against,
      floor: async () => (await fetch("/build/bench-page/floor.wasm")).arrayBuffer(),
      onnxruntime: {
        where: `${peers}/onnxruntime-web/dist/ort.wasm.bundle.min.mjs`,
        wasm: new URL(`${peers}/onnxruntime-web/dist/`, location.href).href,
      },
      tfjs: {
        async open() {
          await script(`${peers}/@tensorflow/tfjs-core/dist/tf-core.min.js`);
          await script(`${peers}/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js`);
          return { tf: page.tf, backend: page.tf.wasm };
        },
        wasm: `${peers}/@tensorflow/tfjs-backend-wasm/dist/`,
      },
      async opencv() {
        await script(`${peers}/@techstark/opencv-js/dist/opencv.js`);
        return started(page.cv);
      },
      async vips() {
        const { default: Vips } = await import(`${peers}/wasm-vips/lib/vips-es6.js`);
        return Vips({ dynamicLibraries: [] });
      },
      threads: crossOriginIsolated ? threads : 1,
      naive: true,
      tensor: true,
    },
    only,
  );
  return page.bench.about;
};
