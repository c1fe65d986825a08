// What the commands share: running a program, hashing sources, building a CMake preset. Presets cannot notice that they themselves, xsimd
// or the compiler have changed, and build in a folder that was configured for others.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { fuzzCompiler, xsimdPlace, xsimdVersion } from "../../cpp/toolchain/setup.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where the repository's own copy of a package's command line lies, to be run with this same Node. */
export const tools = {
  vite: join(root, "node_modules/vite/bin/vite.js"),
  vitest: join(root, "node_modules/vitest/vitest.mjs"),
  biome: join(root, "node_modules/@biomejs/biome/bin/biome"),
  tsc: join(root, "node_modules/typescript/lib/tsc.js"),
};

/** A step that failed after it said why itself. */
export class StepError extends Error {}

/**
 * Runs a command in the root, its output shown as it comes.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export function run(command, args, env = {}) {
  const { status, error, signal } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (status === 0) return;
  const why = error ? error.message : signal ? `ended by ${signal}` : `exit code ${status}`;
  throw new StepError(`${[command, ...args].join(" ")}: ${why}`);
}

/** @param {string} tool @param {string[]} args @param {Record<string, string>} [env] */
export function node(tool, args, env) {
  run(process.execPath, [tool, ...args], env);
}

/**
 * Every file under the directory (or the file itself), as paths from the root with forward slashes, sorted.
 * @param {string} place
 * @param {string} [from] another root
 * @returns {string[]}
 */
export function files(place, from = root) {
  const full = join(from, place);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [place];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(from, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join("/"),
    )
    .sort();
}

/**
 * One hash of names and contents: two equal hashes mean that nothing changed.
 * @param {string[]} places
 */
export function fingerprint(places) {
  const hash = createHash("sha256");
  for (const file of places.flatMap((place) => files(place))) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** The Emscripten that made build/wasm, as x.y.z. What is weighed is held to another limit with each. */
export function emscriptenOfBuild() {
  const file = join(root, "build/wasm/emscripten-version.txt");
  const version = existsSync(file) && readFileSync(file, "utf8").match(/\d+\.\d+\.\d+/)?.[0];
  if (!version) throw new StepError("build/wasm does not say which Emscripten made it. Run: npm run build");
  return version;
}

/**
 * Configures a CMake preset when it has to be, and builds it.
 * @param {string} preset
 * @param {string[]} [targets]
 */
export function cmakeBuild(preset, targets = []) {
  const directory = join(root, "build", preset);
  const stamp = join(directory, ".configured");
  // The preset cannot know which clang of this system has libFuzzer.
  const chosen = preset === "fuzz" ? [`-DCMAKE_CXX_COMPILER=${fuzzCompiler() ?? "clang++"}`] : [];
  // Ninja notices a changed CMakeLists.txt by itself, but neither changed presets nor another xsimd.
  const wanted = [fingerprint(["CMakePresets.json"]), "xsimd", xsimdVersion(xsimdPlace), ...chosen].join(" ");
  const known = existsSync(join(directory, "build.ninja")) && existsSync(stamp) && readFileSync(stamp, "utf8");
  if (known !== wanted) {
    // CMake forgets a preset's other variables when the compiler changes, unless it starts anew.
    run("cmake", ["--fresh", "--preset", preset, ...chosen]);
    writeFileSync(stamp, wanted);
  }
  run("cmake", ["--build", "--preset", preset, ...targets.flatMap((name) => ["--target", name])]);
}
