// node tests/page/measure.mjs: how fast the built page is in Chromium, on this machine, now. It judges nothing: a busy
// machine gives bad numbers. Largest paint and layout shift with the processor four times slower, on a good line and on slow
// 4G; frames while the cursor moves, a number is dragged, and a 640 × 480 camera is pooled live.
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../../web/build/chromium.mjs";
import { serve } from "../../web/build/serve.mjs";

const server = await serve(fileURLToPath(new URL("../../dist/page", import.meta.url)));
const browser = await launchChromium({
  shell: false,
  args: ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
});

/** @param {number} width @param {boolean} slow a slow 4G line */
async function loading(width, slow) {
  const context = await browser.newContext({ viewport: { width, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const seen = { paint: 0, shift: 0 };
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      seen.paint = list.getEntries().at(-1)?.startTime ?? 0;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += /** @type {any} */ (entry).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  if (slow) {
    await session.send("Network.enable");
    const bytes = (1.6 * 1024 * 1024) / 8;
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 150,
      downloadThroughput: bytes,
      uploadThroughput: bytes,
    });
  }
  await page.goto(server.url);
  await page.waitForFunction(() => document.documentElement.dataset.state === "ready");
  // What is written once the figure rests comes last.
  await page.waitForFunction(() => document.getElementById("took")?.textContent);
  const { paint, shift } = await page.evaluate(() => /** @type {any} */ (globalThis).seen);
  await context.close();
  return { paint: Math.round(paint), shift: Number(shift.toFixed(4)) };
}

/** @param {"move" | "drag" | "camera"} what */
async function frames(what) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => document.documentElement.dataset.state === "ready");
  if (what === "camera") {
    await page.getByText("Camera", { exact: true }).click();
    await page.waitForFunction(() => document.getElementById("input")?.getAttribute("width") === "640");
  }
  const result = await page.evaluate(async (kind) => {
    const stage = /** @type {HTMLElement} */ (document.getElementById("stage"));
    const box = /** @type {HTMLElement} */ (document.getElementById("input")).getBoundingClientRect();
    const spin = /** @type {HTMLElement} */ (document.querySelector('#code [data-id^="kernelSize"]'));
    const gaps = [];
    let last = await new Promise(requestAnimationFrame);
    for (let step = 0; step < 240; step++) {
      if (kind === "move") {
        const at = { clientX: box.x + 20 + (step % 200), clientY: box.y + 40 + (step % 120) };
        stage.dispatchEvent(new PointerEvent("pointermove", { ...at, bubbles: true }));
      } else if (kind === "drag") {
        spin.dispatchEvent(
          new KeyboardEvent("keydown", { key: step % 16 < 8 ? "ArrowUp" : "ArrowDown", bubbles: true }),
        );
      }
      const now = await new Promise(requestAnimationFrame);
      gaps.push(now - last);
      last = now;
    }
    gaps.sort((a, b) => a - b);
    return {
      inTime: gaps.filter((gap) => gap <= 17.5).length / gaps.length,
      p95: gaps[Math.floor(0.95 * gaps.length)],
      worst: gaps.at(-1),
    };
  }, what);
  await context.close();
  return result;
}

console.log(`${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}, Chromium ${browser.version()}\n`);
for (const [width, slow] of /** @type {const} */ ([
  [1280, false],
  [390, false],
  [1280, true],
  [390, true],
])) {
  const runs = [];
  for (let run = 0; run < 3; run++) runs.push(await loading(width, slow));
  runs.sort((a, b) => a.paint - b.paint);
  console.log(
    `${width} px${slow ? ", slow 4G" : ""}: largest paint ${runs[1]?.paint} ms (median of three), layout shift ${Math.max(...runs.map(({ shift }) => shift))}`,
  );
}
for (const what of /** @type {const} */ (["move", "drag", "camera"])) {
  const { inTime, p95, worst } = await frames(what);
  console.log(
    `${what.padEnd(6)} ${(100 * inTime).toFixed(0)} % of frames in time, 95 % within ${p95?.toFixed(1)} ms, worst ${worst?.toFixed(0)} ms`,
  );
}
await browser.close();
await server.close();
