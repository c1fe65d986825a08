import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { serve } from "../../web/build/serve.mjs";
import type { PoolView } from "../../web/element/index";
import { type Engine, eventually, type Look, launch, type Tab } from "./engine";

let engine: Engine;
const tabs: Tab[] = [];
beforeAll(async () => {
  engine = await launch("tests/page/element/");
});
afterAll(() => engine.close());
afterEach(async () => {
  const complaints = tabs.flatMap((tab) => tab.complaints);
  await Promise.all(tabs.splice(0).map((tab) => tab.close()));
  expect(complaints).toEqual([]);
});

async function open(look?: Look, page = ""): Promise<Tab> {
  const tab = await engine.open(page, look);
  tabs.push(tab);
  return tab;
}

const text = (tab: Tab, id: string, part: string) =>
  tab.run(
    async ([name, which]) => {
      for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
      return document.getElementById(name as string)?.shadowRoot?.querySelector(`[part=${which}]`)?.textContent;
    },
    [id, part],
  );

test("two figures live on one page, each with its own picture, language and theme", async () => {
  const tab = await open();
  expect(await text(tab, "digits", "code")).toBe("nn.MaxPool2d(kernel_size=3, stride=2)");
  expect(await text(tab, "digits", "sentence")).toMatch(/^out\[0, 2\] = max\(/);
  expect(await text(tab, "ship", "sentence")).toContain("位于 in[");
  const size = await tab.run(() => {
    const output = document.getElementById("ship")?.shadowRoot?.getElementById("output") as HTMLCanvasElement;
    return [output.width, output.height];
  });
  expect(size).toEqual([123, 98]);
});

test("attributes and properties are the same thing, and a change is heard", async () => {
  const tab = await open();
  await tab.run(() => {
    const view = document.getElementById("digits") as PoolView;
    view.code = "nn.AvgPool2d(2)";
    view.setAttribute("at", "3,3");
  });
  expect(await text(tab, "digits", "sentence")).toMatch(/^out\[3, 3\] = \(/);
  expect(await tab.run(() => document.getElementById("digits")?.getAttribute("code"))).toBe("nn.AvgPool2d(2)");
  const heard = await tab.run(
    () => (window as unknown as { heard: { type: string; id: string; detail: object }[] }).heard,
  );
  expect(heard.filter(({ type, id }) => type === "poolchange" && id === "digits").at(-1)?.detail).toEqual({
    code: "nn.AvgPool2d(kernel_size=2)",
    inputShape: [1, 8, 9],
    outputShape: [1, 4, 4],
  });
  // React takes a property back by setting undefined.
  const taken = await tab.run(() => {
    const view = document.getElementById("digits") as PoolView;
    view.code = undefined as unknown as string;
    view.at = null as unknown as string;
    return [view.getAttribute("code"), view.getAttribute("at")];
  });
  expect(taken).toEqual([null, null]);
});

test("keys and the pointer move the cursor, and it is heard", async () => {
  const tab = await open();
  await tab.run(() =>
    document.getElementById("digits")?.shadowRoot?.querySelector<HTMLElement>("[part=figure]")?.focus(),
  );
  await tab.press("ArrowDown", "ArrowLeft");
  expect(await text(tab, "digits", "sentence")).toMatch(/^out\[1, 1\]/);
  expect(await tab.run(() => document.getElementById("digits")?.getAttribute("at"))).toBe("1,1");
  const [x, y] = await tab.run(() => {
    const view = document.getElementById("digits");
    view?.scrollIntoView();
    const box = view?.shadowRoot?.getElementById("input")?.getBoundingClientRect() as DOMRect;
    return [box.x + box.width * 0.5, box.y + box.height * 0.95];
  });
  await tab.move(x as number, y as number);
  expect(await text(tab, "digits", "sentence")).toBe("in[7, 4] is read by no window");
  const last = await tab.run(() =>
    (window as unknown as { heard: { type: string; detail: { sentence: string } }[] }).heard.at(-1),
  );
  expect(last).toMatchObject({ type: "poolcursor", detail: { side: "input", row: 7, column: 4 } });
  await tab.run(() => document.getElementById("digits")?.setAttribute("at", "1,1"));
  expect(await text(tab, "digits", "sentence")).toMatch(/^out\[1, 1\]/);
});

test("what PyTorch refuses is said, and the last figure stays", async () => {
  const tab = await open();
  await tab.run(() => document.getElementById("digits")?.setAttribute("code", "nn.MaxPool2d(3, padding=9)"));
  expect(await text(tab, "digits", "error")).toContain("pad should be at most half of effective kernel size");
  expect(await text(tab, "digits", "code")).toBe("nn.MaxPool2d(kernel_size=3, stride=2)");
  await tab.run(() => document.getElementById("digits")?.setAttribute("code", "nn.MaxPool2d(4)"));
  expect(await text(tab, "digits", "error")).toBe("");
});

test("an input that is none is said in both languages, and the last figure stays", async () => {
  const tab = await open();
  const set = (attributes: Record<string, string>) =>
    tab.run((given) => {
      for (const [name, value] of Object.entries(given)) document.getElementById("digits")?.setAttribute(name, value);
    }, attributes);
  const cells = () =>
    tab.run(() => {
      const canvas = document.getElementById("digits")?.shadowRoot?.getElementById("input") as HTMLCanvasElement;
      return [canvas.height, canvas.width];
    });
  await set({ input: "3:1,2,3,4,5,6,7,8,9" });
  expect(await text(tab, "digits", "error")).toBe("");
  const wrong = ["", "abc", "2:1,2,3", "2:1,x", "1e3x2", "-2x3", "0x4", "513x4", "4x1000", "1000x1000"];
  for (const input of [...wrong, `1:${Array(4097).fill(1)}`]) {
    await set({ input });
    expect(await text(tab, "digits", "error")).toContain(
      `${JSON.stringify(input.slice(0, 40)).slice(0, -1)}${input.length > 40 ? "…" : ""}" is not an input`,
    );
    expect(await cells()).toEqual([3, 3]);
  }
  await set({ lang: "zh", input: "x" });
  expect(await text(tab, "digits", "error")).toContain('"x" 不是这里能读取的输入');
  for (const [input, size] of [
    ["512x4", [512, 4]],
    [" 5 × 6 ", [5, 6]],
    ["7,8", [7, 8]],
  ] as const) {
    await set({ input });
    expect(await text(tab, "digits", "error")).toBe("");
    expect(await cells()).toEqual(size);
  }
});

test("an input that is none from the beginning leaves the default digits", async () => {
  const tab = await open();
  await tab.run(() => {
    const view = document.createElement("pool-view");
    view.id = "new";
    view.setAttribute("input", "abc");
    document.body.replaceChildren(view);
  });
  await eventually(() => text(tab, "new", "error"));
  expect(await text(tab, "new", "error")).toContain('"abc" is not an input');
  expect(await text(tab, "new", "sentence")).toMatch(/^out\[0, 0\] = max\(/);
});

test("it uses a shadow root the page's HTML brought, open or closed", async () => {
  const tab = await open(undefined, "shadow.html");
  const states = await tab.run(() => [...document.querySelectorAll("pool-view")].map(({ state }) => state));
  expect(states).toEqual(["ready", "ready"]);
  expect(await text(tab, "digits", "sentence")).toMatch(/^out\[0, 2\] = max\(/);
  expect(await tab.run(() => document.getElementById("digits")?.shadowRoot?.querySelector("i") ?? null)).toBe(null);
  // One that a script made and closed is not the element's to have: it stays as it is, and nothing is thrown.
  await tab.run(() => {
    const other = document.createElement("pool-other");
    other.attachShadow({ mode: "closed" });
    document.body.append(other);
    customElements.define("pool-other", class extends (customElements.get("pool-view") as typeof PoolView) {});
    other.setAttribute("code", "nn.AvgPool2d(2)");
    other.remove();
  });
});

test("it follows the language around it, with one observer for all that goes with the last of them", async () => {
  const tab = await open();
  const sentence = () => text(tab, "digits", "sentence");
  await tab.run(() => document.getElementById("digits")?.setAttribute("at", "2,0"));
  expect(await sentence()).toContain("found at in[");
  await tab.run(() => document.documentElement.setAttribute("lang", "zh-CN"));
  expect(await sentence()).toContain("位于 in[");
  await tab.run(() => document.body.setAttribute("lang", "en"));
  expect(await sentence()).toContain("found at in[");
  await tab.run(() => document.body.removeAttribute("lang"));
  expect(await sentence()).toContain("位于 in[");
  const released = await tab.run(() => {
    let count = 0;
    const { disconnect } = MutationObserver.prototype;
    MutationObserver.prototype.disconnect = function () {
      count++;
      disconnect.call(this);
    };
    return [...document.querySelectorAll("pool-view")].map((view) => {
      view.remove();
      return count;
    });
  });
  expect(released).toEqual([0, 1]);
});

test("without observers, media queries and pictures, as in jsdom, it throws nothing and says its sentence", async () => {
  const tab = await open(undefined, "bare.html");
  expect(await text(tab, "digits", "sentence")).toMatch(/^out\[0, 2\] = max\(/);
  await tab.run(() => {
    const view = document.getElementById("digits") as PoolView;
    view.remove();
    document.body.append(view);
    view.code = "nn.AvgPool2d(2)";
  });
  expect(await text(tab, "digits", "sentence")).toMatch(/^out\[0, 2\] = \(/);
});

test("it leaves and comes back, and nothing leaks out of it or in", async () => {
  const tab = await open();
  await tab.run(() => {
    const view = document.getElementById("digits") as HTMLElement;
    const parent = view.parentElement as HTMLElement;
    view.remove();
    parent.append(view);
    view.scrollIntoView();
    const rule = new CSSStyleSheet();
    rule.replaceSync("p { color: rgb(255, 0, 0); font-size: 40px }");
    document.adoptedStyleSheets = [rule];
    view.setAttribute("at", "2,0");
  });
  await eventually(async () => (await text(tab, "digits", "sentence"))?.startsWith("out[2, 0]"));
  const styles = await tab.run(() => {
    const inside = document.getElementById("digits")?.shadowRoot?.querySelector("[part=sentence]") as HTMLElement;
    return [getComputedStyle(inside).color, getComputedStyle(document.querySelector("h1") as HTMLElement).color];
  });
  expect(styles[0]).not.toBe("rgb(255, 0, 0)");
  expect(styles[1]).toBe("rgb(0, 0, 0)");
});

test.each([1280, 360])(
  "what stands under a figure stays where it is while the figure comes, %i px wide",
  async (width) => {
    const tab = await open({ width });
    const seen = await tab.run(async () => {
      const shifts: PerformanceEntry[] = [];
      let moved = 0;
      // Only Chromium tells of what moved by itself; the places are asked for in every engine.
      if (PerformanceObserver.supportedEntryTypes.includes("layout-shift"))
        new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: "layout-shift" });
      const places: { before: number; after: number; state: string }[] = [];
      for (const given of [{}, { src: "/web/page/pictures/spaceship.png" }, { code: "nn.MaxPool2d(3, padding=9)" }]) {
        const view = document.createElement("pool-view");
        for (const [name, value] of Object.entries(given)) view.setAttribute(name, value);
        view.textContent = "what is shown until then";
        const under = document.createElement("p");
        under.textContent = "beneath";
        const above = under.cloneNode(true) as HTMLElement;
        document.body.replaceChildren(above, view, under);
        // Nothing is painted sooner than this.
        await new Promise(requestAnimationFrame);
        const before = under.offsetTop;
        await new Promise(requestAnimationFrame);
        // What this test itself moved was painted by now.
        const since = performance.now();
        while (view.state === "loading") await new Promise(requestAnimationFrame);
        for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
        moved += shifts.filter(({ startTime }) => startTime > since).length;
        places.push({ before, after: under.offsetTop, state: view.state });
      }
      return { places, moved };
    });
    expect(seen.places.map(({ state }) => state)).toEqual(["ready", "ready", "error"]);
    for (const { before, after } of seen.places) expect(after).toBe(before);
    expect(seen.moved).toBe(0);
  },
);

test.each([1280, 360])("axe finds nothing in it, %i px wide", async (width) => {
  const tab = await open({ width });
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const found = (await tab.audit(axe)) as { id: string }[];
  // Landmarks are the host page's business.
  expect(found.map(({ id }) => id).filter((id) => id !== "region" && id !== "landmark-one-main")).toEqual([]);
});

test("a picture of another site that may not be read says so in both languages, and the last figure stays", async () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const other = await serve(root, { policy: null });
  const careless = await launch(
    "tests/page/element/",
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src *",
  );
  try {
    const tab = await careless.open("");
    const foreign = new URL("web/page/pictures/spaceship.png", other.url).href;
    const before = await text(tab, "digits", "code");
    for (const [language, sentence] of [
      ["en", /another site/],
      ["zh", /属于别的网站/],
    ] as const) {
      await tab.run(
        ([src, lang]) => {
          const view = document.getElementById("digits");
          view?.setAttribute("lang", lang as string);
          view?.setAttribute("src", src as string);
        },
        [foreign, language],
      );
      await eventually(async () => sentence.test((await text(tab, "digits", "error")) ?? ""));
      expect(await text(tab, "digits", "code")).toBe(before);
    }
    // No address at all.
    await tab.run(() => document.getElementById("digits")?.setAttribute("src", "http://["));
    expect(await text(tab, "digits", "error")).toContain("http://[");
  } finally {
    await careless.close();
    await other.close();
  }
});
