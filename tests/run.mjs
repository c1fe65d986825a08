// npm test: every stage in turn, a failing one does not stop the others; a table, and one line of counts at the end.
//   npm test -- module golden     runs the stages whose name contains one of the words
//   npm test -- --list            names them
// What cannot run here (a browser) is left out loudly; with CI=true that is a failure.
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SetupError, setup, which } from "../cpp/toolchain/setup.mjs";
import { build } from "../web/build/build.mjs";
import { cmakeBuild, files, node, root, StepError, tools } from "../web/build/steps.mjs";
import { hasNodes, quickPass } from "./nodes/nodes.mjs";

const ci = process.env.CI === "true";
const reports = join(root, "build/reports");

/**
 * What a stage did: tests it could count, or undefined when it is one step that worked.
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 */

/** Thrown by a stage that cannot run on this machine. */
class LeftOut extends Error {}

/** Thrown by a stage some of whose tests failed, with the counts. */
class TestsFailed extends Error {
  /** @param {Count} count */
  constructor(count) {
    super(`${count.failed} failed`);
    this.count = count;
  }
}

/**
 * Runs a test program and reads its report.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @param {string} report
 * @param {(text: string) => Count} read
 * @returns {Count}
 */
function runTests(command, args, env, report, read) {
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    timeout: 10 * 60_000,
    env: { ...process.env, ...env },
  });
  if (error && !signal) throw new StepError(`${command}: ${error.message}`);
  const count = existsSync(report) ? read(readFileSync(report, "utf8")) : { passed: 0, failed: 0, skipped: 0 };
  // A crash, a time-out or a file that does not load fails without a single failed test.
  if (status !== 0 && count.failed === 0) count.failed = 1;
  if (count.failed > 0) throw new TestsFailed(count);
  if (count.passed === 0) throw new StepError("No test ran.");
  return count;
}

/**
 * @param {string} project
 * @param {string} name
 * @param {Record<string, string>} [env]
 * @param {string[]} [around] a command that runs another one, such as xvfb-run
 * @param {string[]} [only] files whose names hold one of these
 */
function vitest(project, name, env = {}, around = [], only = []) {
  const report = join(reports, `${name}.json`);
  const args = [tools.vitest, "run", ...only, "--project", project, "--reporter=default", "--reporter=json"];
  const [command, ...rest] = [...around, process.execPath, ...args, `--outputFile.json=${report}`];
  return runTests(command, rest, env, report, (text) => {
    const json = JSON.parse(text);
    return {
      passed: json.numPassedTests,
      failed: json.numFailedTests,
      skipped: json.numPendingTests + json.numTodoTests,
    };
  });
}

/**
 * Runs programs two at a time, as many as the machine is expected to have cores.
 * @param {string[][]} commands
 * @param {number} seconds after which one is stopped
 */
async function together(commands, seconds) {
  /** @type {{ failed: boolean, stdout: string, stderr: string }[]} */
  const answers = [];
  const left = [...commands.entries()];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [at, [command, ...args]] = next;
      answers[at] = await new Promise((resolve) =>
        execFile(command, args, { cwd: root, maxBuffer: 1 << 28, timeout: seconds * 1000 }, (error, stdout, stderr) =>
          resolve({ failed: error !== null, stdout, stderr }),
        ),
      );
    }
  };
  await Promise.all([worker(), worker()]);
  return answers;
}

