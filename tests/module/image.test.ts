/** Pictures, shapes and geometry. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Axis, ImageOptions } from "../../web/module/index.js";
import { adaptiveTaps, extreme, mean, pool, type Taps } from "./oracle.js";
import { call, expectSame, pooling, product, random, refusal } from "./support.js";
import { normWindows, tapsFor, windows } from "./variants.js";

const picture = (width: number, height: number, seed = 1, opaque = true) => {
  const next = random(seed);
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) =>
    opaque && i % 4 === 3 ? 255 : Math.floor(next() * 256),
  );
  return { data, width, height };
};

afterEach(() => vi.unstubAllGlobals());

describe("poolImage", () => {
  const sets: object[] = windows(2);

  it.each(["max", "min", "avg"] as const)("%s pools every channel for itself", (op) => {
    for (const options of sets) {
      for (const opaque of [true, false]) {
        const image = picture(11, 9, 3, opaque);
        const made = pooling.poolImage(image, { op, ...options } as ImageOptions);
        const axes = tapsFor(options as Record<string, unknown>, 2);
        const reduce = op === "avg" ? mean(true, null) : extreme(op === "min", op === "min" ? 255 : 0);
        // Padding does not count in the alpha channel, and a window of padding alone is opaque.
        const alpha = op === "avg" ? mean(false, null) : extreme(op === "min", 255);
        const shape = [9, 11, 4];
        const colours = pool(image.data, shape, 2, "channels_last", axes, reduce);
        const alphas = pool(image.data, shape, 2, "channels_last", axes, (values, window) =>
          values.length === 0 ? { value: 255 } : alpha(values, window),
        );
        const wanted = colours.values.map((value, i) => Math.floor((i % 4 === 3 ? alphas.values[i]! : value) + 0.5));
        expect([made.height, made.width]).toEqual(colours.shape.slice(0, 2));
        expectSame(made.data, wanted, `${op} ${JSON.stringify(options)}`);
        expect(made.data).toBeInstanceOf(Uint8ClampedArray);
      }
    }
  });

  it("keeps an opaque picture opaque, whatever the window", () => {
    for (const options of sets) {
      for (const op of ["max", "min", "avg"] as const) {
        for (const more of op === "avg" ? [{}, { countIncludePad: false }, { divisorOverride: 100 }] : [{}]) {
          const { data } = pooling.poolImage(picture(8, 7), { op, ...options, ...more } as ImageOptions);
          for (let i = 3; i < data.length; i += 4) expect(data[i], `${op} ${JSON.stringify(options)}`).toBe(255);
        }
      }
    }
    for (const options of normWindows(2)) {
      const norm = { op: "lp", normType: 2, convention: "onnx", ...options } as ImageOptions;
      const { data } = pooling.poolImage(picture(8, 7), norm);
      for (let i = 3; i < data.length; i += 4) expect(data[i], `lp ${JSON.stringify(options)}`).toBe(255);
    }
  });

  it("returns an object of ImageData's shape where there is none", () => {
    expect("ImageData" in globalThis).toBe(false);
    const made = pooling.poolImage(picture(4, 4), { op: "max", kernelSize: 2 });
    expect(Object.keys(made)).toEqual(["data", "width", "height"]);
    const wide = pooling.poolImage({ ...picture(4, 4), colorSpace: "display-p3" }, { op: "max", kernelSize: 2 });
    expect(wide.colorSpace).toBe("display-p3");
  });

  it("returns a real ImageData where there is one, with the same colour space", () => {
    class ImageData {
      readonly colorSpace: string;
      constructor(
        readonly data: Uint8ClampedArray,
        readonly width: number,
        readonly height: number,
        settings?: { colorSpace: string },
      ) {
        if (settings?.colorSpace === "unknown") throw new TypeError("no such colour space");
        if (data.length !== width * height * 4) throw new RangeError("wrong length");
        this.colorSpace = settings?.colorSpace ?? "srgb";
      }
    }
    vi.stubGlobal("ImageData", ImageData);
    const given = new ImageData(picture(6, 4).data, 6, 4, { colorSpace: "display-p3" });
    const made = pooling.poolImage(given as never, { op: "min", kernelSize: 2 });
    expect(made).toBeInstanceOf(ImageData);
    expect(made).toMatchObject({ width: 3, height: 2, colorSpace: "display-p3" });
    const plain = pooling.poolImage({ ...picture(4, 4), colorSpace: "unknown" }, { op: "max", kernelSize: 2 });
    expect(plain).toMatchObject({ width: 2, height: 2, colorSpace: "unknown" });
  });

  it("writes into a picture, an array, or memory that is resident", () => {
    const image = picture(6, 4);
    const wanted = pooling.poolImage(image, { op: "avg", kernelSize: 2 });
    const out = { data: new Uint8ClampedArray(24), width: 3, height: 2 };
    expect(pooling.poolImage(image, { op: "avg", kernelSize: 2, out })).toBe(out);
    expectSame(out.data, wanted.data, "picture");
    const array = new Uint8ClampedArray(24);
    expect(pooling.poolImage(image, { op: "avg", kernelSize: 2, out: array }).data).toBe(array);
    expectSame(array, wanted.data, "array");
    const bytes = new Uint8Array(24);
    expect(
      pooling.poolImage({ ...image, data: new Uint8Array(image.data) }, { op: "avg", kernelSize: 2, out: bytes }).data
        .buffer,
    ).toBe(bytes.buffer);
    expectSame(bytes, wanted.data, "bytes");
    const frame = pooling.tensor("uint8clamped", [4, 6, 4]);
    const result = pooling.tensor("uint8clamped", [2, 3, 4]);
    frame.data.set(image.data);
    pooling.poolImage({ data: frame.data, width: 6, height: 4 }, { op: "avg", kernelSize: 2, out: result.data });
    expectSame(result.data, wanted.data, "resident");
    frame.free();
    result.free();
  });

  it("is what the tutorial saw: 250×201 becomes 123×98", () => {
    const made = pooling.poolImage(picture(250, 201), { op: "max", kernelSize: 6, stride: 2 });
    expect([made.width, made.height]).toEqual([123, 98]);
  });
});

describe("outputShape", () => {
  it("is the shape the pooling has", () => {
    const shapes = { 1: [2, 3, 9], 2: [2, 3, 8, 9], 3: [1, 2, 5, 6, 7] } as const;
    for (const rank of [1, 2, 3] as const) {
      for (const layout of ["channels_first", "channels_last"] as const) {
        const shape =
          layout === "channels_first"
            ? [...shapes[rank]]
            : [shapes[rank][0], ...shapes[rank].slice(2), shapes[rank][1]!];
        const x = { data: new Float32Array(product(shape)), shape };
        const before = shape.slice();
        const sets = [...windows(rank).map((o) => ["maxPool", o]), ["adaptiveAvgPool", { outputSize: 3 }]] as [
          string,
          object,
        ][];
        sets.push(["avgPool", { kernelSize: 2, divisorOverride: 3 }], ["lpPool", { kernelSize: 2, normType: 2 }]);
        for (const [name, options] of sets) {
          const all = { ...options, layout };
          const asked = call(`outputShape${rank}d`, shape, all);
          expect(asked, JSON.stringify(all)).toEqual(call(`${name}${rank}d`, x, all).shape);
        }
        expect(shape).toEqual(before);
      }
    }
    expect(pooling.outputShape2d([3, 201, 250], { kernelSize: 6, stride: 2 })).toEqual([3, 98, 123]);
    expect(pooling.outputShape2d([3, 201, 250], { kernelSize: 6, stride: 2, ceilMode: true })).toEqual([3, 99, 123]);
    expect(pooling.outputShape2d([201, 250], { kernelSize: 6, stride: 2 })).toEqual([98, 123]);
  });

  it("refuses what the pooling would", () => {
    const pooled = refusal(() =>
      pooling.maxPool2d({ data: new Float32Array(64), shape: [1, 8, 8] }, { kernelSize: 9 }),
    );
    expect(refusal(() => pooling.outputShape2d([1, 8, 8], { kernelSize: 9 })).message).toBe(pooled.message);
    expect(refusal(() => pooling.outputShape2d([1, 8, 8], { kernelSize: 2, divisorOverride: 0 })).message).toMatch(
      /divisor/,
    );
  });
});

describe("geometry", () => {
  function check(axis: Axis, n: number, { taps, padAfter }: Taps, what: string): void {
    const real = (tap: number) => tap >= 0 && tap < n;
    expect([axis.input, axis.output], what).toEqual([n, taps.length]);
    expectSame(
      axis.start,
      taps.map((line) => line[0]!),
      `${what}: start`,
    );
    expectSame(
      axis.valid,
      taps.map((line) => line.filter(real).length),
      `${what}: valid`,
    );
    expectSame(
      axis.counted,
      taps.map((line) => line.filter((tap) => tap < n + padAfter).length),
      `${what}: counted`,
    );
    const coverage = Array(n).fill(0);
    for (const line of taps) for (const tap of line.filter(real)) coverage[tap]++;
    expectSame(axis.coverage, coverage, `${what}: coverage`);
    for (const array of [axis.start, axis.valid, axis.counted, axis.coverage]) expect(array).toBeInstanceOf(Int32Array);
  }

  it("says of every window where it lies and of every cell who reads it", () => {
    const sizes = { 1: [9], 2: [7, 12], 3: [5, 6, 7] } as const;
    const names = { 1: ["columns"], 2: ["rows", "columns"], 3: ["depths", "rows", "columns"] } as const;
    for (const rank of [1, 2, 3] as const) {
      for (const options of windows(rank)) {
        const axes = call(`geometry${rank}d`, sizes[rank], options) as unknown as Record<string, Axis>;
        expect(Object.keys(axes)).toEqual(names[rank]);
        const taps = tapsFor(options, rank);
        for (const [i, name] of names[rank].entries()) {
          check(axes[name]!, sizes[rank][i]!, taps(sizes[rank][i]!, i), `${name} ${JSON.stringify(options)}`);
        }
      }
    }
  });

  it("knows adaptive windows", () => {
    const { rows, columns } = pooling.geometry2d([5, 9], { outputSize: [3, null] });
    check(rows, 5, adaptiveTaps(5, 3), "rows");
    check(columns, 9, adaptiveTaps(9, 9), "columns");
  });

  it("draws the experiment: row 200 is never read, and with ceilMode a row of overhang is", () => {
    const { rows, columns } = pooling.geometry2d([201, 250], { kernelSize: 6, stride: 2 });
    expect(rows).toMatchObject({
      input: 201,
      output: 98,
      kernel: 6,
      stride: 2,
      dilation: 1,
      padBefore: 0,
      padAfter: 0,
      span: 6,
      overhang: 0,
    });
    expect(rows.formula).toEqual({ numerator: 195, quotient: 97.5, dropped: false });
    expect(rows.coverage.indexOf(0)).toBe(200);
    expect(columns).toMatchObject({
      output: 123,
      overhang: 0,
      formula: { numerator: 244, quotient: 122, dropped: false },
    });
    expect(columns.coverage.indexOf(0)).toBe(-1);
    const ceil = pooling.geometry2d([201, 250], { kernelSize: 6, stride: 2, ceilMode: true });
    expect(ceil.rows).toMatchObject({ output: 99, overhang: 1 });
    expect(ceil.rows.valid.at(-1)).toBe(5);
  });

  it("says when ceilMode's window was dropped, and what padding became", () => {
    expect(pooling.geometry2d([9, 9], { kernelSize: 4, padding: 2, ceilMode: true }).rows).toMatchObject({
      output: 3,
      formula: { dropped: true },
    });
    expect(pooling.geometry2d([7, 8], { kernelSize: 4, stride: 1, padding: "same" }).rows).toMatchObject({
      padBefore: 1,
      padAfter: 2,
    });
    expect(pooling.geometry2d([7, 8], { kernelSize: 4, stride: 1, padding: "same_lower" }).rows).toMatchObject({
      padBefore: 2,
      padAfter: 1,
    });
    expect(pooling.geometry2d([7, 8], { kernelSize: 3, dilation: 2 }).rows).toMatchObject({ span: 5, dilation: 2 });
  });

  it("does not mind options that only change values", () => {
    const plain = pooling.geometry2d([8, 8], { kernelSize: 3, padding: 1 });
    expect(pooling.geometry2d([8, 8], { kernelSize: 3, padding: 1, countIncludePad: false })).toEqual(plain);
    expect(pooling.geometry2d([8, 8], { kernelSize: 3, padding: 1, layout: "channels_last" })).toEqual(plain);
  });
});
