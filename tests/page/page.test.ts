import { readFileSync } from "node:fs";
import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import { contentSecurityPolicy } from "../../web/build/serve.mjs";
import { eventually, frames, lacks, launch, paste, pixels, said, settled, type Tab, until } from "./engine";
import { open } from "./tabs";

/** Presses the button with this text. */
const press = (tab: Tab, within: string, text: string): Promise<void> =>
  tab.run(
    ([place, words]) => {
      const buttons = [...document.querySelectorAll<HTMLElement>(`${place} button`)];
      const button = buttons.find(({ textContent }) => textContent?.trim() === words);
      if (!button) throw new Error(`No button says ${words}`);
      button.click();
    },
    [within, text],
  );

/** Waits until a screen reader is told this. */
const hears = (tab: Tab, words: string): Promise<true> =>
  eventually(() => tab.run((start) => document.getElementById("live")?.textContent?.startsWith(start) ?? false, words));

const ship = PNG.sync.read(readFileSync(new URL("../../web/page/pictures/spaceship.png", import.meta.url)));

interface Case {
  kernel: number;
  stride: number;
  padding?: number;
  dilation?: number;
  ceil?: boolean;
  kind?: "max" | "min" | "avg";
}

/** Pools the spaceship in the plainest way there is. */
function plain({ kernel, stride, padding = 0, dilation = 1, ceil = false, kind = "max" }: Case) {
  const length = (size: number) => {
    const room = size + 2 * padding - dilation * (kernel - 1) - 1;
    const count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
    return ceil && (count - 1) * stride >= size + padding ? count - 1 : count;
  };
  const height = length(ship.height);
  const width = length(ship.width);
  const data: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < 3; channel++) {
        const values: number[] = [];
        let counted = 0;
        for (let i = 0; i < kernel; i++) {
          for (let j = 0; j < kernel; j++) {
            const y = row * stride - padding + i * dilation;
            const x = column * stride - padding + j * dilation;
            if (y < ship.height + padding && x < ship.width + padding) counted++;
            if (y < 0 || x < 0 || y >= ship.height || x >= ship.width) continue;
            values.push(ship.data[4 * (y * ship.width + x) + channel] as number);
          }
        }
        if (kind === "max") data.push(Math.max(0, ...values));
        else if (kind === "min") data.push(Math.min(255, ...values));
        else data.push(Math.floor(values.reduce((sum, value) => sum + value, 0) / counted + 0.5));
      }
      data.push(255);
    }
  }
  return { width, height, data };
}

