/** Drawings of 1-d layers: strips whose rows are channels. */
import { describe, expect, test } from "vitest";
import { figureSVG } from "../../web/figure/index";
import { say, WORDS } from "../../web/figure/texts/index";
import { loadPooling, PoolingError } from "../../web/module/index";

const numbers = (svg: string, name: string): number[] => {
  const layer = new RegExp(`<g data-layer="${name}"[^>]*>(.*)</g>`).exec(svg)?.[1] ?? "";
  const texts = [...layer.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!.replace("−", "-"));
  return texts.map(Number).filter((value) => !Number.isNaN(value));
};
const data = Float32Array.from({ length: 36 }, (_, at) => ((at * 17) % 41) - 20);
const three = { data, shape: [3, 12] };
const row = (channel: number): number[] => [...data.subarray(12 * channel, 12 * channel + 12)];

/** Windows of real values, by a plain loop. */
function windows(values: number[], kernel: number, stride: number, pad: number, dilation: number): number[][] {
  const all: number[][] = [];
  for (let first = -pad; first + (kernel - 1) * dilation < values.length + pad; first += stride) {
    const taps: number[] = [];
    for (let tap = 0; tap < kernel; tap++) taps.push(first + tap * dilation);
    all.push(taps.filter((at) => at >= 0 && at < values.length).map((at) => values[at]!));
  }
  return all;
}
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

