import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../../web/build/chromium.mjs";
import { serve } from "../../web/build/serve.mjs";
import { fileCauses } from "./causes/files.js";
import { plan } from "./plan.js";
import { trap } from "./suite.js";

interface Attacks {
  attack(given: { cause: string; address: string }): Promise<{ faults: string[]; puts: number }>;
  attackFiles(files: { name: string; base64: string; type: string }[]): Promise<string[]>;
  honest(): Promise<string>;
}
const root = fileURLToPath(new URL("../../", import.meta.url));

describe("element", () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  let server: Awaited<ReturnType<typeof trap>>;
  let page: Page;
  let honest = "";
  const complaints: string[] = [];
  beforeAll(async () => {
    [browser, site, server] = await Promise.all([launchChromium(), serve(root, { policy: null }), trap()]);
    page = await browser.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => void dialog.dismiss());
    await page.goto(new URL("tests/attacks/entries/element.html", site.url).href);
    await page.waitForFunction(() => document.documentElement.dataset.state === "ready");
    honest = await page.evaluate(() => (globalThis as unknown as Attacks).honest());
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    server?.close();
  });

  const isFile = (cause: string) => Object.hasOwn(fileCauses, cause);
  test.each(plan.element.filter((cause) => !isFile(cause)))("%s", async (cause) => {
    const given = { cause, address: server.address };
    const { faults, puts } = await page.evaluate((given) => (globalThis as unknown as Attacks).attack(given), given);
    expect(puts).toBeGreaterThan(50);
    expect(faults.slice(0, 100)).toEqual([]);
    expect(complaints.splice(0)).toEqual([]);
    expect(server.asked).toEqual([]);
    expect(await page.evaluate(() => (globalThis as unknown as Attacks).honest())).toBe(honest);
  });

  test.each(plan.element.filter(isFile))("%s", async (cause) => {
    const files = fileCauses[cause as keyof typeof fileCauses].map(({ name, make }) => ({
      name,
      base64: make().toString("base64"),
      type: cause.startsWith("JPEG") ? "image/jpeg" : "image/png",
    }));
    const faults = await page.evaluate((files) => (globalThis as unknown as Attacks).attackFiles(files), files);
    expect(faults).toEqual(files.map(() => ""));
    expect(complaints.splice(0)).toEqual([]);
    expect(await page.evaluate(() => (globalThis as unknown as Attacks).honest())).toBe(honest);
  });
});
