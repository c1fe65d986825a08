// What docs/differences.md says of Poolscope. What it says of PyTorch is in tests/golden.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadPooling, type Tensor } from "../../web/module/index";

const pooling = await loadPooling();
const range = (shape: number[]): Tensor<Float32Array> => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i),
  shape,
});
const ones = (shape: number[]) => ({ ...range(shape), data: range(shape).data.fill(1) });
const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

describe("the cases to know", () => {
  it.each(["differences.md", "differences.zh.md"])("average with an overhang, as printed in %s", (name) => {
    const rows = [...page(name).matchAll(/^\| ([\d., *]+) \| [\d., *]+ \|$/gm)];
    const printed = rows.flatMap(([, row]) => (row as string).replaceAll("*", "").split(",").map(Number));
    const { data } = pooling.avgPool2d(range([1, 7, 7]), { kernelSize: 2, stride: 3, ceilMode: true });
    expect([...data]).toEqual(printed);
  });

  it("a last window that starts past the input is dropped", () => {
    expect(pooling.outputShape1d([1, 32], { kernelSize: 1, stride: 2, ceilMode: true })).toEqual([1, 16]);
  });

  it("NaN wins, the last of several", () => {
    const x = { data: Float32Array.of(1, Number.NaN, 3, Number.NaN, 9), shape: [1, 5] };
    const { output, indices } = pooling.maxPool1dWithIndices(x, { kernelSize: 5 });
    expect([...output.data, ...indices]).toEqual([Number.NaN, 3]);
  });

  it("Lp scales an overhang up, or gives the true norm", () => {
    const options = { kernelSize: 2, ceilMode: true, normType: 2 };
    expect([...pooling.lpPool2d(ones([1, 5, 5]), options).data]).toEqual(Array(9).fill(2));
    expect(pooling.lpPool2d(ones([1, 5, 5]), { ...options, convention: "onnx" }).data[8]).toBe(1);
  });
});

describe("what was chosen", () => {
  const padded = (padding: number | [number, number, number, number]) => () =>
    pooling.outputShape2d([1, 9, 9], { kernelSize: 3, stride: 1, dilation: 2, padding });
  it("padding reaches half the effective kernel, and all but one of its cells on a side of its own", () => {
    expect(padded(2)()).toEqual([1, 9, 9]);
    expect(padded(3)).toThrow("half of effective kernel size");
    expect(padded([4, 4, 4, 4])()).toEqual([1, 13, 13]);
    expect(padded([5, 4, 4, 4])).toThrow("smaller than the effective kernel size");
  });

  it("a window without a real tap has an identity and no index", () => {
    const options = { kernelSize: 2, stride: 1, padding: 1, dilation: 3 };
    const { output, indices } = pooling.maxPool2dWithIndices(ones([2, 2]), options);
    expect([...output.data, ...indices]).toEqual([Number.NEGATIVE_INFINITY, -1]);
    expect([...pooling.minPool2d(ones([2, 2]), options).data]).toEqual([Number.POSITIVE_INFINITY]);
    expect([...pooling.avgPool2d(ones([2, 2]), options).data]).toEqual([0]);
  });

  it("averages of integers round halves up", () => {
    const x = { data: Int8Array.of(3, 4, -3, -4), shape: [1, 4] };
    expect([...pooling.avgPool1d(x, { kernelSize: 2 }).data]).toEqual([4, -3]);
  });

  it("the words for padding ignore ceilMode", () => {
    const options = { kernelSize: 3, stride: 2, padding: "valid", ceilMode: true } as const;
    expect(pooling.outputShape2d([1, 6, 6], options)).toEqual([1, 2, 2]);
  });

  it("an infinite norm is the largest absolute value; none, and minus infinity, are refused", () => {
    const x = { data: Float32Array.of(1, -5, 2, 3), shape: [1, 4] };
    expect([...pooling.lpPool1d(x, { kernelSize: 4, normType: Number.POSITIVE_INFINITY }).data]).toEqual([5]);
    for (const normType of [0, Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(() => pooling.lpPool1d(x, { kernelSize: 4, normType })).toThrow(/norm_type|normType/);
    }
  });
});
