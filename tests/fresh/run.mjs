// npm run fresh -- bookworm|trixie|forky ...: what a newcomer meets. Makes a bare root of that Debian with debootstrap, installs git,
// Node and g++, clones the last commit into it and runs README's two commands; then prints a table. It needs root, and a network.
//   --tests "check golden"   gives npm test these words (or `none`); without it everything runs
//   --write                  puts the rows into docs/guarantees.md and docs/guarantees.zh.md
//   --keep                   leaves the roots where they are: below POOLSCOPE_FRESH_DIR, or ~/.cache/poolscope-fresh
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { which } from "../../cpp/toolchain/setup.mjs";
import { main } from "../../web/build/build.mjs";
import { root, StepError } from "../../web/build/steps.mjs";
import { nodeBinary } from "../nodes/nodes.mjs";

const suites = /** @type {const} */ ({ bookworm: "12", trixie: "13", forky: "forky" });
/** @typedef {keyof typeof suites} Suite */
/** @typedef {{ suite: Suite, emscripten: string, xsimd: string, node: string, start: string, tests: string, digests: string }} Row */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: "string", default: "" },
    write: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const place = process.env.POOLSCOPE_FRESH_DIR || join(homedir(), ".cache/poolscope-fresh");
/** Without a word for so long a command hangs. The slowest step is quiet for two minutes on an idle machine. */
const silence = 30 * 60_000;

/** @param {string} command @param {string[]} args @param {import("node:child_process").SpawnSyncOptions} [options] */
function run(command, args, options = {}) {
  const { status, error, stdout } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], ...options });
  if (status !== 0) throw new StepError(`${command} ${args.join(" ")}: ${error?.message ?? `exit code ${status}`}`);
  return String(stdout ?? "");
}

/** What of this environment leads to the network: proxies, certificates, where packages come from. */
const network = () =>
  Object.entries(process.env).filter(([name]) =>
    /^(\w+_proxy|PIP_\w+|npm_config_registry|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|REQUESTS_CA_BUNDLE)$/i.test(name),
  );

/**
 * Words that run a shell's text inside. The mounts are in a namespace of their own and end with it, however it ends.
 * @param {string} base
 * @param {string} text
 */
function inside(base, text) {
  const bind = ["dev", "sys"].map((name) => `mount --rbind /${name} "$0/${name}"`).join(" && ");
  const env = [`PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`, "HOME=/root", "LANG=C.UTF-8"];
  const all = [...env, "DEBIAN_FRONTEND=noninteractive", ...network().map((pair) => pair.join("="))];
  const script = `mount -t proc proc "$0/proc" && ${bind} && base=$0 && exec chroot "$base" env -i "$@"`;
  return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script, base, ...all, "sh", "-c", text];
}

/** @param {string} base @param {string} text Runs it, its output shown. */
const shell = (base, text) => run(inside(base, text)[0], inside(base, text).slice(1));
/** @param {string} base @param {string} text Runs it and returns what it printed. */
const ask = (base, text) =>
  run(inside(base, text)[0], inside(base, text).slice(1), { stdio: ["ignore", "pipe", "inherit"] }).trim();

