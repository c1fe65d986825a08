// What the stages run: Vitest's projects, the programs of the C++ core, its fuzzers. Each gives back how many tests passed.
// Vitest's own workspace knows neither CMake's programs nor an order among projects.
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { which } from "../../cpp/toolchain/setup.mjs";
import { cmakeBuild, files, root, StepError, tools } from "../../web/build/steps.mjs";

export const reports = join(root, "build/reports");

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** Thrown by a stage that cannot run on this machine. */
export class LeftOut extends Error {}

/** Thrown by a stage some of whose tests failed, with the counts. */
export class TestsFailed extends Error {
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
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (error) throw new StepError(`${command}: ${error.message}`);
  const count = existsSync(report) ? read(readFileSync(report, "utf8")) : { passed: 0, failed: 0, skipped: 0 };
  // A crash or a file that does not load fails without a single failed test.
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
export function vitest(project, name, env = {}, around = [], only = []) {
  const report = join(reports, `${name}.json`);
  // A line for each test, as it ends: whoever waits sees that it goes on.
  const args = [tools.vitest, "run", ...only, "--project", project, "--reporter=verbose", "--reporter=json"];
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

/** One process for all suites. @param {string} preset @param {string} [program] */
export function gtest(preset, program = "core_tests") {
  cmakeBuild(preset, [program]);
  const report = join(reports, `${preset}-${program}.json`);
  const args = [`--gtest_output=json:${report}`];
  return runTests(join(root, "build", preset, "tests/cpp", program), args, {}, report, (text) => {
    const { tests, failures, disabled } = JSON.parse(text);
    return { passed: tests - failures - disabled, failed: failures, skipped: disabled };
  });
}

/**
 * Runs programs two at a time, as many as the machine is expected to have cores.
 * @param {string[][]} commands
 */
async function together(commands) {
  /** @type {{ failed: boolean, stdout: string, stderr: string }[]} */
  const answers = [];
  const left = [...commands.entries()];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [at, [command, ...args]] = next;
      answers[at] = await new Promise((resolve) => {
        const program = execFile(command, args, { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
          resolve({ failed: error !== null, stdout, stderr }),
        );
        // A sign of life now and then: a fuzzer says much, and all of it is shown only where it fails.
        let shown = performance.now();
        program.stderr?.on("data", () => {
          if (performance.now() - shown < 10_000) return;
          shown = performance.now();
          console.log(`${command} goes on`);
        });
      });
      console.log(`${command} ended`);
    }
  };
  await Promise.all([worker(), worker()]);
  return answers;
}

/**
 * Runs the digest program of every build and compares the lines: one test per operator, dtype and build.
 * @returns {Promise<Count>}
 */
export async function digests() {
  const presets = ["native", "sanitize", "wasm", "nowasm"].filter((name) => existsSync(join(root, "build", name)));
  const builds = presets.flatMap((name) => (name === "native" ? ["native", "native/scalar"] : [name]));
  if (builds.length < 2) throw new StepError("There are no two builds to compare.");
  const commands = builds.map((name) => {
    const [preset, lanes] = name.split("/");
    const target = lanes ? `${lanes}_core_digest` : "core_digest";
    cmakeBuild(preset, [target]);
    const program = join(root, "build", preset, "tests/cpp", target);
    return preset.includes("wasm") ? [process.execPath, `${program}.cjs`] : [program];
  });
  const answers = (await together(commands)).map(({ failed, stdout, stderr }, i) => {
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

/** Executions of each fuzz target inside `npm test`: some seconds of one core. */
const executions = { fuzz_pool: 10_000, fuzz_scatter: 300_000 };

/**
 * Every fuzz target. Without `seconds` the seed and the number of executions are fixed and only the committed corpus is known:
 * a run is much like the last. With them it goes by the clock and keeps what it finds.
 * @param {number} [seconds]
 * @returns {Promise<Count>}
 */
export async function fuzz(seconds) {
  const sources = files("tests/fuzz").flatMap((file) => file.match(/\/(fuzz_\w+)\.cpp$/)?.[1] ?? []);
  cmakeBuild("fuzz", sources);
  const targets = files("build/fuzz/tests/fuzz").filter((file) => /\/fuzz_\w+$/.test(file));
  if (targets.length === 0) throw new StepError("No fuzz target was built.");
  const names = targets.map((target) => target.slice(target.lastIndexOf("/") + 1));
  const commands = targets.map((target, i) => {
    const found = join(root, "build/fuzz", seconds ? "found" : "fixed", names[i]);
    if (!seconds) rmSync(found, { recursive: true, force: true });
    mkdirSync(found, { recursive: true });
    const runs = executions[/** @type {keyof typeof executions} */ (names[i])] ?? 10_000;
    const extent = seconds ? [`-max_total_time=${seconds}`] : [`-runs=${runs}`, "-seed=1"];
    const flags = [...extent, "-print_final_stats=1", `-artifact_prefix=${found}-`];
    return [join(root, target), ...flags, found, join(root, "tests/fuzz/corpus", names[i])];
  });
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [i, { failed, stderr }] of (await together(commands)).entries()) {
    const done = stderr.match(/number_of_executed_units:\s*(\d+)/)?.[1];
    const coverage = stderr.match(/cov: (\d+)/g)?.at(-1);
    if (!failed && Number(done) > 0) {
      count.passed++;
      console.log(`fuzz: ${names[i]}: ${done} executions, ${coverage}, nothing found`);
    } else {
      count.failed++;
      console.error(stderr.slice(-6000));
    }
  }
  if (count.failed) throw new TestsFailed(count);
  return count;
}

/** @param {...string} names */
export function requireProgram(...names) {
  if (!names.some((name) => which(name))) throw new LeftOut(`${names.join(" or ")} is not installed`);
}
