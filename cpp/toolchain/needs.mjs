// Everything that can be missing.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { emccFault, fuzzCompiler } from "./compilers.mjs";
import { anyOf, atLeast, output, which } from "./system.mjs";
import { clangFormat, formatWheel, minXsimd, xsimdPlace, xsimdVersion, xsimdWheel } from "./wheels.mjs";

export const groups = /** @type {const} */ (["build", "check", "test", "bench", "fuzz"]);
/** What each group needs beside its own: building the module comes first everywhere. */
export const includes = {
  build: ["build"],
  check: ["build", "check"],
  test: ["build", "check", "test", "fuzz"],
  bench: ["build", "bench"],
  fuzz: ["build", "fuzz"],
};

const directoryHas = (/** @type {string} */ place, /** @type {RegExp} */ name) =>
  existsSync(place) && readdirSync(place).some((entry) => name.test(entry));

const includePlaces = ["/usr/include", "/usr/local/include", "/opt/homebrew/include"];
const header = (/** @type {string} */ name) => includePlaces.some((place) => existsSync(join(place, name)));

/** The system's own xsimd, if it is new enough. */
export const systemXsimd = () =>
  includePlaces.map((place) => join(place, "xsimd")).find((place) => atLeast(xsimdVersion(place) ?? "", minXsimd));

/**
 * `present` looks for the thing itself, not for Debian's package, so what came from elsewhere (emsdk, Homebrew, a hand-built
 * CMake) serves as well. `minVersion`: the version of its package below which the wheel is taken.
 * @typedef {{
 *   what: string, group: string, packages: string[], brew?: string, present: () => boolean, remark?: () => string | undefined,
 *   minVersion?: readonly number[], wheel?: import("./wheels.mjs").Wheel
 * }} Need
 */

/** The programs that are Chromium. */
export const chromiums = ["chromium", "chromium-browser", "google-chrome"];

/** @type {Need[]} */
export const needs = [
  {
    what: "Emscripten (emcc)",
    group: "build",
    packages: ["emscripten"],
    brew: "emscripten",
    present: () => which("emcc") !== undefined && emccFault() === undefined,
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
    what: `xsimd ${minXsimd.join(".")} or newer`,
    group: "build",
    packages: ["libxsimd-dev"],
    brew: "xsimd",
    present: () => systemXsimd() !== undefined || xsimdVersion(xsimdPlace) === xsimdWheel.version,
    minVersion: minXsimd,
    wheel: xsimdWheel,
  },
  {
    what: formatWheel.name,
    group: "check",
    packages: [],
    present: () => clangFormat() !== undefined,
    wheel: formatWheel,
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
    present: () => anyOf(...chromiums),
  },
  {
    // Debian's package; where there is none, tests take Chromium itself and twice the time.
    what: "Chromium's headless shell",
    group: "test",
    packages: ["chromium-headless-shell"],
    present: () => !which("apt-get") || anyOf("chromium-headless-shell"),
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
    what: "clang with libFuzzer",
    group: "fuzz",
    packages: ["clang", "libclang-rt-dev"],
    present: () => fuzzCompiler() !== undefined,
  },
];
