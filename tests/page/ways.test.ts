/** Other ways to see and to move: keys alone, fingers, an edge between before and after, less motion, large letters. */
import { expect, test } from "vitest";
import { frames, lacks, said, type Tab, until } from "./engine";
import { open } from "./tabs";

/** Presses Tab until `selector` has the focus. */
async function reach(tab: Tab, selector: string): Promise<void> {
  for (let step = 0; step < 60; step++) {
    if (await tab.run((one) => document.activeElement?.matches(one) ?? false, selector)) return;
    await tab.press("Tab");
  }
  throw new Error(`The Tab key does not reach ${selector}`);
}

test("with keys alone: another class, another number, another cell, and the figure taken along", async () => {
  const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0");
  await reach(tab, "#code .class-name");
  await tab.press("Enter", "ArrowDown", "ArrowDown", "Enter");
  expect((await said(tab)).code).toMatch(/^nn\.AvgPool2d\(kernel_size=3/);
  await reach(tab, '#code [data-id^="kernelSize"]');
  await tab.type("4");
  await tab.press("Enter");
  expect((await said(tab)).shape).toBe("1 × 8 × 9 → 1 × 3 × 3");
  await reach(tab, "#stage");
  await tab.press("ArrowDown", "ArrowRight");
  expect((await said(tab)).sentence).toMatch(/^out\[1, 1\] = \(/);
  await reach(tab, "#tools .share");
  await tab.press("Enter");
  expect(await tab.run(() => document.querySelector("dialog")?.contains(document.activeElement))).toBe(true);
  await tab.press("Escape");
  expect(await tab.run(() => document.activeElement?.className)).toBe("share");
});

test("before and after lie over each other behind an edge that keys and pointers move", async () => {
  const tab = await open("nn.MaxPool2d(kernel_size=6, stride=2)");
  await tab.run(() => {
    const buttons = [...document.querySelectorAll<HTMLElement>("#tools button")];
    buttons.find(({ textContent }) => textContent === "Compare")?.click();
  });
  await said(tab);
  const seen = (read = false) =>
    tab.run((reading) => {
      const cover = document.querySelector<HTMLElement>(".cover") as HTMLElement;
      const handle = document.querySelector<HTMLElement>(".divider") as HTMLElement;
      const [shown, output] = [cover.querySelector("canvas"), document.getElementById("output") as HTMLCanvasElement];
      const data = (canvas: HTMLCanvasElement) =>
        canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data.join();
      return {
        now: handle.getAttribute("aria-valuenow"),
        clip: cover.style.clipPath,
        same: reading ? shown !== null && data(shown) === data(output) : undefined,
        // A cell of the output is as wide as the windows are apart: it lies over its own window.
        scale: (shown?.getBoundingClientRect().width ?? 0) / (output.getBoundingClientRect().width || 1),
      };
    }, read);
  expect(await seen(true)).toEqual({
    now: "50",
    clip: "inset(0px 0px 0px 50%)",
    same: true,
    scale: expect.closeTo(2, 1),
  });
  await tab.run(() => document.querySelector<HTMLElement>(".divider")?.focus());
  await tab.press("ArrowRight");
  expect((await seen()).now).toBe("52");
  await tab.press("Home");
  expect((await seen()).now).toBe("0");
});

test("two fingers zoom until the pixels show their numbers", async () => {
  const tab = await open("nn.MaxPool2d(kernel_size=6, stride=2)");
  await tab.run(() => {
    const stage = document.getElementById("stage") as HTMLElement;
    const { x, y } = (document.getElementById("input") as HTMLElement).getBoundingClientRect();
    const finger = (kind: string, pointerId: number, dx: number) =>
      stage.dispatchEvent(
        new PointerEvent(kind, {
          pointerId,
          pointerType: "touch",
          button: kind === "pointermove" ? -1 : 0,
          clientX: x + 150 + dx,
          clientY: y + 120,
          bubbles: true,
        }),
      );
    finger("pointerdown", 11, -10);
    finger("pointerdown", 12, 10);
    for (let apart = 10; apart <= 120; apart += 5) finger("pointermove", 12, apart);
    finger("pointerup", 11, -10);
    finger("pointerup", 12, 120);
  });
  await said(tab);
  const cell = await tab.run(() => (document.getElementById("input")?.getBoundingClientRect().width ?? 0) / 250);
  expect(cell).toBeGreaterThan(8);
  expect(await tab.run(() => document.getElementById("stage")?.classList.contains("zoomed"))).toBe(true);
});

test.each([
  ["at twice the size", "en", 640],
  ["at four times the size", "zh", 320],
])("%s everything is there and the page scrolls one way only", async (_, language, width) => {
  const tab = await open(`nn.AvgPool2d(3, 2, 1)&lang=${language}`, { width, height: 450 });
  const { wide, outside } = await tab.run(() => ({
    wide: document.documentElement.scrollWidth - innerWidth,
    outside: [...document.querySelectorAll<HTMLElement>("button, a, select, input, h1, h2, summary")]
      .filter((element) => element.checkVisibility() && !element.closest("details:not([open]) > :not(summary)"))
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map(({ outerHTML }) => outerHTML.slice(0, 80)),
  }));
  expect(wide).toBeLessThanOrEqual(0);
  expect(outside).toEqual([]);
});

test.skipIf(lacks("forced"))("less motion is no motion, and nothing plays by itself", async () => {
  const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=0,0", { still: true });
  const moving = await tab.run(
    () =>
      [...document.querySelectorAll("*")].filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return animationName !== "none" || !/^0s(, 0s)*$/.test(transitionDuration);
      }).length,
  );
  expect(moving).toBe(0);
  const now = (await said(tab)).sentence;
  await frames(tab, 40);
  expect((await said(tab)).sentence).toBe(now);
});

