import { inflateSync } from "node:zlib";
import { PNG } from "pngjs";
import { describe, expect, test, vi } from "vitest";
import { figureSVG } from "../../web/figure/index";
import { apng, png } from "../../web/figure/png";
import { PoolingError } from "../../web/module/index";

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text as string);
const layer = (svg: string, name: string): string =>
  new RegExp(`<g data-layer="${name}"[^>]*>(.*)</g>`).exec(svg)?.[1] ?? "";

/** 1 … 16 in a 4 × 4 grid: PyTorch's answers for it are known. */
const sixteen = { data: Float32Array.from({ length: 16 }, (_, at) => at + 1), shape: [4, 4] };

describe("figureSVG", () => {
  test("draws every number of a small grid, and PyTorch's average of it", async () => {
    const svg = await figureSVG({ code: "nn.AvgPool2d(3, 2, 1, ceil_mode=True)", input: sixteen, at: [2, 2] });
    const input = texts(layer(svg, "input-grid"));
    for (let value = 1; value <= 16; value++) expect(input).toContain(String(value));
    expect(texts(layer(svg, "output-grid"))).toEqual(["1.56", "3.33", "2", "6.33", "11", "6", "4.5", "7.5", "4"]);
    expect(svg).toContain("÷ 4");
    expect(svg).toContain(
      "<title>nn.AvgPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True): 1 × 4 × 4 becomes 1 × 3 × 3</title>",
    );
    expect(svg).toContain("out[2, 2] = (16 + 0 + 0 + 0) / 4 = 4; 5 of 9 taps are not counted");
  });

  test("tells apart the taps of an average that count as zero from those that do not count", async () => {
    const marks = async (code: string) => {
      const over = layer(await figureSVG({ code, input: sixteen, at: [2, 2] }), "input-grid");
      const paths = [...over.matchAll(/<path d="([^"]+)"[^>]*>/g)].map(([, path]) => path as string);
      return {
        dots: paths.filter((path) => path.includes("l0.01 0")).map((path) => path.split("l").length - 1),
        crosses: paths
          .filter((path) => /^M\S+ \S+l(\S+) \1m/.test(path))
          .map((path) => (path.split("l").length - 1) / 2),
      };
    };
    // Each dot lies on a wider one.
    expect(await marks("nn.AvgPool2d(3, 2, 1, ceil_mode=True)")).toEqual({ dots: [1, 1, 3, 3], crosses: [5] });
    expect(await marks("nn.AvgPool2d(3, 2, 1, True, False)")).toEqual({ dots: [1, 1], crosses: [8] });
    expect(await marks("nn.MaxPool2d(3, 2, 1, ceil_mode=True)")).toEqual({ dots: [1, 1, 3, 3], crosses: [5] });
  });

  test("says an average that was rounded is one, and that a fraction may fall on padding alone", async () => {
    const bytes = { data: Uint8Array.from({ length: 4 }, (_, at) => at), shape: [2, 2] };
    expect(await figureSVG({ code: "nn.AvgPool2d(2)", input: bytes })).toContain("out[0, 0] = (0 + 1 + 2 + 3) / 4 ≈ 2");
    expect(await figureSVG({ code: "nn.AvgPool2d((1, 2))", input: { ...sixteen, shape: [1, 16] } })).toContain(
      "= (1 + 2) / 2 = 1.5",
    );
    const padded = await figureSVG({ code: "nn.MaxPool2d(3, 2, 1)", input: [8, 9] });
    expect(padded).toContain("H = ⌊(8 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = ⌊3.5⌋ + 1 = 4  (only padding is left over)");
    expect(padded).toContain("W = ⌊(9 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = ⌊4⌋ + 1 = 5\n");
  });

  test("writes a norm as PyTorch computes it: scaled where the window hangs over, and the largest for infinity", async () => {
    const ones = { data: new Float32Array(25).fill(1), shape: [5, 5] };
    const norm = (code: string, at: [number, number]) => figureSVG({ code, input: ones, at });
    expect(await norm("nn.LPPool2d(2, 2, ceil_mode=True)", [2, 2])).toContain("out[2, 2] = ((1^2)·4/1)^(1/2) = 2");
    expect(await norm("nn.LPPool2d(2, 2)", [0, 0])).toContain("out[0, 0] = (1^2 + 1^2 + 1^2 + 1^2)^(1/2) = 2");
    expect(await norm("nn.LPPool2d(2, (1, 2))", [0, 0])).toContain("= (1^2 + 1^2)^(1/2) ≈ 1.41");
    expect(await norm('nn.LPPool2d(float("inf"), 2)', [0, 0])).toContain("out[0, 0] = max(|1|, |1|, |1|, |1|) = 1");
  });

  test("marks one lost row beside a picture, but not the last of many", async () => {
    const bar = async (code: string) =>
      /stroke="#d55e00" stroke-width="1.25"/.test(await figureSVG({ code, input: [201, 250] }));
    expect(await bar("nn.MaxPool2d(6, 2)")).toBe(true);
    expect(await bar("nn.MaxPool2d(1, 2)")).toBe(false);
  });

  test("shows the padding by its symbol: −∞, +∞, 0, or nothing where it does not count", async () => {
    const ring = async (code: string) => {
      const svg = await figureSVG({ code, input: [4, 4] });
      return [...texts(layer(svg, "input-grid-ground")), ...texts(layer(svg, "input-grid"))];
    };
    expect((await ring("nn.MaxPool2d(3, 2, 1)")).filter((text) => text === "−∞")).toHaveLength(20);
    expect((await ring("MinPool2d(3, 2, 1)")).filter((text) => text === "+∞")).toHaveLength(20);
    expect(await ring("nn.AvgPool2d(3, 2, 1)")).toHaveLength(36);
    expect(await ring("nn.AvgPool2d(3, 2, 1, count_include_pad=False)")).toHaveLength(16);
  });

  test("says what is never read, and hangs over what ceil_mode adds", async () => {
    expect(texts(await figureSVG({ code: "nn.MaxPool2d(3, 2)", input: [8, 9] }))).toContain("row 7 is never read");
    expect(texts(await figureSVG({ code: "nn.MaxPool2d(3, 2)", input: [8, 9], lang: "zh" }))).toContain(
      "第 7 行从未被读取",
    );
    const ceil = await figureSVG({ code: "nn.MaxPool2d(3, 2, ceil_mode=True)", input: [8, 9] });
    expect(texts(ceil).join()).not.toContain("never");
    expect(ceil).toMatch(/stroke-dasharray="0.1 4"/);
    expect(texts(await figureSVG({ code: "nn.MaxPool2d(1, 2)", input: [6, 6] }))).toContain(
      "27 of 36 cells are never read",
    );
  });

  test("runs a thread from the winner to the cell it made", async () => {
    const data = new Float32Array(16);
    data[9] = 5;
    const svg = await figureSVG({ code: "nn.MaxPool2d(2)", input: { data, shape: [4, 4] }, at: [1, 0] });
    expect(svg).toContain("out[1, 0] = max(0, 5, 0, 0) = 5  found at in[2, 1] (flat index 9)");
    expect(layer(svg, "threads")).toContain("#d55e00");
  });

  test("shows every window that reads an input cell", async () => {
    const svg = await figureSVG({ code: "nn.MaxPool2d(3, 1)", input: sixteen, at: [3, 3], side: "input" });
    expect(svg).toContain("in[3, 3] is read by 1 window and selected by 1");
    const middle = await figureSVG({ code: "nn.MaxPool2d(3, 1)", input: sixteen, at: [2, 2], side: "input" });
    expect(middle).toContain("in[2, 2] is read by 4 windows and selected by 1");
  });

  test("embeds a picture's own pixels, and the pooled ones", async () => {
    const data = Uint8Array.from({ length: 3 * 40 * 50 }, (_, at) => (at * 7919) % 256);
    const svg = await figureSVG({
      code: "nn.MaxPool2d(6, 2)",
      input: { data, shape: [3, 40, 50] },
      at: [1, 3, 4],
      width: 800,
    });
    const [input, output] = [...svg.matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map(([, text]) =>
      PNG.sync.read(Buffer.from(text as string, "base64")),
    );
    expect([input?.width, input?.height, output?.width, output?.height]).toEqual([50, 40, 23, 18]);
    expect(input?.data[4 * (7 * 50 + 9) + 1]).toBe(data[40 * 50 + 7 * 50 + 9]);
    expect(svg).toContain("out[1, 3, 4] = max(");
  });

  test("is the same text every time, and needs nothing from outside", async () => {
    const options = { code: "nn.MaxPool2d(3, 2, 1, 2)", input: [9, 9], theme: "dark" } as const;
    const svg = await figureSVG(options);
    expect(await figureSVG(options)).toBe(svg);
    expect(svg).not.toMatch(/<script|<style|style=|url\((?!#)|href="(?!data:)|var\(--|NaN|undefined|Infinity/);
    expect(svg.match(/<g[ >]/g)?.length).toBe(svg.match(/<\/g>/g)?.length);
  });

  test.each([1160, 800, 360, 288])("keeps inside a sheet of %i", async (width) => {
    for (const input of [
      [8, 9],
      [60, 80],
      [201, 250],
    ] as const) {
      const svg = await figureSVG({ code: "nn.MaxPool2d(3, 2, 1)", input, width });
      const [, right, bottom] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)?.map(Number) ?? [];
      expect(right).toBe(width);
      for (const [, x, y, w, h] of svg.matchAll(
        /<clipPath[^>]*><rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
      )) {
        expect(Number(x)).toBeGreaterThanOrEqual(-13);
        expect(Number(x) + Number(w)).toBeLessThanOrEqual(width + 13);
        expect(Number(y) + Number(h)).toBeLessThanOrEqual((bottom as number) + 13);
      }
    }
  });

  const picture = (height: number, width: number) => ({
    data: new Uint8Array(3 * height * width).fill(90),
    shape: [3, height, width],
  });
  /** The words beside the panels, each with its box: a letter is at least this wide in the pages' fonts. */
  const words = (svg: string) =>
    [
      ...`${layer(svg, "knots")}${layer(svg, "captions")}`.matchAll(
        /<text x="([-\d.]+)" y="([-\d.]+)" font-size="([\d.]+)" text-anchor="(\w+)"[^>]*>([^<]*)</g,
      ),
    ].map(([, x, y, font, anchor, text = ""]) => {
      const size = Number(font);
      const width = text.replace(/[\u3000-\uffff]/g, "mm").length * size * 0.53;
      const left = Number(x) - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
      return { text, left, right: left + width, top: Number(y) - 0.8 * size, bottom: Number(y) + 0.15 * size };
    });
  const clipOf = (svg: string, name: string): number[] => {
    const id = new RegExp(`<g data-layer="${name}" clip-path="url\\(#([^)]+)`).exec(svg)?.[1];
    const rect = new RegExp(`id="${id}"><rect x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"/>`).exec(svg);
    return (rect ?? []).slice(1).map(Number);
  };

  test.each([1160, 980, 736, 520, 358, 288])(
    "prints no words over others and none beyond a sheet of %i",
    async (width) => {
      for (const lang of ["en", "zh"] as const) {
        for (const [code, input, at] of [
          ["nn.MaxPool2d(3, 2)", picture(2000, 40), [1, 1]],
          ["nn.MaxPool2d(3, 2)", picture(900, 100), [20, 20]],
          ["nn.MaxPool2d(3, 2)", picture(1000, 200), [26, 48]],
          ["nn.AvgPool2d(60, 60)", picture(201, 250), [1, 1]],
          ["nn.AvgPool2d(99, 50, 40)", picture(201, 250), [0, 0]],
          ["nn.AdaptiveAvgPool2d(1)", picture(201, 250), [0, 0]],
          ["nn.AvgPool2d(3, 3)", [8, 8], [1, 0]],
          ["nn.AvgPool2d(12, 1)", [13, 13], [1, 0]],
          ["nn.MaxPool2d(3, 2)", [8, 9], [1, 1]],
        ] as const) {
          const svg = await figureSVG({ code, input, at, lang, width });
          const [, right = 0, bottom = 0] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)?.map(Number) ?? [];
          const all = words(svg);
          expect(all.length).toBeGreaterThan(1);
          for (const [at, a] of all.entries()) {
            const where = `${code} at ${width}: ${JSON.stringify(a)}`;
            expect(Math.min(a.left, a.top), where).toBeGreaterThanOrEqual(0);
            expect(a.right, where).toBeLessThanOrEqual(right);
            expect(a.bottom, where).toBeLessThanOrEqual(bottom);
            for (const b of all.slice(at + 1)) {
              const over = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
              expect(over, `${where} lies on ${JSON.stringify(b)}`).toBe(false);
            }
          }
        }
      }
    },
  );

  test.each([1160, 736, 358, 288])("keeps a long divisor off the window on a sheet of %i", async (width) => {
    for (const code of ["nn.AvgPool2d(99, 50, 40)", "nn.AvgPool2d(60, 60)", "nn.AdaptiveAvgPool2d(1)"]) {
      const svg = await figureSVG({ code, input: picture(201, 250), width });
      const [x = 0, , wide = 0] = clipOf(svg, "input-lens");
      const sign = words(svg).find(({ text }) => /^÷ \d{4}/.test(text));
      expect(sign?.left, code).toBeGreaterThan(x + wide);
    }
  });

  test("lets no thread run through words between two grids one over the other", async () => {
    const svg = await figureSVG({ code: "nn.MaxPool2d(3, 2)", input: [8, 9], at: [1, 1], width: 288 });
    const [, y = 0, , high = 0] = clipOf(svg, "output-grid");
    // The clip is 12 larger all round.
    expect(words(svg).find(({ text }) => text.startsWith("output"))?.top).toBeGreaterThan(y + high - 12);
    expect(layer(svg, "captions")).toMatch(/<rect [^>]*fill="#ffffff"\/><text [^>]*>row 7 is never read/);
  });

  test("speaks of no window round a cell that none reads, and shows its number on paper", async () => {
    const cell = { code: "nn.MaxPool2d(6, 2)", input: picture(201, 250), at: [200, 125], side: "input" } as const;
    const svg = await figureSVG(cell);
    expect(texts(svg)).toContain("in[0, 200, 125] and its neighbours");
    expect(layer(svg, "input-lens")).toMatch(/fill="#16191d" stroke="#ffffff"[^>]*>90</);
    expect(texts(await figureSVG({ ...cell, lang: "zh" }))).toContain("in[0, 200, 125] 及其周围");
    expect(texts(await figureSVG({ ...cell, at: [9, 9] }))).toContain("windows that read in[0, 9, 9]");
  });

  test("refuses what cannot be drawn, in words", async () => {
    await expect(figureSVG({ code: "nn.MaxPool2d(9)", input: [4, 4] })).rejects.toThrow(PoolingError);
    const good = { code: "nn.MaxPool2d(2)", input: [4, 4] };
    const bad: [object | undefined, RegExp][] = [
      [undefined, /'options' must be an object/],
      [{ ...good, code: "nn.Linear(9)" }, /'nn.Linear' is not a pooling layer/],
      [{ ...good, at: [2, 0] }, /'at' is \[2, 0\], but the output is 1 × 2 × 2/],
      [{ ...good, at: [0.5, 1] }, /'at' must be \[row, column\]/],
      [{ ...good, at: "1,1" }, /'at' must be/],
      [{ ...good, input: { data: new Uint8Array(32), shape: [2, 4, 4] } }, /'input' must be \(H, W\)/],
      [{ ...good, input: { data: new Float32Array(48), shape: [3, 4, 4] } }, /'input' must be a Uint8Array/],
      [{ ...good, input: [1, 4, 4] }, /'input' must be \[H, W\]/],
      [{ ...good, input: undefined }, /'input' must be/],
      [{ ...good, input: [513, 512] }, /'input' must give at most 512 × 512 numbers, not 513 × 512/],
      [{ ...good, input: [100000, 100000] }, /'input' must give at most 512 × 512 numbers/],
      [{ ...good, input: { data: new Float32Array(600 * 600), shape: [600, 600] } }, /'input' must give at most/],
      [{ ...good, code: "nn.AdaptiveAvgPool2d(600)" }, /'code' must give at most 512 × 512 numbers, not 600 × 600/],
      [
        { ...good, input: { data: new Uint8Array(16), shape: [4, 4] }, code: "nn.AdaptiveMaxPool2d(10000)" },
        /'code' must give at most 4096 × 4096 cells, not 10000 × 10000/,
      ],
      [
        { ...good, code: "nn.MaxPool2d(2001, 1, (2000, 2000, 2000, 2000))" },
        /'code' must give at most 512 × 512 numbers, not 2004 × 2004/,
      ],
      [{ ...good, pooling: { maxPool2d() {} } }, /'pooling' must be what loadPooling\(\) of "poolscope" or/],
      [{ ...good, pooling: { async geometry2d() {} } }, /'pooling' must be what loadPooling\(\) of "poolscope" or/],
      [{ ...good, pooling: { geometry2d: () => Promise.reject(new Error("closed")) } }, /'pooling' must be what/],
      [{ ...good, width: 1e308 }, /'width' must be a number above 0, at most 100000/],
      [{ ...good, width: Number.POSITIVE_INFINITY }, /'width' must be/],
      [{ ...good, code: undefined }, /'code' must be a line of code/],
      [{ ...good, lang: "fr" }, /'lang' must be "en" or "zh", not "fr"/],
      [{ ...good, theme: "auto" }, /'theme' must be "light" or "dark"/],
      [{ ...good, side: "left" }, /'side' must be/],
      [{ ...good, width: Number.NaN }, /'width' must be/],
      [{ ...good, wide: 3 }, /unexpected keyword argument 'wide'/],
      [{ ...good, code: "nn.AdaptiveMaxPool2d(-1)" }, /adaptive_max_pool2d: elements of output_size/],
      [
        { ...good, code: "nn.AdaptiveAvgPool2d(0)" },
        /^Given input size: \(1x4x4\). Calculated output size: \(1x0x0\). Output size is too small$/,
      ],
    ];
    for (const [options, sentence] of bad) {
      const refusal = figureSVG(options as never);
      await expect(refusal).rejects.toThrow(PoolingError);
      await expect(refusal).rejects.toThrow(sentence);
      await expect(refusal).rejects.toMatchObject({ code: "invalid_argument" });
    }
  });

  test("says which option threw when it was read, and why", async () => {
    const cause = new Error("boo");
    const throwing = <T extends object>(what: T, name: string): T =>
      Object.defineProperty(what, name, {
        enumerable: true,
        get() {
          throw cause;
        },
      });
    const good = { code: "nn.MaxPool2d(2)", input: [4, 4] };
    for (const [argument, options] of [
      ["code", throwing({ ...good }, "code")],
      ["input", { ...good, input: throwing({ ...sixteen }, "data") }],
      ["input", { ...good, input: throwing({ ...sixteen }, "shape") }],
    ] as const) {
      const message = `figureSVG(): argument '${argument}' cannot be read: boo`;
      await expect(figureSVG(options as never)).rejects.toMatchObject({ code: "invalid_argument", message, cause });
    }
  });

  test("draws a picture of more cells than it writes numbers", async () => {
    const svg = await figureSVG({
      code: "nn.MaxPool2d(2)",
      input: { data: new Uint8Array(600 * 600), shape: [600, 600] },
    });
    expect(svg).toContain("1 × 600 × 600 becomes 1 × 300 × 300");
  });

  test("draws halves in a Uint16Array as the numbers they are", async () => {
    // 1, −2, the smallest, 65504, 1/3 to ten bits and −∞; without the word they are whole numbers.
    const data = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555, 0xfc00);
    const draw = (dtype?: string) =>
      figureSVG({ code: "nn.AvgPool2d(1)", input: { data, shape: [2, 3], ...(dtype ? { dtype } : {}) }, at: [0, 1] });
    expect(await draw("float16")).toContain("= −2");
    expect(await draw()).toContain("= 49152");
    const shown = (at: [number, number]) =>
      figureSVG({ code: "nn.AvgPool2d(1)", input: { data, shape: [2, 3], dtype: "float16" }, at });
    expect(await shown([1, 0])).toMatch(/= 65504/);
    expect(await shown([1, 2])).toMatch(/= −∞/);
    expect(await shown([1, 1])).toMatch(/0\.33/);
  });

  test("starts where a Blob has no stream, as jsdom's has none", async () => {
    vi.resetModules();
    vi.stubGlobal("Blob", class {});
    try {
      const fresh = await import("../../web/figure/index");
      expect(await fresh.figureSVG({ code: "nn.MaxPool2d(2)", input: [4, 4] })).toContain("1 × 4 × 4 becomes");
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe("PNG", () => {
  test("comes back with its pixels", async () => {
    const data = Uint8Array.from({ length: 4 * 13 * 7 }, (_, at) => (at % 4 === 3 ? 255 : (at * 37) % 256));
    const back = PNG.sync.read(Buffer.from(await png({ data, width: 13, height: 7 })));
    expect([...back.data]).toEqual([...data]);
  });

  test("is stored where nothing compresses, as in jsdom", async () => {
    for (const missing of ["Response", "CompressionStream"]) {
      vi.stubGlobal(missing, undefined);
      try {
        const data = Uint8Array.from({ length: 4 * 230 * 190 }, (_, at) => (at % 4 === 3 ? 255 : (at * 37) % 256));
        const back = PNG.sync.read(Buffer.from(await png({ data, width: 230, height: 190 })));
        expect(Buffer.compare(back.data, Buffer.from(data)), missing).toBe(0);
      } finally {
        vi.unstubAllGlobals();
      }
    }
  });

  test("animated has its frames in order and unbroken sequence numbers", async () => {
    const frame = (value: number, last = value) => {
      const data = new Uint8Array(4 * 6).fill(value);
      data.set([last, last, last], 20);
      for (let at = 3; at < 24; at += 4) data[at] = 255;
      // As an ImageData has it: the size is not the object's own.
      return Object.assign(Object.create({ width: 3, height: 2 }), { data }) as {
        data: Uint8Array;
        width: number;
        height: number;
      };
    };
    const frames = [frame(10), frame(10, 77), frame(90)];
    const bytes = Buffer.from(await apng(frames, 3, 250));
    const chunks: { type: string; body: Buffer }[] = [];
    for (let at = 8; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at);
      chunks.push({ type: bytes.toString("latin1", at + 4, at + 8), body: bytes.subarray(at + 8, at + 8 + length) });
      at += 12 + length;
    }
    expect(chunks.map(({ type }) => type).join(" ")).toBe("IHDR acTL fcTL IDAT fcTL fdAT fcTL fdAT IEND");
    expect(chunks[1]?.body.readUInt32BE(0)).toBe(3);
    expect(
      chunks.filter(({ type }) => type === "fcTL" || type === "fdAT").map(({ body }) => body.readUInt32BE(0)),
    ).toEqual([0, 1, 2, 3, 4]);
    const lines = inflateSync(chunks[5]?.body.subarray(4) as Buffer);
    // The second frame changes one pixel, and holds no other.
    expect([...lines]).toEqual([2, ...Array(12).fill(0), 2, ...Array(8).fill(0), 77, 77, 77, 255]);
    expect([...inflateSync(chunks[7]?.body.subarray(4) as Buffer).subarray(0, 5)]).toEqual([2, 90, 90, 90, 255]);
    expect(PNG.sync.read(bytes).data[0]).toBe(10);
  });
});
