// npm run mutate: does a wrong core fail the C++ tests? One small mistake at a time is made in a copy of cpp/core, the copy
// is built, and its digest must differ from the right one's, or a suite of tests/cpp fail. What survives has to be read: it
// is a missing test, or a change that changes nothing, which equivalent.json then names with its reason.
//   npm run mutate -- --sample 200 --seed 1 --minutes 60 axis.h plan.cpp
//   --list   prints the chosen mutants and builds nothing
//   --quick  asks the digest and the suites of headers alone; what survives may still fall to the others
//   --again build/mutation/report.json   tries those that survived in a report
//   --jobs   compilers at once, 1 unless told
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
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
    jobs: { type: "string", default: "1" },
    list: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    again: { type: "string" },
  },
});
const place = join(root, values.at);
const tree = join(place, "tree");
const objects = join(place, "objects");
const core = join(tree, "cpp/core");

/** @typedef {import("./mutants.mjs").Mutant & { file: string }} Placed */
/** @typedef {"killed" | "timed out" | "survived" | "equivalent" | "not compiled"} Outcome */

/** @typedef {Omit<Placed, "mutated"> & { outcome: Outcome, by?: string }} Judged */

/** Without `change`: every one of that line. @type {{ file: string, line: string, change?: string, reason: string }[]} */
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

// The quickest to build and to run come first.
const ofHeaders = ["axis_test", "dtype_test", "plan_test"];
const suites = values.quick
  ? ofHeaders
  : [...ofHeaders, "known_values_test", "memory_test", "kernels_test", "guards_test"];
// What the oracle is made of: a mistake in these is the oracle's too, and another digest proves no test. Only suites that
// know the right numbers find it.
const shared = new Set(
  ["axis.h", "deterministic_pow.h", "dtype.h", "float16.h", "operator.h", "plan.cpp", "plan.h", "request.h"].concat([
    "rounding.h",
    "sampling.h",
    "status.h",
    "tensors.h",
  ]),
);

/** @param {string} target */
const compile = (target) => step("cmake", ["--build", objects, "-j", values.jobs, "--target", target], 900);
/** @param {string} suite @param {number} seconds */
const run = (suite, seconds) =>
  step(
    join(objects, "tests/cpp", suite),
    suite === "core_digest" ? [] : ["--gtest_fail_fast", "--gtest_brief=1"],
    seconds,
  );

const chosenFiles = readdirSync(join(root, "cpp/core"), { recursive: true, encoding: "utf8" }).filter(
  (file) =>
    /\.(h|cpp)$/.test(file) &&
    (positionals.length === 0 || positionals.includes(file) || positionals.includes(basename(file))),
);
/** @type {Placed[]} */
const all = chosenFiles.flatMap((file) =>
  mutantsOf(readFileSync(join(root, "cpp/core", file), "utf8")).map((mutant) => ({ ...mutant, file })),
);
/** @type {Judged[]} */
const survivors = values.again
  ? JSON.parse(readFileSync(values.again, "utf8")).filter((/** @type {Judged} */ { outcome }) => outcome === "survived")
  : [];
const sample = values.again
  ? all.filter(({ file, line, text, change }) =>
      survivors.some((one) => one.file === file && one.line === line && one.text === text && one.change === change),
    )
  : shuffled(all, Number(values.seed)).slice(0, Number(values.sample));
console.log(`${all.length} mutants in ${chosenFiles.length} files; ${sample.length} of them, seed ${values.seed}`);
if (values.list) {
  for (const { file, line, change, text } of sample) console.log(`${file}:${line}: ${change}: ${text.trim()}`);
  process.exit(0);
}

rmSync(tree, { recursive: true, force: true });
mkdirSync(tree, { recursive: true });
for (const part of ["CMakeLists.txt", "cpp", "tests/cpp"])
  cpSync(join(root, part), join(tree, part), { recursive: true });
const xsimd = join(root, "build/toolchain/xsimd/include");
if (!existsSync(xsimd)) throw new Error("xsimd is not in build/toolchain: npm run setup");
const configured = step(
  "cmake",
  ["-G", "Ninja", "-S", tree, "-B", objects, "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O1"].concat(
    `-DPOOLSCOPE_XSIMD_INCLUDE=${xsimd}`,
  ),
  120,
);
if (configured.status !== 0) throw new Error(configured.text);
/** Seconds each program may take: a few times what it took without a mutant. @type {Map<string, number>} */
const patience = new Map();
let digest = "";
for (const program of ["core_digest", ...suites]) {
  const built = compile(program);
  if (built.status !== 0) throw new Error(built.text);
  const began = performance.now();
  const { status, text } = run(program, 900);
  if (status !== 0) throw new Error(`${program} fails without any mutant.\n${text}`);
  patience.set(program, ((performance.now() - began) / 1000) * 4 + 5);
  if (program === "core_digest") digest = text;
}

/**
 * The digest of most mutants is another one, which takes a second to find; only the others meet the suites.
 * @param {string} file
 * @returns {{ outcome: Outcome, by?: string }}
 */
function judge(file) {
  for (const program of shared.has(basename(file)) ? suites : ["core_digest", ...suites]) {
    const built = compile(program);
    // A static_assert is a test too.
    if (built.status !== 0)
      return { outcome: /static assertion/.test(built.text) ? "killed" : "not compiled", by: program };
    const { status, timedOut, text } = run(program, patience.get(program) ?? 900);
    if (timedOut) return { outcome: "timed out", by: program };
    if (status !== 0 || (program === "core_digest" && text !== digest)) return { outcome: "killed", by: program };
  }
  return { outcome: "survived" };
}

/** @type {Judged[]} */
const results = [];
const end = performance.now() + Number(values.minutes) * 60_000;
for (const { mutated, ...mutant } of sample) {
  if (performance.now() > end) break;
  const path = join(core, mutant.file);
  const before = readFileSync(path, "utf8");
  const known = equivalents.some(
    ({ file, line, change }) =>
      file === basename(mutant.file) && line === mutant.text.trim() && (change ?? mutant.change) === mutant.change,
  );
  /** @type {ReturnType<typeof judge>} */
  let verdict = { outcome: "equivalent" };
  if (!known) {
    writeFileSync(path, mutated);
    try {
      verdict = judge(mutant.file);
    } finally {
      writeFileSync(path, before);
    }
  }
  results.push({ ...mutant, ...verdict });
  console.log(
    `${verdict.outcome.padEnd(12)} ${(verdict.by ?? "").padEnd(17)} ${mutant.file}:${mutant.line}: ${mutant.change}: ${mutant.text.trim()}`,
  );
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
