// npm run bench: the module and its peers, in one headless Chromium and in Node; writes RESULTS.md and results.svg.
//   npm run bench -- S2 R flat      only these: S1…S12 or S, R1…R7 or R, flat, linear, small; prints, writes nothing
//   --quick        short warm-up and few samples: to see that it runs; the report goes to build/bench-page/
//   --browser, --node               only there
//   --only=tfjs,OpenCV              only peers with these names
//   --best         ratios of the fastest samples, not of the medians: for a machine that is busy with other things
//   --against=DIR  another dist/module, timed in the same turns
//   --no-build     dist/module as it is
//   --render       RESULTS.md again, from the last full run
import { fork, spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import os from "node:os";
import { basename, dirname, extname, join, normalize, resolve, sep } from "node:path";
import { modulesMatchLock, setup } from "../../cpp/toolchain/setup.mjs";
import { build, main } from "../../web/build/build.mjs";
import { launchChromium } from "../../web/build/chromium.mjs";
import { root, run, StepError } from "../../web/build/steps.mjs";
import { printable, writeReport } from "./report.mjs";
import { sizes } from "./sizes.mjs";
import { flatness, linearity, workloads } from "./workloads.mjs";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const work = join(root, "build/bench-page");
const resultsFile = join(work, "results.json");

const flags = process.argv.slice(2).filter((arg) => arg.startsWith("--"));
const words = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const flag = (/** @type {string} */ name) => flags.includes(`--${name}`);
const option = (/** @type {string} */ name) =>
  flags.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const wanted = (/** @type {string} */ name) =>
  words.length === 0 ||
  words.some((word) => name === word || (/^[SR]$/.test(word) && name.startsWith(word) && /\d$/.test(name)));

const full = { warm: 300, slot: 5, spend: 100 };
const quick = { warm: 40, slot: 2, spend: 20 };
const budget = { ...(flag("quick") ? quick : full), best: flag("best") };
const threads = Math.min(2, os.availableParallelism?.() ?? os.cpus().length);
const only = option("only")?.split(",");
const against = option("against") && resolve(option("against"));
/** Longest any one measurement may take before it counts as hung. */
const patience = 180_000;

function installPeers() {
  if (modulesMatchLock(here)) return;
  console.log("bench: the peers are installed in tests/bench");
  const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  // No install script: everything measured is in the packages themselves.
  const [command, ...args] = [...npm, "ci", "--prefix", here, "--ignore-scripts", "--no-audit", "--no-fund"];
  run(command, args);
}

function buildFloor() {
  mkdirSync(work, { recursive: true });
  const [source, target] = [join(here, "floor.c"), join(work, "floor.wasm")];
  if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) return;
  const memory = ["-sALLOW_MEMORY_GROWTH=1", "-sMAXIMUM_MEMORY=4GB", "-sINITIAL_MEMORY=1MB", "-sTOTAL_STACK=64KB"];
  run("emcc", ["-O3", "-msimd128", "--no-entry", ...memory, source, "-o", target]);
}

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** The repository on this machine only, isolated so that the peers may use threads. */
async function serve() {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const other = against && path.startsWith("/against/");
    const place = other ? dirname(against) : root;
    const file = normalize(join(place, other ? path.slice("/against".length) : path));
    if (!file.startsWith(place.endsWith(sep) ? place : place + sep) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "content-type": types[/** @type {keyof typeof types} */ (extname(file))] ?? "application/octet-stream",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://localhost:${port}`, close: () => server.close() };
}

/** @param {Promise<any>} promise @param {string} what */
async function patiently(promise, what) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new StepError(`${what} took longer than ${patience / 1000} s`)), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @typedef {{ engine: string, ask: (name: string, ...args: any[]) => Promise<any>, close: () => Promise<void> }} Host */

