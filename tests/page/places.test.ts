/** Where the page is put: on a disk, in a sandboxed frame, under a path that begins with two slashes, on a host that loses files. */
import { describe, expect, test } from "vitest";
import { engineName, lacks, said, type Tab, until } from "./engine";
import { page, serve, visitor } from "./host";

const at = visitor();

const state = (tab: Tab) =>
  tab.run(() => ({
    state: document.documentElement.dataset.state,
    error: document.getElementById("error")?.textContent ?? "",
    figures: document.querySelectorAll("#stage svg").length,
    // The style sheet's, not the browser's.
    margin: getComputedStyle(document.getElementById("error") as Element).marginTop,
    mono: getComputedStyle(document.getElementById("code") as Element).fontFamily,
  }));

// Firefox's driver lets files read each other: there the page runs.
describe.runIf(engineName === "chromium")("from a disk", () => {
  test.each(
    lacks("language")
      ? [["en-GB", "Serve this folder"]]
      : [
          ["en-GB", "Serve this folder"],
          ["zh-CN", "提供这个文件夹"],
        ],
  )("the finished figure is styled, and a sentence in %s says what to do", async (language, words) => {
    const seen = await at(new URL("index.html", page).href, state, language);
    expect(seen.error).toContain(words);
    expect(seen).toMatchObject({ state: "error", figures: 3, margin: "0px" });
    expect(seen.mono).toContain("monospace");
  });
});

describe("in a sandboxed frame without an origin", () => {
  const sandbox = "; sandbox allow-scripts";

  test("works where the host lets everybody read its files", async () => {
    const host = await serve({ policy: sandbox, shared: true });
    await at(`${host}/index.html#nn.MaxPool2d(4)&image=rings`, async (tab) => {
      await until(tab, ({ shape }) => /^3 × \d+ × \d+ → 3 × /.test(shape));
      expect(await state(tab)).toMatchObject({ state: "ready", error: "", figures: 0 });
      await tab.run(() => document.getElementById("stage")?.focus());
      await tab.press("Home");
      await until(tab, ({ sentence }) => /^out\[0, \d+, 0\]/.test(sentence));
    });
  });

  test("says in words where it does not", async () => {
    const host = await serve({ policy: sandbox });
    const seen = await at(`${host}/index.html`, state);
    expect(seen.error).toBe(
      "The page’s code could not be loaded here, so the figure stays still. Open the page in a window of its own.",
    );
    expect(seen).toMatchObject({ state: "error", figures: 3, margin: "0px" });
  });
});

describe("on a host that loses files", () => {
  test("without the code, the finished figure says so", async () => {
    const seen = await at(`${await serve({ lost: /start-/ })}/index.html`, state);
    expect(seen.error).toContain("could not be loaded here");
    expect(seen).toMatchObject({ state: "error", figures: 3 });
  });

  test("without the first picture, numbers are pooled and a note says what is missing", async () => {
    const host = await serve({ lost: /spaceship/ });
    await at(`${host}/index.html`, async (tab) => {
      const { note, shape } = await said(tab);
      expect(shape).toMatch(/^1 × 8 × 9 → /);
      expect(note).toContain("The picture “spaceship” could not be loaded.");
    });
  });

  test("without another picture, the one that is shown stays and the menu names it", async () => {
    const host = await serve({ lost: /drawing/ });
    await at(`${host}/index.html#nn.MaxPool2d(2)&image=rings`, async (tab) => {
      const { shape } = await said(tab);
      await tab.run(() => {
        const select = document.querySelector("#tools select") as HTMLSelectElement;
        select.value = "drawing";
        select.dispatchEvent(new Event("change", { bubbles: true }));
      });
      await until(tab, ({ note }) => note.includes("The picture “ink drawing” could not be loaded."));
      expect((await said(tab)).shape).toBe(shape);
      expect(await tab.run(() => (document.querySelector("#tools select") as HTMLSelectElement).value)).toBe("rings");
    });
  });
});

describe("under a path that begins with two slashes", () => {
  test.each(["//index.html", "//"])("%s is shared and left by links to this host only", async (path) => {
    const host = await serve({});
    await at(`${host}${path}#nn.MaxPool2d(2)&image=numbers`, async (tab) => {
      const links = await tab.run(() => {
        document.querySelector<HTMLElement>("#tools .share")?.click();
        return [...document.querySelectorAll("#share code")].map(({ textContent }) => textContent ?? "");
      });
      expect(links[0]).toContain(`${host}${path}#nn.MaxPool2d(kernel_size=2)`);
      expect(links[2]).toContain(`src="${host}${path}?embed#nn.MaxPool2d(kernel_size=2)`);
    });
    await at(`${host}${path}?embed#nn.MaxPool2d(2)&image=numbers`, async (tab) => {
      const hrefs = await tab.run(() => {
        const link = document.querySelector<HTMLAnchorElement>("#line-tools a") as HTMLAnchorElement;
        const before = link.href;
        link.addEventListener("click", (event) => event.preventDefault());
        link.click();
        return [before, link.href];
      });
      expect(hrefs[0]).toMatch(new RegExp(`^${host}${path}#?$`));
      expect(hrefs[1]).toContain(`${host}${path}#nn.MaxPool2d(kernel_size=2)`);
    });
  });
});

describe("what somebody else wrote into a link", () => {
  test("is shown shortened, however long it is", async () => {
    const host = await serve({});
    const long = `data:text/html,${"A".repeat(200_000)}`;
    await at(`${host}/index.html#nn.MaxPool2d(${long})&image=${long}`, async (tab) => {
      const { note, error } = await said(tab);
      expect(note).toContain("Part of this link could not be read");
      expect(note.length).toBeLessThanOrEqual(420);
      expect(error.length).toBeLessThanOrEqual(420);
    });
  });
});
