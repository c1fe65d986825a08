/**
 * The tarball in a browser engine, POOLSCOPE_BROWSER being its name: every operator's answer is Node's, and the examples
 * work under the strict policy without one violation.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { loadPooling } from "../../web/module/index";
import { type Engine, eventually, lacks, launch, type Tab } from "../page/engine";
import { digest } from "./digest.js";
import { consumer, single } from "./prepare";

let engine: Engine;
let tab: Tab;
beforeAll(async () => {
  engine = await launch("build/embed/consumer/sites/engines.html");
  tab = await engine.open("");
});
afterAll(async () => {
  await tab?.close();
  await engine?.close();
});

test.each(["index", "worker", "nowasm"])("every operator answers as in Node, bit for bit: %s", async (entry) => {
  const answer = await tab.run(() => (window as unknown as { answer: Record<string, string[]> }).answer);
  expect(answer[entry]).toEqual(await digest(await loadPooling()));
});

/** Waits for a state of the page; while another page comes, there is nobody to answer. */
const wait = <Result>(look: () => Result | Promise<Result>) =>
  eventually(
    () => tab.run(look).catch(() => undefined),
    () => String(look),
  );

async function visit(name: string): Promise<void> {
  await tab.run((page: string) => {
    location.href = new URL(`../examples/${page}`, location.href).href;
  }, name);
  await eventually(async () => {
    const here = await tab.run(() => document.readyState === "complete" && location.pathname).catch(() => "");
    return String(here).endsWith(`/examples/${name}`);
  });
}

