/** Where the element lives, and who hands it what: other documents, frames, frameworks, slides, fingers. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PoolView } from "../../web/element/index";
import { type Engine, type Look, lacks, launch, type Tab } from "./engine";

let engine: Engine;
const tabs: Tab[] = [];
beforeAll(async () => {
  engine = await launch("tests/page/element/");
});
afterAll(() => engine.close());
afterEach(async () => {
  // It is this test that reads canvases.
  const complaints = tabs.flatMap((tab) => tab.complaints).filter((words) => !words.includes("willReadFrequently"));
  await Promise.all(tabs.splice(0).map((tab) => tab.close()));
  expect(complaints).toEqual([]);
});

async function open(look?: Look): Promise<Tab> {
  const tab = await engine.open("", look);
  tabs.push(tab);
  return tab;
}

/** The text of a part, four frames later. */
const text = (tab: Tab, part: string, id = "digits") =>
  tab.run(
    async ([name, which]) => {
      for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
      return document.getElementById(name as string)?.shadowRoot?.querySelector(`[part=${which}]`)?.textContent;
    },
    [id, part],
  );

const set = (tab: Tab, attributes: Record<string, string>) =>
  tab.run((given) => {
    for (const [name, value] of Object.entries(given)) document.getElementById("digits")?.setAttribute(name, value);
  }, attributes);

describe("another document", () => {
  test("an element goes into a frame's document, undrawn or drawn, and keeps its style", async () => {
    const tab = await open();
    const seen = await tab.run(async () => {
      const frame = document.createElement("iframe");
      frame.style.cssText = "width: 600px; height: 900px";
      // Firefox puts another document in its place when it has loaded.
      const loaded = new Promise((done) => frame.addEventListener("load", done));
      document.body.prepend(frame);
      await Promise.all([loaded, customElements.whenDefined("pool-view")]);
      scrollTo(0, 0);
      const inside = (frame.contentDocument as Document).body;
      const fresh = document.createElement("pool-view");
      const old = document.getElementById("digits") as PoolView;
      const look = async (view: PoolView) => {
        const part = (name: string) => view.shadowRoot?.querySelector(name) as HTMLElement;
        const said = () => part("[part=sentence]").textContent?.startsWith(`out[${view.at.replace(",", ", ")}]`);
        while (!said()) await new Promise((next) => setTimeout(next, 10));
        const canvas = part("#overlay") as HTMLCanvasElement | undefined;
        const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return {
          state: view.state,
          position: getComputedStyle(part("#overlay") ?? view).position,
          ink: pixels.some((value) => value > 0),
          said: said(),
        };
      };
      inside.append(fresh);
      const first = await look(fresh);
      inside.prepend(old);
      old.setAttribute("at", "1,1");
      const moved = await look(old);
      // Out again, into a shadow root of this document.
      const place = document.createElement("div");
      document.body.prepend(place);
      place.attachShadow({ mode: "open" }).append(old);
      old.setAttribute("at", "2,1");
      const back = await look(old);
      frame.remove();
      // Nobody sees a document without a window; nothing is thrown.
      document.implementation.createHTMLDocument().body.append(old);
      return [first, moved, back];
    });
    const drawn = { state: "ready", position: "absolute", ink: true, said: true };
    expect(seen).toEqual([drawn, drawn, drawn]);
  });

  test("a language that changes around its hosts is followed", async () => {
    const tab = await open();
    const said = await tab.run(async () => {
      const outer = document.createElement("div");
      const inner = document.createElement("div");
      document.body.prepend(outer);
      outer.attachShadow({ mode: "open" }).append(inner);
      const view = document.getElementById("digits") as HTMLElement;
      inner.attachShadow({ mode: "open" }).append(view);
      const sentence = () => view.shadowRoot?.querySelector("[part=sentence]")?.textContent ?? "";
      const shows = async (wanted: string) => {
        for (let frame = 0; frame < 600 && !sentence().includes(wanted); frame++)
          await new Promise(requestAnimationFrame);
        return sentence();
      };
      const before = await shows("found at");
      inner.lang = "zh";
      return [before, await shows("位于")];
    });
    expect(said).toEqual([expect.stringContaining("found at"), expect.stringContaining("位于")]);
  });
});