describe("the experiment", () => {
  test("is what the page opens on", async () => {
    const tab = await open();
    const words = await said(tab);
    expect(words.shape).toBe("3 × 201 × 250 → 3 × 98 × 123");
    expect(words.code).toBe("nn.MaxPool2d(kernel_size=6, stride=2, padding=0, dilation=1, ceil_mode=False)");
    expect(words.formula).toContain("H = ⌊(201 + 2·0 − 1·(6 − 1) − 1) / 2⌋ + 1 = ⌊97.5⌋ + 1 = 98");
    expect(words.formula).toContain("W = ⌊(250 + 2·0 − 1·(6 − 1) − 1) / 2⌋ + 1 = ⌊122⌋ + 1 = 123");
    expect(words.sentence).toContain("= 252 found at in[0, 56, 100] (flat index 14100)");
    expect(words.error).toBe("");
    expect(await pixels(tab, "input")).toEqual({ width: 250, height: 201, data: [...ship.data] });
  });

  test.each<[string, Case]>([
    ["nn.MaxPool2d(kernel_size=6, stride=2)", { kernel: 6, stride: 2 }],
    ["nn.MaxPool2d(kernel_size=6, stride=2, ceil_mode=True)", { kernel: 6, stride: 2, ceil: true }],
    ["nn.MaxPool2d(3, 2, 1)", { kernel: 3, stride: 2, padding: 1 }],
    [
      "nn.MaxPool2d(3, stride=2, padding=1, dilation=2, ceil_mode=True)",
      { kernel: 3, stride: 2, padding: 1, dilation: 2, ceil: true },
    ],
    ["MinPool2d(5, stride=3)", { kernel: 5, stride: 3, kind: "min" }],
    [
      "nn.AvgPool2d(kernel_size=4, stride=3, padding=2, ceil_mode=True)",
      { kernel: 4, stride: 3, padding: 2, ceil: true, kind: "avg" },
    ],
  ])("%s gives exactly these pixels", async (line, given) => {
    const tab = await open(line);
    const expected = plain(given);
    expect((await said(tab)).shape).toBe(`3 × 201 × 250 → 3 × ${expected.height} × ${expected.width}`);
    expect(await pixels(tab, "output")).toEqual(expected);
  });

  test.skipIf(lacks("scripts"))("is finished before any script runs", async () => {
    const tab = await open("", { scripts: false });
    const html = await tab.html();
    expect(html).toContain("3 × 201 × 250 → 3 × 98 × 123");
    expect(html).toMatch(/<svg[^>]*class="first wide"/);
    expect(html).toContain("⌊97");
    expect(html).toContain("out[0, 26, 48]");
    expect(html).not.toMatch(/ style=/);
  });

  test.skipIf(lacks("shift")).each([
    ["en-GB", 1280, false],
    ["en-GB", 820, false],
    ["en-GB", 390, false],
    ["en-GB", 390, true],
    ["en-GB", 320, false],
    ["zh-CN", 1280, false],
    ["zh-CN", 390, true],
  ])("does not move when it comes alive: %s, %i px wide, by touch: %s", async (language, width, touch) => {
    const tab = await open("", { language, width, height: 800, touch });
    // What is measured once the figure rests comes last.
    await eventually(() => tab.run(() => document.getElementById("took")?.textContent));
    const shift = await tab.run(async () => {
      let sum = 0;
      const add = (entries: PerformanceEntryList) => {
        for (const entry of entries) sum += (entry as unknown as { value: number }).value;
      };
      const observer = new PerformanceObserver((list) => add(list.getEntries()));
      observer.observe({ type: "layout-shift", buffered: true });
      for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
      add(observer.takeRecords());
      return sum;
    });
    expect(shift).toBeLessThan(0.001);
  });

  test.skipIf(lacks("language")).each([
    ["the browser's language", "zh-TW", "", "zh-CN", "池化"],
    ["the link's language before the browser's", "zh-CN", "nn.MaxPool2d(2)&lang=en", "en", "pooling layer"],
    ["English where the browser asks for neither", "fr-FR", "", "en", "pooling layer"],
  ])("speaks %s", async (_, language, fragment, lang, words) => {
    const tab = await open(fragment, { language });
    const [spoken, head] = await tab.run(() => [document.documentElement.lang, document.body.innerText]);
    expect(spoken).toBe(lang);
    expect(head).toContain(words);
  });
});

