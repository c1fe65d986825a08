import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { shortLines } from "./web/build/short-lines-plugin.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

/** A page has none of Node's own modules: what asks for them is left out, and with it the only `import()`. */
const withoutNode: Plugin = {
  name: "poolscope-without-node",
  renderChunk(code) {
    return code.replace(/import\([\s\w$@/*:-]+\)/g, "void 0");
  },
};

/** A page that does not say how it is written has plain scripts read as Latin: they are ASCII. */
const ascii: Plugin = {
  name: "poolscope-ascii",
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      chunk.code = chunk.code.replace(
        /[\u0080-\uffff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    }
  },
};

/**
 * One file without an import, made of an entry that is built, for pages without a bundler and for CDNs; `--mode` names the entry.
 * The element's works as a plain script too: from a server without CORS, in a sandboxed frame, from a disk.
 */
export default defineConfig(({ mode }) => ({
  root,
  publicDir: false,
  plugins: [withoutNode, ascii, shortLines],
  build: {
    outDir: `${root}dist/module`,
    emptyOutDir: false,
    target: "es2022",
    minify: true,
    lib: {
      formats: [mode === "element" ? "iife" : "es"],
      name: "poolscope",
      entry: `${root}dist/module/${mode}.js`,
      fileName: () => `${mode}.min.js`,
    },
    rolldownOptions: { output: { minify: true, exports: "named" } },
  },
}));
