// npm run endure -- elements: 10,000 <pool-view>s come to a page, draw and go again, fifty at a time. One core serves them all, and
// after a collection the page holds what it held before: no node, no listener, no heap is left of them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../../web/build/serve.mjs";
import { root, StepError } from "../../web/build/steps.mjs";
import { heap, living, memories, watch } from "./memory.mjs";

const KB = 1024;
const together = 50;

/** @param {import("puppeteer-core").Browser} browser @param {number} count */
export async function elements(browser, count) {
  if (!existsSync(join(root, "dist/module/element.js"))) throw new StepError("dist/module is not built: npm run build");
  const server = await serve(root);
  /** @type {string[]} */
  const complaints = [];
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1200, height: 900 });
    page.on("error", (error) => complaints.push(`the tab broke: ${error.message}`));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.evaluateOnNewDocument(watch);
    await page.goto(new URL("tests/endurance/elements.html", server.url).href);
    await page.waitForFunction(() => customElements.get("pool-view") !== undefined);
    const client = await page.createCDPSession();
    await client.send("Performance.enable");
    // What the first ones load and remember, all the others share.
    const round = (/** @type {number} */ from) =>
      page.evaluate((...given) => /** @type {any} */ (globalThis).mountAndUnmount(...given), from, together);
    for (let warm = 0; warm < 4; warm++) await round(warm * together);
    const state = async () => ({ heap: await heap(client), ...(await living(client)) });
    const before = await state();
    const started = performance.now();
    let drawn = 0;
    for (let done = 0; done < count; done += together) drawn += await round(done);
    const seconds = (performance.now() - started) / 1000;
    const after = await state();
    const sizes = await page.evaluate(memories);
    await page.close();
    console.log(`${drawn} elements mounted, drawn and unmounted in ${seconds.toFixed(0)} s`);
    for (const key of /** @type {const} */ (["heap", "nodes", "listeners"])) {
      console.log(`${key.padEnd(10)}${String(before[key]).padStart(10)} → ${String(after[key]).padStart(10)}`);
    }
    console.log(`WebAssembly memories: ${sizes.length}, ${sizes} bytes`);
    if (drawn < count) complaints.push(`only ${drawn} of ${count} elements were drawn`);
    if (sizes.length !== 1) complaints.push(`${sizes.length} cores instead of one`);
    // One element alone has more than thirty nodes.
    if (after.nodes > before.nodes + 8) complaints.push(`nodes are left: ${before.nodes} → ${after.nodes}`);
    if (after.listeners > before.listeners)
      complaints.push(`listeners are left: ${before.listeners} → ${after.listeners}`);
    if (after.heap > before.heap + 512 * KB) complaints.push(`the heap grows: ${before.heap} → ${after.heap}`);
  } finally {
    await server.close();
  }
  if (complaints.length) throw new StepError(`Elements leave something behind:\n  ${complaints.join("\n  ")}`);
}
