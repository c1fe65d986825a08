#!/usr/bin/env node
// Puts in place what Poolscope's commands need. Plain Node, no dependencies, safe to call again and again:
//   node cpp/toolchain/setup.mjs [build | check | test | bench | fuzz ...]     (default: build)
//   --dry-run   says what is missing and what it would run, and changes nothing
// It installs Debian packages only when something is missing, and never touches anything outside apt, build/ and node_modules/.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { aptByHand, aptInstall, aptUpdate, candidates } from "./apt.mjs";
import { emccFault } from "./compilers.mjs";
import { groups, includes, needs, systemXsimd } from "./needs.mjs";
import { atLeast, root, run, SetupError, say, shell, shout, which } from "./system.mjs";
import { hasPip, place, placeWheel, wheelByHand, xsimdPlace, xsimdVersion } from "./wheels.mjs";

export { fuzzCompiler } from "./compilers.mjs";
export { atLeast, SetupError, which } from "./system.mjs";
export { clangFormat, xsimdPlace, xsimdVersion } from "./wheels.mjs";
export { groups };

/** @typedef {import("./needs.mjs").Need} Need */

/**
 * Which of the needs a package serves, and which a wheel: the package where this system's is new enough.
 * @param {Need[]} missing
 * @returns {{ wheels: import("./wheels.mjs").Wheel[], packages: string[] }}
 */
function waysTo(missing) {
  const older = missing.filter(({ wheel, packages, minVersion }) => {
    if (!wheel) return false;
    const [name] = packages;
    if (name === undefined || !minVersion || !which("apt-get")) return true;
    return !atLeast((candidates([name]).get(name) ?? "").replace(/^\d+:/, ""), minVersion);
  });
  const wheels = older.flatMap(({ wheel }) => wheel ?? []);
  const packages = missing.filter((need) => !older.includes(need)).flatMap((need) => need.packages);
  if (wheels.length > 0 && !hasPip()) packages.push("python3-pip");
  return { wheels, packages: [...new Set(packages)] };
}

/** @param {Need[]} missing @returns {never} */
function refuseWithoutApt(missing) {
  const names = missing.map((need) => need.what).join(", ");
  const packages = [...new Set(missing.flatMap((need) => need.packages))];
  const brew = [...new Set(missing.flatMap((need) => need.brew ?? []))];
  if (process.platform === "darwin")
    throw new SetupError(
      brew.length
        ? `missing: ${names}.\nThis script installs through apt only. On macOS type:\n\n    brew install ${brew.join(" ")}\n\nand run the command again.`
        : `missing: ${names}.\nmacOS has no package for it; run this on Debian 12 or newer, for instance in a container.`,
    );
  throw new SetupError(
    `missing: ${names}.\nThis system has no apt-get. Install the counterparts of these Debian packages with its own package manager:\n\n    ${packages.join(" ")}\n\n(Emscripten also comes from https://emscripten.org, then type: source ./emsdk_env.sh) and run the command again.`,
  );
}

/** @param {Need[]} missing @param {boolean} dryRun */
function fill(missing, dryRun) {
  const names = missing.map((need) => need.what).join(", ");
  let ways = waysTo(missing);
  if (!which("apt-get")) {
    const others = missing.filter(({ wheel }) => !wheel);
    if (others.length > 0) refuseWithoutApt(others);
    if (ways.packages.length > 0)
      throw new SetupError(
        `missing: ${names}.\npip, which fetches it, is missing too. With pip for Python 3 run the command again.`,
      );
  }
  if (dryRun) {
    say(`missing: ${names}`);
    if (ways.packages.length > 0) say(`would run:\n${aptByHand(ways.packages)}`);
    for (const wheel of ways.wheels) say(`would fetch ${wheel.name} with pip (${wheel.requirement})`);
    return;
  }
  say(`missing: ${names}`);
  if (ways.packages.length > 0) {
    aptUpdate(ways.packages);
    ways = waysTo(missing); // from the lists of today
    if (ways.packages.length > 0) aptInstall(ways.packages);
  }
  for (const wheel of ways.wheels) {
    const reason = placeWheel(wheel);
    if (reason)
      throw new SetupError(`no ${wheel.name}: ${reason}. With a network this fetches it:\n\n    ${wheelByHand(wheel)}`);
  }
  const still = missing.filter((need) => !need.present());
  if (still.length === 0) return;
  const lines = still.map((need) => `- ${need.what}${need.remark?.() ? ` (${need.remark()})` : ""}`);
  throw new SetupError(
    `still missing after installing what this system has:\n${lines.join("\n")}\nA newer Debian, or another program first on the PATH, may be the reason.`,
  );
}