describe("the example", () => {
  afterEach(async () => {
    expect(await tab.run(() => (window as unknown as { violations: string[] }).violations)).toEqual([]);
    // It is this test that reads canvases over and over.
    expect(tab.complaints.filter((words) => !words.includes("willReadFrequently"))).toEqual([]);
  });

  test("of two lines", async () => {
    await visit("two-lines.html");
    const view = () => {
      const [element] = document.getElementsByTagName("pool-view");
      if (element?.state !== "ready") return undefined;
      const part = (name: string) => element.shadowRoot?.querySelector(`[part=${name}]`)?.textContent;
      return [part("code"), part("sentence"), part("error")];
    };
    const [code, sentence, error] = await wait(view);
    expect(code).toBe("nn.MaxPool2d(kernel_size=3, stride=2)");
    expect(sentence).toMatch(/^out\[1, 2\] = max\(/);
    expect(error).toBe("");
    // Only a living element knows its parts.
    const parts = await tab.run(() => {
      const inside = document.querySelector("pool-view")?.shadowRoot?.querySelectorAll("[part]") ?? [];
      return [...inside].map((element) => element.getAttribute("part"));
    });
    const elements = JSON.parse(
      readFileSync(join(consumer, "node_modules/poolscope/dist/module/custom-elements.json"), "utf8"),
    );
    const declared: { name: string }[] = elements.modules[0].declarations[0].cssParts;
    expect(declared.map(({ name }) => name).sort()).toEqual(parts.sort());
    await tab.run(() => {
      document.querySelector("pool-view")?.shadowRoot?.querySelector<HTMLElement>("[part=figure]")?.focus();
    });
    await tab.press("ArrowUp");
    expect(await wait(() => document.querySelector("pool-view[at='0,2']")?.getAttribute("at"))).toBe("0,2");
  });

  test("of a blog post: three figures, one core, its own colours, the language around", async () => {
    await visit("blog.html");
    for (const at of [0, 1, 2]) {
      // Each starts when it is seen.
      await tab.run((index: number) => document.getElementsByTagName("pool-view")[index]?.scrollIntoView(), at);
      await wait(() => {
        const views = [...document.getElementsByTagName("pool-view")];
        const seen = views.filter((view) => view.state === "ready");
        return seen.some((view) => Math.abs(view.getBoundingClientRect().top) < innerHeight);
      });
    }
    const views = await wait(() => {
      const all = [...document.getElementsByTagName("pool-view")];
      if (!all.every((view) => view.state === "ready")) return undefined;
      return all.map((view) => {
        const part = (name: string) => view.shadowRoot?.querySelector(`[part=${name}]`) as HTMLElement;
        return {
          sentence: part("sentence").textContent,
          label: part("figure").getAttribute("aria-label"),
          weight: getComputedStyle(part("code")).fontWeight,
        };
      });
    });
    expect(views.map(({ weight }) => weight)).toEqual(["400", "700", "400"]);
    expect(views[0]?.label).toContain("1 × 8 × 9 becomes 1 × 3 × 4");
    expect(views[1]?.sentence).toBe("out[0, 0] = (1) / 1 = 1; 3 of 4 taps are not counted");
    expect(views[2]?.label).toContain("1 × 6 × 7 变为 1 × 4 × 5");
    // Only Chromium tells what moved while the figures came.
    const moved = await tab.run(async () => {
      if (!PerformanceObserver.supportedEntryTypes.includes("layout-shift")) return [];
      const seen: string[] = [];
      const note = (entries: PerformanceEntryList) => seen.push(...entries.map((entry) => JSON.stringify(entry)));
      const observer = new PerformanceObserver((list) => note(list.getEntries()));
      observer.observe({ type: "layout-shift", buffered: true });
      for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
      note(observer.takeRecords());
      return seen;
    });
    expect(moved).toEqual([]);
  });

  test("of morphology: dilation is max pooling, erosion is min pooling", async () => {
    await visit("morphology.html");
    await wait(() => document.documentElement.dataset.state === "ready");
    const wrong = (operation: string, radius: number) =>
      tab.run(
        ([name, size]) => {
          const select = document.getElementById("operation") as HTMLSelectElement;
          const range = document.getElementById("radius") as HTMLInputElement;
          select.value = name as string;
          range.value = String(size);
          range.dispatchEvent(new Event("input"));
          const [before, after] = ["input", "output"].map((id) => {
            const canvas = document.getElementById(id) as HTMLCanvasElement;
            const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, 320, 240);
            return data.filter((_, at) => at % 4 === 1);
          }) as [Uint8ClampedArray, Uint8ClampedArray];
          const reach = size as number;
          const choose = name === "dilate" ? Math.max : Math.min;
          let [wrong, lit] = [0, 0];
          for (let row = 0; row < 240; row++) {
            for (let column = 0; column < 320; column++) {
              let best = before[320 * row + column] as number;
              for (let y = Math.max(0, row - reach); y <= Math.min(239, row + reach); y++)
                for (let x = Math.max(0, column - reach); x <= Math.min(319, column + reach); x++)
                  best = choose(best, before[320 * y + x] as number);
              if (best !== after[320 * row + column]) wrong++;
              if (best === 255) lit++;
            }
          }
          return { wrong, lit };
        },
        [operation, radius] as const,
      );
    const dilated = await wrong("dilate", 2);
    const eroded = await wrong("erode", 3);
    expect([dilated.wrong, eroded.wrong]).toEqual([0, 0]);
    expect(dilated.lit).toBeGreaterThan(90 * 90);
    expect(eroded.lit).toBe(84 * 84);
    // Opening takes the thin line and the dots away and leaves the square; a stroke drawn by hand counts at once.
    const box = await tab.run(() => {
      const { x, y } = (document.getElementById("input") as HTMLCanvasElement).getBoundingClientRect();
      return [x, y] as const;
    });
    await tab.drag([box[0] + 200, box[1] + 30], [box[0] + 280, box[1] + 60]);
    const pixel = () => {
      const canvas = document.getElementById("input") as HTMLCanvasElement;
      return (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(240, 45, 1, 1).data[1] === 255;
    };
    expect(await wait(pixel)).toBe(true);
    expect((await wrong("dilate", 1)).wrong).toBe(0);
  });

  test.skipIf(lacks("camera"))("of a live camera", async () => {
    await visit("camera.html");
    await tab.click("#start");
    await wait(() => document.documentElement.dataset.state === "ready");
    const { said, worst, spread } = await tab.run(() => {
      const [input, output] = ["input", "output"].map((id) => {
        const canvas = document.getElementById(id) as HTMLCanvasElement;
        const { width, height } = canvas;
        return (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, width, height);
      }) as [ImageData, ImageData];
      let [worst, least, most] = [0, 255, 0];
      for (let row = 0; row < output.height; row++)
        for (let column = 0; column < output.width; column++)
          for (let channel = 0; channel < 4; channel++) {
            let sum = 0;
            for (let y = 8 * row; y < 8 * row + 8; y++)
              for (let x = 8 * column; x < 8 * column + 8; x++)
                sum += input.data[4 * (input.width * y + x) + channel] as number;
            const value = output.data[4 * (output.width * row + column) + channel] as number;
            worst = Math.max(worst, Math.abs(value - Math.floor(sum / 64 + 0.5)));
            if (channel < 3) [least, most] = [Math.min(least, value), Math.max(most, value)];
          }
      return { said: document.getElementById("said")?.textContent, worst, spread: most - least };
    });
    expect(said).toMatch(/^640 × 480 → 80 × 60, [\d.]+ ms$/);
    expect(worst).toBe(0);
    expect(spread).toBeGreaterThan(100);
  });

  test("of a worker", async () => {
    await visit("worker.html");
    await wait(() => document.documentElement.dataset.state === "ready");
    const made = await tab.run(() => {
      const { output, indices, worker, left } = (window as unknown as { made: unknown }).made as {
        output: { data: Float32Array; shape: number[] };
        indices: Int32Array;
        worker: boolean;
        left: number;
      };
      let wrong = 0;
      for (let at = 0; at < output.data.length; at++) {
        const plane = Math.floor(at / (128 * 128));
        const from = plane * 65536 + (indices[at] as number);
        if (output.data[at] !== (from * 7919) % 65536) wrong++;
      }
      return { shape: output.shape, wrong, worker, left, said: document.getElementById("said")?.textContent };
    });
    const said = "16 × 256 × 256 → 16 × 128 × 128";
    expect(made).toEqual({ shape: [16, 128, 128], wrong: 0, worker: true, left: 0, said });
  });

  test("is one of these, and none is forgotten", () => {
    const pages = readdirSync(join(consumer, "examples")).filter((name) => name.endsWith(".html"));
    expect(pages.sort()).toEqual(["blog.html", "camera.html", "morphology.html", "two-lines.html", "worker.html"]);
  });
});

test("a violation would have been seen", async () => {
  await tab.run(() => {
    const style = document.createElement("style");
    style.textContent = "p { color: red }";
    document.head.append(style);
  });
  const seen = await wait(() => (window as unknown as { violations: string[] }).violations[0]);
  expect(seen).toMatch(/^style-src/);
});

// The last one: some drivers have one tab only.
test("one HTML file opened from a disk holds it all", async () => {
  const alone = await engine.open("", { file: await single() });
  try {
    const seen = await alone.run(() => {
      const { answer } = window as unknown as { answer: { lines: string[]; svg: string } };
      return { ...answer, protocol: location.protocol };
    });
    expect(seen.protocol).toBe("file:");
    expect(seen.lines).toEqual(await digest(await loadPooling()));
    expect(seen.svg).toMatch(/^<svg .*<title>nn\.MaxPool2d/s);
    expect(alone.complaints).toEqual([]);
  } finally {
    await alone.close();
  }
});
