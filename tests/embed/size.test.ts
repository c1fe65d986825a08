/** What the tarball costs to download, as a stranger's bundler leaves it: everything in one minified file, gzipped. */
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { emscriptenOfBuild } from "../../web/build/steps.mjs";
import { consumer } from "./prepare";

// Not the root's: it is installed beside this file when the stage runs.
const load = createRequire(import.meta.url);

/** In KB of 1024 bytes, level 9. */
async function weigh(contents: string): Promise<number> {
  const { outputFiles } = await load("esbuild").build({
    stdin: { contents, resolveDir: consumer },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length / 1024;
}

// The aims are 30 for the module and 55 for the element. These are today's sizes rounded up. Speed was paid for five times: 2 KB
// for windows of 2 and 3, 3 KB for windows of 5 and 6 and for tall ones, 1 KB for pairs with indices and for means that leave their
// kernels divided, 2 KB for channels-last tensors and for bytes, 0.4 for halves, eight at a time; the order of the functions and plainer code gave 2.5 KB back.
// The element paid 1.5 KB for lines of code that it misread, captions that met, and what a wrong input is said to be.
// The element and the figure paid 7 KB to read eleven frameworks instead of five, whole sources and C++ among what they are handed,
// each with its own order of arguments, and to say of each refused line why; the element 2.4 KB for a side, tensors, refusals that are
// told and other documents.
// All paid 0.4 KB for the last accepted call of each operator, which is remembered: a small call takes a seventh less time.
// They are those of the compiler whose bytes are published. Newer ones make the core larger by so many KB; what is built by one that
// is not listed may be as large as the largest.
const added: Record<string, number> = { "3.1.6": 0, "3.1.69": 1.6, "6.0.5": 1.8 };
const compiler = emscriptenOfBuild();
const allowed = added[compiler] ?? Math.max(...Object.values(added));

test.each([
  ["the module", 'export * from "poolscope";', 49.1],
  ["the element with its core", 'import "poolscope/element";', 78.0],
  ["the figure with its core", 'export * from "poolscope/figure";', 73.6],
])("%s holds its size", async (what, source, limit) => {
  const size = await weigh(source);
  const most = limit + allowed;
  console.log(`${what}: ${size.toFixed(1)} KB, at most ${most} with Emscripten ${compiler}`);
  expect(size).toBeLessThanOrEqual(most);
  // Everything is in: the core alone is more than half of it.
  expect(size).toBeGreaterThan(most / 2);
});

test("who imports only the error's class downloads no core", async () => {
  expect(await weigh('export { PoolingError } from "poolscope";')).toBeLessThan(3);
});
