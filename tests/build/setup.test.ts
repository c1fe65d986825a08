import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { atLeast, modulesMatchLock, which, xsimdVersion } from "../../cpp/toolchain/setup.mjs";

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
    expect(text).toContain("Emscripten 3.1.6 or newer (emcc), CMake 3.25 or newer, Ninja, Python 3");
    expect(text).toMatch(
      /apt-get install --yes --no-install-recommends emscripten cmake ninja-build python3 python3-pip/,
    );
    expect(existsSync(join(clone, "build"))).toBe(false);
  });

  it("asks for nothing that is there", () => {
    goodTools();
    program("apt-get", "exit 1");
    expect(setup(["build", "--dry-run"]).text).not.toMatch(/emscripten|cmake|ninja/);
  });

  it("does not take an old Emscripten, and says which one is in the way", () => {
    goodTools();
    program("emcc", "echo 'emcc (Emscripten gcc/clang-like replacement) 2.0.12'");
    program("apt-get", "exit 1");
    const { text } = setup(["build", "--dry-run"]);
    expect(text).toContain(`${join(bin, "emcc")} comes first on the PATH but is older or does not run`);
    expect(text).toContain("--no-install-recommends emscripten");
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
    for (const [major, version] of Object.entries({ 8: [8, 1, 0], 14: [14, 1, 0] })) {
      const tree = join(clone, `build/toolchain/xsimd-${major}/include/xsimd`);
      mkdirSync(join(tree, "config"), { recursive: true });
      writeFileSync(join(tree, "xsimd.hpp"), "");
      const lines = ["MAJOR", "MINOR", "PATCH"].map((part, i) => `#define XSIMD_VERSION_${part} ${version[i]}\n`);
      writeFileSync(join(tree, "config/xsimd_config.hpp"), lines.join(""));
    }
    fakeApt(`printf '#!/bin/sh\\necho 1.11.1\\n' > '${bin}/ninja'; /bin/chmod 755 '${bin}/ninja'`);
    const first = setup(["build"]);
    expect(first).toMatchObject({ status: 0, text: expect.stringContaining("missing: Ninja") });
    const second = setup(["build"]);
    expect(second.status).toBe(0);
    expect(second.text).not.toContain("running:");
    expect(readFileSync(join(work, "log"), "utf8")).toBe("update\ninstall --yes --no-install-recommends ninja-build\n");
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
    expect(xsimdVersion(join(root, "build/toolchain/xsimd-8/include/xsimd"))).toMatch(/^8\./);
    expect(xsimdVersion(work)).toBeUndefined();
  });

  it("finds programs, not folders", () => {
    mkdirSync(join(bin, "folder"));
    const before = process.env.PATH;
    process.env.PATH = bin;
    program("tool", "true");
    expect(which("tool")).toBe(join(bin, "tool"));
    expect(which("folder")).toBeUndefined();
    process.env.PATH = before;
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
