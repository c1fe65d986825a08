// npm test: every stage, two to five at a time; a failing one does not stop the others; a table, and one line of counts at the end.
//   npm test -- module golden     runs the stages whose name contains one of the words (what they need has to be built)
//   npm test -- --list            names them
//   npm run nightly               runs the long ones too, hours of them (--nightly; --slots 1 lets one run at a time)
// What cannot run here (a browser) is left out loudly; with CI=true that is a failure. The words of a stage that passed are in
// build/reports/NAME.log; of one that failed they are shown. No stage is stopped because it is slow: only one that has said nothing
// for a quarter of an hour.
import { fork } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { SetupError, setup } from "../cpp/toolchain/setup.mjs";
import { main } from "../web/build/build.mjs";
import { root } from "../web/build/steps.mjs";
import { stages } from "./stages/list.mjs";
import { reports } from "./stages/programs.mjs";

/** @typedef {import("./stages/list.mjs").Stage} Stage */
/** @typedef {import("./stages/one.mjs").Outcome & { name: string, seconds: number }} Row */

const SILENCE = 15 * 60;

const args = process.argv.slice(2);
const words = args.filter((arg, i) => !arg.startsWith("--") && args[i - 1] !== "--slots");
const nightly = args.includes("--nightly");
// What is waited for (a disk, a program) is waited for by one while another computes, also where there is one core. A stage that drives
// a browser mostly waits: one of them has a place of its own beside these, unless --slots says how many run in all.
const given = args.includes("--slots");
const slots = Number(args[args.indexOf("--slots") + 1]) || Math.min(Math.max(availableParallelism(), 2), 4);

/** @param {Stage} stage */
function isChosen({ name, long }) {
  if (words.includes(name)) return true;
  if (long) return nightly && words.length === 0;
  return words.length === 0 || words.some((word) => name.includes(word));
}

/** @type {Set<number>} */
const groups = new Set();
/** @param {number} group @param {NodeJS.Signals} signal */
function stop(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // It ended by itself.
  }
}
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    for (const group of groups) stop(group, "SIGTERM");
    process.exit(1);
  });
}

