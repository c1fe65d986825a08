/** What the page says about what it shows: marks, times, refusals, ways back, and links that another person opens. */
import { describe, expect, test } from "vitest";
import { eventually, lacks, paste, said, settled, type Tab, until } from "./engine";
import { open } from "./tabs";

const text = (tab: Tab, id: string): Promise<string> =>
  tab.run((name) => document.getElementById(name)?.textContent?.replace(/\s+/g, " ").trim() ?? "", id);

const overlay = (tab: Tab): Promise<string> =>
  tab.run(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    return (document.getElementById("overlay") as HTMLCanvasElement).toDataURL();
  });

/** The middle of a lens, found as the page finds it: left of the output, right of the input. */
const lens = (tab: Tab): Promise<[number, number]> =>
  tab.run(() => {
    const [a, b] = ["input", "output"].map((id) => document.getElementById(id)?.getBoundingClientRect() as DOMRect);
    return [((a?.right ?? 0) + (b?.left ?? 0)) / 2, (a?.top ?? 0) + 150];
  });

describe("the marks under the figure", () => {
  test("are those that the figure has", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers");
    await said(tab);
    expect(await text(tab, "legend")).toBe("window; dots = cells read selected cell never read");
    await tab.follow("nn.AvgPool2d(3, 2, 1, ceil_mode=True)&image=numbers");
    await until(tab, ({ code }) => code.includes("AvgPool2d"));
    expect(await text(tab, "legend")).toBe("window; dots = cells read padding 0 overhang, not read");
    await tab.follow("nn.MaxPool2d(3, 1, 1)&image=numbers&lang=zh");
    await until(tab, ({ code }) => code.includes("MaxPool2d"));
    expect(await text(tab, "legend")).toBe("窗口；圆点为采样点 被选中的格子 填充 −∞");
  });

  test("stand beside the time that the module takes, once the figure rests", async () => {
    const tab = await open();
    await eventually(() => text(tab, "took"));
    expect(await text(tab, "took")).toMatch(/^\d[\d.]* ms, WebAssembly SIMD$/);
    expect(Number.parseFloat(await text(tab, "took"))).toBeGreaterThan(0);
  });
});

describe("looking back is said", () => {
  test("by the maximum: where the value and the gradient go", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=1,1&look=unpool");
    expect((await said(tab)).sentence).toBe("out[1, 1] = 9 goes back to in[4, 2]; all other cells become 0");
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.press("i");
    expect((await said(tab)).sentence).toBe("in[3, 3] becomes 0");
    await tab.follow("nn.MaxPool2d(3, 2)&image=numbers&at=1,1&look=gradient");
    await until(tab, ({ sentence }) => sentence.includes("gradient"));
    expect((await said(tab)).sentence).toBe("The whole gradient of out[1, 1] (1) goes to in[4, 2], the selected cell");
  });

  test("by the average: how it is spread, and that there is nothing to unpool", async () => {
    const tab = await open("nn.AvgPool2d(2)&image=numbers&at=1,1&look=gradient");
    expect((await said(tab)).sentence).toBe("The gradient of out[1, 1] (1) is spread evenly: 1/4 to each of 4 cells");
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.press("i");
    expect((await said(tab)).sentence).toBe("in[3, 3] is read by 1 window: its gradient is 0.25");
    await tab.follow("nn.AvgPool2d(2)&image=numbers&at=1,1&look=unpool");
    await until(tab, ({ note }) => note === "Average pooling keeps no indices, so there is nothing to unpool.");
    await tab.follow("nn.AvgPool2d(2)&image=numbers&at=1,1");
    await until(tab, ({ note }) => note === "");
  });
});

