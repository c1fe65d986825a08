#!/usr/bin/env node
// Puts in place what Poolscope's commands need. Plain Node, no dependencies, safe to call again and again:
//   node cpp/toolchain/setup.mjs [build | check | test | bench | fuzz ...]     (default: build)
//   --dry-run   says what is missing and what it would run, and changes nothing
// It installs Debian packages only when something is missing, and never touches anything outside apt, build/ and node_modules/.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const toolchain = join(root, "build/toolchain");

/** The PyPI wheel that carries the newer xsimd, held to its bytes. */
const wheel = {
  requirement: "pythran==0.19.0",
  sha256: "42ab2039b4eaec01084e92a2721a474e893047ba5ec87b14d45ee077ac883d08",
  xsimd: "14.1.0",
};

export const groups = /** @type {const} */ (["build", "check", "test", "bench", "fuzz"]);
/** What each group needs beside its own: building the module comes first everywhere. */
const includes = {
  build: ["build"],
  check: ["build", "check"],
  test: ["build", "check", "test", "fuzz"],
  bench: ["build", "bench"],
  fuzz: ["build", "fuzz"],
};

/** @param {string} name The full path of a program on the PATH, or undefined. */
export function which(name) {
  for (const place of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(place || ".", name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // not here
    }
  }
  return undefined;
}

/** @param {string[]} names */
const anyOf = (...names) => names.some((name) => which(name));

/** @param {string} command @param {string[]} args */
function output(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 120_000 });
  return status === 0 ? `${stdout}${stderr}` : "";
}

/** @param {string} text @param {readonly number[]} least True when the first x.y.z in the text is at least that version. */
export function atLeast(text, least) {
  const found = text.match(/(\d+)\.(\d+)(?:\.(\d+))?/);
  if (!found) return false;
  for (let i = 0; i < least.length; i++) {
    const part = Number(found[i + 1] ?? 0);
    if (part !== least[i]) return part > least[i];
  }
  return true;
}

/** @param {string} directory The version of the xsimd whose headers lie there, or undefined. */
export function xsimdVersion(directory) {
  const config = join(directory, "config/xsimd_config.hpp");
  if (!existsSync(join(directory, "xsimd.hpp")) || !existsSync(config)) return undefined;
  const text = readFileSync(config, "utf8");
  const parts = ["MAJOR", "MINOR", "PATCH"].map(
    (part) => text.match(new RegExp(`XSIMD_VERSION_${part}\\s+(\\d+)`))?.[1],
  );
  return parts.every(Boolean) ? parts.join(".") : undefined;
}

const header = (/** @type {string} */ name) =>
  ["/usr/include", "/usr/local/include", "/opt/homebrew/include"].some((place) => existsSync(join(place, name)));
const directoryHas = (/** @type {string} */ place, /** @type {RegExp} */ name) =>
  existsSync(place) && readdirSync(place).some((entry) => name.test(entry));

const systemXsimd = () => ["/usr/include/xsimd", "/usr/local/include/xsimd"].find((place) => xsimdVersion(place));
/** @param {string} major */
const placed = (major) => join(toolchain, `xsimd-${major}/include/xsimd`);
const hasNewXsimd = () => xsimdVersion(placed("14")) === wheel.xsimd;
const hasOldXsimd = () => xsimdVersion(placed("8")) !== undefined || systemXsimd() !== undefined;

/**
 * Everything that can be missing. `present` looks for the thing itself, not for Debian's package, so what came from
 * elsewhere (emsdk, Homebrew, a hand-built CMake) serves as well.
 * @type {{ what: string, group: string, packages: string[], brew?: string, present: () => boolean, remark?: () => string | undefined }[]}
 */