/** @param {string} base The settings of this machine that lead to the network. Nothing of them is kept. */
function copySettings(base) {
  const home = homedir();
  const files = ["/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt", "/etc/pip.conf", "/etc/npmrc"];
  const own = [".npmrc", ".config/pip/pip.conf", ".pip/pip.conf"].map((name) => join(home, name));
  const npm = spawnSync("npm", ["config", "get", "globalconfig"], { encoding: "utf8", shell: false }).stdout?.trim();
  for (const file of [...files, ...own]) {
    if (!existsSync(file)) continue;
    const to = join(base, file.startsWith(home) ? join("/root", file.slice(home.length)) : file);
    mkdirSync(dirname(to), { recursive: true });
    rmSync(to, { force: true });
    cpSync(realpathSync(file), to);
  }
  if (npm && existsSync(npm))
    for (const to of ["etc/npmrc", "usr/local/etc/npmrc"]) {
      mkdirSync(dirname(join(base, to)), { recursive: true });
      cpSync(npm, join(base, to));
    }
  // An installed Debian knows localhost; debootstrap leaves that to the installer.
  const hosts = join(base, "etc/hosts");
  if (!existsSync(hosts)) writeFileSync(hosts, "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
  const apt = spawnSync("apt-config", ["dump"], { encoding: "utf8" }).stdout ?? "";
  const lines = apt.split("\n").filter((line) => /^Acquire::(https?|Retries)\b/i.test(line));
  // A mirror's copy of a suite that still moves may be older than the suite allows.
  lines.push('Acquire::Check-Valid-Until "false";', "");
  writeFileSync(join(base, "etc/apt/apt.conf.d/90fresh"), lines.join("\n"));
}

/** @param {Suite} suite @param {string} base */
function makeRoot(suite, base) {
  rmSync(base, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const known = `/usr/share/debootstrap/scripts/${suite}`;
  const mirror = process.env.POOLSCOPE_DEBIAN_MIRROR || "";
  // A debootstrap that is older than the suite makes it as it makes unstable.
  const script = existsSync(known) ? [] : ["/usr/share/debootstrap/scripts/sid"];
  run("debootstrap", ["--variant=minbase", "--include=ca-certificates", suite, base, mirror, ...script]);
  copySettings(base);
  // Debian 12's Node is 18. There the oldest Node that is tested stands in for what a newcomer installs, with this machine's npm.
  const old = suite === "bookworm";
  const packages = ["git", "g++", ...(old ? [] : ["nodejs", "npm"])];
  shell(base, `apt-get update && apt-get install --yes --no-install-recommends ${packages.join(" ")}`);
  if (old) {
    cpSync(nodeBinary("20"), join(base, "usr/local/bin/node"));
    const npm = dirname(dirname(realpathSync(process.env.npm_execpath ?? which("npm") ?? "")));
    cpSync(npm, join(base, "usr/local/lib/node_modules/npm"), { recursive: true, dereference: true });
    symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(base, "usr/local/bin/npm"));
  }
  const bundle = join(base, "tmp/poolscope.bundle");
  run("git", ["-C", root, "bundle", "create", "--quiet", bundle, "HEAD"]);
  shell(base, "cd /root && git clone --quiet /tmp/poolscope.bundle poolscope");
}

/** @param {number} since */
const minutes = (since) => {
  const seconds = Math.round((performance.now() - since) / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
};

/** npm start, on any free port, until the page answers with its script. @param {string} base */
async function start(base) {
  const since = performance.now();
  const [command, ...args] = inside(base, "cd /root/poolscope && PORT=0 exec npm start");
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    const address = await new Promise((resolve, reject) => {
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => reject(new StepError("npm start has been silent for half an hour")), silence);
      };
      wait();
      child.on("exit", (code) => reject(new StepError(`npm start ended with ${code}`)));
      child.stdout.on("data", (text) => {
        process.stdout.write(text);
        said += text;
        wait();
        const found = said.match(/Poolscope is at (\S+)/);
        if (found) resolve(found[1]);
      });
    });
    const page = await fetch(address);
    const html = await page.text();
    const script = html.match(/<script[^>]+src="([^"]+)"/)?.[1];
    if (!page.ok || !script || !html.includes("Poolscope")) throw new StepError(`${address} is not the page`);
    const answer = await fetch(new URL(script, address));
    if (!answer.ok || !/javascript/.test(answer.headers.get("content-type") ?? ""))
      throw new StepError(`${script} is not served`);
    return minutes(since);
  } finally {
    clearTimeout(timer);
    child.removeAllListeners("exit");
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL"); // unshare lets no other signal through; with it everything inside ends
    if (child.exitCode === null && child.signalCode === null) await ended;
  }
}

