/** Counts and numbers at the end of what the machine holds, and sizes of nothing. The values are PyTorch 2.13's. */
import { describe, expect, test } from "vitest";
import { call, pooling, refusal } from "./support.js";

const refused = (act: () => unknown) => refusal(act).message;
const zeros = (...shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });

describe("a window of 2^60 taps and more", () => {
  const k = 2 ** 21;
  const options = { kernelSize: k, stride: 1, padding: [k - 1, k - 1, k - 1, 0, 0, 0] };
  const shape = [1, 1, 1, 1];

  test.each([
    [Float32Array, 100, 100 / k ** 3],
    [Float64Array, -100, -100 / k ** 3],
    [Int32Array, 2 ** 31 - 1, 0],
    [Int32Array, -(2 ** 31), 0],
    [Uint8Array, 255, 0],
  ])("divides %o by their number", (make, value, mean) => {
    for (let round = 0; round < 2; round++) {
      expect([...call("avgPool3d", { data: make.of(value), shape }, options).data]).toEqual([mean]);
    }
    const gradient = call("avgPool3dBackward", { data: make.of(value), shape }, { ...options, inputShape: shape });
    expect([...gradient.data]).toEqual([mean]);
  });
});

describe("numbers beyond 32 bits", () => {
  const x = { data: Float32Array.of(1, 2, 3), shape: [1, 3] };
  const picture = zeros(1, 5, 5);
  test("maxPool1d takes any stride", () => {
    for (const stride of [2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 32 + 2, Number.MAX_SAFE_INTEGER]) {
      for (const ceilMode of [false, true]) {
        expect([...call("maxPool1d", x, { kernelSize: 2, stride, ceilMode }).data]).toEqual([2]);
        expect([...call("minPool1d", x, { kernelSize: 2, stride, ceilMode }).data]).toEqual([1]);
      }
      expect(pooling.outputShape1d([1, 3], { kernelSize: 2, stride })).toEqual([1, 1]);
    }
    expect(refused(() => call("maxPool1d", x, { kernelSize: 2, stride: -(2 ** 31) - 1 }))).toBe(
      "max_pool1d() stride must be greater than zero, but got -2147483649",
    );
  });
  test.each(["kernelSize", "stride", "padding", "dilation"])("%s is refused in PyTorch's words", (option) => {
    const sentence = "value cannot be converted to type int without overflow";
    for (const value of [2 ** 31, -(2 ** 31) - 1, 2 ** 40]) {
      for (const name of ["maxPool2d", "maxPool2dWithIndices", "avgPool2d"]) {
        expect(refused(() => call(name, picture, { kernelSize: 2, stride: 1, [option]: value }))).toBe(sentence);
      }
      expect(refused(() => call("maxPool1dWithIndices", x, { kernelSize: 2, stride: 1, [option]: value }))).toBe(
        sentence,
      );
      if (option === "stride") continue;
      expect(refused(() => call("maxPool1d", x, { kernelSize: 2, stride: 1, [option]: value }))).toBe(sentence);
    }
  });
});

