// What comes as a wheel from PyPI where the system has nothing that serves: xsimd, and the one clang-format that everybody's
// format is checked with. pip only downloads, which it does outside a virtual environment too; nothing is installed.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { output, root, run, say, shell, toolchain, which } from "./system.mjs";

/**
 * `hashes`: of the wheel of each system. `folder`: what is taken out of it.
 * @typedef {{ name: string, requirement: string, hashes: string[], folder: string, to: string }} Wheel
 */

export const xsimdPlace = join(toolchain, "xsimd/include/xsimd");
const formatPlace = join(toolchain, "clang-format");

/** The first that knows WebAssembly and that a Debian carries. */
export const minXsimd = /** @type {const} */ ([13, 2]);
export const xsimdWheel = {
  name: "xsimd 14.1.0",
  version: "14.1.0",
  requirement: "pythran==0.19.0",
  hashes: ["42ab2039b4eaec01084e92a2721a474e893047ba5ec87b14d45ee077ac883d08"],
  folder: "pythran/xsimd/",
  to: xsimdPlace,
};
export const formatWheel = {
  name: "clang-format 14.0.6",
  version: "14.0.6",
  requirement: "clang-format==14.0.6",
  hashes: [
    "d7c1c5e404c58e55f0170f01b3c5611dce6c119e62b5d1020347e0ad97d5a047", // Linux on x86-64
    "dbfd60528eb3bb7d7cfe8576faa70845fbf93601f815ef75163d36606e87f388", // Linux on ARM
    "bd400c47665dd19afc03f98e747f78ed828abab99c6a1b07e137b35c1cd3cc26", // macOS
  ],
  folder: "clang_format/data/bin/",
  to: formatPlace,
};

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

/** The clang-format that the format is checked with, or undefined where it is not there. */
export function clangFormat() {
  return [join(formatPlace, "clang-format"), which("clang-format-14"), which("clang-format")].find(
    (file) => file && existsSync(file) && output(file, ["--version"]).includes(` ${formatWheel.version}`),
  );
}

/** @param {string} from @param {string} to Copies a tree so that `to` is there whole or not at all. */
export function place(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  const fresh = `${to}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  cpSync(from, fresh, { recursive: true, dereference: true });
  rmSync(to, { recursive: true, force: true });
  renameSync(fresh, to);
}

const pip = ["python3", "-m", "pip"];
export const hasPip = () => output(pip[0], [...pip.slice(1), "--version"]) !== "";

/** @param {Wheel} wheel How it is fetched by hand. */
export const wheelByHand = ({ requirement }) => shell([...pip, "download", "--no-deps", requirement]);

/** @param {Wheel} wheel Puts it in its place; returns undefined, or the reason why it is not to be had. */
export function placeWheel({ name, requirement, hashes, folder, to }) {
  mkdirSync(toolchain, { recursive: true });
  const work = mkdtempSync(join(toolchain, "wheel-"));
  try {
    const list = join(work, "requirements.txt");
    writeFileSync(list, `${[requirement, ...hashes.map((sum) => `--hash=sha256:${sum}`)].join(" ")}\n`);
    const flags = ["--quiet", "--retries=1", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"];
    // In this mode pip refuses a file of any other hash.
    const held = ["--require-hashes", "--requirement", list, "--dest", work];
    if (!run([...pip, "download", ...flags, ...held]))
      return `pip could not fetch ${requirement}, or it is another file`;
    const extract = `import glob, sys, zipfile
with zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]) as wheel:
    wheel.extractall(sys.argv[1], [name for name in wheel.namelist() if name.startswith(sys.argv[2])])`;
    if (!output("python3", ["-c", `${extract}\nprint("done")`, work, folder])) return "the wheel could not be unpacked";
    const tree = join(work, folder);
    if (existsSync(join(tree, "clang-format"))) chmodSync(join(tree, "clang-format"), 0o755);
    place(tree, to);
    say(`${name} placed in ${relative(root, to)}`);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
