// Every Node that is tested, as npm packages hold them: where they lie.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, root, run, StepError } from "../../web/build/steps.mjs";

const here = join(root, "tests/nodes");
export const lines = /** @type {const} */ (["20", "22", "24", "26"]);

/** Only these are packed for npm in all four lines. */
export const hasNodes = process.platform === "linux" && process.arch === "x64";

function install() {
  const stamp = join(here, "node_modules/.installed");
  const wanted = fingerprint(["tests/nodes/package-lock.json"]);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("nodes: installing them in tests/nodes");
  const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const [command, ...args] = [...npm, "ci", "--prefix", here, "--ignore-scripts", "--no-audit", "--no-fund"];
  run(command, args);
  writeFileSync(stamp, wanted);
}

/** The program of a line, installed when it is not there yet. @param {typeof lines[number]} line */
export function nodeBinary(line) {
  if (!hasNodes) throw new StepError("The Nodes are packed for Linux on x86-64.");
  install();
  return join(here, `node_modules/node-${line}/bin/node`);
}

/**
 * The built module in every Node: all entries are imported and required, and one digest of every operator is the same. A
 * warning, of deprecation or otherwise, is a failure.
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function quickPass() {
  if (!existsSync(join(root, "dist/module/index.js"))) throw new StepError("dist/module is not built: npm run build");
  const count = { passed: 0, failed: 0, skipped: 0 };
  let first = "";
  for (const line of lines) {
    const args = ["--throw-deprecation", join(here, "quick.mjs")];
    const { status, stdout, stderr } = spawnSync(nodeBinary(line), args, { cwd: root, encoding: "utf8" });
    const [version = "", digest = ""] = stdout.trim().split("\n");
    first ||= digest;
    const good = status === 0 && stderr === "" && version.startsWith(`v${line}.`) && digest !== "" && digest === first;
    count[good ? "passed" : "failed"]++;
    if (good) console.log(`nodes: ${version}: ${digest}`);
    else console.error(`nodes: ${line} failed (exit code ${status})\n${stdout}${stderr}`);
  }
  return count;
}