test.skipIf(lacks("forced"))("forced colours reach the drawing: its outlines are the system's", async () => {
  const tab = await open("nn.MaxPool2d(3, 2)&image=numbers&at=1,1", { forced: true });
  await until(tab, ({ sentence }) => sentence.startsWith("out[1, 1]"));
  const [seen, system] = await tab.run(() => {
    const overlay = document.getElementById("overlay") as HTMLCanvasElement;
    const data = overlay.getContext("2d")?.getImageData(0, 0, overlay.width, overlay.height).data ?? [];
    const colours = new Set<string>();
    for (let at = 0; at < data.length; at += 4)
      if (data[at + 3] === 255) colours.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`);
    const probe = document.createElement("p");
    document.body.append(probe);
    const named = ["CanvasText", "LinkText"].map((name) => {
      probe.style.color = name;
      return getComputedStyle(probe).color;
    });
    return [[...colours], named];
  });
  for (const colour of system as string[]) expect(seen).toContain(colour);
});

test.each(lacks("touch") ? [false] : [false, true])("typing over a number moves nothing (touch: %s)", async (touch) => {
  const tab = await open("nn.MaxPool2d(6, 2)&image=numbers", touch ? { touch, width: 390 } : {});
  const places = () =>
    tab.run(() =>
      ["#stage", "#code [data-id^=padding]", "#code [data-id^=stride]"].map((selector) => {
        const { x, y, height } = (document.querySelector(selector) as HTMLElement).getBoundingClientRect();
        // An engine that cannot fit a field to its text makes it wider.
        return [CSS.supports("field-sizing: content") ? x : 0, y, height].map(Math.round);
      }),
    );
  const before = await places();
  await reach(tab, "#code [data-id^=stride]");
  await tab.press("Enter");
  const field = await tab.run(() => {
    const { activeElement } = document;
    return activeElement?.matches("input.editing") && Number.parseFloat(getComputedStyle(activeElement).fontSize);
  });
  // Some phones zoom in on smaller letters.
  expect(field).toBeGreaterThanOrEqual(touch ? 16 : 1);
  expect(await places()).toEqual(before);
});