describe("numbers", () => {
  test("what is none is refused in words, and the cell keeps its own", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=2,2&side=input");
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.type("5-3");
    await tab.press("Enter");
    await until(tab, ({ note }) => note === "“5-3” is not a number: the cell keeps 1.");
    await tab.type("-7");
    await tab.press("Enter", "ArrowLeft");
    await until(tab, ({ note }) => note === "");
    expect(await tab.run(() => location.hash)).not.toContain("zoom");
    await settled(tab, (hash) => hash.includes(",-7,"));
  });

  test("NaN and infinities are typed, drawn, explained, linked and reloaded", async () => {
    const tab = await open("nn.MaxPool2d(2)&image=numbers&grid=4:1,2,3,4,5,6,7,8&at=0,0&side=input");
    await tab.run(() => document.getElementById("stage")?.focus());
    for (const typed of ["nan", "2", "-inf", "inf"]) {
      await tab.press("e");
      await tab.type(typed);
      await tab.press("Enter");
    }
    await tab.press("Enter", "o");
    await until(
      tab,
      ({ sentence }) => sentence === "out[0, 1] = max(−∞, ∞, 7, 8) = ∞ found at in[0, 3] (flat index 3)",
    );
    await tab.press("ArrowLeft");
    await until(
      tab,
      ({ sentence }) => sentence === "out[0, 0] = max(NaN, 2, 5, 6) = NaN found at in[0, 0] (flat index 0)",
    );
    const hash = await settled(
      tab,
      (address) => address.includes("&grid=4:nan,2,-inf,inf,5,6,7,8&") && address.includes("at=0,0"),
    );
    const other = await open(hash.slice(1).replace("nn.MaxPool2d(kernel_size=2)", "nn.AvgPool2d(2)"));
    expect((await said(other)).note).toBe("");
    expect((await said(other)).sentence).toBe("out[0, 0] = (NaN + 2 + 5 + 6) / 4 = NaN");
  });

  test("that no picture can hold are refused", async () => {
    const tab = await open("nn.MaxPool2d(2)&zoom=30,56,100&at=56,100&side=input");
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.press("e");
    await tab.type("nan");
    await tab.press("Enter");
    await until(tab, ({ note }) => /^A picture’s cells hold 0 to 255: the cell keeps \d+\.$/.test(note));
  });

  test.skipIf(lacks("clipboard"))("pasted as a matrix are the input, and Ctrl+Z gives the old ones back", async () => {
    const tab = await open("nn.MaxPool2d(2)&image=spaceship&at=40,50");
    await paste(tab, "x = torch.tensor([[1., 2., -3.],\n                  [4., 5., nan]])");
    await until(tab, ({ shape }) => shape === "1 × 2 × 3 → 1 × 1 × 1");
    expect((await said(tab)).sentence).toBe("out[0, 0] = max(1, 2, 4, 5) = 5 found at in[1, 1] (flat index 4)");
    await settled(tab, (address) => address.includes("&image=numbers&grid=3:1,2,-3,4,5,nan&at=0,0&"));
    await paste(tab, "1 2\n3");
    await until(tab, ({ note }) => note === "The pasted rows have different lengths, so they are no matrix.");
    await tab.press("Control+z");
    await until(tab, ({ shape, note }) => shape.startsWith("3 × 201 × 250") && note === "");
  });

  test("are not laid over numbers", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers");
    await said(tab);
    expect(await text(tab, "tools")).not.toContain("Compare");
    expect(await tab.run(() => document.querySelector<HTMLElement>(".cover")?.hidden)).toBe(true);
  });
});

