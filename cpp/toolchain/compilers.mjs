// Which compilers serve: the Emscripten that comes first on the PATH, and a clang that has libFuzzer.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { output, which } from "./system.mjs";

/** What the build was tried with, from the oldest to the newest. Who tries another one adds it here. */
export const triedEmscripten = /** @type {const} */ ([
  { version: [3, 1, 6], from: "Debian 12" },
  { version: [3, 1, 69], from: "Debian 13" },
  { version: [6, 0, 5], from: "Debian forky" },
]);

/** @param {string} text The version in what `emcc --version` prints, between its own remarks. */
const versionIn = (text) =>
  text
    .match(/^emcc \(.*\) (\d+)\.(\d+)\.(\d+)/m)
    ?.slice(1)
    .map(Number);

/** @param {readonly number[]} a @param {readonly number[]} b Below zero where a is the older one. */
const compare = (a, b) => a.map((part, i) => part - b[i]).find((difference) => difference !== 0) ?? 0;

/**
 * What speaks against the `emcc` on the PATH, in a sentence; undefined where nothing does or there is none. A later patch of
 * the newest minor version is let through: it mends, as a rule.
 */
export function emccFault() {
  const file = which("emcc");
  if (!file) return undefined;
  const tried = triedEmscripten.map(({ version, from }) => `${version.join(".")} (${from})`);
  const list = `${tried.slice(0, -1).join(", ")} and ${tried.at(-1)}`;
  const remedy = `Poolscope is built with Emscripten ${list}: put one of these first on the PATH.`;
  const version = versionIn(output(file, ["--version"]));
  if (!version) return `${file} does not run, or does not say its version as Emscripten does. ${remedy}`;
  const [oldest, newest] = [triedEmscripten[0].version, triedEmscripten[triedEmscripten.length - 1].version];
  if (compare(version, oldest) < 0) return `${file} is Emscripten ${version.join(".")}, which is too old. ${remedy}`;
  if (compare(version.slice(0, 2), newest.slice(0, 2)) > 0)
    return `${file} is Emscripten ${version.join(".")}, which is too new: nobody has tried it. ${remedy}`;
  return undefined;
}

/** The newest clang++ on the PATH whose libFuzzer is there too. */
export function fuzzCompiler() {
  const named = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((place) => (place && existsSync(place) ? readdirSync(place) : []))
    .filter((name) => /^clang\+\+-\d+$/.test(name))
    .sort((a, b) => Number(b.slice(8)) - Number(a.slice(8)));
  return ["clang++", ...new Set(named)].find((name) => {
    const resources = which(name) && output(name, ["-print-resource-dir"]).trim();
    const libraries = resources && join(resources, "lib");
    return (
      libraries &&
      existsSync(libraries) &&
      readdirSync(libraries, { recursive: true }).some((file) => /\blibclang_rt\.fuzzer\b/.test(String(file)))
    );
  });
}
