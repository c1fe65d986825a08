import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** `npx poolscope`: one file beside the module, with the picture libraries inside and the module's own entries outside. */
export default defineConfig({
  root,
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: `${root}web/cli/main.ts`,
    outDir: `${root}dist/module`,
    emptyOutDir: false,
    target: "node20",
    minify: true,
    // The libraries' licences ask to be shipped with them.
    license: { fileName: "cli.licenses.md" },
    rolldownOptions: {
      external: /web\/(module|figure)\/index\.ts$/,
      output: {
        entryFileNames: "cli.js",
        paths: (id: string) =>
          id.replace(/^.*web\/(module|figure)\/index\.ts$/, (_, room: string) =>
            room === "module" ? "./index.js" : "./figure.js",
          ),
      },
    },
  },
});