describe("a frame without an origin", () => {
  let open: Engine;
  beforeAll(async () => {
    open = await launch("tests/page/element/", "default-src *; img-src * data:; script-src * 'wasm-unsafe-eval'");
  });
  afterAll(() => open.close());

  /** What the element in a sandboxed frame tells first. */
  async function told(src: string, lang = "en") {
    const tab = await open.open("");
    try {
      return await tab.run(
        async ([address, language]) => {
          const place = document.createElement("iframe");
          place.setAttribute("sandbox", "allow-scripts");
          Object.assign(place.style, { width: "600px", height: "600px" });
          place.src = `frame.html?${new URLSearchParams({ src: address as string, lang: language as string })}`;
          const heard = new Promise((resolve) => addEventListener("message", ({ data }) => resolve(data)));
          document.body.prepend(place);
          scrollTo(0, 0);
          return heard;
        },
        [src, lang],
      );
    } finally {
      await tab.close();
    }
  }

  test("says that it has none, and blames no other site", async () => {
    const address = "../../../web/page/pictures/spaceship.png";
    const english = expect.stringMatching(/spaceship.png cannot be read from here: this page has no origin of its own/);
    expect(await told(address)).toMatchObject({ what: "src", message: english });
    expect(await told(address, "zh")).toMatchObject({
      what: "src",
      message: expect.stringMatching(/本页面没有自己的源/),
    });
  });

  test("shows what it may read", async () => {
    const picture = "data:image/gif;base64,R0lGODlhAwADAIAAAAAAAP///yH5BAAAAAAALAAAAAADAAMAAAIEhI+pWQA7";
    expect(await told(picture)).toMatchObject({ inputShape: [3, 3, 3] });
  });
});

describe("`at`, handed back", () => {
  const listen = (tab: Tab, delay: number) =>
    tab.run((late) => {
      const view = document.getElementById("digits") as PoolView;
      const seen: unknown[] = [];
      (window as unknown as { told: unknown[] }).told = seen;
      view.addEventListener("poolcursor", ({ detail: { side, channel, row, column } }) => {
        seen.push({ side, channel, row, column });
        const back = () => {
          view.at = `${row},${column}`;
        };
        if (late) setTimeout(back, late);
        else back();
      });
    }, delay);

  test.each([0, 20])("leaves the reader on the side that was told, %i ms later", async (delay) => {
    const tab = await open();
    await listen(tab, delay);
    await tab.run(() =>
      document.getElementById("digits")?.shadowRoot?.querySelector<HTMLElement>("[part=figure]")?.focus(),
    );
    for (const [key, cells] of [
      ["i", 1],
      ["ArrowDown", 2],
      ["ArrowRight", 3],
    ] as const) {
      await tab.press(key);
      // What comes back late is where the reader was; the next key waits for it.
      await tab.run((late) => new Promise((resolve) => setTimeout(resolve, 3 * late)), delay);
      expect(await tab.run(() => (window as unknown as { told: unknown[] }).told.length)).toBe(cells);
    }
    expect(await text(tab, "sentence")).toMatch(/^in\[1, 3\]/);
    const { told, side, attributes } = await tab.run(() => {
      const view = document.getElementById("digits") as PoolView;
      const names = view.getAttributeNames();
      const { told } = window as unknown as { told: unknown[] };
      return { told, side: view.side, attributes: [view.getAttribute("side"), view.getAttribute("at"), names.length] };
    });
    expect(told.at(-1)).toEqual({ side: "input", channel: 0, row: 1, column: 3 });
    expect([side, ...attributes]).toEqual(["input", "input", "1,3", 4]);
    // A place that the author thinks of is the output's again, until a side is given too.
    await set(tab, { at: "2,2" });
    expect(await text(tab, "sentence")).toMatch(/^out\[2, 2\]/);
    await set(tab, { side: "input", at: "4,4" });
    expect(await text(tab, "sentence")).toMatch(/^in\[4, 4\]/);
    await set(tab, { at: "5,5" });
    expect(await text(tab, "sentence")).toMatch(/^in\[5, 5\]/);
    await tab.run(() => document.getElementById("digits")?.removeAttribute("side"));
    expect(await text(tab, "sentence")).toMatch(/^out\[2, 3\]/);
  });

  test("holds the channel of a picture", async () => {
    const tab = await open();
    const run = (action: string) =>
      tab.run(async (what) => {
        const view = document.getElementById("ship") as PoolView;
        if (what === "set") view.at = "2,5,7";
        if (what === "back") view.at = "5,8";
        for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
        view.shadowRoot?.querySelector<HTMLElement>("[part=figure]")?.focus();
        return [view.at, view.shadowRoot?.querySelector("[part=sentence]")?.textContent?.slice(0, 13)];
      }, action);
    expect(await run("set")).toEqual(["2,5,7", "out[2, 5, 7] "]);
    await tab.press("ArrowRight");
    expect(await run("")).toEqual(["2,5,8", "out[2, 5, 8] "]);
    expect(await run("back")).toEqual(["5,8", "out[2, 5, 8] "]);
    await tab.press("c", "ArrowUp");
    expect(await run("")).toEqual(["4,8", "out[0, 4, 8] "]);
  });

  test("does nothing where an attribute is what it is", async () => {
    const tab = await open();
    await set(tab, { code: "nn.AvgPool2d(2)" });
    await text(tab, "code");
    const frames = await tab.run(() => {
      const view = document.getElementById("digits") as PoolView;
      let asked = 0;
      const { requestAnimationFrame: own } = window;
      window.requestAnimationFrame = (then) => {
        asked++;
        return own.call(window, then);
      };
      for (const name of view.getAttributeNames()) view.setAttribute(name, view.getAttribute(name) as string);
      const before = asked;
      view.at = "3,3";
      window.requestAnimationFrame = own;
      return [before, asked];
    });
    expect(frames).toEqual([0, 1]);
  });
});