describe("a 1-d layer", () => {
  test.each([
    ["nn.MaxPool1d(2)", [9], "nn.MaxPool1d(kernel_size=2): 1 × 9 becomes 1 × 4"],
    ["torch.nn.MaxPool1d((3,), stride=2, padding=1, dilation=1)", [2, 9], "2 × 9 becomes 2 × 5"],
    ["nn.AvgPool1d(2, ceil_mode=True)", [9], "nn.AvgPool1d(kernel_size=2, ceil_mode=True): 1 × 9 becomes 1 × 5"],
    ["nn.LPPool1d(2, 3)", [9], "nn.LPPool1d(norm_type=2, kernel_size=3): 1 × 9 becomes 1 × 3"],
    ["nn.AdaptiveMaxPool1d(4)", [9], "nn.AdaptiveMaxPool1d(output_size=4): 1 × 9 becomes 1 × 4"],
    ["nn.AdaptiveAvgPool1d((4,))", [9], "nn.AdaptiveAvgPool1d(output_size=4): 1 × 9 becomes 1 × 4"],
  ] as const)("%s names its shapes and the formula of its length", async (code, input, title) => {
    const svg = await figureSVG({ code, input });
    expect(/<title>(.*)<\/title>/.exec(svg)?.[1]).toContain(title);
    const description = /<desc>([^<]*)<\/desc>/.exec(svg)?.[1];
    expect(description).toMatch(/^L = /);
    expect(description).not.toMatch(/^[HW] = /m);
  });

  test("is drawn with the values that plain loops give, channel by channel", async () => {
    const of = async (code: string) => numbers(await figureSVG({ code, input: three }), "output-grid");
    const each = (make: (values: number[]) => number[]) => [0, 1, 2].flatMap((channel) => make(row(channel)));
    expect(await of("nn.MaxPool1d(3, stride=2, padding=1)")).toEqual(
      each((values) => windows(values, 3, 2, 1, 1).map((taps) => Math.max(...taps))),
    );
    expect(await of("nn.MaxPool1d(3, stride=2, dilation=3)")).toEqual(
      each((values) => windows(values, 3, 2, 0, 3).map((taps) => Math.max(...taps))),
    );
    expect(await of("nn.AvgPool1d(4, stride=2, padding=2)")).toEqual(
      each((values) => windows(values, 4, 2, 2, 1).map((taps) => sum(taps) / 4)),
    );
    expect(await of('nn.LPPool1d(float("inf"), 3)')).toEqual(
      each((values) => windows(values, 3, 3, 0, 1).map((taps) => Math.max(...taps.map(Math.abs)))),
    );
    expect(await of("nn.AdaptiveMaxPool1d(4)")).toEqual(
      each((values) => windows(values, 3, 3, 0, 1).map((taps) => Math.max(...taps))),
    );
  });

  test("says where a maximum came from by its position in its own channel", async () => {
    const svg = await figureSVG({ code: "nn.MaxPool1d(3)", input: three, at: [2, 1] });
    const taps = row(2).slice(3, 6);
    const position = 3 + taps.indexOf(Math.max(...taps));
    expect(svg).toContain(say(WORDS.en.fromCell, { place: `in[2, ${position}]`, index: position }));
  });

  test("has words in both languages, and both sides", async () => {
    const code = "nn.MaxPool1d(2)";
    expect(await figureSVG({ code, input: [2, 9], lang: "zh", theme: "dark" })).toContain(
      say(WORDS.zh.title, { code: "nn.MaxPool1d(kernel_size=2)", input: "2 × 9", output: "2 × 4" }),
    );
    const back = await figureSVG({ code, input: [2, 9], side: "input", at: [1, 8] });
    expect(back).toContain(say(WORDS.en.unreadCell, { place: "in[1, 8]" }));
    await expect(figureSVG({ code, input: [2, 9], at: [2, 0] })).rejects.toThrow(
      "'at' is [2, 0], but the output is 2 × 4",
    );
  });

  test("takes (L), (C, L) and (1, C, L), and nothing else", async () => {
    const shapes = [[12], [3, 4], [1, 3, 4]];
    for (const shape of shapes) {
      const svg = await figureSVG({ code: "nn.MaxPool1d(2)", input: { data: data.slice(0, 12), shape } });
      expect(numbers(svg, "input-grid")).toEqual([...data.slice(0, 12)]);
    }
    const bytes = await figureSVG({ code: "nn.MaxPool1d(2)", input: { data: Uint8Array.of(1, 9, 3, 4), shape: [4] } });
    expect(numbers(bytes, "output-grid")).toEqual([9, 4]);
    const bad: [object, RegExp][] = [
      [{ data: data.slice(0, 12), shape: [3, 2, 2] }, /'input' must be \(L\) or \(C, L\) for a 1-d layer/],
      [{ data: data.slice(0, 0), shape: [0] }, /'input' must be \(L\) or \(C, L\)/],
      [[1, 2, 3], /'input' must be/],
    ];
    for (const [input, sentence] of bad) {
      const refusal = figureSVG({ code: "nn.MaxPool1d(2)", input: input as [number] });
      await expect(refusal).rejects.toThrow(PoolingError);
      await expect(refusal).rejects.toThrow(sentence);
    }
    await expect(figureSVG({ code: "nn.MaxPool2d(2)", input: [9] })).rejects.toThrow(/'input' must be \[H, W\]/);
  });

  test("is refused in the words of the module's 1-d operator, which are PyTorch's", async () => {
    const pooling = await loadPooling();
    const x = { data: new Float32Array(9), shape: [1, 9] };
    for (const [code, act] of [
      ["nn.MaxPool1d(2, padding=2)", () => pooling.maxPool1d(x, { kernelSize: 2, padding: 2 })],
      ["nn.MaxPool1d(20)", () => pooling.maxPool1d(x, { kernelSize: 20 })],
      ["nn.MaxPool1d(2, stride=0)", () => pooling.maxPool1d(x, { kernelSize: 2, stride: 0 })],
      ["nn.AvgPool1d(20)", () => pooling.avgPool1d(x, { kernelSize: 20 })],
      ["nn.AdaptiveAvgPool1d(-1)", () => pooling.adaptiveAvgPool1d(x, { outputSize: -1 })],
    ] as const) {
      let words = "";
      try {
        act();
      } catch (error) {
        words = (error as Error).message;
      }
      expect(words, code).toMatch(/1d|size/);
      await expect(figureSVG({ code, input: [9] }), code).rejects.toThrow(words);
    }
    const refusals = {
      "nn.MaxPool1d((2, 3))": "max_pool1d() argument 'kernel_size' should contain one int (got 2)",
      "nn.AvgPool1d(2, divisor_override=3)": "nn.AvgPool1d() got an unexpected keyword argument 'divisor_override'",
      "nn.MaxPool1d()": "missing 1 required positional argument: 'kernel_size'",
      "nn.MaxPool1d(2) + 1": "'nn.MaxPool1d' is not one of the layers drawn here",
    };
    for (const [code, words] of Object.entries(refusals)) {
      await expect(figureSVG({ code, input: [9] }), code).rejects.toThrow(words);
    }
  });
});
