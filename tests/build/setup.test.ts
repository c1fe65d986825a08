import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emccFault, fuzzCompiler, triedEmscripten } from "../../cpp/toolchain/compilers.mjs";
import { atLeast, modulesMatchLock, nodeFault, which, xsimdPlace, xsimdVersion } from "../../cpp/toolchain/setup.mjs";
import { output } from "../../cpp/toolchain/system.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
let work = "";
let clone = "";
let bin = "";

/** A program of our own on the PATH of the script under test. */
const program = (name: string, text: string) => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
};

/** The set-up script in an empty clone, with a PATH that holds only the programs given here. */
const setup = (args: string[], env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(clone, "cpp/toolchain/setup.mjs"), ...args], {
    encoding: "utf8",
    env: { PATH: bin, HOME: work, ...env },
  });
  return { status, text: stdout + stderr };
};

const goodTools = () => {
  program("emcc", "echo 'emcc (Emscripten gcc/clang-like replacement) 3.1.6 ()'");
  program("cmake", "echo 'cmake version 3.25.1'");
  program("ninja", "echo 1.11.1");
};

/** Headers of an xsimd of that version. */
const writeXsimd = (tree: string, version: number[]) => {
  mkdirSync(join(tree, "config"), { recursive: true });
  writeFileSync(join(tree, "xsimd.hpp"), "");
  const lines = ["MAJOR", "MINOR", "PATCH"].map((part, i) => `#define XSIMD_VERSION_${part} ${version[i]}\n`);
  writeFileSync(join(tree, "config/xsimd_config.hpp"), lines.join(""));
};

/** What apt's lists offer. */
const fakeCandidates = (candidates: Record<string, string>) => {
  const lines = Object.entries(candidates).map(
    ([name, version]) => `${name}:\n  Installed: (none)\n  Candidate: ${version}\n  Version table:\n`,
  );
  writeFileSync(join(work, "lists"), lines.join(""));
  program("apt-cache", `while IFS= read -r line; do echo "$line"; done < '${join(work, "lists")}'`);
};

/** Runs the action with the fake programs alone on the PATH of this process. */
const withPath = <T>(action: () => T): T => {
  const before = process.env.PATH;
  process.env.PATH = bin;
  try {
    return action();
  } finally {
    process.env.PATH = before;
  }
};

/** apt-get, and sudo for those who are not root, that note what they were asked for in a log. */
const fakeApt = (action: string) => {
  program("env", 'shift; exec "$@"');
  program("sudo", '[ "$1" = -n ] && shift; exec "$@"');
  program("apt-get", `echo "$@" >> '${work}/log'\n${action}`);
};

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "poolscope setup "));
  clone = join(work, "a clone");
  bin = join(work, "bin with space");
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(clone, "cpp"), { recursive: true });
  cpSync(join(root, "cpp/toolchain"), join(clone, "cpp/toolchain"), { recursive: true });
  // A package with nothing to install: what is under test here is the toolchain.
  writeFileSync(join(clone, "package-lock.json"), JSON.stringify({ packages: { "": { name: "poolscope" } } }));
  mkdirSync(join(clone, "node_modules"));
  writeFileSync(join(clone, "node_modules/.package-lock.json"), JSON.stringify({ packages: {} }));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

