// npm run reproduce: the last commit is built in two new folders whose paths differ in length; every file has to be the same.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { root } from "../../web/build/steps.mjs";

const place = mkdtempSync(join(tmpdir(), "poolscope-"));
/** @param {string[]} command @param {string} cwd */
const run = ([name, ...args], cwd) => {
  const { status } = spawnSync(/** @type {string} */ (name), args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${name} ${args.join(" ")} failed in ${cwd}`);
};

try {
  const copies = ["a", "a folder/whose path/is much longer than the other one"].map((name) => {
    const copy = join(place, name);
    mkdirSync(dirname(copy), { recursive: true });
    run(["git", "clone", "--quiet", "--no-hardlinks", root, copy], place);
    // What is downloaded is the same for both.
    for (const made of ["node_modules", "build/toolchain"]) {
      if (existsSync(join(root, made)))
        cpSync(join(root, made), join(copy, made), { recursive: true, verbatimSymlinks: true });
    }
    console.log(`building in ${copy}`);
    run([process.execPath, "web/build/build.mjs"], copy);
    return copy;
  });
  const [first, second] = copies.map((copy) => {
    const made = readdirSync(join(copy, "dist"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    return new Map(
      made.map((file) => [relative(copy, file), createHash("sha256").update(readFileSync(file)).digest("hex")]),
    );
  });
  if (!first?.size || !second) throw new Error("nothing was built");
  const differ = [...new Set([...first.keys(), ...second.keys()])].filter(
    (name) => first.get(name) !== second.get(name),
  );
  for (const name of differ) console.error(`differs: ${name}`);
  console.log(
    `${first.size} files, ${differ.length} differ; the core is ${first.get(join("dist", "module", "pool.wasm"))}`,
  );
  if (differ.length > 0) process.exitCode = 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}
