// What each library costs to download: bundled, minified, with its WebAssembly, gzipped.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const gz = (/** @type {string | Uint8Array} */ bytes) => gzipSync(bytes, { level: 9 }).length;

/**
 * One minified file of everything that the lines use. Packages are named by the paths of their files.
 * @param {string} work @param {string} source
 */
async function bundle(work, source) {
  const entry = join(work, "entry.mjs");
  writeFileSync(entry, source);
  const results = await build({
    root: work,
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      target: "es2022",
      lib: { entry, formats: ["es"], fileName: "bundle" },
      // Vite's own `minify` leaves the white space of a library.
      rolldownOptions: { output: { minify: true } },
    },
  });
  const [{ output }] = /** @type {any[]} */ ([results].flat());
  return output.map((/** @type {any} */ part) => part.code ?? part.source).join("");
}

/** @param {string} root @param {string} here @param {string} work where the entries may lie */
export async function sizes(root, here, work) {
  const peer = (/** @type {string} */ file) => join(here, "node_modules", file);
  const of = (/** @type {string[]} */ ...files) =>
    files.map(peer).reduce((sum, file) => sum + (existsSync(file) ? gz(readFileSync(file)) : Number.NaN), 0);
  /** @type {{ name: string, bytes: number, what: string }[]} */
  const rows = [];
  const code = await bundle(work, `export * from ${JSON.stringify(join(root, "dist/module/index.js"))};`);
  rows.push({ name: "poolscope", bytes: gz(code), what: "the whole module, bundled, minified, WASM inlined" });
  const tf = (/** @type {string} */ name) => JSON.stringify(peer(`@tensorflow/${name}/dist/index.js`));
  const tfjs = [
    `export { maxPool, avgPool, pool, tensor, setBackend, ready } from ${tf("tfjs-core")};`,
    `export { setWasmPaths } from ${tf("tfjs-backend-wasm")};`,
  ].join("\n");
  try {
    const bytes = gz(await bundle(work, tfjs)) + of("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm");
    rows.push({
      name: "tfjs-backend-wasm",
      bytes,
      what: "its pooling, bundled and minified, and the SIMD build's WASM",
    });
  } catch (error) {
    console.error(`bench: tfjs could not be bundled: ${error.message}`);
  }
  rows.push({
    name: "onnxruntime-web",
    bytes: of("onnxruntime-web/dist/ort.wasm.bundle.min.mjs", "onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"),
    what: "its WASM-only bundle and WASM",
  });
  rows.push({ name: "OpenCV.js", bytes: of("@techstark/opencv-js/dist/opencv.js"), what: "its one file" });
  rows.push({
    name: "wasm-vips",
    bytes: of("wasm-vips/lib/vips-es6.js", "wasm-vips/lib/vips.wasm"),
    what: "without its optional parts",
  });
  return rows;
}
