import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { eventually, lacks, pixels, said, type Tab, until } from "./engine";
import { png } from "./hostile";
import { open } from "./tabs";

const LINE = "nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True)";
const GRID = "3:1,2,3,4,5,6,7,8,9";

const openDialog = (tab: Tab) => tab.run(() => document.querySelector<HTMLElement>("#tools .share")?.click());
const rows = (tab: Tab) =>
  tab.run(() => [...document.querySelectorAll("#share code")].map(({ textContent }) => textContent ?? ""));

/** Presses a button of the dialog and reads the file that the page then offers. */
const offered = (tab: Tab, words: string) =>
  tab.run(
    (text) =>
      new Promise<{ name: string; bytes: number[] }>((resolve, reject) => {
        let made: Blob | undefined;
        const address = URL.createObjectURL.bind(URL);
        URL.createObjectURL = (blob) => {
          made = blob as Blob;
          return address(blob);
        };
        HTMLAnchorElement.prototype.click = function click() {
          const name = this.download;
          made?.arrayBuffer().then((bytes) => resolve({ name, bytes: [...new Uint8Array(bytes)] }), reject);
        };
        const buttons = [...document.querySelectorAll<HTMLElement>("#share button")];
        buttons.find(({ textContent }) => textContent?.trim() === text)?.click();
      }),
    words,
  );

describe("the share dialog", () => {
  test("gives the link, the tag and the frame of this very figure", async () => {
    const tab = await open(`${LINE}&image=numbers&grid=${GRID}&at=0,1`);
    await openDialog(tab);
    const [link = "", tag = "", frame = ""] = await rows(tab);
    expect(decodeURIComponent(new URL(link).hash)).toBe(`#${LINE}&image=numbers&grid=${GRID}&at=0,1&lang=en`);
    expect(tag).toBe(`<pool-view code="${LINE}" input="${GRID}" at="0,1" lang="en"></pool-view>`);
    expect(frame).toMatch(/^<iframe src="http[^"]+\?embed#nn\.[^"]+" title="nn\.MaxPool2d\(/);
    expect(frame).toContain(' loading="lazy"');
    await tab.press("Escape");
    expect(await tab.run(() => document.querySelector("dialog")?.open)).toBe(false);
  });

  test("what it gives shows the same cells elsewhere", async () => {
    const tab = await open(`${LINE}&image=numbers&grid=${GRID}&at=0,1`);
    await openDialog(tab);
    const [, , frame = ""] = await rows(tab);
    const source = /src="([^"]+)"/.exec(frame)?.[1]?.replaceAll("&amp;", "&") ?? "";
    await tab.run((to) => {
      setTimeout(() => location.assign(to), 0);
    }, source);
    // While the other page comes, there is nobody to answer.
    const come = () => location.search === "?embed" && document.documentElement.dataset.state === "ready";
    await eventually(() => tab.run(come).catch(() => false));
    await until(tab, ({ sentence }) => sentence.startsWith("out[0, 1] = max(3, 6) = 6"));
    const shown = await tab.run(() =>
      ["body > header", "#stage", "#formula", "#tools", "#presets", "#elsewhere", "#notes", "#line a"].filter((part) =>
        document.querySelector(part)?.checkVisibility(),
      ),
    );
    expect(shown).toEqual(["#stage", "#formula", "#line a"]);
  });

  test("offers the figure as SVG, the output as PNG and the walk as an animation", async () => {
    const tab = await open(`${LINE}&image=numbers&grid=${GRID}&at=0,1`);
    await openDialog(tab);
    const svg = await offered(tab, "Save SVG");
    expect(svg.name).toMatch(/^nn\.MaxPool2d\(.*\.svg$/);
    expect(Buffer.from(svg.bytes).toString()).toContain(`<title>${LINE}: 1 × 3 × 3 becomes`);
    const still = Buffer.from((await offered(tab, "Save output as PNG")).bytes);
    const { width, height } = await pixels(tab, "output");
    expect([still.readUInt32BE(16), still.readUInt32BE(20)]).toEqual([width, height]);
    const film = Buffer.from((await offered(tab, "Save animation")).bytes);
    const at = film.indexOf("acTL", 0, "latin1");
    expect(at).toBeGreaterThan(0);
    // As many frames as windows, played for ever.
    expect([film.readUInt32BE(at + 4), film.readUInt32BE(at + 8)]).toEqual([width * height, 0]);
  });

  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  test.each([
    ["en", false, 1280],
    ["zh", true, 320],
  ])("has nothing that axe finds, in %s, dark: %s, %i px", async (language, dark, width) => {
    const theme = dark ? "dark" : "light";
    const tab = await open(`${LINE}&lang=${language}&theme=${theme}`, { width, height: 900 });
    await openDialog(tab);
    await said(tab);
    const found = (await tab.audit(axe)) as { id: string; nodes: { html: string }[] }[];
    expect(found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
    const [right, room] = await tab.run(() => [
      document.querySelector("dialog")?.getBoundingClientRect().right ?? 0,
      document.documentElement.clientWidth,
    ]);
    expect(right).toBeLessThanOrEqual(room as number);
  });

  test("says that a picture of one's own is not in the link", async () => {
    const tab = await open("nn.MaxPool2d(2)&lang=en");
    await tab.choose("input[type=file]", { name: "dot.png", type: "image/png", bytes: png(4, 4) });
    await until(tab, ({ shape }) => shape.startsWith("3 × 4 × 4"));
    await openDialog(tab);
    expect(await tab.run(() => document.getElementById("share")?.textContent)).toContain("stays on this machine");
  });
});

test.skipIf(lacks("scripts"))("a resize while the first picture loads leaves nothing empty", async () => {
  // The picture comes late, and the window changes its size in between.
  const tab = await open("nn.MaxPool2d(3, 2)&image=rings", { late: "rings" });
  const words = await said(tab);
  expect(words.code).toMatch(/^nn\.MaxPool2d\(kernel_size=3, stride=2/);
  for (const id of ["head", "code", "presets", "notes", "under", "tools"])
    expect(await tab.run((name) => document.getElementById(name)?.childElementCount ?? 0, id), id).toBeGreaterThan(0);
});