describe("the set-up script", () => {
  it("names what is missing and the command it would run", () => {
    program("apt-get", "exit 1");
    const { status, text } = setup(["build", "--dry-run"]);
    expect(status).toBe(0);
    expect(text).toContain("Emscripten (emcc), CMake 3.25 or newer, Ninja, Python 3");
    expect(text).toMatch(/apt-get install --yes --no-install-recommends emscripten cmake ninja-build python3/);
    expect(existsSync(join(clone, "build"))).toBe(false);
  });

  it("asks for nothing that is there", () => {
    goodTools();
    program("apt-get", "exit 1");
    expect(setup(["build", "--dry-run"]).text).not.toMatch(/emscripten|cmake|ninja/);
  });

  it.each([
    ["2.0.12", /emcc is Emscripten 2\.0\.12, which is too old/],
    ["3.1.5", /emcc is Emscripten 3\.1\.5, which is too old/],
    ["6.1.0", /emcc is Emscripten 6\.1\.0, which is too new/],
    ["7.0.0-git", /emcc is Emscripten 7\.0\.0, which is too new/],
    ["unknown", /emcc does not run, or does not say its version/],
  ])("refuses Emscripten %s with what was tried, before it installs anything", (version, reason) => {
    goodTools();
    rmSync(join(bin, "ninja"));
    program("emcc", `echo 'emcc (Emscripten gcc/clang-like replacement) ${version}'`);
    fakeApt("");
    const { status, text } = setup(["build"]);
    expect(status).toBe(1);
    expect(text).toMatch(reason);
    expect(text).toContain(join(bin, "emcc"));
    expect(text).toContain("3.1.6 (Debian 12), 3.1.69 (Debian 13) and 6.0.5 (Debian forky)");
    expect(existsSync(join(work, "log"))).toBe(false);
  });

  it("takes every Emscripten between the oldest and the newest that was tried", () => {
    goodTools();
    const versions = [...triedEmscripten.map(({ version }) => version.join(".")), "3.1.6-git", "4.0.21", "6.0.9"];
    for (const version of versions) {
      // Newer ones say more, and their cache speaks first.
      program(
        "emcc",
        `echo cache:INFO: 1.2.3; echo 'emcc (Emscripten gcc/clang-like replacement + linker) ${version} (0.1.2)'`,
      );
      expect(withPath(emccFault), version).toBeUndefined();
    }
  });

  it("asks Node for a version that is tested", () => {
    for (const version of ["18.20.4", "20.18.3", "21.7.3", "22.11.0"]) expect(nodeFault(version)).toContain("too old");
    for (const version of ["20.19.0", "22.12.0", "24.1.0", "26.0.0"]) expect(nodeFault(version)).toBeUndefined();
    const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(engines.node).toBe("^20.19.0 || ^22.12.0 || ^24.0.0 || >=26.0.0");
  });

  it("without apt-get names the packages and fails", () => {
    const { status, text } = setup(["build"]);
    expect(status).toBe(1);
    expect(text).toContain("This system has no apt-get");
    expect(text).toContain("emscripten cmake ninja-build");
  });

  it("says the exact command when apt-get has no network", () => {
    goodTools();
    rmSync(join(bin, "ninja"));
    fakeApt("echo 'Temporary failure resolving' >&2; exit 100");
    const { status, text } = setup(["build"]);
    expect(status).toBe(1);
    expect(readFileSync(join(work, "log"), "utf8")).toMatch(/^update\ninstall .*ninja-build.*\n$/);
    expect(text).toMatch(/apt-get update && (sudo )?apt-get install --yes --no-install-recommends .*ninja-build/);
  });

  it("installs once, from lists of today, and nothing again when everything is there", () => {
    goodTools();
    rmSync(join(bin, "ninja"));
    program("python3", "echo pip 23.0.1");
    writeXsimd(join(clone, "build/toolchain/xsimd/include/xsimd"), [14, 1, 0]);
    fakeApt(`printf '#!/bin/sh\\necho 1.11.1\\n' > '${bin}/ninja'; /bin/chmod 755 '${bin}/ninja'`);
    const first = setup(["build"]);
    expect(first).toMatchObject({ status: 0, text: expect.stringContaining("missing: Ninja") });
    const second = setup(["build"]);
    expect(second.status).toBe(0);
    expect(second.text).not.toContain("running:");
    expect(readFileSync(join(work, "log"), "utf8")).toBe("update\ninstall --yes --no-install-recommends ninja-build\n");
  });

  it("installs what there is and then names what there is not", () => {
    goodTools();
    rmSync(join(bin, "ninja"));
    rmSync(join(bin, "cmake"));
    writeXsimd(join(clone, "build/toolchain/xsimd/include/xsimd"), [14, 1, 0]);
    program("python3", "echo pip 23.0.1");
    fakeCandidates({ "ninja-build": "1.12", cmake: "(none)" });
    fakeApt(`printf '#!/bin/sh\\necho 1.12\\n' > '${bin}/ninja'; /bin/chmod 755 '${bin}/ninja'`);
    const { status, text } = setup(["build"]);
    expect(readFileSync(join(work, "log"), "utf8")).toBe("update\ninstall --yes --no-install-recommends ninja-build\n");
    expect(text).toContain("lists have no cmake");
    expect(text).toMatch(/still missing.*\n.*- CMake 3\.25 or newer/);
    expect(status).toBe(1);
  });

  it("checks the format with one version of clang-format, whatever the system has", () => {
    goodTools();
    writeXsimd(join(clone, "build/toolchain/xsimd/include/xsimd"), [14, 1, 0]);
    program("python3", "echo pip 23.0.1");
    program("apt-get", "exit 1");
    program("clang-format", "echo 'Debian clang-format version 19.1.7 (3)'");
    const { text } = setup(["check", "--dry-run"]);
    expect(text).toContain("missing: clang-format 14.0.6");
    expect(text).toContain("would fetch clang-format 14.0.6 with pip (clang-format==14.0.6)");
    program("clang-format", "echo 'Debian clang-format version 14.0.6'");
    expect(setup(["check", "--dry-run"]).text).not.toContain("missing");
  });

  // Where the machine's own headers are new enough, nothing is fetched.
  const ownXsimd = atLeast(xsimdVersion("/usr/include/xsimd") ?? "", [13, 2]);
  it.skipIf(ownXsimd).each([
    ["Debian's where it is new enough", "13.2.0-1", "libxsimd-dev", false],
    ["the wheel where Debian's is older", "8.1.0-7", "python3-pip", true],
  ])("takes xsimd from %s", (_, candidate, installed, fetched) => {
    goodTools();
    program("python3", `[ "$2" = pip ] && [ "$3" = --version ] && exit 1; echo python "$@" >> '${work}/log'; exit 1`);
    fakeCandidates({ "libxsimd-dev": candidate, "python3-pip": "23.0" });
    fakeApt("");
    const { text } = setup(["build"]);
    const log = readFileSync(join(work, "log"), "utf8");
    expect(log).toContain(`install --yes --no-install-recommends ${installed}\n`);
    expect(/python -m pip download .*--require-hashes/.test(log)).toBe(fetched);
    expect(text).toContain(fetched ? "no xsimd 14.1.0: pip could not fetch" : "still missing");
  });

  it("chooses the newest clang that has libFuzzer", () => {
    const clang = (name: string, libraries: string[]) => {
      const resources = join(work, name);
      mkdirSync(join(resources, "lib/linux"), { recursive: true });
      for (const library of libraries) writeFileSync(join(resources, "lib/linux", library), "");
      program(name, `echo '${resources}'`);
    };
    clang("clang++-9", ["libclang_rt.fuzzer-x86_64.a"]);
    clang("clang++-19", ["libclang_rt.fuzzer-x86_64.a"]);
    clang("clang++-21", ["libclang_rt.asan-x86_64.a"]);
    expect(withPath(fuzzCompiler)).toBe("clang++-19");
    clang("clang++", ["libclang_rt.fuzzer.a"]);
    expect(withPath(fuzzCompiler)).toBe("clang++");
  });

  it("refuses an unknown word", () => {
    const { status, text } = setup(["everything"]);
    expect(status).toBe(1);
    expect(text).toContain("build | check | test | bench | fuzz");
  });

  it("reads versions", () => {
    expect(atLeast("emcc 3.1.6 ()", [3, 1, 6])).toBe(true);
    expect(atLeast("emcc 3.1.5", [3, 1, 6])).toBe(false);
    expect(atLeast("emcc 4.0.21-git", [3, 1, 6])).toBe(true);
    expect(atLeast("cmake version 3.24.9", [3, 25])).toBe(false);
    expect(atLeast("", [1])).toBe(false);
  });

  it("reads the version of an xsimd tree", () => {
    expect(atLeast(xsimdVersion(xsimdPlace) ?? "", [13, 2])).toBe(true);
    expect(xsimdVersion(work)).toBeUndefined();
  });

  it("ends a program that hangs and ignores SIGTERM", () => {
    const ended = join(work, "ended");
    program("emcc", `trap '' TERM\ni=0; while [ $i -lt 6 ]; do /bin/sleep 1; i=$((i + 1)); done\n: > "${ended}"`);
    expect(output(join(bin, "emcc"), ["--version"], 1000)).toBe("");
    expect(existsSync(ended)).toBe(false);
  });

  it("finds programs, not folders", () => {
    mkdirSync(join(bin, "folder"));
    program("tool", "true");
    expect(withPath(() => which("tool"))).toBe(join(bin, "tool"));
    expect(withPath(() => which("folder"))).toBeUndefined();
  });

  it("knows whether node_modules is what the lock file asks for", () => {
    expect(modulesMatchLock(clone)).toBe(true);
    const lock = {
      packages: {
        "": {},
        "node_modules/a": { version: "1.0.0" },
        "node_modules/b": { version: "1.0.0", optional: true },
      },
    };
    writeFileSync(join(clone, "package-lock.json"), JSON.stringify(lock));
    expect(modulesMatchLock(clone)).toBe(false);
    mkdirSync(join(clone, "node_modules/a"));
    const installed = (version: string) =>
      writeFileSync(
        join(clone, "node_modules/.package-lock.json"),
        JSON.stringify({ packages: { "node_modules/a": { version } } }),
      );
    installed("0.9.0");
    expect(modulesMatchLock(clone)).toBe(false);
    installed("1.0.0");
    expect(modulesMatchLock(clone)).toBe(true);
    rmSync(join(clone, "node_modules"), { recursive: true });
    expect(modulesMatchLock(clone)).toBe(false);
  });
});
