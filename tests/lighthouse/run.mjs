// npm run lighthouse: what Lighthouse (mobile, its own throttling) says of the built page, three times; the median counts.
// Fails below 100 for accessibility, best practices and search, below 98 for performance.
//   npm run lighthouse -- --desktop     as on a desktop computer
import { existsSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { main } from "../../web/build/build.mjs";
import { launchChromium } from "../../web/build/chromium.mjs";
import { serve } from "../../web/build/serve.mjs";
import { root, run, StepError } from "../../web/build/steps.mjs";

const here = join(root, "tests/lighthouse");
const RUNS = 3;
const LEAST = { performance: 98, accessibility: 100, "best-practices": 100, seo: 100 };
const TIMES = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"];

function install() {
  if (existsSync(join(here, "node_modules/lighthouse/package.json"))) return;
  console.log("lighthouse: installing it in tests/lighthouse");
  const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const [command, ...args] = [...npm, "ci", "--prefix", here, "--ignore-scripts", "--no-audit", "--no-fund"];
  run(command, args);
}

const median = (/** @type {number[]} */ list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

await main(async () => {
  install();
  const entry = join(here, "node_modules/lighthouse/core/index.js");
  const { default: lighthouse, desktopConfig } = await import(entry);
  const { url, close } = await serve(join(root, "dist/page"));
  const port = 9000 + Math.floor(Math.random() * 1000);
  const browser = await launchChromium({ shell: false, args: [`--remote-debugging-port=${port}`] });
  try {
    const config = process.argv.includes("--desktop") ? desktopConfig : undefined;
    /** @type {Record<string, number[]>} */
    const scores = {};
    /** @type {Record<string, number[]>} */
    const times = {};
    const failed = new Set();
    for (let turn = 0; turn < RUNS; turn++) {
      const { lhr } = await lighthouse(url, { port, output: "json", logLevel: "error" }, config);
      if (lhr.runtimeError) throw new StepError(lhr.runtimeError.message);
      for (const [name, { score }] of Object.entries(lhr.categories)) {
        scores[name] ??= [];
        scores[name].push(Math.round(100 * (score ?? 0)));
      }
      for (const name of TIMES) {
        times[name] ??= [];
        times[name].push(lhr.audits[name].numericValue);
      }
      for (const audit of Object.values(lhr.audits)) {
        if (audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== "informative")
          failed.add(`${audit.id}: ${audit.title}${audit.displayValue ? ` (${audit.displayValue})` : ""}`);
      }
    }
    console.log(`${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}, Chromium ${browser.version()}`);
    for (const [name, list] of Object.entries(scores)) console.log(`${name.padEnd(26)}${list.join(" ")}`);
    for (const [name, list] of Object.entries(times))
      console.log(
        `${name.padEnd(26)}${list.map((value) => (value < 1 ? value.toFixed(4) : Math.round(value))).join(" ")}`,
      );
    if (failed.size) console.log(`\nBelow 90:\n  ${[...failed].join("\n  ")}`);
    const low = Object.entries(LEAST).filter(([name, least]) => median(scores[name] ?? [0]) < least);
    if (low.length)
      throw new StepError(`Too low: ${low.map(([name, least]) => `${name} (below ${least})`).join(", ")}`);
  } finally {
    await browser.close();
    await close();
  }
});
