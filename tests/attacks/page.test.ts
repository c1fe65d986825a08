/** The page takes texts by its address and by the clipboard, and files; every text of every cause goes through one open page. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, eventually, launch, said, type Tab } from "../page/engine.js";
import { fileCauses } from "./causes/files.js";
import { textCauses } from "./causes/index.js";
import { plan } from "./plan.js";
import { trap } from "./suite.js";

const line = "nn.MaxPool2d(2)";
const keys = ["grid", "at", "image"];
/** Causes that are lines of code, and nothing else. */
const isLines = (cause: string) => /^(arguments|names)/.test(cause);

interface Put {
  name: string;
  /** Goes into the address, or is pasted. */
  address?: string;
  pasted?: string;
}
interface Seen {
  name: string;
  trouble: string;
}

/** In the page: puts each, waits until it is drawn, and looks at what is there. */
async function putAll(puts: Put[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const { name, address, pasted } of puts) {
    if (address !== undefined) location.hash = address;
    else {
      const data = new DataTransfer();
      data.setData("text/plain", pasted ?? "");
      document.body.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
      );
    }
    const began = performance.now();
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    const took = performance.now() - began;
    const said = ["error", "note"].map((id) => document.getElementById(id)?.textContent ?? "");
    const trouble =
      document.documentElement.dataset.state !== "ready"
        ? "the page is no longer ready"
        : "attackRan" in globalThis ||
            document.querySelector("body script, iframe, object, embed, foreignObject, body link, body style")
          ? "markup came in"
          : said.some((text) => text.length > 1000)
            ? `${said.map(({ length }) => length)} characters are said`
            : took > 60_000
              ? `it took ${took} ms`
              : "";
    seen.push({ name, trouble });
  }
  return seen;
}

describe("page", () => {
  let engine: Engine;
  let tab: Tab;
  let server: Awaited<ReturnType<typeof trap>>;
  beforeAll(async () => {
    [engine, server] = await Promise.all([launch(), trap()]);
    tab = await engine.open(`${line}&image=numbers&lang=en`);
  });
  afterAll(async () => {
    await tab?.close();
    await engine?.close();
    server?.close();
  });

  /** An honest address, and what stands there then. */
  async function honest(): Promise<void> {
    await tab.follow(`nn.AvgPool2d(3)&image=numbers&lang=en`);
    await tab.follow(`${line}&image=numbers&lang=en&at=1,1`);
    await eventually(
      async () => {
        const { shape, error, note } = await said(tab);
        return shape.startsWith("1 × 8 × 9 → 1 × 4 × 4") && error === "" && note === "";
      },
      () => said(tab),
    );
  }

  const isFile = (cause: string) => Object.hasOwn(fileCauses, cause);
  test.each(plan.page.filter((cause) => !isFile(cause)))("%s", async (cause) => {
    const world = { address: server.address, again: () => {} };
    const puts = (textCauses[cause] ?? []).flatMap(({ name, make }): Put[] => {
      const text = make("", world) as string;
      return [
        { name: `${name} as the address`, address: text },
        { name: `${name} as the address, in percent signs`, address: encodeURIComponent(Buffer.from(text).toString()) },
        ...(isLines(cause) ? [] : keys).map((key) => ({
          name: `${name} as ${key}`,
          address: `${line}&image=numbers&${key}=${text}`,
        })),
        { name: `${name}, pasted`, pasted: text },
      ];
    });
    const faults: string[] = [];
    for (const { name, trouble } of await tab.run(putAll, puts)) if (trouble) faults.push(`${name}: ${trouble}`);
    expect(puts.length).toBeGreaterThan(80);
    expect(faults.slice(0, 50)).toEqual([]);
    await honest();
    expect(tab.complaints.splice(0)).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  test.each(plan.page.filter(isFile))("%s", async (cause) => {
    for (const { name, make } of fileCauses[cause as keyof typeof fileCauses]) {
      const type = cause.startsWith("JPEG") ? "image/jpeg" : "image/png";
      await tab.choose("input[type=file]", { name: `${name}.png`, type, bytes: make() });
    }
    await honest();
    expect(tab.complaints.splice(0)).toEqual([]);
  });
});