describe("keys", () => {
  test("that the figure uses do not reach its page, the others do", async () => {
    const tab = await open();
    await tab.run(() => {
      const seen: string[] = [];
      (window as unknown as { keys: string[] }).keys = seen;
      for (const type of ["keydown", "keyup"] as const)
        document.addEventListener(type, ({ key }) => seen.push(`${type} ${key}`));
      document.getElementById("digits")?.shadowRoot?.querySelector<HTMLElement>("[part=figure]")?.focus();
    });
    await tab.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "i", "o", "Shift+ArrowLeft");
    await tab.press("f", "Escape", "c", "Alt+ArrowLeft");
    const keys = await tab.run(() => (window as unknown as { keys: string[] }).keys);
    const heard = [...new Set(keys.map((word) => word.split(" ")[1]))].sort();
    expect(heard).toEqual(["Alt", "ArrowLeft", "Escape", "Shift", "c", "f"]);
    expect(keys.filter((word) => word.includes("ArrowLeft"))).toEqual(["keydown ArrowLeft", "keyup ArrowLeft"]);
  });
});

describe("refusals", () => {
  test("are told once each, and the state is a property and no attribute", async () => {
    const tab = await open();
    const seen = await tab.run(async () => {
      const view = document.createElement("pool-view");
      const errors: unknown[] = [];
      view.addEventListener("poolerror", ({ detail }) => errors.push([detail, view.state]));
      const settled = async (change: Record<string, string | null>) => {
        for (const [name, value] of Object.entries(change))
          view.toggleAttribute(name, value !== null) && view.setAttribute(name, value as string);
        for (let frame = 0; frame < 30; frame++) await new Promise(requestAnimationFrame);
        return [view.state, view.matches(":state(ready)"), errors.splice(0), view.getAttributeNames()];
      };
      const states = [view.state];
      document.body.prepend(view);
      scrollTo(0, 0);
      return [
        states,
        await settled({}),
        await settled({ code: "nn.MaxPool2d(3, padding=9)" }),
        await settled({ at: "1,1" }),
        await settled({ code: "nn.MaxPool2d(3, padding=8)", input: "abc" }),
        await settled({ code: "nn.MaxPool2d(3)", input: null, src: "nothing-there.png" }),
        await settled({ src: null }),
      ];
    });
    const padding = { what: "code", message: expect.stringMatching(/^pad should be at most half/) };
    expect(seen).toEqual([
      ["loading"],
      ["ready", true, [], []],
      ["error", false, [[padding, "error"]], ["code"]],
      ["error", false, [], ["code", "at"]],
      [
        "error",
        false,
        [
          [padding, "error"],
          [{ what: "input", message: expect.stringMatching(/^"abc" is not an input/) }, "error"],
        ],
        ["code", "at", "input"],
      ],
      [
        "error",
        false,
        [[{ what: "src", message: expect.stringMatching(/^nothing-there.png is not a picture/) }, "error"]],
        ["code", "at", "src"],
      ],
      ["ready", true, [], ["code", "at"]],
    ]);
    // The browser itself says that there is no such picture.
    tab.complaints.splice(0);
  });
});

