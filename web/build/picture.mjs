// npm run picture: takes the README's pictures, docs/page.webp and docs/page.zh.webp, from the built page,
// so that they show today's. Playwright's own command writes no WebP and does not wait for the page.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, main } from "./build.mjs";
import { launchChromium } from "./chromium.mjs";
import { serve } from "./serve.mjs";
import { root, StepError } from "./steps.mjs";

const pictures = { en: "docs/page.webp", zh: "docs/page.zh.webp" };
const mostBytes = 200_000;

/** A screenshot of the page from its top to its formulas. @param {import("playwright-core").Page} page */
async function take(page) {
  await page.waitForSelector("html[data-state=ready]");
  await page.evaluate(() => document.fonts.ready);
  // What is written once the figure rests comes last.
  await page.waitForFunction(() => document.getElementById("took")?.textContent);
  const formula = await page.locator("#formula").boundingBox();
  if (!formula) throw new StepError("The page has no #formula.");
  const height = Math.ceil(formula.y + formula.height + 16);
  return page.screenshot({ clip: { x: 0, y: 0, width: 1280, height } });
}

/** Runs in a page: PNG to WebP, base64 both. @param {string} png */
async function toWebP(png) {
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.9 })).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

await main(async () => {
  build({ parts: ["page"] });
  const { url, close } = await serve(join(root, "dist/page"));
  const browser = await launchChromium();
  try {
    mkdirSync(join(root, "docs"), { recursive: true });
    for (const [language, file] of Object.entries(pictures)) {
      const page = await browser.newPage({
        viewport: { width: 1280, height: 900 },
        deviceScaleFactor: 1.5,
        colorScheme: "light",
        reducedMotion: "reduce",
      });
      await page.goto(`${url}#nn.MaxPool2d(kernel_size=6, stride=2)&lang=${language}`);
      const png = await take(page);
      await page.goto("about:blank");
      const bytes = Buffer.from(await page.evaluate(toWebP, png.toString("base64")), "base64");
      await page.close();
      if (bytes.length > mostBytes) throw new StepError(`${file} has ${bytes.length} bytes, more than ${mostBytes}.`);
      writeFileSync(join(root, file), bytes);
      console.log(`picture: wrote ${file}, ${bytes.length} bytes`);
    }
  } finally {
    await browser.close();
    await close();
  }
});