/** The system's xsimd in a directory of its own: -I/usr/include would bring the host's C library into the WebAssembly build. */
function placeSystemXsimd() {
  const system = systemXsimd();
  if (!system) return;
  const version = xsimdVersion(system);
  if (xsimdVersion(xsimdPlace) === version) return;
  place(system, xsimdPlace);
  say(`xsimd ${version} copied from ${system} to ${relative(root, xsimdPlace)}`);
}

/** Whether node_modules holds exactly what the lock file asks for (packages for other systems left out). */
export function modulesMatchLock(/** @type {string} */ directory = root) {
  const installed = join(directory, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(join(directory, "package-lock.json"), "utf8")).packages;
  const have = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    if (!have[path]) return Boolean(entry.optional);
    return have[path].version === entry.version && existsSync(join(directory, path));
  });
}

/** @param {boolean} dryRun */
function installModules(dryRun) {
  if (modulesMatchLock()) return;
  const fresh = !existsSync(join(root, "node_modules"));
  // npm hands its own path to the scripts it runs; otherwise it is on the PATH.
  const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const command = [...npm, "ci", "--include=dev", "--no-audit", "--no-fund"];
  say(`node_modules ${fresh ? "is not there" : "is not what package-lock.json asks for"}`);
  if (dryRun) {
    say(`would run: ${shell(command)}`);
    return;
  }
  if (!run(command))
    throw new SetupError(
      "npm ci failed (its own words are above); without a network the packages cannot be had. When that is mended type:\n\n    npm ci\n\nand run the command again.",
    );
}

/** What Vite runs on, and what the tests are run with. @param {string} version */
export function nodeFault(version) {
  const [major, minor] = version.split(".").map(Number);
  const minMinor = { 20: 19, 21: Number.POSITIVE_INFINITY, 22: 12 }[major] ?? 0;
  return major < 20 || minor < minMinor
    ? `Node ${version} is too old: Node 20.19, 22.12 or a newer one is needed; 20.19, 22, 24 and 26 are tested.`
    : undefined;
}

/**
 * Puts everything in place for the groups named.
 * @param {readonly string[]} wanted
 * @param {{ dryRun?: boolean, modules?: boolean }} [options]
 */
export function setup(wanted, options = {}) {
  const { dryRun = false, modules = true } = options;
  const asked = new Set(wanted.flatMap((group) => includes[/** @type {keyof typeof includes} */ (group)]));
  // Nothing that this script could install would come before a wrong Node or emcc.
  const fault = nodeFault(process.versions.node) ?? emccFault();
  if (fault) throw new SetupError(fault);

  const missing = needs.filter((need) => asked.has(need.group) && !need.present());
  for (const need of missing) {
    const remark = need.remark?.();
    if (remark) say(remark);
  }
  if (missing.length > 0) fill(missing, dryRun);
  if (!dryRun) placeSystemXsimd();
  if (modules) installModules(dryRun);
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const args = process.argv.slice(2);
  const wanted = args.filter((arg) => !arg.startsWith("--"));
  const unknown = args.find((arg) =>
    arg.startsWith("--") ? arg !== "--dry-run" : !(/** @type {readonly string[]} */ (groups).includes(arg)),
  );
  try {
    if (unknown)
      throw new SetupError(
        `unknown argument ${unknown}. Type: node cpp/toolchain/setup.mjs [${groups.join(" | ")} ...] [--dry-run]`,
      );
    const chosen = wanted.length ? wanted : ["build"];
    setup(chosen, { dryRun: args.includes("--dry-run") });
    say(`${args.includes("--dry-run") ? "nothing was changed" : `everything is in place for: ${chosen.join(", ")}`}`);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    shout(error.message);
    process.exitCode = 1;
  }
}