/** @param {string} preset */
function ctest(preset) {
  cmakeBuild(preset);
  const report = join(reports, `${preset}.xml`);
  return runTests("ctest", ["--preset", preset, "--parallel", "2", "--output-junit", report], {}, report, (text) => {
    const head = text.match(/<testsuite\b[^>]*>/)?.[0] ?? "";
    const number = (/** @type {string} */ name) => Number(head.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
    const [tests, failed, skipped] = [number("tests"), number("failures"), number("skipped") + number("disabled")];
    return { passed: tests - failed - skipped, failed, skipped };
  });
}

/**
 * Runs the digest program of every build and compares the lines: one test per operator, dtype and build.
 * @returns {Promise<Count>}
 */
async function digests() {
  const builds = ["native", "scalar", "sanitize", "wasm", "nowasm"].filter((name) =>
    existsSync(join(root, "build", name)),
  );
  if (builds.length < 2) throw new StepError("There are no two builds to compare.");
  const commands = builds.map((name) => {
    cmakeBuild(name, ["core_digest"]);
    const program = join(root, "build", name, "tests/cpp/core_digest");
    return name.includes("wasm") ? [process.execPath, `${program}.cjs`] : [program];
  });
  const answers = (await together(commands, 300)).map(({ failed, stdout, stderr }, i) => {
    if (failed) throw new StepError(`The digest program of build/${builds[i]} failed.\n${stderr}`);
    return stdout.trim().split("\n");
  });
  const count = { passed: 0, failed: 0, skipped: 0 };
  const [first] = answers;
  for (let other = 1; other < answers.length; other++) {
    const lines = answers[other];
    for (let i = 0; i < Math.max(first.length, lines.length); i++) {
      if (lines[i] === first[i]) count.passed++;
      else {
        count.failed++;
        console.error(`${builds[0]}: ${first[i]}\n${builds[other]}: ${lines[i]}`);
      }
    }
    console.log(`${builds[other]} and ${builds[0]}: ${lines.length} digests compared`);
  }
  if (count.failed) throw new TestsFailed(count);
  return count;
}

/**
 * Every fuzz target for a few seconds, from the committed seeds. POOLSCOPE_FUZZ_SECONDS makes it a long run.
 * @returns {Promise<Count>}
 */
async function fuzz() {
  const sources = files("tests/fuzz").flatMap((file) => file.match(/\/(fuzz_\w+)\.cpp$/)?.[1] ?? []);
  cmakeBuild("fuzz", sources);
  const seconds = Number(process.env.POOLSCOPE_FUZZ_SECONDS || 15);
  const targets = files("build/fuzz/tests/fuzz").filter((file) => /\/fuzz_\w+$/.test(file));
  if (targets.length === 0) throw new StepError("No fuzz target was built.");
  const names = targets.map((target) => target.slice(target.lastIndexOf("/") + 1));
  console.log(`fuzz: ${names.join(" and ")} for ${seconds} s`);
  const commands = targets.map((target, i) => {
    const found = join(root, "build/fuzz/found", names[i]);
    mkdirSync(found, { recursive: true });
    const seeds = join(root, "tests/fuzz/corpus", names[i]);
    const flags = [`-max_total_time=${seconds}`, "-print_final_stats=1", `-artifact_prefix=${found}-`];
    return [join(root, target), ...flags, found, seeds];
  });
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [i, { failed, stderr }] of (await together(commands, seconds + 300)).entries()) {
    const executions = stderr.match(/number_of_executed_units:\s*(\d+)/)?.[1];
    const coverage = stderr.match(/cov: (\d+)/g)?.at(-1);
    if (!failed && Number(executions) > 0) {
      count.passed++;
      console.log(`fuzz: ${names[i]}: ${executions} executions, ${coverage}, nothing found`);
    } else {
      count.failed++;
      console.error(stderr.slice(-6000));
    }
  }
  if (count.failed) throw new TestsFailed(count);
  return count;
}

/** @param {...string} names */
function requireProgram(...names) {
  if (!names.some((name) => which(name))) throw new LeftOut(`${names.join(" or ")} is not installed`);
}