describe("adaptive and fractional pooling", () => {
  test("take an unbatched tensor without channels for an empty batch", () => {
    for (const name of ["adaptiveAvgPool", "adaptiveMaxPool"]) {
      expect(call(`${name}1d`, zeros(0, 4), { outputSize: 2 }).shape).toEqual([0, 2]);
      expect(call(`${name}2d`, zeros(0, 4, 4), { outputSize: 2 }).shape).toEqual([0, 2, 2]);
      expect(call(`${name}2d`, zeros(4, 4, 0), { outputSize: 2, layout: "channels_last" }).shape).toEqual([2, 2, 0]);
      expect(call(`${name}3d`, zeros(0, 4, 4, 4), { outputSize: 2 }).shape).toEqual([0, 2, 2, 2]);
    }
    const { output } = call("fractionalMaxPool2dWithIndices", zeros(0, 4, 4), { kernelSize: 2, outputSize: 2 });
    expect(output.shape).toEqual([0, 2, 2]);
  });
  test("of a batch without channels the 1-d and 2-d average alone", () => {
    expect(call("adaptiveAvgPool1d", zeros(2, 0, 4), { outputSize: 2 }).shape).toEqual([2, 0, 2]);
    expect(call("adaptiveAvgPool2d", zeros(2, 0, 4, 4), { outputSize: 2 }).shape).toEqual([2, 0, 2, 2]);
    for (const [name, shape] of [
      ["adaptiveMaxPool1d", [2, 0, 4]],
      ["adaptiveMaxPool2d", [2, 0, 4, 4]],
      ["adaptiveAvgPool3d", [2, 0, 4, 4, 4]],
    ] as const) {
      expect(refused(() => call(name, zeros(...shape), { outputSize: 2 }))).toMatch(/with dimension 1 being empty$/);
    }
  });
  test("fractional of size 0 is empty, of a negative one refused", () => {
    const fractional = (outputSize: unknown) =>
      call("fractionalMaxPool2dWithIndices", zeros(1, 5, 5), { kernelSize: 2, outputSize }).output.shape;
    expect(fractional(0)).toEqual([1, 0, 0]);
    expect(fractional([0, 2])).toEqual([1, 0, 2]);
    expect(refused(() => fractional(-1))).toBe(
      "fractional_max_pool2d: elements of output_size must be greater than or equal to 0 but received {-1, -1}",
    );
  });
  test("samples of a larger batch will do, of other channels not", () => {
    const x = { data: Float32Array.from({ length: 25 }, (_, i) => i), shape: [1, 1, 5, 5] };
    const options = { kernelSize: 2, outputSize: 2 };
    const samples = (randomSamples: number[]) => [
      ...call("fractionalMaxPool2dWithIndices", x, { ...options, randomSamples }).output.data,
    ];
    expect(samples([0.5, 0.5, 0.1, 0.9])).toEqual(samples([0.5, 0.5]));
    expect(refused(() => samples([0.5, 0.5, 0.5]))).toMatch(/must hold N·C·2 = 2 numbers/);
    expect(refused(() => samples([0.5]))).toMatch(/must hold N·C·2 = 2 numbers/);
  });
  test.each([
    ["adaptiveAvgPool2d", { outputSize: [2] }, "adaptive_avg_pool2d: output_size must be 2"],
    ["adaptiveMaxPool2d", { outputSize: [2] }, "adaptive_max_pool2d(): internal error: output_size.size() must be 2"],
    ["adaptiveAvgPool3d", { outputSize: [2] }, "adaptive_avg_pool3d: output_size must be 3"],
    [
      "fractionalMaxPool2dWithIndices",
      { kernelSize: 2, outputSize: [2] },
      "fractional_max_pool2d: output_size must either be a single Int or tuple of Ints",
    ],
    [
      "fractionalMaxPool3dWithIndices",
      { kernelSize: [2], outputSize: 2 },
      "fractional_max_pool3d: kernel_size must either be a single Int or tuple of three Ints",
    ],
    [
      "lpPool2d",
      { normType: 2, kernelSize: [2] },
      "lp_pool2d: kernel_size must either be a single int, or a tuple of two ints",
    ],
  ])("%s with %j: a list has a number for each axis", (name, options, sentence) => {
    const rank = Number(/\d/.exec(name)?.[0]);
    expect(refused(() => call(name, zeros(1, ...Array(rank).fill(5)), options))).toBe(sentence);
  });
  test("a list of one stands for all axes of a sliding window, and of one axis", () => {
    expect(call("maxPool2d", zeros(1, 4, 4), { kernelSize: [2] }).shape).toEqual([1, 2, 2]);
    expect(call("lpPool2d", zeros(1, 4, 4), { normType: 2, kernelSize: 2, stride: [1] }).shape).toEqual([1, 3, 3]);
    expect(call("adaptiveAvgPool1d", zeros(1, 4), { outputSize: [2] }).shape).toEqual([1, 2]);
  });
});

test("the gradient of an empty result is zeros, which PyTorch refuses", () => {
  const gradient = zeros(1, 1, 0, 2);
  const options = { inputShape: [1, 1, 2, 2] };
  expect([...call("adaptiveAvgPool2dBackward", gradient, options).data]).toEqual([0, 0, 0, 0]);
  expect([...call("maxPool2dBackward", gradient, new Int32Array(0), options).data]).toEqual([0, 0, 0, 0]);
});

describe("the geometry of an adaptive axis", () => {
  test("has no kernel, stride, dilation and formula", () => {
    const { rows, columns } = pooling.geometry2d([12, 12], { outputSize: 7 });
    for (const axis of [rows, columns]) {
      expect(axis).toMatchObject({ output: 7, kernel: null, stride: null, dilation: null, span: null, formula: null });
      expect([...axis.start]).toEqual([0, 1, 3, 5, 6, 8, 10]);
      expect([...axis.valid]).toEqual([2, 3, 3, 2, 3, 3, 2]);
    }
    expect(pooling.geometry2d([12, 12], { kernelSize: 3 }).rows).toMatchObject({ kernel: 3, stride: 3, span: 3 });
  });
});
