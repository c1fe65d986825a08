/** A line of code may name any window; the work for its drawing is bounded by the cells that exist. Work is counted, not timed. */
import { describe, expect, test } from "vitest";
import { compute, type Pooling } from "../../web/figure/compute";
import { digits } from "../../web/figure/digits";
import { draw } from "../../web/figure/figure";
import { formula, plain, sentence } from "../../web/figure/formula";
import { figureSVG } from "../../web/figure/index";
import type { Model, Plane } from "../../web/figure/model";
import { parse } from "../../web/figure/read";
import type { Side } from "../../web/figure/scene";
import { WORDS } from "../../web/figure/texts/index";
import { LIGHT } from "../../web/figure/theme";
import { loadPooling } from "../../web/module/index";

const pooling = (await loadPooling()) as unknown as Pooling;

/** How often a drawing and its sentences ask for a number of the model. */
function countedReads(code: string, input: Plane, side: Side, row: number, column: number) {
  let reads = 0;
  const counting = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(from, key) {
        reads++;
        const value = Reflect.get(from, key, from);
        return typeof value === "function" ? value.bind(from) : value;
      },
    });
  const made = compute(pooling, parse(code), input);
  const axis = (of: Model["rows"]) => counting({ ...of, start: counting(of.start), valid: counting(of.valid) });
  const plane = (of: Plane) => ({ ...of, data: counting(of.data as Float32Array) });
  const model: Model = {
    ...made,
    rows: axis(made.rows),
    columns: axis(made.columns),
    input: plane(made.input),
    output: plane(made.output),
    ...(made.indices ? { indices: counting(made.indices as Int32Array) } : {}),
    cursor: { side, row, column, channel: 0 },
  };
  const { scene } = draw(model, { width: 1160, density: 2 }, LIGHT, WORDS.en);
  const shapes = scene.groups.reduce((sum, group) => sum + group.shapes.length, 0);
  const text = [
    formula(model.rows, "H", model.layer, WORDS.en),
    formula(model.columns, "W", model.layer, WORDS.en),
    sentence(model, WORDS.en),
  ].map(plain);
  return { reads, shapes, sentence: text[2] as string };
}