/** One that is `long` runs when it is asked for by its whole name. @type {{ name: string, what: string, long?: true, run: () => Count | void | Promise<Count> }[]} */
const stages = [
  { name: "setup", what: "the tools and libraries that the tests need", run: () => setup(["test"]) },
  { name: "check", what: "format, lint, types, import rule", run: () => node(join(root, "web/build/check.mjs"), []) },
  { name: "native", what: "the C++ core against its oracle", run: () => ctest("native") },
  { name: "scalar", what: "the same with one lane, without xsimd", run: () => ctest("scalar") },
  {
    name: "sanitize",
    what: "the same under AddressSanitizer and UndefinedBehaviorSanitizer",
    run: () => ctest("sanitize"),
  },
  { name: "wasm", what: "the WebAssembly build", run: () => cmakeBuild("wasm") },
  { name: "nowasm", what: "the same C++ as plain JavaScript", run: () => cmakeBuild("nowasm") },
  { name: "digest", what: "one answer from every build of the core", run: digests },
  { name: "fuzz", what: "the core fed with bytes, for a moment", run: fuzz },
  { name: "tools", what: "the build's own tools", run: () => vitest("build", "tools") },
  { name: "module", what: "the module in Node", run: () => vitest("module", "module") },
  {
    name: "module-asan",
    what: "the same under AddressSanitizer, each tensor by itself",
    long: true,
    run: () => {
      cmakeBuild("wasm-asan", ["poolscope"]);
      // Leaks are counted in bytes of the shipped allocator, which the sanitizer replaces.
      const without = ["--exclude", "tests/module/leaks.test.ts"];
      return vitest("module", "module-asan", { POOLSCOPE_WASM_DIR: "build/wasm-asan" }, [], without);
    },
  },
  {
    name: "module-nowasm",
    what: "the operators as plain JavaScript",
    run: () => vitest("module", "module-nowasm", { POOLSCOPE_CORE: "nowasm" }, [], ["operators", "image", "resident"]),
  },
  { name: "golden", what: "PyTorch's results, to the bit where they are exact", run: () => vitest("golden", "golden") },
  { name: "figure", what: "the figure, without a browser", run: () => vitest("figure", "figure") },
  { name: "build", what: "dist/module and dist/page", run: () => build() },
  {
    name: "embed",
    what: "the packed tarball in other people's hands: Node, bundlers, types, the command",
    run: () => {
      requireProgram("chromium", "chromium-browser", "google-chrome");
      return vitest("embed", "embed");
    },
  },
  {
    name: "nodes",
    what: "the built module in Node 20.19, 22, 24 and 26",
    run: () => {
      if (!hasNodes) throw new LeftOut("these Nodes are packed for Linux on x86-64");
      const count = quickPass();
      if (count.failed) throw new TestsFailed(count);
      return count;
    },
  },
  { name: "docs", what: "the examples and links of the documents", run: () => vitest("docs", "docs") },
  {
    name: "page-chromium",
    what: "the page in Chromium",
    run: () => {
      requireProgram("chromium", "chromium-browser", "google-chrome");
      return vitest("page", "page-chromium", { POOLSCOPE_BROWSER: "chromium" });
    },
  },
  {
    name: "elements",
    what: "five hundred elements come and go in Chromium, and nothing is left",
    run: () => {
      requireProgram("chromium", "chromium-browser", "google-chrome");
      node("tests/endurance/run.mjs", ["elements", "--count", "500"]);
    },
  },
  {
    name: "embed-chromium",
    what: "the tarball's answers and the examples in Chromium",
    run: () => {
      requireProgram("chromium", "chromium-browser", "google-chrome");
      return vitest("engines", "embed-chromium", { POOLSCOPE_BROWSER: "chromium" });
    },
  },
  {
    name: "page-firefox",
    what: "the page in Firefox",
    run: () => {
      requireProgram("firefox-esr", "firefox");
      return vitest("page", "page-firefox", { POOLSCOPE_BROWSER: "firefox" });
    },
  },
  {
    name: "embed-firefox",
    what: "the tarball's answers and the examples in Firefox",
    run: () => {
      requireProgram("firefox-esr", "firefox");
      return vitest("engines", "embed-firefox", { POOLSCOPE_BROWSER: "firefox" });
    },
  },
  {
    name: "page-webkit",
    what: "the page in WebKitGTK",
    run: () => {
      requireProgram("WebKitWebDriver");
      requireProgram("xvfb-run");
      return vitest("page", "page-webkit", { POOLSCOPE_BROWSER: "webkit" }, ["xvfb-run", "--auto-servernum"]);
    },
  },
  {
    name: "embed-webkit",
    what: "the tarball's answers and the examples in WebKitGTK",
    run: () => {
      requireProgram("WebKitWebDriver");
      requireProgram("xvfb-run");
      return vitest("engines", "embed-webkit", { POOLSCOPE_BROWSER: "webkit" }, ["xvfb-run", "--auto-servernum"]);
    },
  },
];

const words = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
if (process.argv.includes("--list")) {
  for (const { name, what, long } of stages)
    console.log(`${name.padEnd(14)} ${what}${long ? " (only by its whole name)" : ""}`);
  process.exit(0);
}
const chosen = stages.filter(({ name, long }) =>
  long ? words.includes(name) : words.length === 0 || words.some((word) => name.includes(word)),
);
if (chosen.length === 0) {
  console.error(
    `No stage has ${words.join(" or ")} in its name. There are: ${stages.map(({ name }) => name).join(", ")}`,
  );
  process.exit(1);
}

/** @type {{ name: string, result: string, count: Count, seconds: number, why: string }[]} */
const rows = [];
for (const { name, what, run: action } of chosen) {
  console.log(`\n━━━ ${name}: ${what} ${"━".repeat(Math.max(3, 100 - name.length - what.length))}\n`);
  const started = performance.now();
  const row = { name, result: "passed", count: { passed: 0, failed: 0, skipped: 0 }, seconds: 0, why: "" };
  try {
    row.count = (await action()) ?? { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    row.why = message;
    if (error instanceof LeftOut && !ci) {
      row.result = "LEFT OUT";
      row.count = { passed: 0, failed: 0, skipped: 1 };
      console.error(`\n!!! ${name} IS LEFT OUT: ${message}. With CI=true this is a failure.\n`);
    } else {
      row.result = "FAILED";
      row.count = error instanceof TestsFailed ? error.count : { passed: 0, failed: 1, skipped: 0 };
      const known = [LeftOut, TestsFailed, StepError, SetupError].some((kind) => error instanceof kind);
      console.error(`\n${name} failed: ${known ? message : /** @type {Error} */ (error).stack}\n`);
    }
  }
  row.seconds = (performance.now() - started) / 1000;
  rows.push(row);
}

console.log("\n━━━ summary\n");
for (const { name, result, count, seconds, why } of rows) {
  const tests = `${count.passed} passed, ${count.failed} failed${count.skipped ? `, ${count.skipped} skipped` : ""}`;
  const reason = why ? `  ${why.split("\n")[0].slice(0, 100)}` : "";
  console.log(`${name.padEnd(16)}${result.padEnd(10)}${`${seconds.toFixed(1)} s`.padStart(9)}   ${tests}${reason}`);
}
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { count } of rows) {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
}
const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
console.log(`\nIn ${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`);
if (total.failed > 0) process.exitCode = 1;
