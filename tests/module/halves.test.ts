/** Halves in a Uint16Array, pictures of halves, and what is said to tensors that call their shape by another name. */
import { describe, expect, it } from "vitest";
import type { ImageLike, PooledImage, Tensor } from "../../web/module/index.js";
import { call, expectSame, pooling, random, refusal } from "./support.js";

/** A half's number, by IEEE 754's own formula. */
function toNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}
/** The half of a number that is one. */
function toHalf(value: number): number {
  for (let half = 0; half < 0x7c00; half++)
    if (toNumber(half) === Math.abs(value)) return half | (value < 0 ? 0x8000 : 0);
  throw new Error(`${value} is no half`);
}
const halves = (values: number[]) => Uint16Array.from(values, toHalf);
const numbers = (array: ArrayLike<number>) => Array.from(array, toNumber);

describe("a Uint16Array of halves", () => {
  const next = random(5);
  const values = Array.from({ length: 64 }, () => Math.floor(next() * 17 - 8) / 4);
  const x = { data: halves(values), shape: [1, 8, 8], dtype: "float16" };
  const exact = { data: Float32Array.from(values), shape: [1, 8, 8] };

  it("is pooled as what it holds, and gives one", () => {
    for (const [name, options] of [
      ["maxPool2d", { kernelSize: 3, stride: 2, padding: 1 }],
      ["minPool2d", { kernelSize: 3, stride: 2, padding: 1 }],
      ["avgPool2d", { kernelSize: 2 }],
      ["globalMaxPool2d", {}],
      ["adaptiveAvgPool2d", { outputSize: 4 }],
    ] as const) {
      const made = call(name, x, options);
      expect(made, name).toMatchObject({ dtype: "float16", shape: call(name, exact, options).shape });
      expect(made.data, name).toBeInstanceOf(Uint16Array);
      // Quarters of small numbers: exact in every step.
      expectSame(numbers(made.data), call(name, exact, options).data, name);
    }
    const { output, indices } = pooling.maxPool2dWithIndices(x, { kernelSize: 2 });
    expect(output.dtype).toBe("float16");
    expectSame(indices, pooling.maxPool2dWithIndices(exact, { kernelSize: 2 }).indices, "indices");
    expect(call("maxUnpool2d", output, indices, { kernelSize: 2 })).toMatchObject({ dtype: "float16" });
  });

  it("without the word is integers", () => {
    const made = pooling.avgPool2d({ data: Uint16Array.of(0x3c00, 0x4000, 0, 0), shape: [1, 2, 2] }, { kernelSize: 2 });
    expect(made.data[0]).toBe((0x3c00 + 0x4000) / 4);
    expect("dtype" in made).toBe(false);
  });

  it("as out: an array alone takes them, a tensor has to say so too", () => {
    const options = { kernelSize: 2 };
    const wanted = numbers(pooling.maxPool2d(x, options).data);
    const out = new Uint16Array(16);
    expect(pooling.maxPool2d(x, { ...options, out })).toMatchObject({ data: out, dtype: "float16" });
    expectSame(numbers(out), wanted, "an array");
    const tensor = { data: new Uint16Array(16), shape: [1, 4, 4], dtype: "float16" };
    expect(pooling.maxPool2d(x, { ...options, out: tensor })).toBe(tensor);
    expectSame(numbers(tensor.data), wanted, "a tensor");
    const silent = { data: new Uint16Array(16), shape: [1, 4, 4] };
    expect(refusal(() => pooling.maxPool2d(x, { ...options, out: silent })).message).toBe(
      "maxPool2d(): argument 'out' must be a Uint16Array of dtype \"float16\", not a Uint16Array",
    );
    const words = { data: new Uint16Array(64), shape: [1, 8, 8] };
    expect(refusal(() => pooling.maxPool2d(words, { ...options, out: tensor })).message).toMatch(
      /must be a Uint16Array, not/,
    );
  });

  it("is the only array that the word fits, but for Float16Array", () => {
    for (const data of [new Float32Array(4), new Int16Array(4), new Uint8Array(4)]) {
      const error = refusal(() => call("maxPool2d", { data, shape: [1, 2, 2], dtype: "float16" }, { kernelSize: 2 }));
      expect(error.message).toMatch(/'x.data' must be a Uint16Array for dtype "float16", not a /);
    }
    // Other words say what other libraries say.
    expect(
      call("maxPool2d", { data: new Float32Array(4), shape: [1, 2, 2], dtype: "f32" }, { kernelSize: 2 }).shape,
    ).toEqual([1, 1, 1]);
  });
});