describe("the line of code", () => {
  const spin = (name: string) => `#code [data-id^="${name}"]`;

  test("turns by arrows, typing, dragging and the wheel", async () => {
    const tab = await open();
    await tab.run((selector) => document.querySelector<HTMLElement>(selector)?.focus(), spin("stride"));
    await tab.press("ArrowUp");
    expect((await said(tab)).code).toContain("stride=3");
    await tab.press("ArrowDown", "ArrowDown");
    expect((await said(tab)).code).toContain("stride=1");
    await tab.type("4");
    await tab.press("Enter");
    expect((await said(tab)).shape).toBe("3 × 201 × 250 → 3 × 49 × 62");

    const at = await tab.run((selector) => {
      const box = document.querySelector(selector)?.getBoundingClientRect() as DOMRect;
      return [box.x + box.width / 2, box.y + box.height / 2] as [number, number];
    }, spin("kernelSize"));
    await tab.drag(at, [at[0] - 30, at[1]]);
    expect((await said(tab)).code).toContain("kernel_size=3");
    await tab.move(...at);
    await tab.wheel(-100);
    await until(tab, ({ code }) => code.includes("kernel_size=4"));
  });

  test("takes a pair, a switch, another class and its default again", async () => {
    const tab = await open();
    await tab.click(spin("kernelSize"));
    await tab.type("(3, 2)");
    await tab.press("Enter");
    expect((await said(tab)).code).toContain("kernel_size=(3, 2)");
    await tab.click(spin("ceilMode"));
    expect((await said(tab)).code).toContain("ceil_mode=True");
    await tab.click("#code .class-name");
    await tab.press("ArrowDown", "ArrowDown", "Enter");
    expect((await said(tab)).code).toMatch(/^nn\.AvgPool2d\(kernel_size=\(3, 2\), stride=2/);
    await tab.run((selector) => document.querySelector<HTMLElement>(selector)?.focus(), spin("stride"));
    await tab.press("Delete");
    expect((await said(tab)).code).toContain("stride=(3, 2)");
  });

  test("says what PyTorch says of a bad number, keeps the last good figure, and goes on", async () => {
    const tab = await open();
    const before = await pixels(tab, "output");
    await tab.click(spin("padding"));
    await tab.type("9");
    await tab.press("Enter");
    const words = await said(tab);
    expect(words.error).toBe(
      "pad should be at most half of effective kernel size, but got pad=9, kernel_size=6 and dilation=1",
    );
    expect(words.shape).toBe("3 × 201 × 250 → 3 × 98 × 123");
    expect(await pixels(tab, "output")).toEqual(before);
    expect(await tab.run(() => document.getElementById("stage")?.classList.contains("stale"))).toBe(true);
    await tab.run((selector) => document.querySelector<HTMLElement>(selector)?.focus(), spin("padding"));
    await tab.press("Home");
    expect((await said(tab)).error).toBe("");
    expect(await tab.run(() => document.getElementById("stage")?.classList.contains("stale"))).toBe(false);
  });

  test.skipIf(lacks("clipboard"))("is set by pasting somebody's code", async () => {
    const tab = await open();
    await paste(tab, "x = F.max_pool2d(F.relu(self.conv1(x)), 3, stride=2, ceil_mode=True)");
    expect((await said(tab)).code).toBe("nn.MaxPool2d(kernel_size=3, stride=2, padding=0, dilation=1, ceil_mode=True)");
    await paste(tab, "import torch");
    expect((await said(tab)).note).toContain("no pooling layer");
    expect((await said(tab)).code).toContain("kernel_size=3");
  });
});

describe("the address", () => {
  test("a link to a cell that is not there shows the nearest, and says so", async () => {
    const tab = await open("nn.MaxPool2d(kernel_size=6, stride=2)&at=500,60");
    await until(tab, ({ note }) => note.includes("at=500,60"));
    expect(await tab.run(() => document.getElementById("sentence")?.textContent)).toContain("out[0, 97, 60]");
    await tab.follow("nn.MaxPool2d(kernel_size=6, stride=2)&at=50,60");
    await until(tab, ({ note }) => note === "");
  });

  test("holds the state, and leads back to it", async () => {
    const tab = await open();
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.press("ArrowRight", "ArrowDown", "c");
    const hash = await settled(tab, (words) => words.includes("channel=1"));
    expect(hash).toBe("#nn.MaxPool2d(kernel_size=6, stride=2)&image=spaceship&at=27,49&channel=1&lang=en");
    const other = await open(hash.slice(1));
    expect((await said(other)).sentence).toBe((await said(tab)).sentence);
  });

  test("that is bad gives the default and a note", async () => {
    const tab = await open("nn.MaxPool2d(kernel=6)&image=nothing");
    const words = await said(tab);
    expect(words.shape).toBe("3 × 201 × 250 → 3 × 98 × 123");
    expect(words.note).toContain("unexpected keyword argument 'kernel'");
    expect(words.note).toContain("image=nothing");
  });

  test("of every preset works", async () => {
    const tab = await open();
    const links = await tab.run(() =>
      [...document.querySelectorAll<HTMLAnchorElement>("main a")].map(({ hash }) => hash),
    );
    expect(links.length).toBeGreaterThan(15);
    for (const link of new Set(links)) {
      await tab.follow(link);
      const line = decodeURIComponent(link).slice(1).split("&")[0] ?? "";
      await until(
        tab,
        ({ code }) => code.startsWith(line.slice(0, line.indexOf(","))) || code.startsWith(line.slice(0, -1)),
      );
      const words = await said(tab);
      expect(words.error, link).toBe("");
      expect(words.note, link).toBe("");
    }
  });
});

describe("the cursor", () => {
  test("follows the pointer over both pictures, and stays when pinned", async () => {
    const tab = await open();
    const over = (id: string, row: number, column: number) =>
      tab.run(
        ([name, y, x]) => {
          const canvas = document.getElementById(name as string) as HTMLCanvasElement;
          const box = canvas.getBoundingClientRect();
          return [
            box.x + (((x as number) + 0.5) * box.width) / canvas.width,
            box.y + (((y as number) + 0.5) * box.height) / canvas.height,
          ] as [number, number];
        },
        [id, row, column],
      );
    await tab.move(...(await over("output", 10, 20)));
    expect((await said(tab)).sentence).toMatch(/^out\[0, 10, 20\] = max\(/);
    await tab.move(...(await over("input", 56, 100)));
    expect((await said(tab)).sentence).toMatch(/^in\[\d, 56, 100\] is read by 9 windows and selected by (\d|none)$/);
    await tab.move(...(await over("input", 200, 77)));
    expect((await said(tab)).sentence).toBe("in[0, 200, 77] is read by no window");
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.press("Enter");
    await tab.move(...(await over("output", 3, 3)));
    expect((await said(tab)).sentence).toContain("in[0, 200, 77]");
    await tab.press("Escape");
    await tab.move(...(await over("output", 4, 4)));
    expect((await said(tab)).sentence).toMatch(/^out\[0, 4, 4\]/);
  });

  test("is moved by keys alone, and spoken", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0");
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.press("ArrowRight", "ArrowDown");
    expect((await said(tab)).sentence).toBe(
      "out[1, 1] = max(1, 5, 5, 4, 7, 0, 9, 3, 1) = 9 found at in[4, 2] (flat index 38)",
    );
    await tab.press("i");
    expect((await said(tab)).sentence).toMatch(/^in\[3, 3\] is read by 1 window and selected by none$/);
    await tab.press("Shift+ArrowLeft");
    expect((await said(tab)).sentence).toMatch(/^in\[3, 1\]/);
    await tab.press("o", "End", "PageDown");
    expect((await said(tab)).sentence).toMatch(/^out\[2, 3\]/);
    await hears(tab, "Output row 2, column 3: out[2, 3] = max(");
  });

  test("speaks at most every 300 ms, and always of the last place", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0");
    await tab.run(() => {
      const spoken: number[] = [];
      Object.assign(window, { spoken });
      new MutationObserver(() => spoken.push(performance.now())).observe(document.getElementById("live") as Node, {
        childList: true,
      });
      document.getElementById("stage")?.focus();
    });
    for (let step = 0; step < 12; step++) await tab.press(step % 2 ? "ArrowLeft" : "ArrowRight");
    await tab.press("ArrowDown");
    await hears(tab, "Output row 1, column 0");
    const times = await tab.run(() => (window as unknown as { spoken: number[] }).spoken);
    for (const [at, time] of times.slice(1).entries()) expect(time - (times[at] as number)).toBeGreaterThan(280);
  });

  test("goes to the lost row when its fraction is pressed", async () => {
    const tab = await open();
    await tab.click("#formula button.lost");
    expect((await said(tab)).sentence).toMatch(/^in\[\d, 200, \d+\] is read by no window$/);
  });

  test("plays and pauses", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0");
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.press(" ");
    await until(tab, ({ sentence }) => sentence.startsWith("out[0, 2]"));
    await tab.press(" ");
    const now = (await said(tab)).sentence;
    await frames(tab, 40);
    expect((await said(tab)).sentence).toBe(now);
  });

  test.skipIf(lacks("touch"))("answers to touch: a tap moves it", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0", { touch: true, width: 390 });
    const [x, y] = await tab.run(() => {
      const box = document.getElementById("output")?.getBoundingClientRect() as DOMRect;
      return [box.x + box.width * 0.875, box.y + box.height * 0.5];
    });
    await tab.tap(x as number, y as number);
    await until(tab, ({ sentence }) => sentence.startsWith("out[1, 3]"));
  });
});

