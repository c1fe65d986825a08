// npm run mutate: does a wrong core fail the C++ tests? One small mistake at a time is made in a copy of cpp/core, the copy
// is built, and its digest must differ from the right one's, or its tester fail. What survives has to be read: it is a missing test, or a change that
// changes nothing, which equivalent.json then names with its reason.
//   npm run mutate -- --sample 200 --seed 1 --minutes 60 axis.h window.h
//   --list   prints the chosen mutants and builds nothing
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mutantsOf } from "./mutants.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "60" },
    at: { type: "string", default: "build/mutation" },
    list: { type: "boolean", default: false },
  },
});
const place = join(root, values.at);
const tree = join(place, "tree");
const objects = join(place, "objects");
const core = join(tree, "cpp/core");

/** @typedef {import("./mutants.mjs").Mutant & { file: string }} Placed */
/** @typedef {"killed" | "timed out" | "survived" | "equivalent" | "not compiled"} Outcome */

/** @type {{ file: string, line: string, change: string, reason: string }[]} */
const equivalents = JSON.parse(readFileSync(join(root, "tests/mutation/equivalent.json"), "utf8"));

/**
 * Repeatable order: the same seed gives the same sample as long as the sources are the same.
 * @template T
 * @param {T[]} list
 * @param {number} seed
 */
function shuffled(list, seed) {
  const copy = [...list];
  let state = (seed * 0x9e3779b9) >>> 0;
  for (let i = copy.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [copy[i], copy[j]] = [/** @type {T} */ (copy[j]), /** @type {T} */ (copy[i])];
  }
  return copy;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {number} seconds
 */
function step(command, args, seconds) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: Math.ceil(seconds * 1000),
    killSignal: "SIGKILL",
    maxBuffer: 1 << 28,
  });
  const timedOut = /** @type {NodeJS.ErrnoException | undefined} */ (error)?.code === "ETIMEDOUT";
  return { status, timedOut, text: `${stdout}${stderr}` };
}

/** @param {"core_digest" | "core_tests"} target */
const compile = (target) => step("cmake", ["--build", objects, "--target", target], 900);
/** @param {number} seconds */
const digest = (seconds) => step(join(objects, "tests/cpp/core_digest"), [], seconds);
/** @param {number} seconds */
const test = (seconds) =>
  step(join(objects, "tests/cpp/core_tests"), ["--gtest_fail_fast", "--gtest_brief=1"], seconds);

// reference.h is the oracle and belongs to the tests.
const chosenFiles = readdirSync(join(root, "cpp/core")).filter(
  (file) => file !== "reference.h" && (positionals.length === 0 || positionals.includes(file)),
);
/** @type {Placed[]} */
const all = chosenFiles.flatMap((file) =>
  mutantsOf(readFileSync(join(root, "cpp/core", file), "utf8")).map((mutant) => ({ ...mutant, file })),
);
const sample = shuffled(all, Number(values.seed)).slice(0, Number(values.sample));
console.log(`${all.length} mutants in ${chosenFiles.length} files; ${sample.length} of them, seed ${values.seed}`);
if (values.list) {
  for (const { file, line, change, text } of sample) console.log(`${file}:${line}: ${change}: ${text.trim()}`);
  process.exit(0);
}

rmSync(tree, { recursive: true, force: true });
mkdirSync(tree, { recursive: true });
for (const part of ["CMakeLists.txt", "cpp", "tests/cpp"])
  cpSync(join(root, part), join(tree, part), { recursive: true });
const xsimd = ["14", "8"].map((major) => join(root, `build/toolchain/xsimd-${major}/include`)).find(existsSync);
if (!xsimd) throw new Error("xsimd is not in build/toolchain: npm run setup");
const configured = step(
  "cmake",
  ["-G", "Ninja", "-S", tree, "-B", objects, "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O1"].concat(
    `-DPOOLSCOPE_XSIMD_INCLUDE=${xsimd}`,
  ),
  120,
);
if (configured.status !== 0) throw new Error(configured.text);
for (const target of /** @type {const} */ (["core_digest", "core_tests"])) {
  const unchanged = compile(target);
  if (unchanged.status !== 0) throw new Error(unchanged.text);
}
const right = digest(60);
if (right.status !== 0) throw new Error(`The digest fails without any mutant.\n${right.text}`);
const began = performance.now();
const sound = test(600);
const usual = (performance.now() - began) / 1000;
if (sound.status !== 0) throw new Error(`The tester fails without any mutant.\n${sound.text}`);
console.log(`the tester needs ${usual.toFixed(1)} s without a mutant`);

/**
 * The digest of most mutants is another one, which takes a second to find; only the others meet the whole tester.
 * @returns {Outcome}
 */
function judge() {
  if (compile("core_digest").status !== 0) return "not compiled";
  const made = digest(20);
  if (made.timedOut) return "timed out";
  if (made.status !== 0 || made.text !== right.text) return "killed";
  if (compile("core_tests").status !== 0) return "not compiled";
  const { status, timedOut } = test(usual * 3 + 20);
  return timedOut ? "timed out" : status === 0 ? "survived" : "killed";
}

/** @type {(Omit<Placed, "mutated"> & { outcome: Outcome })[]} */
const results = [];
const end = performance.now() + Number(values.minutes) * 60_000;
for (const { mutated, ...mutant } of sample) {
  if (performance.now() > end) break;
  const path = join(core, mutant.file);
  const before = readFileSync(path, "utf8");
  /** @type {Outcome} */
  let outcome;
  const known = equivalents.some(
    ({ file, line, change }) => file === mutant.file && line === mutant.text.trim() && change === mutant.change,
  );
  if (known) outcome = "equivalent";
  else {
    writeFileSync(path, mutated);
    try {
      outcome = judge();
    } finally {
      writeFileSync(path, before);
    }
  }
  results.push({ ...mutant, outcome });
  console.log(`${outcome.padEnd(12)} ${mutant.file}:${mutant.line}: ${mutant.change}: ${mutant.text.trim()}`);
  writeFileSync(join(place, "report.json"), JSON.stringify(results, undefined, 2));
}

/** @param {Outcome} outcome */
const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
const killed = count("killed") + count("timed out");
const score = (100 * killed) / Math.max(killed + count("survived"), 1);
console.log(
  `\n${results.length} mutants: ${killed} killed (${count("timed out")} by time), ${count("survived")} survived, ` +
    `${count("equivalent")} equivalent, ${count("not compiled")} not compiled: ${score.toFixed(1)} %`,
);
for (const { outcome, file, line, change, text } of results) {
  if (outcome === "survived") console.log(`survived: ${file}:${line}: ${change}: ${text.trim()}`);
}
// Few mutants say little: a sample in which nothing could be killed is a failure of the script itself.
if (killed === 0 || score < 90) process.exitCode = 1;
