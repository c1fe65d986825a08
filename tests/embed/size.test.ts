/** What the tarball costs to download, as a stranger's bundler leaves it: everything in one minified file, gzipped. */
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { emscriptenOfBuild } from "../../web/build/steps.mjs";
import { consumer } from "./prepare";

// Not the root's: it is installed beside this file when the stage runs.
const load = createRequire(import.meta.url);

/** In KB of 1024 bytes, level 9: what is downloaded at once, and with all that may be asked for later. */
async function weigh(contents: string): Promise<{ first: number; whole: number }> {
  const { outputFiles, metafile } = await load("esbuild").build({
    stdin: { contents, resolveDir: consumer },
    bundle: true,
    minify: true,
    write: false,
    splitting: true,
    metafile: true,
    absWorkingDir: consumer,
    outdir: "out",
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  });
  const outputs = metafile.outputs as Record<string, { imports: { path: string; kind: string }[] }>;
  const reached = (kinds: string[]): number => {
    const names = new Set(["out/stdin.js"]);
    // A set goes on with what is added to it.
    for (const name of names)
      for (const { path, kind } of outputs[name]?.imports ?? []) if (kinds.includes(kind)) names.add(path);
    const texts = (outputFiles as { path: string; contents: Uint8Array }[])
      .filter(({ path }) => [...names].some((name) => path.endsWith(`/${name}`)))
      .map(({ contents }) => contents);
    return gzipSync(Buffer.concat(texts), { level: 9 }).length / 1024;
  };
  return { first: reached(["import-statement"]), whole: reached(["import-statement", "dynamic-import"]) };
}

// The aims are 30 for the module and 55 for the element. These are today's sizes rounded up. Speed was paid for five times: 2 KB
// for windows of 2 and 3, 3 KB for windows of 5 and 6 and for tall ones, 1 KB for pairs with indices and for means that leave their
// kernels divided, 2 KB for channels-last tensors and for bytes, 0.4 for halves, eight at a time; the order of the functions and plainer code gave 2.5 KB back.
// The element paid 1.5 KB for lines of code that it misread, captions that met, and what a wrong input is said to be.
// The element and the figure paid 7 KB to read eleven frameworks instead of five, whole sources and C++ among what they are handed,
// each with its own order of arguments, and to say of each refused line why: a chunk that lines in PyTorch's words do not ask for;
// the element 2.4 KB for a side, tensors, refusals that are
// told and other documents.
// All paid 0.4 KB for the last accepted call of each operator, which is remembered: a small call takes a seventh less time.
// The module paid 0.5 KB for geometryChain; the figure 0.4 to take the inputs of 1-d layers, whose reader is a chunk of its own.
// They are those of the compiler whose bytes are published. Newer ones make the core larger by so many KB; what is built by one that
// is not listed may be as large as the largest.
const added: Record<string, number> = { "3.1.6": 0, "3.1.69": 1.6, "6.0.5": 1.8 };
const compiler = emscriptenOfBuild();
const allowed = added[compiler] ?? Math.max(...Object.values(added));

test.each([
  ["the module", 'export * from "poolscope";', 49.5, 49.5],
  ["the element with its core", 'import "poolscope/element";', 71.5, 77.9],
  ["the figure with its core", 'export * from "poolscope/figure";', 67.2, 74.2],
])("%s holds its size", async (what, source, limit, limitOfAll) => {
  const { first: size, whole } = await weigh(source);
  const most = limit + allowed;
  console.log(
    `${what}: ${size.toFixed(1)} KB, at most ${most} with Emscripten ${compiler}; in all ${whole.toFixed(1)}`,
  );
  expect(size).toBeLessThanOrEqual(most);
  expect(whole).toBeLessThanOrEqual(limitOfAll + allowed);
  // Everything is in: the core alone is more than half of it.
  expect(size).toBeGreaterThan(most / 2);
});

test("who imports only the error's class downloads no core", async () => {
  const { first } = await weigh('export { PoolingError } from "poolscope";');
  expect(first).toBeLessThan(3);
});