const needs = [
  {
    what: "Emscripten 3.1.6 or newer (emcc)",
    group: "build",
    packages: ["emscripten"],
    brew: "emscripten",
    present: () => which("emcc") !== undefined && atLeast(output("emcc", ["--version"]), [3, 1, 6]),
    remark: () => (which("emcc") ? `${which("emcc")} comes first on the PATH but is older or does not run` : undefined),
  },
  {
    what: "CMake 3.25 or newer",
    group: "build",
    packages: ["cmake"],
    brew: "cmake",
    present: () => which("cmake") !== undefined && atLeast(output("cmake", ["--version"]), [3, 25]),
    remark: () =>
      which("cmake") ? `${which("cmake")} comes first on the PATH but is older or does not run` : undefined,
  },
  {
    what: "Ninja",
    group: "build",
    packages: ["ninja-build"],
    brew: "ninja",
    present: () => anyOf("ninja", "ninja-build"),
  },
  { what: "Python 3", group: "build", packages: ["python3"], brew: "python", present: () => anyOf("python3") },
  {
    what: "pip, which fetches the newer xsimd",
    group: "build",
    packages: ["python3-pip"],
    brew: "python",
    present: () => hasNewXsimd() || output("python3", ["-m", "pip", "--version"]) !== "",
  },
  { what: "xsimd 8.1 or newer", group: "build", packages: ["libxsimd-dev"], brew: "xsimd", present: hasOldXsimd },
  {
    what: "clang-format",
    group: "check",
    packages: ["clang-format-14"],
    brew: "clang-format",
    present: () => anyOf("clang-format-14", "clang-format"),
  },
  {
    what: "a C++ compiler",
    group: "test",
    packages: ["g++"],
    brew: "gcc",
    present: () => anyOf("c++", "g++", "clang++"),
  },
  {
    what: "GoogleTest",
    group: "test",
    packages: ["libgtest-dev"],
    brew: "googletest",
    present: () => header("gtest/gtest.h"),
  },
  {
    what: "Chromium",
    group: "test",
    packages: ["chromium"],
    brew: "chromium",
    present: () => anyOf("chromium", "chromium-browser", "google-chrome"),
  },
  {
    what: "Firefox ESR",
    group: "test",
    packages: ["firefox-esr"],
    brew: "firefox",
    present: () => anyOf("firefox-esr", "firefox"),
  },
  {
    what: "WebKitGTK's driver",
    group: "test",
    packages: ["webkit2gtk-driver"],
    present: () => anyOf("WebKitWebDriver"),
  },
  {
    what: "a virtual screen for WebKitGTK",
    group: "test",
    packages: ["xvfb", "xauth"],
    present: () => anyOf("xvfb-run") && anyOf("Xvfb") && anyOf("xauth"),
  },
  {
    what: "Latin fonts",
    group: "test",
    packages: ["fonts-dejavu-core"],
    present: () => directoryHas("/usr/share/fonts/truetype", /^dejavu$/),
  },
  {
    what: "Chinese fonts",
    group: "test",
    packages: ["fonts-noto-cjk"],
    present: () => directoryHas("/usr/share/fonts/opentype/noto", /CJK/i),
  },
  {
    what: "Google Benchmark",
    group: "bench",
    packages: ["libbenchmark-dev"],
    brew: "google-benchmark",
    present: () => header("benchmark/benchmark.h"),
  },
  {
    what: "clang 14 with libFuzzer",
    group: "fuzz",
    packages: ["clang-14", "libclang-rt-14-dev"],
    present: hasFuzzer,
  },
];

function hasFuzzer() {
  const compiler = which("clang++-14");
  if (!compiler) return false;
  const resources = output(compiler, ["-print-resource-dir"]).trim();
  return directoryHas(join(resources, "lib/linux"), /^libclang_rt\.fuzzer/);
}

const say = (/** @type {string} */ text) => console.log(`setup: ${text}`);
const shout = (/** @type {string} */ text) => console.error(`\nsetup: ${text.split("\n").join("\n       ")}\n`);

/** A reason to stop that is already a sentence for the person at the keyboard. */
export class SetupError extends Error {}

/** @param {string[]} words How a shell takes them. */
const shell = (words) =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");