describe("input", () => {
  test("may hold NaN and infinities", async () => {
    const tab = await open();
    await set(tab, { code: "nn.MaxPool2d(2)", at: "0,0", input: "4: 1, NaN ,inf,-inf,-Infinity,2,-∞,−7.5" });
    expect(await text(tab, "error")).toBe("");
    expect(await text(tab, "sentence")).toMatch(
      /^out\[0, 0\] = max\(1, NaN, −∞, 2\) = NaN\s+found at in\[0, 1\] \(flat index 1\)$/,
    );
    await set(tab, { code: "nn.AvgPool2d(2)", at: "0,1" });
    expect(await text(tab, "sentence")).toMatch(/^out\[0, 1\] = \(\+?∞ \+ −∞ \+ −∞ \+ −7.5\) \/ 4 = NaN$/);
  });

  test("may be a tensor or an ImageData, read each time it is set", async () => {
    const tab = await open();
    const show = (what: string) =>
      tab.run(async (name) => {
        const view = document.getElementById("digits") as PoolView;
        const errors: string[] = [];
        view.addEventListener("poolerror", ({ detail }) => errors.push(detail.what));
        const pixels = new ImageData(5, 4);
        pixels.data.fill(128);
        const values = new Float64Array([1, 2, 3, Number.NaN]);
        const given: Record<string, unknown> = {
          tensor: { data: values, shape: [1, 2, 2] },
          halves: { data: Uint16Array.of(0x3c00, 0x4000, 0xc200, 0x3800), shape: [2, 2], dtype: "float16" },
          planes: { data: new Uint8Array(3 * 6 * 7).fill(9), shape: [3, 6, 7] },
          pixels,
          nothing: null,
          gone: undefined,
          word: "8x9",
          short: { data: new Float32Array(3), shape: [2, 2] },
          long: { data: new Float32Array(513), shape: [1, 513] },
          floats: { data: new Float32Array(12), shape: [3, 2, 2] },
          throwing: {
            get data() {
              throw new Error("mine");
            },
          },
          negative: { data: new Uint8Array(4), shape: [-2, -2] },
        };
        view.code = "nn.MaxPool2d(2)";
        view.data = given[name as string] as never;
        for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
        const canvas = view.shadowRoot?.getElementById("input") as HTMLCanvasElement;
        const part = (of: string) => view.shadowRoot?.querySelector(`[part=${of}]`)?.textContent;
        if (name === "tensor") {
          values[0] = 7;
          view.data = given[name] as never;
          for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
        }
        return { size: [canvas.height, canvas.width], errors, said: part("sentence"), error: part("error") };
      }, what);
    const fine = { errors: [], error: "" };
    await set(tab, { at: "0,0" });
    expect(await show("tensor")).toMatchObject({
      ...fine,
      size: [2, 2],
      said: expect.stringMatching(/max\(7, 2, 3, NaN\)/),
    });
    expect(await show("halves")).toMatchObject({ ...fine, said: expect.stringMatching(/max\(1, 2, −3, 0\.5\) = 2/) });
    expect(await show("planes")).toMatchObject({
      ...fine,
      size: [6, 7],
      said: expect.stringMatching(/max\(9, 9, 9, 9\)/),
    });
    // Half transparent grey on white: 191.5, which engines round in their own way.
    expect(await show("pixels")).toMatchObject({
      ...fine,
      size: [4, 5],
      said: expect.stringMatching(/max\((191, 191|192, 192)/),
    });
    for (const bad of ["word", "short", "long", "floats", "throwing", "negative"]) {
      const shown = await show(bad);
      expect(shown, bad).toMatchObject({
        size: [4, 5],
        errors: ["input"],
        error: expect.stringMatching(/^data must be/),
      });
    }
    expect(await show("nothing")).toMatchObject({ ...fine, size: [8, 9] });
    expect(await show("gone")).toMatchObject({ ...fine, size: [8, 9] });
  });
});

describe("a page's own style", () => {
  test("gives colours and nothing that is fetched; what is no colour counts as absent", async () => {
    const tab = await open();
    const seen = await tab.run(async () => {
      const view = document.getElementById("digits") as PoolView;
      for (const role of ["paper", "ink", "window"])
        view.style.setProperty(`--pool-${role}`, `url(${new URL("stolen.png", location.href).href})`);
      view.style.setProperty("--pool-low", "hotpink");
      view.setAttribute("theme", "light");
      for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
      const paper = view.shadowRoot?.querySelector(".paper") as HTMLElement;
      const { backgroundColor, backgroundImage } = getComputedStyle(paper);
      const fetched = performance.getEntriesByType("resource").filter(({ name }) => name.includes("stolen"));
      return [backgroundColor, backgroundImage, paper.style.getPropertyValue("--low"), fetched.length];
    });
    expect(seen).toEqual(["rgb(255, 255, 255)", "none", "hotpink", 0]);
  });

  test("of right-to-left writing, capitals and spacing leaves the line of code as it is", async () => {
    const tab = await open();
    const styles = await tab.run(async () => {
      document.body.style.cssText =
        "direction: rtl; text-transform: uppercase; letter-spacing: 5px; text-indent: 40px; white-space: pre; writing-mode: vertical-rl";
      for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
      const part = document.getElementById("digits")?.shadowRoot?.querySelector("[part=code]") as HTMLElement;
      const { direction, textTransform, letterSpacing, textIndent, whiteSpace, writingMode } = getComputedStyle(part);
      return [direction, textTransform, letterSpacing, textIndent, whiteSpace, writingMode];
    });
    expect(styles).toEqual(["ltr", "none", "normal", "0px", "normal", "horizontal-tb"]);
  });

  test("may scale the figure: pointers still meet their cells", async () => {
    const tab = await open();
    const [x, y] = await tab.run(async () => {
      const scaled = document.getElementById("digits") as PoolView;
      Object.assign(scaled.style, { scale: "0.5", transformOrigin: "0 0" });
      scaled.scrollIntoView();
      for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
      const view = document.getElementById("digits");
      const box = view?.shadowRoot?.getElementById("input")?.getBoundingClientRect() as DOMRect;
      return [box.x + box.width * (8.5 / 9), box.y + box.height * (6.5 / 8)];
    });
    await tab.move(x as number, y as number);
    expect(await text(tab, "sentence")).toMatch(/^in\[6, 8\]/);
  });
});

describe("a finger", () => {
  test("that scrolls changes nothing, that taps or moves sideways points", async () => {
    const tab = await open();
    const at = (moves: readonly [string, number, number][]) =>
      tab.run(async (given) => {
        const view = document.getElementById("digits") as PoolView;
        view.scrollIntoView();
        const figure = view.shadowRoot?.querySelector("[part=figure]") as HTMLElement;
        const box = view.shadowRoot?.getElementById("input")?.getBoundingClientRect() as DOMRect;
        for (const [type, row, column] of given) {
          const place = {
            clientX: box.x + ((column + 0.5) * box.width) / 9,
            clientY: box.y + ((row + 0.5) * box.height) / 8,
          };
          figure.dispatchEvent(new PointerEvent(type, { ...place, pointerType: "touch", bubbles: true }));
        }
        return [view.side, view.at];
      }, moves);
    const start = ["output", "0,2"];
    expect(
      await at([
        ["pointerdown", 2, 3],
        ["pointermove", 4, 3],
        ["pointercancel", 4, 3],
      ]),
    ).toEqual(start);
    expect(
      await at([
        ["pointerdown", 2, 3],
        ["pointerup", 2, 3],
        ["click", 2, 3],
      ]),
    ).toEqual(["input", "2,3"]);
    expect(
      await at([
        ["pointerdown", 2, 3],
        ["pointermove", 2, 5],
        ["pointermove", 3, 6],
      ]),
    ).toEqual(["input", "3,6"]);
  });

  test.skipIf(lacks("touch"))("taps with the browser's own events too", async () => {
    const tab = await open({ touch: true, width: 700 });
    const [x, y] = await tab.run(() => {
      const view = document.getElementById("digits");
      view?.scrollIntoView();
      const box = view?.shadowRoot?.getElementById("input")?.getBoundingClientRect() as DOMRect;
      return [box.x + box.width * (4.5 / 9), box.y + box.height * (2.5 / 8)];
    });
    await tab.tap(x as number, y as number);
    expect(await text(tab, "sentence")).toMatch(/^in\[2, 4\]/);
  });
});