/** @returns {Promise<Host>} */
async function openBrowser() {
  const server = await serve();
  const browser = await launchChromium({ shell: false });
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`bench: the page says: ${error.message}`));
  if (flag("verbose")) page.on("console", (message) => console.log(`page: ${message.text()}`));
  await page.goto(`${server.url}/tests/bench/page.html`);
  await page.waitForFunction(() => "openBench" in globalThis);
  return {
    engine: `Chromium ${browser.version()}`,
    ask: (name, ...args) =>
      patiently(
        name === "open"
          ? page.evaluate((given) => /** @type {any} */ (globalThis).openBench(given), {
              ...args[0],
              against: against && `/against/${basename(against)}/index.js`,
            })
          : page.evaluate(
              ([method, given]) => /** @type {any} */ (globalThis).bench[method](...given),
              /** @type {any} */ ([name, args]),
            ),
        name,
      ),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** @returns {Promise<Host>} */
async function openNode() {
  const child = fork(join(here, "node.mjs"), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const next = () =>
    new Promise((done, reject) => {
      const ended = (/** @type {number | null} */ code) =>
        reject(new StepError(`The benchmark in Node ended with ${code}`));
      child.once("exit", ended);
      child.once("message", (/** @type {any} */ { answer, error }) => {
        child.off("exit", ended);
        if (error) reject(new StepError(error));
        else done(answer);
      });
    });
  await next();
  return {
    engine: `Node ${process.versions.node}`,
    ask(name, ...args) {
      const answer = next();
      child.send({
        name,
        args: name === "open" ? [{ ...args[0], against: against && join(against, "index.js") }] : args,
      });
      return patiently(answer, name);
    },
    async close() {
      child.removeAllListeners("exit");
      child.kill();
    },
  };
}

function machine() {
  const [load] = os.loadavg();
  const release = existsSync("/etc/os-release")
    ? readFileSync("/etc/os-release", "utf8").match(/PRETTY_NAME="(.*)"/)?.[1]
    : undefined;
  return {
    processor: os.cpus()[0]?.model.trim() || os.machine?.() || "unknown",
    cores: os.availableParallelism?.() ?? os.cpus().length,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: release ?? `${os.type()} ${os.release()}`,
    emscripten: spawnSync("emcc", ["--version"], { encoding: "utf8" }).stdout?.match(/\d+\.\d+\.\d+/)?.[0],
    load: load.toFixed(1),
  };
}

/** @param {() => Promise<Host>} open @param {boolean} inBrowser */
async function measureIn(open, inBrowser) {
  const host = await open();
  try {
    const about = await host.ask("open", { threads, only });
    for (const [name, { missing }] of Object.entries(about))
      if (missing) console.log(`bench: ${name} is left out: ${missing}`);
    console.log(`\n${host.engine}`);
    const result = { engine: host.engine, about, workloads: [], flatness: [], linearity: [], small: undefined };
    for (const { id } of workloads.filter((w) => wanted(w.id))) {
      const measured = await host.ask("workload", id, budget);
      result.workloads.push(measured);
      console.log(printable(measured));
    }
    if (wanted("small")) {
      result.small = await host.ask("small", budget);
      console.log(printable({ id: "small", failed: {}, ...result.small }));
    }
    if (!inBrowser) return result;
    for (let i = 0; wanted("flat") && i < flatness.length; i++) {
      const row = await host.ask("flatness", i, budget);
      result.flatness.push(row);
      const first = row.kernels[0].ms;
      console.log(
        `${row.name}: ${row.kernels.map(({ kernel, ms }) => `k${kernel} ${(ms / first).toFixed(2)}`).join("  ")}`,
      );
      console.log(`  dilation 8 / dilation 1: ${(row.dilations[1].ms / row.dilations[0].ms).toFixed(2)}`);
    }
    for (let i = 0; wanted("linear") && i < linearity.length; i++) {
      const row = await host.ask("linearity", i, budget);
      result.linearity.push(row);
      const [small, large] = row.perPixel;
      console.log(
        `${row.name}: ${small.toFixed(3)} and ${large.toFixed(3)} ns per pixel, ${(large / small).toFixed(2)}; memory grew by ${row.grown} bytes`,
      );
    }
    return result;
  } finally {
    await host.close();
  }
}

await main(async () => {
  if (flag("render")) {
    writeReport(here, JSON.parse(readFileSync(resultsFile, "utf8")));
    return;
  }
  if (!flag("no-build")) {
    setup(["build", "test"]);
    build({ parts: ["module"] });
  }
  installPeers();
  buildFloor();
  const started = performance.now();
  const results = { machine: machine(), threads, sizes: {}, hosts: [], seconds: 0, load: "" };
  if (!flag("node")) results.hosts.push(await measureIn(openBrowser, true));
  if (!flag("browser")) results.hosts.push(await measureIn(openNode, false));
  results.seconds = Math.round((performance.now() - started) / 1000);
  results.load = os.loadavg()[0].toFixed(1);
  console.log(`\nbench: ${results.seconds} s`);
  writeFileSync(join(work, "last.json"), JSON.stringify(results));
  if (words.length || flag("node") || flag("browser")) {
    console.log("bench: RESULTS.md is written by a full run only");
    return;
  }
  results.sizes = await sizes(root, here, work);
  // Only a run as everybody else would start it is the one to show.
  const toShow = flags.every((name) => name === "--no-build");
  if (toShow) writeFileSync(resultsFile, JSON.stringify(results));
  writeReport(toShow ? here : work, results);
});
