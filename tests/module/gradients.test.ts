// Every backward operator against finite differences of its forward one, in double precision: the loss is a weighted sum of
// the outputs, and its slope along each input cell is what the backward operator must give.
import { describe, expect, it } from "vitest";
import { loadPooling } from "../../web/module/index.js";

const pooling = await loadPooling();
const shape = [2, 3, 7, 6];
const count = shape.reduce((product, extent) => product * extent, 1);

/** Distinct numbers at least 0.5 apart, so that a small step never changes which one wins. */
const data = Float64Array.from({ length: count }, (_, i) => ((i * 97) % count) * 0.5 - 40);
const weightsOf = (length: number) => Float64Array.from({ length }, (_, i) => Math.sin(i + 1));

interface Values {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}
type Forward = (x: Values) => Values;
type Backward = (gradOutput: Values) => Values;

function check(forward: Forward, backward: Backward): void {
  const output = forward({ data, shape });
  const weights = weightsOf(output.data.length);
  const loss = (input: Float64Array) =>
    forward({ data: input, shape }).data.reduce((sum, value, i) => sum + value * (weights[i] as number), 0);
  const gradient = backward({ data: weights, shape: output.shape });
  expect(gradient.shape).toEqual(shape);
  expect(gradient.data.some((value) => value !== 0)).toBe(true);
  const step = 1e-3;
  for (let i = 0; i < count; i++) {
    const above = data.slice();
    const below = data.slice();
    above[i] = (data[i] as number) + step;
    below[i] = (data[i] as number) - step;
    expect(gradient.data[i]).toBeCloseTo((loss(above) - loss(below)) / (2 * step), 6);
  }
}

describe("gradients equal finite differences", () => {
  const window = { kernelSize: [3, 2], stride: [2, 1], padding: [1, 0], dilation: [1, 2], ceilMode: true } as const;

  it("max", () => {
    const { indices } = pooling.maxPool2dWithIndices({ data, shape }, window);
    check(
      (x) => pooling.maxPool2d(x, window),
      (g) => pooling.maxPool2dBackward(g, indices, { inputShape: shape }),
    );
  });

  it("min", () => {
    const { indices } = pooling.minPool2dWithIndices({ data, shape }, window);
    check(
      (x) => pooling.minPool2d(x, window),
      (g) => pooling.maxPool2dBackward(g, indices, { inputShape: shape }),
    );
  });

  it("adaptive max", () => {
    const { indices } = pooling.adaptiveMaxPool2dWithIndices({ data, shape }, { outputSize: [3, 4] });
    check(
      (x) => pooling.adaptiveMaxPool2d(x, { outputSize: [3, 4] }),
      (g) => pooling.maxPool2dBackward(g, indices, { inputShape: shape }),
    );
  });

  it.each([{}, { countIncludePad: false }, { divisorOverride: 5 }])("average %o", (more) => {
    const options = { ...window, ...more };
    check(
      (x) => pooling.avgPool2d(x, options),
      (g) => pooling.avgPool2dBackward(g, { inputShape: shape, ...options }),
    );
  });

  it("adaptive average", () => {
    check(
      (x) => pooling.adaptiveAvgPool2d(x, { outputSize: [3, 4] }),
      (g) => pooling.adaptiveAvgPool2dBackward(g, { inputShape: shape }),
    );
  });
});

describe("laws", () => {
  const x = { data, shape };
  const odd = { kernelSize: 3, stride: 1, padding: 1 } as const;

  it("dilation is nowhere below the input, erosion nowhere above, and closing keeps that", () => {
    const dilated = pooling.maxPool2d(x, odd);
    const eroded = pooling.minPool2d(x, odd);
    const closed = pooling.minPool2d(dilated, odd);
    const opened = pooling.maxPool2d(eroded, odd);
    for (let i = 0; i < count; i++) {
      const value = data[i] as number;
      expect(dilated.data[i]).toBeGreaterThanOrEqual(value);
      expect(eroded.data[i]).toBeLessThanOrEqual(value);
      expect(closed.data[i]).toBeGreaterThanOrEqual(value);
      expect(opened.data[i]).toBeLessThanOrEqual(value);
    }
  });

  it("a constant stays itself, and global pooling is adaptive pooling to one cell", () => {
    const constant = { data: new Float64Array(count).fill(0.1), shape };
    for (const pooled of [pooling.maxPool2d(constant, odd), pooling.minPool2d(constant, odd)]) {
      expect(new Set(pooled.data)).toEqual(new Set([0.1]));
    }
    for (const mean of pooling.avgPool2d(constant, { ...odd, countIncludePad: false }).data)
      expect(mean).toBeCloseTo(0.1, 14);
    expect(pooling.globalMaxPool2d(x)).toEqual(pooling.adaptiveMaxPool2d(x, { outputSize: 1 }));
    expect(pooling.globalAvgPool2d(x)).toEqual(pooling.adaptiveAvgPool2d(x, { outputSize: 1 }));
  });

  it("a window is the product of its axes", () => {
    const rows = pooling.maxPool2d(x, { kernelSize: [3, 1], stride: [2, 1] });
    const both = pooling.maxPool2d(rows, { kernelSize: [1, 2], stride: [1, 2] });
    expect(both).toEqual(pooling.maxPool2d(x, { kernelSize: [3, 2], stride: [2, 2] }));
  });

  it("moving the picture by the stride moves the output by one cell, to the bit", () => {
    const options = { kernelSize: 3, stride: 2 } as const;
    const wide = { data, shape: [6, 42] };
    const moved = { data: data.slice(0, 0), shape: [6, 40] };
    const cells: number[] = [];
    for (let row = 0; row < 6; row++) cells.push(...data.subarray(row * 42 + 2, row * 42 + 42));
    moved.data = Float64Array.from(cells);
    for (const pool of [pooling.maxPool2d, pooling.avgPool2d]) {
      const whole = pool.call(pooling, wide, options);
      const shifted = pool.call(pooling, moved, options);
      const [height, width] = shifted.shape as [number, number];
      for (let row = 0; row < height; row++) {
        const from = row * (whole.shape[1] as number) + 1;
        expect(whole.data.slice(from, from + width)).toEqual(shifted.data.slice(row * width, (row + 1) * width));
      }
    }
  });
});