describe("the work for a drawing", () => {
  test.each([
    ["nn.AvgPool2d(3001, 1, 1500)", "… 9006001 values … + 0) / 9.0e+6 ≈ 0.0000092"],
    ["nn.AvgPool2d(3001, 1, 1500, count_include_pad=False)", "/ 16 ≈ 5.19; 9005985 of 9006001 taps are not counted"],
    ["nn.MaxPool2d(3001, 1, 1500)", " = 9  found at "],
    ["MinPool2d(3001, 1, 1500)", " = 0  found at "],
    ["nn.AvgPool2d(1000001, 1, 500000)", "/ 1.0e+12 ≈ 8.3e−11"],
    ["nn.LPPool2d(2, 3001, 1, ceil_mode=True)", undefined],
  ])("%s on 4 × 4 does not walk its taps", (code, result) => {
    const input = digits(4, 4);
    if (result === undefined) {
      expect(() => countedReads(code, input, "output", 0, 0)).toThrow("Output size is too small");
      return;
    }
    for (const side of ["output", "input"] as const) {
      const counted = countedReads(code, input, side, 1, 1);
      expect(counted.reads, side).toBeLessThan(3000);
      expect(counted.shapes, side).toBeLessThan(300);
      if (side === "output") expect(counted.sentence).toContain(result);
    }
  });

  test("an input cell that every window reads is not asked about once per drawn cell and window", () => {
    const input = digits(64, 64);
    const { reads, shapes } = countedReads("nn.MaxPool2d(65, 1, 32)", input, "input", 32, 32);
    // 65 × 65 windows; each is asked for its winner a few times at most, not once for each of the 64 × 64 cells.
    expect(reads).toBeLessThan(400_000);
    expect(shapes).toBeLessThan(20_000);
  });

  test("more windows than a call has arguments can read one cell", async () => {
    const input = { data: new Float32Array(2 ** 18), shape: [1, 2 ** 18] };
    const code = "nn.MaxPool2d((1, 199999), 1, (0, 99999))";
    const svg = await figureSVG({ code, input, at: [0, 131072], side: "input" });
    expect(svg).toContain("in[0, 131072] is read by 199999 windows");
  });

  test("the largest window that the core takes is drawn in finite numbers", async () => {
    const svg = await figureSVG({ code: "nn.AvgPool2d(2000001, 1, 1000000)", input: [4, 4] });
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("a window's sum", () => {
  const sentenceOf = (code: string, row: number, column: number): string => {
    const model = compute(pooling, parse(code), digits(6, 7));
    model.cursor = { side: "output", row, column, channel: 0 };
    return plain(sentence(model, WORDS.en));
  };
  const value = (row: number, column: number): number => digits(6, 7).data[row * 7 + column] as number;

  test("names its first five, its winner and its last", () => {
    const names = /\((.*?)\)/.exec(sentenceOf("nn.MaxPool2d(5, 1, 2)", 3, 3))?.[1]?.split(", ");
    const first = [0, 1, 2, 3, 4].map((at) => String(value(1, 1 + at)));
    expect(names?.slice(0, 5)).toEqual(first);
    expect(names).toContain("… 25 values …");
    expect(names?.at(-1)).toBe(String(value(5, 5)));
    expect(names?.length).toBeLessThanOrEqual(8);
  });

  test("has a zero for each tap in the padding that counts, in reading order", () => {
    const corner = [0, 0, 0, 0, value(0, 0), value(0, 1), 0, value(1, 0), value(1, 1)];
    expect(sentenceOf("nn.AvgPool2d(3, 1, 1)", 0, 0)).toContain(`(${corner.join(" + ")}) / 9`);
    const dilated = [0, 0, 0, 0, value(2, 2), value(2, 5), 0, value(5, 2), value(5, 5)];
    const line = "pooling.avgPool2d(x, { kernelSize: 3, padding: 1, dilation: 3, stride: 2 })";
    expect(sentenceOf(line, 0, 0)).toContain(`(${dilated.join(" + ")}) / 9`);
    const edge = `(${value(5, 5)} + ${value(5, 6)} + 0 + 0 + 0 + 0) / 6 = 1.5; 3 of 9 taps are not counted`;
    expect(sentenceOf("nn.AvgPool2d(3, 2, 1, ceil_mode=True)", 3, 3)).toContain(edge);
  });
});

describe("numbers that are none", () => {
  const draws = async (code: string, values: number[], at: [number, number] = [0, 0]) => {
    const svg = await figureSVG({ code, input: { data: Float32Array.from(values), shape: [2, 2] }, at });
    const group = (name: string) => new RegExp(`<g data-layer="${name}"[^>]*>(.*)</g>`).exec(svg)?.[1] ?? "";
    const cells = (name: string) => [...group(name).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    return {
      input: cells("input-grid"),
      output: cells("output-grid"),
      sentence: /<desc>([^<]*)/.exec(svg)?.[1] ?? "",
      svg,
    };
  };
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

  test("are drawn as NaN, ∞ and −∞, and the one that wins is marked", async () => {
    const max = await draws("nn.MaxPool2d(2)", [1, nan, inf, -inf]);
    expect(max.input).toEqual(["1", "NaN", "∞", "−∞"]);
    expect(max.output).toEqual(["NaN"]);
    expect(max.sentence).toContain("out[0, 0] = max(1, NaN, ∞, −∞) = NaN  found at in[0, 1] (flat index 1)");
    expect((await draws("MinPool2d(2)", [1, 2, inf, -inf])).sentence).toContain(
      "= −∞  found at in[1, 1] (flat index 3)",
    );
    expect((await draws("nn.MaxPool2d(2)", [1, 2, inf, -inf])).sentence).toContain(
      "= ∞  found at in[1, 0] (flat index 2)",
    );
    expect((await draws("nn.AvgPool2d(2)", [1, 2, inf, 3])).sentence).toContain("(1 + 2 + ∞ + 3) / 4 = ∞");
    expect((await draws("nn.AvgPool2d(2)", [1, 2, inf, -inf])).sentence).toContain("(1 + 2 + ∞ + −∞) / 4 = NaN");
    expect((await draws("nn.LPPool2d(2, 2)", [1, 2, -inf, 3])).sentence).toContain("= ∞");
    for (const code of ["nn.MaxPool2d(2)", "nn.AvgPool2d(1)", "MinPool2d(1)"]) {
      const { svg } = await draws(code, [nan, inf, -inf, nan]);
      expect(svg).not.toMatch(/="[^"]*(NaN|Infinity)/);
    }
  });
});

test("a core that was started elsewhere draws the same figure", async () => {
  const options = { code: "nn.MaxPool2d(2)", input: [4, 4] } as const;
  let calls = 0;
  const own = new Proxy(await loadPooling(), {
    get(from, key) {
      calls++;
      return Reflect.get(from, key, from);
    },
  });
  expect(await figureSVG({ ...options, pooling: own })).toBe(await figureSVG(options));
  expect(calls).toBeGreaterThan(2);
});
