// The stages of `npm test` and of `npm run nightly`, in the order in which they are started.
import { chromiums } from "../../cpp/toolchain/needs.mjs";
import { build } from "../../web/build/build.mjs";
import { cmakeBuild, node, run } from "../../web/build/steps.mjs";
import { hasNodes, quickPass } from "../nodes/nodes.mjs";
import { digests, fuzz, gtest, LeftOut, requireProgram, TestsFailed, vitest } from "./programs.mjs";

/** @typedef {import("./programs.mjs").Count} Count */
/**
 * `after` are the stages whose results it uses. One that drives a `browser` mostly waits, so one of them runs beside one that
 * computes. One that is `long` runs when it is asked for by its whole name, and in `npm run nightly`; `alone` because it
 * measures times.
 * @typedef {{ name: string, what: string, after?: string[], browser?: true, long?: true, alone?: true,
 *   run: () => Count | void | Promise<Count> }} Stage
 */

const chromium = () => requireProgram(...chromiums);
const firefox = () => requireProgram("firefox-esr", "firefox");
const webkit = () => {
  requireProgram("WebKitWebDriver");
  requireProgram("xvfb-run");
};

/** Firefox and WebKit run the files of the page that an engine can change, Chromium all of them. @type {[string, string, () => void, string[]][]} */
const engines = [
  ["chromium", "Chromium", chromium, []],
  ["firefox", "Firefox", firefox, []],
  ["webkit", "WebKitGTK", webkit, ["xvfb-run", "--auto-servernum"]],
];

/** @param {string} script @param {string[]} args */
const npm = (script, ...args) => run("npm", ["run", "--silent", script, ...(args.length ? ["--", ...args] : [])]);