describe("numbers", () => {
  test("are edited in place and kept in the address", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=2,2&side=input");
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.type("42");
    await tab.press("Enter", "o");
    expect((await said(tab)).sentence).toContain("= 42 found at in[2, 2] (flat index 20)");
    expect(await settled(tab, (hash) => hash.includes(",42,"))).toContain("&grid=9:5,1,0,2");
  });

  test("appear in a picture zoomed in", async () => {
    const tab = await open("nn.MaxPool2d(kernel_size=6, stride=2)&zoom=30,56,100");
    const wide = await tab.run(() => document.getElementById("input")?.getBoundingClientRect().width);
    expect(wide).toBe(250 * 30);
    expect(await tab.run(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
});

describe("looking back", () => {
  test("sends a gradient of one to each winner, as often as it won", async () => {
    const tab = await open("nn.MaxPool2d(3, stride=1)&image=numbers&at=4,5&side=input&look=gradient");
    expect((await said(tab)).sentence).toContain("is read by 9 windows and selected by 9: its gradient is 9");
    const { data } = await pixels(tab, "input");
    expect(Math.max(...data.filter((_, at) => at % 4 === 0))).toBe(data[4 * (4 * 9 + 5)]);
  });

  test("puts pooled values back where they came from", async () => {
    const tab = await open("nn.MaxPool2d(2)&look=unpool");
    const back = await pixels(tab, "input");
    let [kept, wrong] = [0, 0];
    back.data.forEach((value, at) => {
      if (at % 4 === 3 || value === 0) return;
      if (value !== ship.data[at]) wrong++;
      kept++;
    });
    expect(wrong).toBe(0);
    expect(kept).toBeGreaterThan(100 * 125 * 2);
    expect(kept).toBeLessThanOrEqual(100 * 125 * 3);
  });
});

describe("pictures", () => {
  const small = new PNG({ width: 7, height: 5 });
  small.data.fill(255);
  for (let at = 0; at < 35; at++) small.data[4 * at] = at * 7;

  test("are opened from a file", async () => {
    const tab = await open("nn.MaxPool2d(2)");
    await tab.choose("input[type=file]", { name: "small.png", type: "image/png", bytes: PNG.sync.write(small) });
    await until(tab, ({ shape }) => shape === "3 × 5 × 7 → 3 × 2 × 3");
    const { data } = await pixels(tab, "output");
    expect(data.slice(0, 4)).toEqual([8 * 7, 255, 255, 255]);
  });

  test("that are none leave the old one and say so", async () => {
    const tab = await open();
    await tab.choose("input[type=file]", { name: "bad.png", type: "image/png", bytes: Uint8Array.of(1, 2, 3) });
    await until(tab, ({ note }) => note.includes("not a picture"));
    expect((await said(tab)).shape).toBe("3 × 201 × 250 → 3 × 98 × 123");
  });

  test.skipIf(lacks("camera"))("come from a camera, live, and go again", async () => {
    const tab = await open();
    await press(tab, "#tools", "Camera");
    await until(tab, ({ shape }) => shape.startsWith("3 × 480 × 640") || shape.startsWith("3 × 360 × 640"));
    await press(tab, "#tools", "Stop");
    await until(tab, ({ shape }) => shape === "3 × 201 × 250 → 3 × 98 × 123");
  });
});

describe("what leaves the page", () => {
  test.skipIf(lacks("clipboard"))("the SVG is the figure, and well formed", async () => {
    const tab = await open("nn.MaxPool2d(3, 2, ceil_mode=True)&image=numbers&at=3,1");
    await press(tab, "#tools", "Share");
    await press(tab, "#share", "Copy SVG");
    const text = await eventually(() =>
      tab.run(async () => {
        const copied = await navigator.clipboard.readText();
        return copied.includes("<svg") && copied;
      }),
    );
    expect(text).toContain(
      "<title>nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True): 1 × 8 × 9 becomes 1 × 4 × 4</title>",
    );
    // A browser draws it on its own: it is well formed and needs no other file.
    const size = await tab.run(async (source) => {
      const image = new Image();
      image.src = URL.createObjectURL(new Blob([source], { type: "image/svg+xml" }));
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, text);
    expect(size[0]).toBe(1160);
    expect(size[1]).toBeGreaterThan(300);
  });
});

test("where the policy refuses WebAssembly, the finished figure stays and the page says why", async () => {
  const strict = await launch(undefined, contentSecurityPolicy.replace(" 'wasm-unsafe-eval'", ""));
  try {
    const tab = await strict.open("");
    const seen = await tab.run(() => ({
      state: document.documentElement.dataset.state,
      error: document.getElementById("error")?.textContent,
      figures: document.querySelectorAll("#stage svg").length,
    }));
    expect(seen.state).toBe("error");
    expect(seen.error).toMatch(
      /^This browser refused to run the WebAssembly core, so the figure stays still \(the WebAssembly core cannot be started: .+\)\.$/s,
    );
    expect(seen.figures).toBe(3);
  } finally {
    await strict.close();
  }
});
