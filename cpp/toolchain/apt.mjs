// Debian's packages. apt takes all of a list or nothing, so each name is asked for first.
import { output, run, SetupError, say, shell, which } from "./system.mjs";

/** @param {string[]} packages The version of each that the system's lists offer; none of those that it does not have. */
export function candidates(packages) {
  /** @type {Map<string, string>} */
  const found = new Map();
  // The lists' own language, whatever the user's is.
  const text = output("env", ["LC_ALL=C", "apt-cache", "policy", ...packages]);
  for (const [, name, version] of text.matchAll(/^(\S+):\n(?: {2}.*\n)*? {2}Candidate: (\S+)/gm)) {
    if (version !== "(none)") found.set(name, version);
  }
  return found;
}

const asRoot = () => process.getuid?.() === 0;
const install = ["apt-get", "install", "--yes", "--no-install-recommends"];

/** @param {string[]} packages What to type to install them. */
export function aptByHand(packages) {
  const sudo = asRoot() ? "" : "sudo ";
  return `    ${sudo}apt-get update && ${sudo}${shell([...install, ...packages])}`;
}

/** @param {string[]} packages The words before a command that needs root. */
function prefix(packages) {
  const env = ["env", "DEBIAN_FRONTEND=noninteractive"];
  if (asRoot()) return env;
  if (!which("sudo"))
    throw new SetupError(
      `installing packages needs root, and there is no sudo. As root type:\n\n${aptByHand(packages).replaceAll("sudo ", "")}\n\nand run the command again.`,
    );
  // Without a terminal nobody could type the password: fail at once instead of hanging.
  return [...(process.stdin.isTTY ? ["sudo"] : ["sudo", "-n"]), ...env];
}

/**
 * Old lists name old browsers, on which the tests were never tried. Without a network what is at hand may still do.
 * @param {string[]} packages that are wanted of it
 */
export function aptUpdate(packages) {
  run([...prefix(packages), "apt-get", "update"]);
}

/** @param {string[]} packages */
export function aptInstall(packages) {
  const offered = candidates(packages);
  // No lists at all, or no apt-cache: apt-get itself says what it lacks.
  const known = offered.size > 0 ? packages.filter((name) => offered.has(name)) : packages;
  const unknown = packages.filter((name) => !known.includes(name));
  if (unknown.length) say(`this system's lists have no ${unknown.join(", ")}`);
  if (!run([...prefix(packages), ...install, ...known]))
    throw new SetupError(
      `apt-get could not install the packages: no network, no right to, or another package in the way. When that is mended type:\n\n${aptByHand(known)}\n\nand run the command again.`,
    );
}