/** Runs a stage in processes of its own. @param {Stage} stage @param {boolean} shown as it comes @returns {Promise<Row>} */
function start({ name }, shown) {
  const file = join(reports, `${name}.log`);
  const log = createWriteStream(file);
  const started = performance.now();
  let heard = started;
  let said = "";
  /** @type {import("./stages/one.mjs").Outcome} */
  let outcome = { result: "FAILED", count: { passed: 0, failed: 1, skipped: 0 }, why: "it ended without a word" };
  const env = { ...process.env, CMAKE_BUILD_PARALLEL_LEVEL: process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? "2" };
  const child = fork(join(root, "tests/stages/one.mjs"), [name], { cwd: root, env, detached: true, silent: true });
  const group = /** @type {number} */ (child.pid);
  groups.add(group);
  const hear = (/** @type {Buffer} */ piece) => {
    heard = performance.now();
    log.write(piece);
    if (shown) process.stdout.write(piece);
    else said = (said + piece).slice(-60_000);
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  let stopped = false;
  const watch = setInterval(() => {
    if (stopped || performance.now() - heard < SILENCE * 1000) return;
    stopped = true;
    stop(group, "SIGKILL");
  }, 1000);
  child.on("message", (message) => {
    outcome = /** @type {import("./stages/one.mjs").Outcome} */ (message);
  });
  return new Promise((resolve) => {
    child.on("close", () => {
      clearInterval(watch);
      groups.delete(group);
      // A browser that outlives its driver is not left to the next stage.
      stop(group, "SIGKILL");
      log.end();
      if (stopped) outcome.why = `it said nothing for ${SILENCE / 60} minutes and was stopped`;
      if (outcome.result === "FAILED" && !shown) console.log(`\n━━━ ${name}: what it said\n\n${said}\n`);
      if (outcome.result === "LEFT OUT")
        console.error(`\n!!! ${name} IS LEFT OUT: ${outcome.why}. With CI=true this is a failure.\n`);
      resolve({ ...outcome, name, seconds: (performance.now() - started) / 1000 });
    });
  });
}

/** @param {Stage[]} chosen @returns {Promise<Row[]>} */
async function runAll(chosen) {
  const waiting = [...chosen];
  /** @type {Map<Stage, Promise<void>>} */
  const running = new Map();
  /** @type {Row[]} */
  const rows = [];
  const isReady = (/** @type {Stage} */ { after = [] }) =>
    !after.some((name) => [...waiting, ...running.keys()].some((other) => other.name === name));
  const mayStart = (/** @type {Stage} */ stage) =>
    isReady(stage) && (stage.alone ? running.size === 0 : ![...running.keys()].some(({ alone }) => alone));
  const next = () => {
    const driving = [...running.keys()].filter(({ browser }) => browser).length;
    const ready = waiting.filter(mayStart);
    const drives = ready.find(({ browser }) => browser);
    if (drives && driving === 0 && running.size < (given ? slots : slots + 1)) return drives;
    if (running.size - (given ? 0 : driving) >= slots) return undefined;
    return ready.find(({ browser }) => !browser) ?? (running.size < slots ? ready[0] : undefined);
  };
  while (waiting.length || running.size) {
    for (let stage = next(); stage; stage = next()) {
      const one = stage;
      waiting.splice(waiting.indexOf(one), 1);
      console.log(`━━━ ${one.name}: ${one.what}`);
      running.set(
        one,
        start(one, chosen.length === 1).then((row) => {
          running.delete(one);
          rows.push(row);
          console.log(`${line(row)}`);
        }),
      );
    }
    await Promise.race(running.values());
  }
  return rows;
}

/** In this process, as it may ask for a password. What can run without what is missing runs all the same. @returns {Row} */
function putInPlace() {
  const began = performance.now();
  /** @type {Row} */
  const row = {
    name: "setup",
    result: "passed",
    count: { passed: 1, failed: 0, skipped: 0 },
    why: "",
    seconds: 0,
  };
  try {
    setup(["test"]);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\nsetup failed: ${error.message}\n`);
    Object.assign(row, { result: "FAILED", count: { passed: 0, failed: 1, skipped: 0 }, why: error.message });
  }
  return { ...row, seconds: (performance.now() - began) / 1000 };
}

/** @param {Row} row */
function line({ name, result, count, seconds, why }) {
  const tests = `${count.passed} passed, ${count.failed} failed${count.skipped ? `, ${count.skipped} skipped` : ""}`;
  return `${name.padEnd(16)}${result.padEnd(9)}${`${seconds.toFixed(1)} s`.padStart(9)}   ${tests}${why ? `  ${why.split("\n")[0].slice(0, 100)}` : ""}`;
}

await main(async () => {
  if (args.includes("--list")) {
    for (const { name, what, long } of stages)
      console.log(`${name.padEnd(16)} ${what}${long ? " (by its whole name, or in npm run nightly)" : ""}`);
    return;
  }
  const chosen = stages.filter(isChosen);
  if (chosen.length === 0) {
    console.error(
      `No stage has ${words.join(" or ")} in its name. There are: ${stages.map(({ name }) => name).join(", ")}`,
    );
    process.exitCode = 1;
    return;
  }
  const began = performance.now();
  mkdirSync(reports, { recursive: true });
  const first = putInPlace();
  const rows = await runAll(chosen);
  const place = (/** @type {Row} */ row) => stages.findIndex(({ name }) => name === row.name);
  rows.sort((a, b) => place(a) - place(b)).unshift(first);
  console.log(`\n━━━ summary\n\n${rows.map(line).join("\n")}`);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { count } of rows) {
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`\nIn ${Math.floor(seconds / 60)} min ${seconds % 60} s`);
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`);
  if (total.failed > 0) process.exitCode = 1;
});
