import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { entries } from "./web/build/entries.mjs";
import { shortLines } from "./web/build/short-lines-plugin.ts";
import { poolscopeWasm } from "./web/build/wasm-plugin.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

/**
 * Our own build must leave the worker's address alone, an importer's Vite must follow it: the comment that tells Vite to look
 * away stays behind, its place filled up so that the source maps hold.
 */
const workerAddress: Plugin = {
  name: "poolscope-worker-address",
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      chunk.code = chunk.code.replace(/\/\*\s*@vite-ignore\s*\*\/(?=\s*["'`]\.\/worker-thread\.js)/, (comment) =>
        " ".repeat(comment.length),
      );
    }
  },
};

const inModule = (names: string) => new RegExp(`web/module/(${names})\\.ts$`);

/** The npm package: one ES module per entry of package.json's `exports`, sharing chunks, so the core is inside only once. */
export default defineConfig({
  root,
  publicDir: false,
  plugins: [poolscopeWasm(), workerAddress, shortLines],
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
        // Few files for who loads them without a bundler: what a drawing needs, the rest, and the core's bytes, which stay
        // apart, as gzip makes less of them beside other text.
        codeSplitting: {
          groups: [
            {
              name: "methods",
              test: inModule("arrays|call|errors|heap|methods|node|once|operators|options|sentences|shapes|tensor"),
            },
            { name: "pooling", test: inModule("image|picture|pooling|resident|source") },
            { name: "start", test: /web\/module\/(start|glue)\.ts$|poolscope-(wasm|glue)$/ },
          ],
        },
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
