/** What hands do: swipes, clicks while the window walks, and everything that is undone. */
import { describe, expect, test } from "vitest";
import { eventually, frames, lacks, paste, said, settled, type Tab, until } from "./engine";
import { png } from "./hostile";
import { open } from "./tabs";

const focusStage = (tab: Tab): Promise<void> => tab.run(() => document.getElementById("stage")?.focus());

/** The middle of a cell on the screen. */
const cell = (tab: Tab, id: "input" | "output", row: number, column: number): Promise<[number, number]> =>
  tab.run(
    ([name, y, x]) => {
      const canvas = document.getElementById(name as string) as HTMLCanvasElement;
      const box = canvas.getBoundingClientRect();
      const [across, down] = [box.width / canvas.width, box.height / canvas.height];
      return [box.x + ((x as number) + 0.5) * across, box.y + ((y as number) + 0.5) * down] as [number, number];
    },
    [id, row, column] as const,
  );

/** Sends the figure a finger's or a mouse's events, `[kind, x, y]` each. */
const point = (tab: Tab, pointerType: "touch" | "mouse", events: [string, number, number][]): Promise<void> =>
  tab.run(
    ([type, list]) => {
      const stage = document.getElementById("stage") as HTMLElement;
      for (const [kind, clientX, clientY] of list as [string, number, number][]) {
        const button = kind === "pointermove" ? -1 : 0;
        const init = { pointerId: 7, pointerType: type as string, button, clientX, clientY, bubbles: true };
        stage.dispatchEvent(new PointerEvent(kind, init));
      }
    },
    [pointerType, events] as const,
  );

const hash = (tab: Tab): Promise<string> => tab.run(() => decodeURIComponent(location.hash));

const button = (tab: Tab, name: "undo" | "redo"): Promise<boolean> =>
  tab.run((which) => {
    const element = document.querySelector<HTMLElement>(`#line-tools .${which}`);
    if (element?.getAttribute("aria-disabled") !== "false") return false;
    element.click();
    return true;
  }, name);

describe("a finger on the figure", () => {
  test("that swipes changes nothing: the page scrolls", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0");
    const before = (await said(tab)).sentence;
    const [x, y] = await cell(tab, "output", 1, 2);
    // The browser takes the finger over as soon as it scrolls.
    await point(tab, "touch", [
      ["pointerdown", x, y],
      ["pointermove", x, y - 4],
      ["pointercancel", x, y - 8],
    ]);
    expect((await said(tab)).sentence).toBe(before);
    // Sideways there is nothing to scroll, and the finger is lifted far away.
    await point(tab, "touch", [
      ["pointerdown", x, y],
      ["pointermove", x - 20, y],
      ["pointermove", x - 60, y],
      ["pointerup", x - 60, y],
    ]);
    expect((await said(tab)).sentence).toBe(before);
    expect(await tab.run(() => getComputedStyle(document.getElementById("stage") as Element).touchAction)).toBe(
      "pan-y",
    );
  });

  test("that taps puts the cursor there, taps again to pin it, and a third time to free it", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0");
    const [x, y] = await cell(tab, "output", 1, 2);
    const tap = () =>
      point(tab, "touch", [
        ["pointerdown", x, y],
        ["pointerup", x + 1, y],
      ]);
    const pinned = () =>
      tab.run(async () => {
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
        return document.querySelector("#tools [aria-pressed=true]")?.textContent === "Pin";
      });
    await tap();
    expect((await said(tab)).sentence).toMatch(/^out\[1, 2\]/);
    expect(await pinned()).toBe(false);
    await tap();
    expect(await pinned()).toBe(true);
    await tap();
    expect(await pinned()).toBe(false);
  });
});

describe("while the window walks", () => {
  test("the address follows it", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0");
    await focusStage(tab);
    await tab.press(" ");
    const seen = new Set<string>();
    await eventually(async () => seen.add(await hash(tab)).size >= 3);
    await tab.press(" ");
  });

  test("a click stops it where it was clicked", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0");
    await focusStage(tab);
    await tab.press(" ");
    await until(tab, ({ sentence }) => sentence.startsWith("out[0, 1]"));
    const [x, y] = await cell(tab, "input", 4, 5);
    await point(tab, "mouse", [
      ["pointermove", x, y],
      ["pointerdown", x, y],
      ["pointerup", x, y],
    ]);
    expect((await said(tab)).sentence).toMatch(/^in\[4, 5\]/);
    await frames(tab, 40);
    expect((await said(tab)).sentence).toMatch(/^in\[4, 5\]/);
  });

  test("all of its way is undone at once", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=1,0");
    await focusStage(tab);
    await tab.press(" ");
    await until(tab, ({ sentence }) => sentence.startsWith("out[1, 3]"));
    await tab.press(" ", "Control+z");
    await until(tab, ({ sentence }) => sentence.startsWith("out[1, 0]"));
  });
});

test("a refusal is said though there is an error already", async () => {
  const tab = await open("nn.MaxPool2d(300)&image=numbers");
  const { error } = await said(tab);
  expect(error).not.toBe("");
  await tab.run(() => document.querySelector<HTMLElement>('#code [data-id^="stride"]')?.focus());
  await tab.type("N0");
  await tab.press("Enter");
  await until(tab, (words) => words.error.startsWith("NameError"));
});

