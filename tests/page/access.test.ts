import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { engineName, lacks, said } from "./engine";
import { open } from "./tabs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const STATES = {
  opening: "nn.MaxPool2d(kernel_size=6, stride=2)",
  numbers: "nn.AvgPool2d(3, 2, 1, ceil_mode=True)&image=numbers&at=1,1",
  back: "nn.MaxPool2d(2)&image=numbers&at=3,4&side=input&look=gradient",
  error: "nn.MaxPool2d(2, padding=7)",
  note: "nn.MaxPool2d(2)&nonsense=1",
};

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

// Each language, theme and width meets each of the others. What axe reads is markup and computed style, the same in every engine: the others
// are asked for one look of each language.
const looksIn = (language: string): [dark: boolean, width: number][] => {
  if (engineName !== "chromium") return language === "en" ? [[false, 1280]] : [[true, 320]];
  return [
    [false, language === "en" ? 1280 : 320],
    [true, language === "en" ? 320 : 1280],
  ];
};
const states = Object.entries(STATES).filter(([name]) => engineName === "chromium" || name !== "note");

describe.each(["en", "zh"])("in %s", (language) => {
  describe.each(looksIn(language))("dark: %s, %i px", (dark, width) => {
    test.each(states)("%s has nothing that axe finds", async (_, fragment) => {
      const tab = await open(`${fragment}&lang=${language}&theme=${dark ? "dark" : "light"}`, {
        width,
        height: 900,
      });
      await tab.run(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      await said(tab);
      const found = (await tab.audit(axe)) as Finding[];
      expect(found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
      expect(await tab.run(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    });
  });

  test("no sentence of the other language is left", async () => {
    const tab = await open(`nn.MaxPool2d(2)&lang=${language}`);
    await said(tab);
    const texts = await tab.run(() => {
      const found: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement as HTMLElement;
        const text = walker.currentNode.textContent?.trim() ?? "";
        if (text && !parent.closest("[translate=no], [lang] [lang], h1, dt, #formula, #sentence, #live, svg"))
          found.push(text);
      }
      for (const element of document.querySelectorAll("[aria-label], [title]")) {
        if (element.closest("[translate=no], [lang] [lang]")) continue;
        found.push(element.getAttribute("aria-label") ?? "", element.getAttribute("title") ?? "");
      }
      return found.filter(Boolean);
    });
    expect(texts.length).toBeGreaterThan(40);
    const names =
      /PyTorch|ONNX|Keras|ResNet|GoogLeNet|YOLO|SPPF|PNG|SVG|kernel_size|stride|dilation|ceil_mode|Poolscope|nn\.MaxPool2d|^[RGB]$|^\d/;
    for (const text of texts) {
      if (language === "zh") expect(/[一-鿿]/.test(text) || names.test(text), text).toBe(true);
      else expect(text).not.toMatch(/[一-鿿]/);
    }
  });
});

test("every control is reached with the Tab key, and none holds it", async () => {
  const tab = await open("nn.MaxPool2d(2)");
  const controls = await tab.run(
    () =>
      [...document.querySelectorAll<HTMLElement>("a[href], button, input, select, summary, [tabindex]")].filter(
        (element) =>
          element.tabIndex >= 0 && element.checkVisibility() && !element.closest("details:not([open]) > :not(summary)"),
      ).length,
  );
  const seen = new Set<string>();
  for (let step = 0; step < controls + 5; step++) {
    await tab.press("Tab");
    seen.add(
      await tab.run(() => {
        const all = [...document.querySelectorAll("*")];
        return String(all.indexOf(document.activeElement as Element));
      }),
    );
  }
  expect(seen.size).toBeGreaterThanOrEqual(controls);
});

test.skipIf(lacks("forced"))(
  "forced colours keep the figure legible: its lines take the system's colours",
  async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=1,1", { forced: true });
    const role = await tab.run(() => getComputedStyle(document.documentElement).getPropertyValue("--ink").trim());
    expect(role).toBe("CanvasText");
  },
);