it("a tensor with dims instead of a shape is told so", () => {
  const dims = [1, 2, 2];
  const say = (data: unknown) =>
    refusal(() => call("maxPool2d", { data, dims, type: "float32" }, { kernelSize: 2 })).message;
  expect(say(new Float32Array(4))).toBe(
    "maxPool2d(): argument 'x' has 'dims' but no 'shape': give { data, shape: dims }",
  );
  expect(say(new Uint16Array(4))).toMatch(/give \{ data, shape: dims, dtype: "float16" for halves \}$/);
});

describe("pictures", () => {
  const pixels = (picture: PooledImage) =>
    picture as unknown as { data: Uint16Array; width: number; height: number; pixelFormat?: string };
  const opaque = (width: number, height: number): ImageLike => ({
    data: halves(Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 1 : (i % 7) / 4))),
    width,
    height,
    pixelFormat: "rgba-float16",
  });

  it.each([
    { op: "max", kernelSize: 3, stride: 2, padding: 1 },
    { op: "min", kernelSize: 2 },
    { op: "avg", kernelSize: 3, stride: 1, padding: 1 },
    { op: "lp", normType: 2, convention: "onnx", kernelSize: 3, stride: 1, padding: 1 },
    { op: "adaptiveAvg", outputSize: [2, 3] },
    { op: "max", kernelSize: 2, padding: [1, 0, 0, 1], dilation: 5, stride: 1, ceilMode: true },
  ] as const)("of halves stay opaque, and colours are those of the tensor: $op", (options) => {
    const image = opaque(7, 6);
    const made = pixels(pooling.poolImage(image, options));
    expect(made.pixelFormat).toBe("rgba-float16");
    const { op, ...rest } = options;
    const name = {
      max: "maxPool2d",
      min: "minPool2d",
      avg: "avgPool2d",
      lp: "lpPool2d",
      adaptiveAvg: "adaptiveAvgPool2d",
    }[op];
    const x = { data: image.data, shape: [6, 7, 4], dtype: "float16" } as Tensor;
    const wanted = call(name, x, { ...rest, layout: "channels_last" });
    expect([made.height, made.width, 4]).toEqual(wanted.shape);
    made.data.forEach((half, i) => {
      expect(i % 4 === 3 ? toNumber(half) : half, `${i}`).toBe(i % 4 === 3 ? 1 : wanted.data[i]);
    });
  });

  it("of halves take an array for the result", () => {
    const out = new Uint16Array(3 * 3 * 4);
    const made = pooling.poolImage(opaque(6, 6), { op: "max", kernelSize: 2, out });
    expect(pixels(made).data).toBe(out);
    expect(toNumber(out[3]!)).toBe(1);
  });

  it("adaptively, as the operators do", () => {
    const data = Uint8ClampedArray.from({ length: 5 * 7 * 4 }, (_, i) => (i * 31) % 256);
    for (const [op, name] of [
      ["adaptiveMax", "adaptiveMaxPool2d"],
      ["adaptiveAvg", "adaptiveAvgPool2d"],
    ] as const) {
      const made = pooling.poolImage({ data, width: 7, height: 5 }, { op, outputSize: [2, 3] });
      const wanted = call(name, { data, shape: [5, 7, 4] }, { outputSize: [2, 3], layout: "channels_last" });
      expectSame(made.data, wanted.data, op);
    }
    const wrong = () => call("poolImage", { data, width: 7, height: 5 }, { op: "adaptiveAvg", kernelSize: 2 });
    expect(refusal(wrong).message).toMatch(/unexpected keyword argument 'kernelSize'/);
  });
});
