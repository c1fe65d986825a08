/** A whole model is pasted: every pooling layer of it is found and can be chosen. */
import { describe, expect, test } from "vitest";
import { lacks, paste, said, type Tab, until } from "./engine";
import { open } from "./tabs";

const MODEL = `Sequential(
  (0): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3))
  (1): ReLU(inplace=True)
  (pool): MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False)
  (body): Sequential(
    (down): AvgPool2d(kernel_size=2, stride=2, padding=0)
  )
  (head): AdaptiveAvgPool2d(output_size=(1, 1))
)`;

const choices = (tab: Tab): Promise<[string, string | null, number][]> =>
  tab.run(() =>
    [...document.querySelectorAll<HTMLElement>("#found [role=radio]")].map((element) => [
      element.textContent?.replace(/\s+/g, " ").trim() ?? "",
      element.getAttribute("aria-checked"),
      element.tabIndex,
    ]),
  );

describe.skipIf(lacks("clipboard"))("a pasted model", () => {
  test("shows its first layer at once and offers the others, by keys, by clicks and to undo", async () => {
    const tab = await open("nn.MaxPool2d(2)&image=numbers");
    await paste(tab, MODEL);
    await until(tab, ({ code }) => code.startsWith("nn.MaxPool2d(kernel_size=3, stride=2, padding=1"));
    expect(await tab.run(() => document.querySelector("#found h2")?.textContent)).toBe(
      "3 pooling layers in the pasted text",
    );
    const listed = await choices(tab);
    expect(listed.map(([, checked, stop]) => [checked, stop])).toEqual([
      ["true", 0],
      ["false", -1],
      ["false", -1],
    ]);
    expect(listed[0]?.[0]).toMatch(/^MaxPool2d\(kernel_size=3, .*\) pool, line 4$/);
    expect(listed[1]?.[0]).toMatch(/body\.down, line 6$/);
    await tab.run(() => document.querySelector<HTMLElement>("#found [aria-checked=true]")?.focus());
    await tab.press("ArrowDown");
    await until(tab, ({ code }) => code.startsWith("nn.AvgPool2d(kernel_size=2"));
    expect((await choices(tab)).map(([, checked]) => checked)).toEqual(["false", "true", "false"]);
    await tab.press("ArrowDown", "ArrowDown");
    await until(tab, ({ code }) => code.startsWith("nn.MaxPool2d(kernel_size=3"));
    await tab.run(() => document.querySelectorAll<HTMLElement>("#found [role=radio]")[2]?.click());
    await until(tab, ({ code }) => code.startsWith("nn.AdaptiveAvgPool2d"));
    await tab.press("Control+z");
    await until(tab, ({ code }) => code.startsWith("nn.MaxPool2d(kernel_size=3"));
    await tab.run(() => document.querySelector<HTMLElement>("#found header button")?.click());
    await said(tab);
    expect(await choices(tab)).toEqual([]);
    expect((await said(tab)).code).toMatch(/^nn\.MaxPool2d\(kernel_size=3/);
  });

  test("in Chinese says the same, and one line offers nothing", async () => {
    const tab = await open("nn.MaxPool2d(2)&image=numbers&lang=zh");
    await paste(tab, MODEL);
    await until(tab, ({ code }) => code.startsWith("nn.MaxPool2d(kernel_size=3"));
    expect(await tab.run(() => document.querySelector("#found h2")?.textContent)).toBe("粘贴的文字里有 3 个池化层");
    await paste(tab, "nn.AvgPool2d(2)");
    await until(tab, ({ code }) => code.startsWith("nn.AvgPool2d(kernel_size=2"));
    expect(await choices(tab)).toEqual([]);
  });

  test("of a megabyte is read", async () => {
    const tab = await open("nn.MaxPool2d(2)&image=numbers");
    const filler = (lines: number) => "        x = self.conv(x)  # a line of code that pools nothing\n".repeat(lines);
    await paste(tab, `${filler(15_000)}self.a = nn.MaxPool2d(4)\n${filler(1500)}self.b = nn.AvgPool2d(3)\n`);
    await until(tab, ({ code }) => code.startsWith("nn.MaxPool2d(kernel_size=4"));
    expect((await choices(tab)).length).toBe(2);
  });
});