/** @type {Stage[]} */
export const stages = [
  { name: "wasm", what: "the WebAssembly build", run: () => cmakeBuild("wasm") },
  { name: "nowasm", what: "the same C++ as plain JavaScript", run: () => cmakeBuild("nowasm") },
  { name: "build", what: "dist/module and dist/page", after: ["wasm", "nowasm"], run: () => build() },
  ...engines.map(
    ([name, called, check, around]) =>
      /** @type {Stage} */ ({
        name: `page-${name}`,
        what: `the page in ${called}`,
        after: ["build"],
        browser: true,
        run: () => {
          check();
          return vitest("page", `page-${name}`, { POOLSCOPE_BROWSER: name }, around);
        },
      }),
  ),
  { name: "native", what: "the C++ core against its oracle", run: () => gtest("native") },
  {
    name: "scalar",
    what: "the same with one lane, without xsimd",
    after: ["native"],
    run: () => gtest("native", "scalar_core_tests"),
  },
  {
    name: "sanitize",
    what: "the same under AddressSanitizer and UndefinedBehaviorSanitizer",
    run: () => gtest("sanitize"),
  },
  { name: "fuzz", what: "the core fed with bytes, a fixed number of them", run: () => fuzz() },
  { name: "module", what: "the module in Node", after: ["wasm"], run: () => vitest("module", "module") },
  {
    name: "module-nowasm",
    what: "the operators as plain JavaScript",
    after: ["wasm", "nowasm"],
    run: () => vitest("module", "module-nowasm", { POOLSCOPE_CORE: "nowasm" }, [], ["operators", "image", "resident"]),
  },
  {
    name: "embed",
    what: "the packed tarball in other people's hands: Node, bundlers, types, the command",
    after: ["build"],
    run: () => {
      chromium();
      return vitest("embed", "embed");
    },
  },
  ...engines.map(
    ([name, called, check, around]) =>
      /** @type {Stage} */ ({
        name: `embed-${name}`,
        what: `the tarball's answers and the examples in ${called}`,
        after: ["embed"],
        browser: true,
        run: () => {
          check();
          return vitest("engines", `embed-${name}`, { POOLSCOPE_BROWSER: name }, around);
        },
      }),
  ),
  {
    name: "elements",
    what: "five hundred elements come and go in Chromium, and nothing is left",
    after: ["build"],
    browser: true,
    run: () => {
      chromium();
      node("tests/endurance/run.mjs", ["elements", "--count", "500"]);
    },
  },
  { name: "check", what: "format, lint, types, import rule", run: () => node("web/build/check.mjs", []) },
  {
    name: "digest",
    what: "one answer from every build of the core",
    after: ["native", "scalar", "sanitize", "wasm", "nowasm"],
    run: digests,
  },
  {
    name: "golden",
    what: "PyTorch's results, to the bit where they are exact",
    after: ["wasm"],
    run: () => vitest("golden", "golden"),
  },
  { name: "figure", what: "the figure, without a browser", after: ["wasm"], run: () => vitest("figure", "figure") },
  {
    name: "frameworks",
    what: "lines in other frameworks' names, against what they gave there",
    after: ["wasm"],
    run: () => vitest("frameworks", "frameworks"),
  },
  {
    name: "words",
    what: "the page's texts, states and sizes, without a browser",
    after: ["build"],
    run: () => vitest("words", "words"),
  },
  {
    name: "attacks",
    what: "hostile inputs by cause, put to every entry",
    after: ["build"],
    run: () => vitest("attacks", "attacks"),
  },
  {
    name: "attacks-chromium",
    what: "the same, put to the element and the page in Chromium",
    after: ["build"],
    browser: true,
    run: () => {
      chromium();
      return vitest("attacks-browser", "attacks-chromium");
    },
  },
  { name: "tools", what: "the build's own tools", after: ["build"], run: () => vitest("build", "tools") },
  {
    name: "nodes",
    what: "the built module in Node 20.19, 22, 24 and 26",
    after: ["build"],
    run: () => {
      if (!hasNodes) throw new LeftOut("these Nodes are packed for Linux on x86-64");
      const count = quickPass();
      if (count.failed) throw new TestsFailed(count);
      return count;
    },
  },
  {
    name: "docs",
    what: "the examples and links of the documents",
    after: ["build"],
    run: () => vitest("docs", "docs"),
  },

  {
    name: "module-asan",
    what: "the module under AddressSanitizer, each tensor by itself",
    after: ["wasm"],
    long: true,
    run: () => {
      cmakeBuild("wasm-asan", ["poolscope"]);
      // Leaks are counted in bytes of the shipped allocator, which the sanitizer replaces.
      const without = ["--exclude", "tests/module/leaks.test.ts"];
      return vitest("module", "module-asan", { POOLSCOPE_WASM_DIR: "build/wasm-asan" }, [], without);
    },
  },
  {
    name: "fuzz-clock",
    what: "the fuzzers for POOLSCOPE_FUZZ_SECONDS (900) with seeds of chance",
    after: ["fuzz"],
    long: true,
    run: () => fuzz(Number(process.env.POOLSCOPE_FUZZ_SECONDS || 900)),
  },
  {
    name: "calls",
    what: "10⁵ mixed calls, good and bad, leave the memory as it was",
    after: ["wasm"],
    long: true,
    run: () => vitest("module", "calls", { POOLSCOPE_CALLS: "100000" }, [], ["concurrency", "leaks"]),
  },
  {
    name: "mutants",
    what: "small mistakes in the core are noticed",
    after: ["native"],
    long: true,
    run: () => npm("mutate"),
  },
  {
    name: "reproduce",
    what: "two builds of one commit are the same",
    after: ["build"],
    long: true,
    run: () => npm("reproduce"),
  },
  {
    name: "endure-elements",
    what: "ten thousand elements come and go",
    after: ["build"],
    long: true,
    alone: true,
    run: () => npm("endure", "elements"),
  },
  {
    name: "endure-video",
    what: "the page pools a film for ten minutes",
    after: ["build"],
    long: true,
    alone: true,
    run: () => npm("endure", "video"),
  },
  {
    name: "lighthouse",
    what: "the page's four scores",
    after: ["build"],
    long: true,
    alone: true,
    run: () => npm("lighthouse"),
  },
  {
    name: "nodes-all",
    what: "the module's, golden, figure and embed tests in each of these Nodes",
    after: ["embed"],
    long: true,
    run: () => npm("nodes"),
  },
  ...["bookworm", "trixie", "forky"].map(
    (suite) =>
      /** @type {Stage} */ ({
        name: `fresh-${suite}`,
        what: `the README's two commands on a bare Debian ${suite}`,
        long: true,
        alone: true,
        run: () => npm("fresh", suite),
      }),
  ),
];