describe("another class from the menu", () => {
  const choose = async (tab: Tab, name: string) => {
    await tab.click("#code .class-name");
    await tab.run((text) => {
      const items = [...document.querySelectorAll<HTMLElement>("#layers button")];
      items.find(({ textContent }) => textContent === text)?.click();
    }, name);
  };

  test.each([
    ["en", "nn.AvgPool2d does not take dilation, so that was left out."],
    ["zh", "nn.AvgPool2d 没有 dilation，已去掉。"],
  ])("drops what it does not take, and says so in %s", async (language, note) => {
    const tab = await open(`nn.MaxPool2d(3, stride=2, padding=1, dilation=2)&image=numbers&lang=${language}`);
    await choose(tab, "nn.AvgPool2d");
    await until(tab, (words) => words.note === note);
    expect((await said(tab)).code).toMatch(/^nn\.AvgPool2d\(kernel_size=3, stride=2, padding=1, ceil_mode=False/);
    expect((await said(tab)).code).not.toContain("dilation");
    await tab.press("Control+z");
    await until(tab, (words) => words.code.includes("dilation=2") && words.note === "");
  });

  test("keeps what it takes, and says nothing", async () => {
    const tab = await open("nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True)&image=numbers");
    await choose(tab, "MinPool2d");
    await until(tab, ({ code }) => code.startsWith("MinPool2d(kernel_size=3, stride=2, padding=1"));
    expect((await said(tab)).note).toBe("");
  });
});

describe("pointers", () => {
  test("a click pins the window and says so in the figure; the wheel still scrolls", async () => {
    const tab = await open();
    const before = await overlay(tab);
    await tab.run(() => {
      const stage = document.getElementById("stage") as HTMLElement;
      const box = document.getElementById("output")?.getBoundingClientRect() as DOMRect;
      stage.focus();
      const where = { clientX: box.x + 97, clientY: box.y + 53, bubbles: true, button: 0, pointerType: "mouse" };
      stage.dispatchEvent(new PointerEvent("pointermove", where));
      stage.dispatchEvent(new PointerEvent("pointerdown", where));
      stage.dispatchEvent(new PointerEvent("pointerup", where));
    });
    expect((await said(tab)).sentence).toContain("out[0, 26, 48]");
    expect(await overlay(tab)).not.toBe(before);
    const turned = (init: object) =>
      tab.run((given) => {
        const event = new WheelEvent("wheel", { bubbles: true, cancelable: true, ...given });
        document.getElementById("stage")?.dispatchEvent(event);
        return event.defaultPrevented;
      }, init);
    expect(await turned({ deltaY: -100 })).toBe(false);
    expect(await turned({ deltaY: -100, ctrlKey: true, clientX: 200, clientY: 300 })).toBe(true);
    await said(tab);
    expect(await turned({ deltaY: -100, clientX: 200, clientY: 300 })).toBe(true);
    // Out again: the whole picture is the end of it.
    for (let step = 0; step < 6; step++) {
      await turned({ deltaY: 100, ctrlKey: true, clientX: 200, clientY: 300 });
      await said(tab);
    }
    expect(await tab.run(() => document.getElementById("stage")?.classList.contains("zoomed"))).toBe(false);
    expect(await turned({ deltaY: 100 })).toBe(false);
  });

  test("in the lens show a cell's value and leave the window where it is", async () => {
    const tab = await open();
    const [x, y] = await lens(tab);
    const { sentence } = await said(tab);
    await tab.move(x, y);
    const first = await overlay(tab);
    await tab.move(x + 38, y);
    expect(await overlay(tab)).not.toBe(first);
    expect((await said(tab)).sentence).toBe(sentence);
  });
});

describe("lines and links of others", () => {
  test.skipIf(lacks("clipboard"))("what a pasted line asks for beyond the figure is answered", async () => {
    const tab = await open();
    await paste(tab, "nn.MaxPool2d(4, return_indices=True)");
    await until(tab, ({ note, code }) => note.startsWith("return_indices=True changes no value") && code.includes("4"));
    await paste(tab, "self.pool = nn.MaxPool1d(3)");
    await until(tab, ({ note }) => note.includes("'nn.MaxPool1d' is not one of the layers drawn here: MaxPool2d"));
    await paste(tab, "https://example.org/cat.jpg");
    await until(tab, ({ note }) => note.startsWith("A picture of another site"));
  });

  test("a link to one's own picture shows a sample without complaint", async () => {
    const tab = await open("nn.MaxPool2d(kernel_size=6, stride=2)&image=spaceship&at=90,100");
    const bytes = await tab.run(async () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [400, 300];
      canvas.getContext("2d")?.fillRect(0, 0, 400, 300);
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
      return [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))];
    });
    await tab.choose("#tools input[type=file]", { name: "own.png", type: "image/png", bytes: Uint8Array.from(bytes) });
    await until(tab, ({ shape }) => shape.startsWith("3 × 300 × 400"));
    const hash = await settled(tab, (address) => !address.includes("image="));
    expect(hash).toBe("#nn.MaxPool2d(kernel_size=6, stride=2)&lang=en");
    const other = await open(hash.slice(1));
    const words = await said(other);
    expect(words.note).toBe("");
    expect(words.shape).toBe("3 × 201 × 250 → 3 × 98 × 123");
  });

  test("a link that names no cell complains of none", async () => {
    const tab = await open("nn.MaxPool2d(50)");
    const words = await said(tab);
    expect(words.shape).toBe("3 × 201 × 250 → 3 × 4 × 5");
    expect(words.note).toBe("");
  });
});