/** @param {string[]} command @param {{ quiet?: boolean }} [how] */
function run(command, how = {}) {
  say(`running: ${shell(command)}`);
  const { status, error } = spawnSync(command[0], command.slice(1), {
    cwd: root,
    stdio: how.quiet ? ["ignore", "ignore", "inherit"] : ["inherit", "inherit", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return !error && status === 0;
}

/** @param {typeof needs} missing @param {boolean} dryRun */
function installPackages(missing, dryRun) {
  const packages = [...new Set(missing.flatMap((need) => need.packages))];
  const names = missing.map((need) => need.what).join(", ");
  if (!which("apt-get")) {
    const brew = [...new Set(missing.flatMap((need) => need.brew ?? []))];
    if (process.platform === "darwin")
      throw new SetupError(
        brew.length
          ? `missing: ${names}.\nThis script installs through apt only. On macOS type:\n\n    brew install ${brew.join(" ")}\n\nand run the command again.`
          : `missing: ${names}.\nmacOS has no package for it; run this on Debian 12, for instance in a container.`,
      );
    throw new SetupError(
      `missing: ${names}.\nThis system has no apt-get. Install the counterparts of these Debian packages with its own package manager:\n\n    ${packages.join(" ")}\n\n(Emscripten also comes from https://emscripten.org, then type: source ./emsdk_env.sh) and run the command again.`,
    );
  }
  const asRoot = process.getuid?.() === 0;
  const aptInstall = ["apt-get", "install", "--yes", "--no-install-recommends", ...packages];
  const byHand = `    ${asRoot ? "" : "sudo "}apt-get update && ${asRoot ? "" : "sudo "}${shell(aptInstall)}`;
  if (dryRun) {
    say(`missing: ${names}. Would run:\n${byHand}`);
    return;
  }
  say(`missing: ${names}`);
  /** @type {string[]} */
  let prefix = [];
  if (!asRoot) {
    if (!which("sudo"))
      throw new SetupError(
        `installing packages needs root, and there is no sudo. As root type:\n\n${byHand.replaceAll("sudo ", "")}\n\nand run the command again.`,
      );
    // Without a terminal nobody could type the password: fail at once instead of hanging.
    prefix = process.stdin.isTTY ? ["sudo"] : ["sudo", "-n"];
  }
  const env = ["env", "DEBIAN_FRONTEND=noninteractive"];
  const apt = [...prefix, ...env, ...aptInstall];
  // Old lists name old browsers, on which the tests were never tried. Without a network what is at hand may still do.
  run([...prefix, ...env, "apt-get", "update"]);
  if (!run(apt))
    throw new SetupError(
      `apt-get could not install the packages: no network, no right to, or not Debian 12. When that is mended type:\n\n${byHand}\n\nand run the command again.`,
    );
  const still = missing.filter((need) => !need.present());
  if (still.length) {
    const lines = still.map((need) => `- ${need.what}${need.remark?.() ? ` (${need.remark()})` : ""}`);
    throw new SetupError(
      `still missing after installing ${packages.join(" ")}:\n${lines.join("\n")}\nA newer Debian, or another program first on the PATH, may be the reason.`,
    );
  }
}

/** @param {string} from @param {string} to Copies a tree so that `to` is there whole or not at all. */
function place(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  const fresh = `${to}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  cpSync(from, fresh, { recursive: true, dereference: true });
  rmSync(to, { recursive: true, force: true });
  renameSync(fresh, to);
}

/** Debian's xsimd in a directory of its own: -I/usr/include would bring the host's C library into the WebAssembly build. */
function placeSystemXsimd() {
  const system = systemXsimd();
  if (!system) return;
  const version = /** @type {string} */ (xsimdVersion(system));
  const to = placed(version.split(".")[0]);
  if (xsimdVersion(to) === version) return;
  place(system, to);
  say(`xsimd ${version} copied from ${system} to ${relative(root, to)}`);
}

/** Returns undefined, or the reason why the newer xsimd is not to be had. */
function placeWheelXsimd() {
  if (hasNewXsimd()) return undefined;
  mkdirSync(toolchain, { recursive: true });
  const work = mkdtempSync(join(toolchain, "wheel-"));
  try {
    const fetched = run([
      "python3",
      "-m",
      "pip",
      "download",
      "--quiet",
      "--retries=1",
      "--disable-pip-version-check",
      "--no-deps",
      "--only-binary=:all:",
      "--dest",
      work,
      wheel.requirement,
    ]);
    const name = readdirSync(work).find((entry) => entry.endsWith(".whl"));
    if (!fetched || !name) return "pip could not fetch it";
    const file = join(work, name);
    const sum = createHash("sha256").update(readFileSync(file)).digest("hex");
    if (sum !== wheel.sha256) return `${name} is not the file it should be (sha256 ${sum})`;
    const extract =
      "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1]) as z: z.extractall(sys.argv[2], [n for n in z.namelist() if n.startswith('pythran/xsimd/')])";
    if (spawnSync("python3", ["-c", extract, file, work], { stdio: "inherit" }).status !== 0)
      return "the wheel could not be unpacked";
    const tree = join(work, "pythran/xsimd");
    if (xsimdVersion(tree) !== wheel.xsimd) return `it holds xsimd ${xsimdVersion(tree)}, not ${wheel.xsimd}`;
    place(tree, placed("14"));
    say(`xsimd ${wheel.xsimd} placed in ${relative(root, placed("14"))}`);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
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

/**
 * Puts everything in place for the groups named.
 * @param {readonly string[]} wanted
 * @param {{ dryRun?: boolean, modules?: boolean }} [options]
 */
export function setup(wanted, options = {}) {
  const { dryRun = false, modules = true } = options;
  const asked = new Set(wanted.flatMap((group) => includes[/** @type {keyof typeof includes} */ (group)]));
  const [major, minor] = process.versions.node.split(".").map(Number);
  // Vite's least.
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Node ${process.versions.node} is too old: Node 20.19 or newer is needed.`);
  }

  const missing = needs.filter((need) => asked.has(need.group) && !need.present());
  // A newer xsimd in place makes the system's one unnecessary for building; only the tests compare the two.
  const required = missing.filter(
    (need) => !(need.present === hasOldXsimd && !asked.has("test") && (hasNewXsimd() || !which("apt-get"))),
  );
  for (const need of required) {
    const remark = need.remark?.();
    if (remark) say(remark);
  }
  if (required.length) installPackages(required, dryRun);
  if (dryRun) {
    if (!hasNewXsimd()) say(`would fetch xsimd ${wheel.xsimd} with pip (${wheel.requirement})`);
    if (modules) installModules(true);
    return;
  }

  placeSystemXsimd();
  const reason = placeWheelXsimd();
  if (reason) {
    const old = existsSync(toolchain) && readdirSync(toolchain).find((name) => /^xsimd-\d+$/.test(name));
    const byHand = `    python3 -m pip download --no-deps ${wheel.requirement}`;
    if (!old) throw new SetupError(`no xsimd: ${reason}. With a network this fetches it:\n\n${byHand}\n`);
    shout(
      `WARNING: xsimd ${wheel.xsimd} is left out: ${reason}.\nThe build falls back to ${old}, through SSE2 emulation. With a network this fetches it:\n\n${byHand}`,
    );
    if (asked.has("test") && process.env.CI === "true")
      throw new SetupError(`with CI=true the tests need both versions of xsimd.`);
  }
  if (modules) installModules(false);
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