/** @param {string} base npm test, and its line of counts. */
function test(base) {
  if (values.tests === "none") return "–";
  const since = performance.now();
  const words = values.tests ? ` -- ${values.tests}` : "";
  const log = "/root/poolscope/build/fresh.log";
  // A failure is a row of the table too.
  shell(base, `cd /root/poolscope && npm test${words} 2>&1 | tee ${log}; true`);
  const counts =
    readFileSync(join(base, log), "utf8")
      .match(/^\d+ passed, \d+ failed.*$/gm)
      ?.at(-1) ?? "no counts";
  return `\`npm test${words}\`: ${counts} (${minutes(since)})`;
}

/** @param {Suite} suite @returns {Promise<Row>} */
async function visit(suite) {
  const base = join(place, suite);
  try {
    console.log(`\n━━━ ${suite} in ${base}\n`);
    makeRoot(suite, base);
    const started = await start(base);
    const version = (/** @type {string} */ text) => text.match(/\d+\.\d+(\.\d+)?/)?.[0] ?? "?";
    const build = "cmake --build --preset wasm --target core_digest >&2";
    const digest = `cd /root/poolscope && ${build} && node build/wasm/tests/cpp/core_digest.cjs | sha256sum`;
    const xsimd = `import { xsimdVersion, xsimdPlace } from "./cpp/toolchain/setup.mjs"; console.log(xsimdVersion(xsimdPlace))`;
    return {
      suite,
      emscripten: version(ask(base, "emcc --version 2>/dev/null | grep ^emcc").replace(/^.*\) (?=\d)/, "")),
      xsimd: ask(base, `cd /root/poolscope && node --input-type=module -e '${xsimd}'`),
      node: version(ask(base, "node --version")),
      start: started,
      digests: ask(base, digest).slice(0, 12),
      tests: test(base),
    };
  } finally {
    // No mount is left in this namespace; were there one, nothing behind it would be touched.
    if (!values.keep) run("rm", ["-rf", "--one-file-system", base]);
  }
}

/** @param {Row} row @param {string} day */
const line = ({ suite, emscripten, xsimd, node, start: started, tests, digests }, day) =>
  `| Debian ${suites[suite]} | ${day} | ${emscripten} | ${xsimd} | ${node} | ${started} | \`${digests}\` | ${tests} |`;

/** Puts the rows in the place of those of the same Debian. @param {Row[]} rows @param {string} day */
function write(rows, day) {
  for (const name of ["docs/guarantees.md", "docs/guarantees.zh.md"]) {
    const file = join(root, name);
    let text = readFileSync(file, "utf8");
    for (const row of rows) {
      const old = new RegExp(`^\\| Debian ${suites[row.suite]} \\|.*$`, "m");
      if (!old.test(text)) throw new StepError(`${name} has no row for Debian ${suites[row.suite]}`);
      text = text.replace(old, () => line(row, day));
    }
    writeFileSync(file, text);
  }
}

await main(async () => {
  const unknown = positionals.find((name) => !Object.hasOwn(suites, name));
  if (unknown || positionals.length === 0)
    throw new StepError(`Type: npm run fresh -- [${Object.keys(suites).join(" | ")} ...]`);
  if (process.getuid?.() !== 0) throw new StepError("A root of Debian can only be made as root.");
  const lacking = ["debootstrap", "unshare"].filter((name) => !which(name));
  if (lacking.length) throw new StepError(`${lacking.join(" and ")}: not installed`);
  /** @type {Row[]} */
  const rows = [];
  /** @type {string[]} */
  const failed = [];
  for (const suite of /** @type {Suite[]} */ (positionals)) {
    try {
      rows.push(await visit(suite));
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      failed.push(`${suite}: ${error.message}`);
    }
  }
  const day = new Date().toISOString().slice(0, 10);
  console.log("\n| | Day | Emscripten | xsimd | Node | `npm start` answers after | Digests | Tests |");
  console.log(`|---|---|---|---|---|---|---|---|\n${rows.map((row) => line(row, day)).join("\n")}`);
  if (new Set(rows.map(({ digests }) => digests)).size > 1) failed.push("the digests differ");
  if (rows.some(({ tests }) => /no counts|[^ ]*[1-9]\d* failed/.test(tests))) failed.push("tests failed");
  if (values.write) write(rows, day);
  if (failed.length) throw new StepError(failed.join("\n"));
});
