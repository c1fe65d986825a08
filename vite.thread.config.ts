import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { poolscopeWasm } from "./web/build/wasm-plugin.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

/**
 * The script of the worker, beside worker.js. One file with a core of its own: bundlers that follow `new URL(…)` copy it as it is,
 * and a chunk it asked for would not be there.
 */
export default defineConfig({
  root,
  publicDir: false,
  plugins: [poolscopeWasm()],
  build: {
    outDir: `${root}dist/module`,
    emptyOutDir: false,
    target: "es2022",
    sourcemap: true,
    minify: true,
    lib: { formats: ["es"], entry: `${root}web/module/worker/thread.ts`, fileName: () => "worker-thread.js" },
    rolldownOptions: { output: { minify: true } },
  },
});
