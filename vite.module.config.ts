import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { entries } from "./web/build/entries.mjs";
import { poolscopeWasm } from "./web/build/wasm-plugin.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

/** The npm package: one ES module per entry of package.json's `exports`, sharing chunks, so the core is inside only once. */
export default defineConfig({
  root,
  publicDir: false,
  plugins: [poolscopeWasm()],
  build: {
    outDir: `${root}dist/module`,
    emptyOutDir: true,
    target: "es2022",
    sourcemap: true,
    minify: true,
    chunkSizeWarningLimit: 2000,
    lib: {
      formats: ["es"],
      entry: Object.fromEntries(
        Object.entries(entries)
          .map(([name, source]) => [name, root + source])
          .filter(([, source]) => existsSync(source)),
      ),
    },
    rolldownOptions: {
      // Vite keeps the white space of a library so that bundlers see its /* @__PURE__ */ marks; nothing here needs them.
      output: {
        minify: true,
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
