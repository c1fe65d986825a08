// npm run endure -- video: the built page pools a looped film in Chromium for ten minutes, and its memory has to stay flat.
// Every sample is taken after a collection: heap and nodes of the page, heap of its worker, every WebAssembly.Memory that is alive in
// either, resident memory of the tab's process and of the whole browser, frames drawn since the last sample.
//   --minutes 10   how long            --every 10             seconds between two samples
//   --page dist/page   what is run     --at build/endurance   where the table goes
// npm run endure -- elements: many elements come and go (elements.mjs).
//   --count 10000      how many
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import puppeteer from "puppeteer-core";
import { main } from "../../web/build/build.mjs";
import { chromiumProgram } from "../../web/build/chromium.mjs";
import { serve } from "../../web/build/serve.mjs";
import { root, StepError } from "../../web/build/steps.mjs";
import { elements } from "./elements.mjs";
import { heap, living, memories, watch } from "./memory.mjs";

const MB = 1024 * 1024;

/** @typedef {{ second: number, frames: number, gap: number, page: number, worker: number, wasm: number, memories: number,
 *   nodes: number, listeners: number, tab: number, browser: number }} Sample */

/** Resident bytes of a process and all its children: of the largest renderer, and of everything. @param {number} parent */
function resident(parent) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const ppid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      children.set(ppid, [...(children.get(ppid) ?? []), Number(name)]);
    } catch {
      // It ended while it was looked at.
    }
  }
  let [tab, all] = [0, 0];
  const queue = [parent];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    queue.push(...(children.get(pid) ?? []));
    try {
      const rss = Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0) * 1024;
      all += rss;
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer")) tab = Math.max(tab, rss);
    } catch {
      // As above.
    }
  }
  return { tab, all };
}

function start() {
  return puppeteer.launch({
    executablePath: chromiumProgram(),
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
  });
}

/** A film of two seconds, made by the browser itself. @param {import("puppeteer-core").Page} page */
async function film(page) {
  const text = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm;codecs=vp8" });
    /** @type {Blob[]} */
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start();
    for (let frame = 0; frame < 60; frame++) {
      context.fillStyle = `hsl(${frame * 6} 80% 50%)`;
      context.fillRect(0, 0, 640, 480);
      context.fillStyle = "white";
      context.fillRect(10 * frame, 4 * frame, 80, 60);
      await new Promise((resolve) => setTimeout(resolve, 33));
    }
    await new Promise((resolve) => {
      recorder.onstop = resolve;
      recorder.stop();
    });
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary);
  });
  return Buffer.from(text, "base64");
}

/** @param {number} minutes @param {number} every @param {string} place @param {string} built */
async function video(minutes, every, place, built) {
  if (!existsSync(join(built, "index.html"))) throw new StepError(`${built} holds no page: npm run build`);
  const site = join(place, "page");
  rmSync(place, { recursive: true, force: true });
  cpSync(built, site, { recursive: true });
  for (const name of readdirSync(join(site, "assets")).filter((file) => /worker.*\.js$/.test(file))) {
    const script = join(site, "assets", name);
    writeFileSync(script, `(${watch})();\n${readFileSync(script, "utf8")}`);
  }
  const server = await serve(site);
  const browser = await start();
  /** @type {string[]} */
  const complaints = [];
  /** @type {Sample[]} */
  const samples = [];
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    const file = join(place, "film.webm");
    writeFileSync(file, await film(page));

    page.on("error", (error) => complaints.push(`the tab broke: ${error.message}`));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.evaluateOnNewDocument(watch);
    await page.evaluateOnNewDocument(() => {
      const seen = { drawn: 0, last: 0, gap: 0 };
      Object.assign(globalThis, { seen });
      const put = CanvasRenderingContext2D.prototype.putImageData;
      /** @param {any[]} given */
      CanvasRenderingContext2D.prototype.putImageData = function (...given) {
        if (this.canvas.id === "output") {
          const now = performance.now();
          if (seen.last) seen.gap = Math.max(seen.gap, now - seen.last);
          seen.last = now;
          seen.drawn++;
        }
        return /** @type {any} */ (put).apply(this, given);
      };
    });
    await page.reload();
    await page.waitForFunction(() => document.documentElement.dataset.state === "ready");
    const input = await page.$("input[type=file]");
    await /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (input).uploadFile(file);
    await page.waitForFunction(() => /** @type {any} */ (globalThis).seen.drawn > 3, { timeout: 30_000 });
    const client = await page.createCDPSession();
    await client.send("Performance.enable");

    const started = performance.now();
    const end = started + minutes * 60_000;
    console.log("second frames  gap ms   page MB worker MB  wasm MB nodes listeners   tab MB browser MB");
    let before = 0;
    for (let next = started + every * 1000; performance.now() < end; next += every * 1000) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
      const held = await heap(client);
      const { drawn, gap } = await page.evaluate(() => {
        const { seen } = /** @type {any} */ (globalThis);
        const { drawn, gap } = seen;
        seen.gap = 0;
        return { drawn, gap };
      });
      const sizes = await page.evaluate(memories);
      let worked = 0;
      for (const worker of page.workers()) {
        worked += await heap(worker.client);
        sizes.push(...(await worker.evaluate(memories)));
      }
      const { nodes, listeners } = await living(client);
      const { tab, all } = resident(browser.process()?.pid ?? 0);
      const sample = {
        second: Math.round((performance.now() - started) / 1000),
        frames: drawn - before,
        gap: Math.round(gap),
        page: held,
        worker: worked,
        wasm: sizes.reduce((sum, bytes) => sum + bytes, 0),
        memories: sizes.length,
        nodes,
        listeners,
        tab,
        browser: all,
      };
      before = drawn;
      samples.push(sample);
      const mb = (/** @type {number} */ bytes, width = 9) => (bytes / MB).toFixed(2).padStart(width);
      console.log(
        `${String(sample.second).padStart(6)} ${String(sample.frames).padStart(6)} ${String(sample.gap).padStart(7)} ${mb(sample.page)} ` +
          `${mb(sample.worker)} ${mb(sample.wasm, 8)} ${String(sample.nodes).padStart(5)} ${String(sample.listeners).padStart(9)} ` +
          `${mb(tab, 8)} ${mb(all)}`,
      );
    }
  } finally {
    await browser.close();
    await server.close();
  }
  judge(samples, complaints, place);
}

