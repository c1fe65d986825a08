import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { firstPaint } from "./web/build/first-paint-plugin.ts";
import { poolscopeWasm } from "./web/build/wasm-plugin.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

/** The page: `npm run dev` serves it, `npm run build` writes it to dist/page with relative addresses only. */
export default defineConfig({
  root: `${root}web/page`,
  base: "./",
  plugins: [poolscopeWasm(), firstPaint(() => [poolscopeWasm()])],
  worker: { format: "es", plugins: () => [poolscopeWasm()] },
  server: {
    port: Number(process.env.PORT || 5173),
    strictPort: true,
    fs: { allow: [root] },
  },
  build: {
    outDir: `${root}dist/page`,
    emptyOutDir: true,
    target: "es2022",
    // The templates' licence asks to be shipped with them.
    license: { fileName: "licenses.md" },
    // No source maps: Rolldown's are not the same in every build of the same sources, and the package has its own.
    // Fonts as data: URLs would be blocked by the policy the page promises to work under; files are not.
    assetsInlineLimit: 0,
    modulePreload: false,
    // start.ts is no part of the entry: main.ts asks for it when the picture is there.
    rolldownOptions: {
      input: {
        index: `${root}web/page/index.html`,
        start: `${root}web/page/start.ts`,
        "pooling-worker": `${root}web/page/pooling-worker.ts`,
      },
      preserveEntrySignatures: "exports-only",
    },
    chunkSizeWarningLimit: 2000,
  },
});
