// npm run build: the toolchain, the WebAssembly, dist/module (the npm package) and dist/page (the static site).
// What did not change is not built again; `npm run build -- --force` builds it all the same.
// Beside Vite, as one build is CMake's, four of Vite's and TypeScript's, in this order, and none of them knows whether the others are current.
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { SetupError, setup } from "../../cpp/toolchain/setup.mjs";
import { entries } from "./entries.mjs";
import { cmakeBuild, files, fingerprint, node, root, StepError, tools } from "./steps.mjs";

const common = [
  "build/wasm/poolscope.mjs",
  "build/wasm/poolscope.wasm",
  "web/build",
  "web/module",
  "web/figure",
  "web/element",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

function buildModule() {
  if (!existsSync(join(root, entries.index))) throw new StepError(`${entries.index} is not there yet`);
  node(tools.vite, ["build", "--config", "vite.module.config.ts", "--logLevel", "warn"]);
  for (const more of ["thread", "cli"])
    node(tools.vite, ["build", "--config", `vite.${more}.config.ts`, "--logLevel", "warn"]);
  for (const mode of ["index", "element"])
    node(tools.vite, ["build", "--config", "vite.min.config.ts", "--mode", mode, "--logLevel", "warn"]);
  // Written, not copied: Emscripten marks the file executable.
  writeFileSync(join(root, "dist/module/pool.wasm"), readFileSync(join(root, "build/wasm/poolscope.wasm")));
  node(tools.tsc, ["-p", "tsconfig.declarations.json"]);
  // Declarations are not emitted again: TypeScript leaves them where they are.
  for (const file of files("web/element/typings")) {
    const place = join(root, "dist/module/types", file.slice("web/".length));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, readFileSync(join(root, file)));
  }
  // What `import "poolscope/react"` runs where nobody says that only its types are meant.
  writeFileSync(join(root, "dist/module/typings.js"), "export {};\n");
  const elements = "custom-elements.json";
  writeFileSync(join(root, "dist/module", elements), readFileSync(join(root, "web/element", elements)));
  for (const [name, source] of Object.entries(entries)) {
    if (!existsSync(join(root, source))) continue;
    const types = source.replace(/^web\//, "./types/").replace(/\.ts$/, ".js");
    // [Symbol.dispose] is in the types; an importer whose own `lib` is older has to know the symbol too.
    const lib = '/// <reference lib="esnext.disposable" />\n';
    writeFileSync(join(root, `dist/module/${name}.d.ts`), `${lib}export * from "${types}";\n`);
  }
}

function buildPage() {
  if (!existsSync(join(root, "web/page/index.html"))) throw new StepError("web/page/index.html is not there yet");
  node(tools.vite, ["build", "--config", "vite.config.ts", "--logLevel", "warn"]);
}

/** What each part is made of, what makes it, where it goes. */
const parts = {
  module: {
    inputs: [
      ...common,
      "build/nowasm/poolscope.mjs",
      "web/cli",
      "vite.module.config.ts",
      "vite.thread.config.ts",
      "vite.cli.config.ts",
      "vite.min.config.ts",
      "tsconfig.declarations.json",
    ],
    make: buildModule,
    output: "dist/module",
  },
  page: { inputs: [...common, "web/page", "vite.config.ts"], make: buildPage, output: "dist/page" },
};

/**
 * Builds the parts named, with everything they need first.
 * @param {{ parts?: (keyof typeof parts)[], force?: boolean }} [options]
 */
export function build(options = {}) {
  setup(["build"]);
  cmakeBuild("wasm", ["poolscope"]);
  for (const name of options.parts ?? /** @type {const} */ (["module", "page"])) {
    const { inputs, make, output } = parts[name];
    if (name === "module") cmakeBuild("nowasm", ["poolscope"]);
    const stamp = join(root, `build/stamps/${name}.json`);
    const hash = fingerprint(inputs);
    const known = existsSync(stamp) ? JSON.parse(readFileSync(stamp, "utf8")) : undefined;
    if (
      !options.force &&
      known?.hash === hash &&
      known.files.every((/** @type {string} */ file) => existsSync(join(root, file)))
    ) {
      console.log(`build: ${output} is up to date`);
      continue;
    }
    rmSync(stamp, { force: true });
    console.log(`build: writing ${output}`);
    make();
    mkdirSync(join(root, "build/stamps"), { recursive: true });
    writeFileSync(stamp, JSON.stringify({ hash, files: files(output) }));
  }
}

/** Runs a command's main function and turns its known failures into one sentence and an exit code. */
export async function main(/** @type {() => unknown} */ action) {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof SetupError || error instanceof StepError)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await main(() => build({ force: process.argv.includes("--force") }));
}
