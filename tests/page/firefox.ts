/** Firefox, driven by puppeteer over WebDriver BiDi. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import puppeteer, { type KeyInput } from "puppeteer-core";
import { type Engine, PATIENCE, type Server } from "./engine.js";

let started: ReturnType<typeof puppeteer.launch> | undefined;
const start = () =>
  puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    headless: true,
    timeout: PATIENCE,
    protocolTimeout: PATIENCE,
  });

export async function firefoxEngine(address: string, server: Server): Promise<Engine> {
  started ??= start();
  const browser = await started;
  return {
    async open(fragment, look = {}) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE);
      // puppeteer asks for the size and an orientation at once; Firefox 140 takes the size and does not know the other.
      await page.setViewport({ width: look.width ?? 1280, height: look.height ?? 900 }).catch((error: Error) => {
        if (!/unknown command/.test(error.message)) throw error;
      });
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      page.on("request", (request) => {
        const to = request.url();
        if (!to.startsWith(server.url) && to !== look.file && !/^(blob|data):/.test(to))
          complaints.push(`request to ${to}`);
      });
      await page.goto(look.file ?? `${address}${fragment ? `#${fragment}` : ""}`);
      // Not waitForFunction: it makes its function from a string, which the page's policy forbids.
      while (await page.evaluate(() => document.documentElement.dataset.state === "loading")) await pause(20);
      return {
        run: (action, given) => page.evaluate(action as never, given as never),
        async follow(next) {
          await page.evaluate((to) => {
            location.hash = to;
          }, next);
        },
        click: (selector) => page.click(selector),
        async press(...keys) {
          for (const key of keys) {
            const parts = key.split("+").filter(Boolean);
            const last = (key.endsWith("+") ? "+" : parts.pop()) as KeyInput;
            for (const part of parts) await page.keyboard.down(part as KeyInput);
            await page.keyboard.press(last);
            for (const part of parts) await page.keyboard.up(part as KeyInput);
          }
        },
        type: (text) => page.keyboard.type(text),
        move: (x, y) => page.mouse.move(x, y),
        async drag([x, y], [toX, toY]) {
          await page.mouse.move(x, y);
          await page.mouse.down();
          await page.mouse.move(toX, toY, { steps: 8 });
          await page.mouse.up();
        },
        wheel: (by) => page.mouse.wheel({ deltaY: by }),
        tap: () => Promise.reject(new Error("not driven")),
        async choose(selector, file) {
          const path = join(mkdtempSync(join(tmpdir(), "poolscope-")), file.name);
          writeFileSync(path, file.bytes);
          const input = await page.$(selector);
          await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(path);
        },
        async picture(path) {
          await page.screenshot({ path: path as `${string}.png` });
        },
        html: () => page.content(),
        async audit(axe) {
          await page.evaluate(axe);
          return page.evaluate(async () => {
            const { axe: library } = window as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } };
            return JSON.parse(JSON.stringify((await library.run()).violations)) as unknown[];
          });
        },
        complaints,
        close: () => context.close(),
      };
    },
    close: () => server.close(),
  };
}
