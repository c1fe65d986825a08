/** What a first visit runs into: entries that are refused, lines copied and pasted whole, pictures of one's own, old notes. */
import { describe, expect, test } from "vitest";
import { lacks, paste, said, settled, type Tab, until } from "./engine";
import { png } from "./hostile";
import { open } from "./tabs";

const LINE = "nn.MaxPool2d(kernel_size=3, stride=2, padding=0, dilation=1, ceil_mode=False)";

const choose = (tab: Tab, width: number, height: number): Promise<void> =>
  tab.choose("#tools input[type=file]", { name: "own.png", type: "image/png", bytes: png(width, height) });

const menu = (tab: Tab): Promise<string[]> =>
  tab.run(() => [...document.querySelectorAll<HTMLOptionElement>("#tools select option")].map(({ value }) => value));

const pick = (tab: Tab, value: string): Promise<void> =>
  tab.run((name) => {
    const select = document.querySelector("#tools select") as HTMLSelectElement;
    select.value = name;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }, value);

const stale = (tab: Tab): Promise<boolean> =>
  tab.run(() => document.getElementById("stage")?.classList.contains("stale") ?? false);

const focus = (tab: Tab, id: string): Promise<void> =>
  tab.run((name) => document.querySelector<HTMLElement>(`#code [data-id="${name}"]`)?.focus(), id);

const focused = (tab: Tab): Promise<string | undefined> =>
  tab.run(() => (document.activeElement as HTMLElement | null)?.dataset.id);

describe("the line of code", () => {
  test("is copied whole, turnable numbers and all", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers");
    const copied = await tab.run(() => {
      const code = document.getElementById("code") as HTMLElement;
      getSelection()?.selectAllChildren(code);
      const data = new DataTransfer();
      const event = new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true });
      code.dispatchEvent(event);
      return [event.defaultPrevented, data.getData("text/plain")];
    });
    // Not every engine lets a script read what its own event holds.
    expect(copied[0]).toBe(true);
    expect(["nn.MaxPool2d(kernel_size=3, stride=2)", ""]).toContain(copied[1]);
  });

  test.skipIf(lacks("clipboard"))("takes a whole line where a number is typed", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers");
    await focus(tab, "kernelSize--1");
    await tab.press("Enter");
    await tab.run(() => {
      const data = new DataTransfer();
      data.setData("text/plain", "nn.AvgPool2d(2, padding=1)");
      const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(event);
    });
    await until(tab, ({ code, error }) => code.startsWith("nn.AvgPool2d(kernel_size=2") && error === "");
  });

  test("greys nothing when it refuses an entry, and forgets it with the next", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers");
    await focus(tab, "stride--1");
    await tab.type("2.");
    await tab.press("Enter");
    await until(tab, ({ error }) => error.startsWith("TypeError") || error.startsWith("SyntaxError") || error === "");
    await focus(tab, "stride--1");
    await tab.type("N0");
    await tab.press("Enter");
    await until(tab, ({ error }) => error !== "");
    expect(await stale(tab)).toBe(false);
    expect((await said(tab)).code).toBe(LINE);
    await tab.press("ArrowUp");
    await until(tab, ({ error, code }) => error === "" && code.includes("stride=3"));
  });

  test("keeps its number where nothing is typed", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers");
    await focus(tab, "kernelSize--1");
    await tab.press("Enter", "Delete", "Enter");
    await said(tab);
    expect(await said(tab)).toMatchObject({ code: LINE, error: "" });
  });

  test("keeps the focus when one number becomes a pair, and a pair one number again", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers");
    await focus(tab, "kernelSize--1");
    await tab.type("(3,2)");
    await tab.press("Enter");
    await until(tab, ({ code }) => code.includes("kernel_size=(3, 2)"));
    expect(await focused(tab)).toBe("kernelSize-0");
    await tab.press("Delete");
    await until(tab, ({ code }) => code.includes("kernel_size=3,"));
    expect(await focused(tab)).toBe("kernelSize--1");
  });

  test("makes no None of a pair that is half one", async () => {
    const tab = await open("nn.AdaptiveMaxPool2d((None, 3))&image=numbers");
    const { code } = await said(tab);
    await focus(tab, "outputSize-0");
    await tab.press("Delete");
    expect(await said(tab)).toMatchObject({ code, error: "" });
    expect(await focused(tab)).toBe("outputSize-0");
  });

  test("keeps the last figure when an adaptive layer is asked for nothing", async () => {
    const tab = await open("nn.AdaptiveMaxPool2d(output_size=0)&image=numbers");
    const words = await said(tab);
    expect(words.error).toBe("Given input size: (1x8x9). Calculated output size: (1x0x0). Output size is too small");
    expect(words.note).toBe("Still showing nn.MaxPool2d(kernel_size=6, stride=2) of 1 × 8 × 9.");
    expect(await stale(tab)).toBe(true);
    await tab.follow("nn.AdaptiveMaxPool2d(output_size=2)&image=numbers");
    await until(tab, ({ shape, error, note }) => shape.endsWith("→ 1 × 2 × 2") && error === "" && note === "");
    expect(await tab.run(() => document.documentElement.dataset.state)).toBe("ready");
  });

  test("is refused in words on a picture that is smaller than any window", async () => {
    const tab = await open("nn.MaxPool2d(3)&image=numbers&grid=1:5");
    expect((await said(tab)).error).not.toBe("");
    expect((await said(tab)).shape).toBe("1 × 1 × 1 → 1 × 1 × 1");
  });
});

