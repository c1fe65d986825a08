/** What the module's tests share: one instance, data, comparison. */
import { expect } from "vitest";
import { inlinedBytes } from "../../web/module/glue.js";
import {
  type DType,
  loadPooling,
  type Pooling,
  PoolingError,
  type Tensor,
  type TypedArray,
  type WithIndices,
} from "../../web/module/index.js";
import type { Layout } from "./oracle.js";

/** The core under test: POOLSCOPE_CORE=nowasm takes the one in plain JavaScript. */
export const pooling: Pooling = await (process.env.POOLSCOPE_CORE === "nowasm"
  ? (await import("../../web/module/nowasm.js")).loadPooling()
  : loadPooling());

/** An instance whose memory has not grown yet; plain JavaScript has but one. */
export const unused = async (): Promise<Pooling> =>
  process.env.POOLSCOPE_CORE === "nowasm" ? pooling : loadPooling({ wasm: await inlinedBytes() });

type Method = (...given: unknown[]) => Tensor & WithIndices<TypedArray>;
/** Any operator by its name, as code without types calls it. */
export const call = (name: string, ...given: unknown[]): ReturnType<Method> =>
  (pooling as unknown as Record<string, Method>)[name]!(...given);

export const classes: Record<string, new (from: number | ArrayLike<number>) => TypedArray> = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  uint8clamped: Uint8ClampedArray,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
  float16: (globalThis as unknown as { Float16Array: new (from: number | ArrayLike<number>) => TypedArray })
    .Float16Array,
};

export const limits: Record<string, [number, number]> = {
  float32: [-Infinity, Infinity],
  float64: [-Infinity, Infinity],
  float16: [-Infinity, Infinity],
  uint8: [0, 255],
  uint8clamped: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
};

export const isFloat = (dtype: DType): boolean => dtype.startsWith("float");
export const layouts: readonly Layout[] = ["channels_first", "channels_last"];

/** Repeatable numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed * 0x9e3779b9 + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Shapes of every form an operator takes, for these spatial sizes. */
export function shapes(sizes: readonly number[], layout: Layout): number[][] {
  const around = (outer: number[], channels: number) =>
    layout === "channels_last" ? [...outer, ...sizes, channels] : [...outer, channels, ...sizes];
  const forms = [around([2], 3), around([], 2), around([1], 1), around([0], 2)];
  if (sizes.length === 2 && layout === "channels_first") forms.push([...sizes]);
  return forms;
}

/** Ties, both zeros, infinities and NaN for floats; ties and the extremes for integers. */
export function hardValues(dtype: DType, length: number, seed: number): TypedArray {
  const next = random(seed);
  const [low, high] = limits[dtype]!;
  const special = isFloat(dtype) ? [NaN, -0, 0, Infinity, -Infinity, -1, 1] : [low, high, low, high, low + 1, high - 1];
  const plain = () => (isFloat(dtype) ? Math.floor(next() * 9 - 4) / 2 : Math.floor(low + next() * (high - low)));
  return new classes[dtype]!(
    Array.from({ length }, () => (next() < 0.4 ? special[Math.floor(next() * special.length)]! : plain())),
  );
}

/** Numbers whose sums need no more care than a tolerance. */
export function softValues(dtype: DType, length: number, seed: number, positive = false): TypedArray {
  const next = random(seed);
  const [low, high] = limits[dtype]!;
  const least = positive ? 1 : isFloat(dtype) ? -4 : low;
  const most = isFloat(dtype) ? 4 : high;
  return new classes[dtype]!(
    Array.from({ length }, () =>
      isFloat(dtype) ? least + next() * (most - least) : Math.floor(least + next() * (most - least + 1)),
    ),
  );
}

/** To the bit: NaN equals NaN, −0 is not 0. */
export function expectSame(actual: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  expect(actual.length, what).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    if (!Object.is(actual[i], wanted[i])) expect.fail(`${what}: [${i}] is ${actual[i]}, not ${wanted[i]}`);
  }
}

/** Within the precision of `dtype`; integers after rounding halves up and saturating, `off` by at most so much. */
export function expectClose(
  actual: ArrayLike<number>,
  wanted: ArrayLike<number>,
  dtype: DType,
  what: string,
  off = 0,
): void {
  expect(actual.length, what).toBe(wanted.length);
  const [low, high] = limits[dtype]!;
  const relative = { float64: 1e-11, float32: 2e-5, float16: 4e-3 }[dtype as string] ?? 0;
  for (let i = 0; i < wanted.length; i++) {
    const is = actual[i]!;
    let should = wanted[i]!;
    if (!isFloat(dtype)) should = Number.isNaN(should) ? 0 : Math.min(high, Math.max(low, Math.floor(should + 0.5)));
    const near =
      Object.is(is, should) || is === should || Math.abs(is - should) <= off + relative * (1 + Math.abs(should));
    if (!near) expect.fail(`${what}: [${i}] is ${is}, not ${should}`);
  }
}

export interface Refused {
  code: string;
  message: string;
}

/** The PoolingError that `act` throws. */
export function refusal(act: () => unknown): PoolingError {
  try {
    act();
  } catch (error) {
    if (error instanceof PoolingError) return error;
    throw new Error(`not a PoolingError: ${String(error)}`, { cause: error });
  }
  throw new Error("nothing was thrown");
}