const median = (/** @type {number[]} */ list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

/**
 * Chromium keeps the frames it has drawn, half a gigabyte of them, whatever the page does (an empty page that draws a film's frames
 * shows the same): the tab fills up in the first minute and then stays.
 * The last third of the run against the third before it: what goes on growing grows there too, and what was still warming up is past.
 * @param {Sample[]} samples @param {string[]} complaints @param {string} place
 */
function judge(samples, complaints, place) {
  const third = Math.floor(samples.length / 3);
  if (third < 2) throw new StepError("Too few samples to judge by: longer, or more often.");
  const before = samples.slice(third, 2 * third);
  const after = samples.slice(-third);
  /** @type {[keyof Sample, string, number, number][]} what may be added: bytes or pieces, and a part of what there was */
  const allowed = [
    ["page", "heap of the page", MB / 2, 0.02],
    ["worker", "heap of the worker", MB / 2, 0.02],
    ["wasm", "WebAssembly memory", 0, 0],
    ["memories", "WebAssembly memories", 0, 0],
    ["nodes", "nodes", 16, 0],
    ["listeners", "listeners", 0, 0],
    ["tab", "resident memory of the tab", 2 * MB, 0.05],
    ["browser", "resident memory of the browser", 4 * MB, 0.05],
  ];
  const faults = [...complaints];
  const rows = [];
  for (const [key, name, more, part] of allowed) {
    const [was, is] = [median(before.map((sample) => sample[key])), median(after.map((sample) => sample[key]))];
    const flat = is <= was + more + part * was;
    if (!flat) faults.push(`${name} grows: ${was} → ${is}`);
    rows.push({ name, was, is, flat });
    console.log(
      `${name.padEnd(32)}${String(was).padStart(12)} → ${String(is).padStart(12)}  ${flat ? "flat" : "GROWS"}`,
    );
  }
  const frames = samples.reduce((sum, sample) => sum + sample.frames, 0);
  const still = samples.filter((sample) => sample.frames === 0).length;
  if (still) faults.push(`the picture stood still in ${still} of ${samples.length} samples`);
  const seconds = samples.at(-1)?.second ?? 0;
  const gap = Math.max(...samples.map((sample) => sample.gap));
  console.log(
    `${frames} frames in ${seconds} s, ${(frames / seconds).toFixed(1)} a second; the longest wait ${gap} ms`,
  );
  console.log(`${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}`);
  writeFileSync(join(place, "video.json"), `${JSON.stringify({ frames, seconds, rows, faults, samples }, null, 1)}\n`);
  if (faults.length) throw new StepError(`The page does not last:\n  ${faults.join("\n  ")}`);
  console.log("The page lasts: nothing grows, and the tab lives.");
}

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: "string", default: "10" },
      every: { type: "string", default: "10" },
      at: { type: "string", default: "build/endurance" },
      page: { type: "string", default: "dist/page" },
      count: { type: "string", default: "10000" },
    },
  });
  const [what] = positionals;
  if (positionals.length === 1 && what === "elements") {
    const browser = await start();
    try {
      return await elements(browser, Number(values.count));
    } finally {
      await browser.close();
    }
  }
  if (positionals.length !== 1 || what !== "video") {
    throw new StepError(
      "Which one? npm run endure -- video [--minutes 10] [--every 10] [--page dist/page] [--at build/endurance], " +
        "or npm run endure -- elements [--count 10000]",
    );
  }
  await video(Number(values.minutes), Number(values.every), resolve(root, values.at), resolve(root, values.page));
});