describe("pictures of one's own", () => {
  test("stay at hand while a sample is looked at", async () => {
    const tab = await open("nn.MaxPool2d(2)");
    await choose(tab, 40, 30);
    await until(tab, ({ shape }) => shape.startsWith("3 × 30 × 40"));
    await pick(tab, "drawing");
    await until(tab, ({ shape }) => !shape.startsWith("3 × 30 × 40"));
    expect(await menu(tab)).toContain("file");
    await pick(tab, "file");
    await until(tab, ({ shape }) => shape.startsWith("3 × 30 × 40"));
  });

  test("that are a strip keep their rows", async () => {
    const tab = await open("nn.MaxPool2d(3)");
    await choose(tab, 5000, 3);
    await until(tab, ({ shape }) => shape === "3 × 3 × 5000 → 3 × 1 × 1666");
    expect((await said(tab)).note).toBe("");
  });

  test("are scaled with a note, which ends with the picture", async () => {
    const tab = await open("nn.MaxPool2d(2)");
    await choose(tab, 3000, 2400);
    await until(tab, ({ note }) => note.startsWith("The picture was scaled from 3000 × 2400"));
    await pick(tab, "spaceship");
    await until(tab, ({ shape, note }) => shape.startsWith("3 × 201 × 250") && note === "");
  });

  test("are a sample in the tag that is shared", async () => {
    const tab = await open("nn.MaxPool2d(2)");
    await choose(tab, 40, 30);
    await until(tab, ({ shape }) => shape.startsWith("3 × 30 × 40"));
    await tab.run(() => document.querySelector<HTMLElement>("#tools .share")?.click());
    const tag = await tab.run(() => document.querySelectorAll("#share code")[1]?.textContent ?? "");
    expect(tag).toMatch(/^<pool-view code="[^"]+" src="http[^"]+spaceship[^"]*\.png" lang="en"><\/pool-view>$/);
  });
});

describe("what was said", () => {
  test.skipIf(lacks("clipboard"))("of a pasted text is said no longer when another layer is shown", async () => {
    const tab = await open("nn.MaxPool2d(2)");
    await paste(tab, "no layer at all");
    await until(tab, ({ note }) => note.startsWith("There is no pooling layer in this text"));
    await focus(tab, "kernelSize--1");
    await tab.press("ArrowUp");
    await until(tab, ({ note, code }) => note === "" && code.includes("kernel_size=3"));
  });

  test("of a number that is none leaves the cell as it is: infinities have no link", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=2,2&side=input");
    await tab.run(() => document.getElementById("stage")?.focus());
    await tab.press("e");
    await tab.type("1e999");
    await tab.press("Enter");
    await until(tab, ({ note }) => note.startsWith("“1e999” is not a number"));
  });

  test("of a norm names what the picture cuts off", async () => {
    const tab = await open("nn.LPPool2d(2, 3, 2)&image=rings&at=20,20");
    expect((await said(tab)).sentence).toMatch(
      /^out\[0, 20, 20\] = \(206\^2 \+ .*\)\^\(1\/2\) = 405\.8, clipped to 255$/,
    );
  });
});

test("a zoomed picture cannot be moved out of sight, by a link neither", async () => {
  const tab = await open("nn.MaxPool2d(6, 2)&image=spaceship&at=0,0&zoom=20,-900,99999");
  await said(tab);
  await settled(tab, (hash) => hash.includes("zoom=20,0,249"));
});

test("paper is light whatever the screen is, and the screen as before afterwards", async () => {
  const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&theme=dark");
  const seen = await tab.run(async () => {
    const look = () => [
      document.documentElement.dataset.theme,
      (document.getElementById("overlay") as HTMLCanvasElement).toDataURL(),
    ];
    const dark = look();
    dispatchEvent(new Event("beforeprint"));
    const paper = look();
    dispatchEvent(new Event("afterprint"));
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    return { dark, paper, after: look() };
  });
  expect([seen.dark[0], seen.paper[0]]).toEqual(["dark", "light"]);
  expect(seen.paper[1]).not.toBe(seen.dark[1]);
  expect(seen.after).toEqual(seen.dark);
});
