/** Lines in other frameworks' words: the element loads what reads them, and does without it where it is lost. And lines without bound. */
import { describe, expect, test } from "vitest";
import { paste, said, type Tab, until } from "./engine";
import { root, serve, visitor } from "./host";

const at = visitor();
const page = "tests/page/element/index.html";

/** What the element says once it has come to an end with a line. */
async function drawn(tab: Tab, code: string, lang = "en") {
  await tab.run(
    async ([line, language]) => {
      const view = document.getElementById("digits") as Element;
      view.scrollIntoView();
      view.setAttribute("lang", language as string);
      const heard = new Promise<void>((resolve) => {
        for (const kind of ["poolchange", "poolerror"]) view.addEventListener(kind, () => resolve(), { once: true });
      });
      view.setAttribute("code", line as string);
      await heard;
    },
    [code, lang],
  );
  return tab.run(() => {
    const view = document.getElementById("digits") as HTMLElement & { state: string };
    const text = (part: string) => view.shadowRoot?.querySelector(`[part=${part}]`)?.textContent;
    return { state: view.state, code: text("code"), error: text("error") };
  });
}

const keras = 'keras.layers.MaxPooling2D(pool_size=2, strides=1, padding="valid")';
const tensorflow = 'tf.nn.max_pool2d(x, ksize=3, strides=2, padding="VALID")';

describe("a line in another framework's words", () => {
  test("is read by a chunk that the element loads for it, and for no other", async () => {
    const asked: string[] = [];
    const host = await serve({ folder: root, asked });
    const loaded = () => asked.filter((path) => path.includes("frameworks")).length;
    await at(`${host}/${page}`, async (tab) => {
      await drawn(tab, "nn.MaxPool2d(4)");
      expect(loaded()).toBe(0);
      expect(await drawn(tab, keras)).toEqual({
        state: "ready",
        code: "nn.MaxPool2d(kernel_size=2, stride=1)",
        error: "",
      });
      expect((await drawn(tab, tensorflow)).code).toBe("nn.MaxPool2d(kernel_size=3, stride=2)");
      expect(loaded()).toBe(1);
    });
  });

  test("is refused in words where the chunk is lost; the last figure stays, and PyTorch's lines are drawn", async () => {
    const host = await serve({ folder: root, lost: /frameworks/ });
    await at(`${host}/${page}`, async (tab) => {
      const english = await drawn(tab, keras);
      expect(english).toMatchObject({ state: "error", code: "nn.MaxPool2d(kernel_size=3, stride=2)" });
      expect(english.error).toMatch(/^The part of Poolscope that reads other frameworks' code could not be loaded: \S/);
      expect((await drawn(tab, tensorflow, "zh")).error).toMatch(/^无法加载 Poolscope 中读取其他框架代码的部分：/);
      expect(await drawn(tab, "nn.AvgPool2d(2)")).toEqual({
        state: "ready",
        code: "nn.AvgPool2d(kernel_size=2)",
        error: "",
      });
    });
  });

  test("is drawn by the page, pasted or in the link", async () => {
    const host = await serve({});
    await at(`${host}/#${encodeURIComponent(keras)}&image=numbers`, async (tab) => {
      await until(tab, ({ shape }) => shape.startsWith("1 × 8 × 9 → 1 × 7 × 8"));
      await paste(tab, tensorflow);
      await until(tab, ({ shape }) => shape.startsWith("1 × 8 × 9 → 1 × 3 × 4"));
      expect(await said(tab)).toMatchObject({ error: "", note: "" });
    });
  });
});

describe("a line whose windows or cells have no bound", () => {
  test.each(["en", "zh"])("is refused by the element in words, and the next one is drawn (%s)", async (lang) => {
    const host = await serve({ folder: root });
    await at(`${host}/${page}`, async (tab) => {
      expect(await drawn(tab, "nn.AdaptiveMaxPool2d(10000)", lang)).toMatchObject({
        state: "error",
        code: "nn.MaxPool2d(kernel_size=3, stride=2)",
        error: expect.stringMatching(/512 × 512.*10000 × 10000/),
      });
      const wide = await drawn(tab, "nn.AvgPool2d(1000001, 1, 500000)", lang);
      expect(wide).toMatchObject({ state: "ready", error: "" });
      expect((await drawn(tab, "nn.MaxPool2d(2)", lang)).state).toBe("ready");
    });
  });

  test("is refused by the page in words, and the next one is drawn", async () => {
    const host = await serve({});
    await at(`${host}/#nn.AdaptiveMaxPool2d(10000)&image=numbers`, async (tab) => {
      await until(tab, ({ error }) => /512 × 512.*10000 × 10000/.test(error));
      await tab.follow("nn.AvgPool2d(30001, 1, 15000)&image=numbers");
      await until(tab, ({ shape, error }) => shape.includes("→ 1 × 8 × 9") && error === "");
      await tab.follow("nn.MaxPool2d(2)&image=numbers");
      await until(tab, ({ shape }) => shape.includes("→ 1 × 4 × 4"));
    });
  });
});