describe("Ctrl+Z", () => {
  test("gives an edited cell back, and Ctrl+Shift+Z edits it again", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=2,2&side=input");
    await focusStage(tab);
    await tab.type("42");
    await tab.press("Enter");
    await tab.type("7");
    await tab.press("Enter");
    await until(tab, ({ sentence }) => sentence.startsWith("in[2, 4]"));
    await settled(tab, (address) => address.includes(",42,7,"));
    await tab.press("Control+z");
    await until(tab, ({ sentence }) => sentence.startsWith("in[2, 3]"));
    await tab.press("Control+z");
    await until(tab, ({ sentence }) => sentence.startsWith("in[2, 2]"));
    await settled(tab, (address) => !address.includes("grid="));
    await tab.press("Control+Shift+Z", "Control+Shift+Z");
    await until(tab, ({ sentence }) => sentence.startsWith("in[2, 4]"));
    await settled(tab, (address) => address.includes(",42,7,"));
  });

  test("undoes the line, a preset, the picture and a jump, one by one, and two buttons do so too", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=1,1");
    expect(await button(tab, "undo")).toBe(false);
    await tab.run(() => document.querySelector<HTMLElement>('#code [data-id^="stride"]')?.focus());
    await tab.press("ArrowUp", "ArrowUp");
    await until(tab, ({ code }) => code.includes("stride=4"));
    await tab.run(() => {
      const select = document.querySelector("#tools select") as HTMLSelectElement;
      select.value = "rings";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await until(tab, ({ shape }) => !shape.startsWith("1 × 8 × 9"));
    await tab.follow("nn.AvgPool2d(2)&image=drawing&at=5,6");
    await until(tab, ({ code }) => code.startsWith("nn.AvgPool2d"));
    await focusStage(tab);
    await tab.press("Home");
    await until(tab, ({ sentence }) => sentence.startsWith("out[0, 5, 0]"));
    await tab.press("Control+z");
    await until(tab, ({ sentence }) => sentence.startsWith("out[0, 5, 6]"));
    await tab.press("Control+z");
    await until(tab, ({ code }) => code.startsWith("nn.MaxPool2d(kernel_size=3, stride=4"));
    expect(await button(tab, "undo")).toBe(true);
    await until(tab, ({ shape }) => shape.startsWith("1 × 8 × 9"));
    expect(await button(tab, "undo")).toBe(true);
    await until(tab, ({ code }) => code.includes("stride=3"));
    expect(await button(tab, "undo")).toBe(true);
    await until(tab, ({ code, sentence }) => code.includes("stride=2") && sentence.startsWith("out[1, 1]"));
    expect(await button(tab, "undo")).toBe(false);
    expect(await button(tab, "redo")).toBe(true);
    await until(tab, ({ code }) => code.includes("stride=3"));
  });

  test("brings a picture of one's own back, with the value that a cell had", async () => {
    const tab = await open("nn.MaxPool2d(2)");
    await tab.choose("#tools input[type=file]", { name: "own.png", type: "image/png", bytes: png(6, 4) });
    await until(tab, ({ shape }) => shape.startsWith("3 × 4 × 6"));
    await focusStage(tab);
    await tab.press("i", "PageUp", "Home", "e");
    await tab.type("99");
    await tab.press("Enter", "o", "PageUp", "Home");
    await until(tab, ({ sentence }) => sentence.startsWith("out[0, 0, 0] = max(99, "));
    for (let step = 0; step < 4; step++) await tab.press("Control+z");
    await tab.press("o", "PageUp", "Home");
    await until(tab, ({ sentence }) => sentence.startsWith("out[0, 0, 0] = max(0, "));
    for (let step = 0; step < 9; step++) await tab.press("Control+z");
    await until(tab, ({ shape }) => shape.startsWith("3 × 201 × 250"));
    for (let step = 0; step < 2; step++) await tab.press("Control+Shift+Z");
    await until(tab, ({ shape }) => shape.startsWith("3 × 4 × 6"));
  });

  test("takes steps that follow each other as one, and a turned number as one a press", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0");
    await focusStage(tab);
    await tab.press("ArrowRight", "ArrowDown", "ArrowRight", "Control+z");
    await until(tab, ({ sentence }) => sentence.startsWith("out[0, 0]"));
  });

  test("is the field's own while one types", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=2,2&side=input");
    await focusStage(tab);
    await tab.press("PageDown", "e");
    await tab.type("5");
    const prevented = await tab.run(() => {
      const event = new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(event);
      return event.defaultPrevented;
    });
    expect(prevented).toBe(false);
    expect((await said(tab)).sentence).toMatch(/^in\[7, 2\]/);
  });

  test.skipIf(lacks("clipboard"))("takes a pasted line back", async () => {
    const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=1,1");
    await paste(tab, "nn.AvgPool2d(2)");
    await until(tab, ({ code }) => code.startsWith("nn.AvgPool2d(kernel_size=2"));
    await tab.press("Control+z");
    await until(tab, ({ code }) => code.startsWith("nn.MaxPool2d(kernel_size=3, stride=2"));
  });
});
