// What the set-up asks of the machine: programs on the PATH, their versions, and a way to speak.
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const toolchain = join(root, "build/toolchain");

/** A reason to stop that is already a sentence for the person at the keyboard. */
export class SetupError extends Error {}

export const say = (/** @type {string} */ text) => console.log(`setup: ${text}`);
export const shout = (/** @type {string} */ text) => console.error(`\nsetup: ${text.split("\n").join("\n       ")}\n`);

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
export const anyOf = (...names) => names.some((name) => which(name));

/** @param {string} command @param {string[]} args @param {number} [timeout] What it prints, or nothing when it fails. */
export function output(command, args, timeout = 120_000) {
  // A program that hangs may ignore SIGTERM.
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout, killSignal: "SIGKILL" });
  return status === 0 ? `${stdout}${stderr}` : "";
}

/** @param {string} text @param {readonly number[]} min True when the first x.y.z in the text is at least that version. */
export function atLeast(text, min) {
  const found = text.match(/(\d+)\.(\d+)(?:\.(\d+))?/);
  if (!found) return false;
  for (let i = 0; i < min.length; i++) {
    const part = Number(found[i + 1] ?? 0);
    if (part !== min[i]) return part > min[i];
  }
  return true;
}

/** @param {readonly string[]} words How a shell takes them. */
export const shell = (words) =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");

/** @param {string[]} command @param {{ quiet?: boolean }} [how] Says what it runs; true when that worked. */
export function run(command, how = {}) {
  say(`running: ${shell(command)}`);
  const { status, error } = spawnSync(command[0], command.slice(1), {
    cwd: root,
    stdio: how.quiet ? ["ignore", "ignore", "inherit"] : ["inherit", "inherit", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return !error && status === 0;
}
