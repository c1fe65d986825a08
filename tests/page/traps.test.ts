/** A core that traps for real, in the element, the page and the page's worker: each draws again with a fresh one by itself. */
import { beforeAll, expect, test } from "vitest";
import { inlinedBytes } from "../../web/module/glue";
import type { Pooling } from "../../web/module/index";
import { trappingIn } from "../module/trap";
import { eventually, said, type Tab, until } from "./engine";
import { root, serve, visitor } from "./host";
import { png } from "./hostile";

/** The bytes, as a script writes them down: of a core that answers geometry2d and traps in maxPool2d. */
let bytes: string;
beforeAll(async () => {
  const x = { data: new Float32Array(16), shape: [1, 4, 4] };
  const trapping = await trappingIn(
    await inlinedBytes(),
    (pooling: Pooling) => pooling.maxPool2dWithIndices(x, { kernelSize: 2 }),
    (pooling: Pooling) => pooling.geometry2d([4, 4], { kernelSize: 2 }),
  );
  bytes = Buffer.from(trapping).toString("base64");
});
/** Has the first core that starts in a global scope of which `where` holds be the one that traps, and counts the starts. */
const trapFirst = (where: string): string => `
if (${where} && globalThis.started === undefined) {
  globalThis.started = 0;
  const { compile } = WebAssembly;
  WebAssembly.compile = (whole) =>
    compile.call(WebAssembly, started++ ? whole : Uint8Array.from(atob("${bytes}"), (letter) => letter.charCodeAt(0)));
}
`;

const visit = visitor();
const at = (file: string, look: (tab: Tab) => Promise<void>): Promise<void> =>
  visit(file, async (tab) => {
    await look(tab);
    expect(tab.complaints.filter((words) => !words.startsWith("request to http://127.0.0.1"))).toEqual([]);
  });

const started = (tab: Tab) => tab.run(() => (globalThis as unknown as { started: number }).started);

test("an element whose first core traps draws with the second, and tells of no error", async () => {
  const address = await serve({ folder: root, before: trapFirst("globalThis.document") });
  await at(`${address}/tests/page/element/index.html`, async (tab) => {
    await eventually(() =>
      tab.run(() => (document.getElementById("digits") as HTMLElement & { state: string }).state === "ready"),
    );
    expect(await started(tab)).toBe(2);
    expect(
      await tab.run(() => document.getElementById("digits")?.shadowRoot?.querySelector("[part=error]")?.textContent),
    ).toBe("");
  });
});

test("an element leaves a core that was started elsewhere and traps; so do those that come later", async () => {
  const address = await serve({ folder: root });
  await at(`${address}/tests/page/element/index.html`, async (tab) => {
    const seen = await tab.run(async (core) => {
      const { element, loadPooling } = globalThis as unknown as {
        element: typeof import("../../web/element/index");
        loadPooling: typeof import("../../web/module/index").loadPooling;
      };
      const wasm = Uint8Array.from(atob(core), (letter) => letter.charCodeAt(0));
      element.useCore(await loadPooling({ wasm }));
      const errors: string[] = [];
      addEventListener("poolerror", (event) => errors.push((event as CustomEvent<{ message: string }>).detail.message));
      const drawn = (view: Element, code: string) =>
        new Promise<string>((resolve) => {
          view.addEventListener("poolchange", (event) => resolve((event as CustomEvent<{ code: string }>).detail.code));
          view.setAttribute("code", code);
        });
      const old = document.getElementById("digits") as Element;
      old.scrollIntoView();
      const first = await drawn(old, "nn.MaxPool2d(2)");
      const young = document.createElement("pool-view");
      old.before(young);
      young.scrollIntoView();
      return { first, second: await drawn(young, "nn.MaxPool2d(4)"), errors };
    }, bytes);
    expect(seen).toEqual({
      first: "nn.MaxPool2d(kernel_size=2)",
      second: "nn.MaxPool2d(kernel_size=4)",
      errors: [],
    });
  });
});

test("the page whose first core traps draws with the second", async () => {
  const address = await serve({ before: trapFirst("globalThis.document") });
  await at(`${address}/#nn.MaxPool2d(2)&image=numbers`, async (tab) => {
    await until(tab, ({ shape, error }) => /^1 × 8 × 9 → 1 × 4 × 4/.test(shape) && error === "");
    expect(await started(tab)).toBe(2);
  });
});

test("where the core of the page's worker traps, the page pools by itself", async () => {
  // What the worker answers is read off by the server.
  const answers = `
if (!globalThis.document && !globalThis.answer) {
  globalThis.answer = globalThis.postMessage.bind(globalThis);
  globalThis.postMessage = (message, transfer) => {
    if (message.broken) fetch("/index.html?broken").then(() => answer(message, transfer));
    else answer(message, transfer);
  };
}
`;
  const asked: string[] = [];
  const address = await serve({ before: trapFirst("!globalThis.document") + answers, asked });
  await at(`${address}/#nn.MaxPool2d(2)&image=numbers`, async (tab) => {
    await tab.choose("input[type=file]", { name: "large.png", type: "image/png", bytes: png(600, 400) });
    await until(tab, ({ shape }) => /^3 × 400 × 600 → 3 × 200 × 300/.test(shape));
    expect((await said(tab)).error).toBe("");
    expect(asked).toContain("/index.html?broken");
  });
});
