/**
 * Every operator against the oracle: for each entry of the module's own list of operators the calls to make and what they must
 * give. The record is keyed by that list, so an operator without a check does not compile.
 */

import type { DType, Rank, Tensor, TypedArray } from "../../web/module/index.js";
import type { families } from "../../web/module/operators.js";
import {
  adaptiveTaps,
  extreme,
  fractional,
  type Grid,
  Grid as GridOf,
  type Layout,
  mean,
  norm,
  pool,
  scatter,
  slidingTaps,
  spread,
  type Taps,
} from "./oracle.js";
import {
  call,
  classes,
  expectClose,
  expectSame,
  hardValues,
  isFloat,
  limits,
  product,
  random,
  softValues,
} from "./support.js";

type Family = (typeof families)[number];
export type Key = Family extends infer F extends Family ? (F extends F ? `${F[0]}${F[1]}` : never) : never;

type Options = Record<string, unknown>;

export interface Variant {
  name: string;
  rank: Rank;
  dtype: DType;
  layout: Layout;
  shape: number[];
  seed: number;
}

/** Kernels, strides, paddings and dilations of every form; `n` values for n axes. */
export function windows(rank: Rank): Options[] {
  const each = (...values: number[]) => values.slice(0, rank);
  const sides = [each(1, 0, 2), each(2, 1, 0)].flat();
  return [
    { kernelSize: 2 },
    { kernelSize: 3, stride: 2, padding: 1 },
    { kernelSize: [3], stride: [2], ceilMode: true },
    { kernelSize: each(2, 3, 2), stride: each(1, 2, 3), padding: each(1, 1, 0), ceilMode: true },
    { kernelSize: 3, stride: each(2, 1, 3), padding: "same" },
    { kernelSize: each(2, 4, 3), stride: 1, padding: "same_lower", dilation: each(2, 1, 1) },
    { kernelSize: 2, stride: 2, padding: "valid", ceilMode: true },
    { kernelSize: each(3, 4, 3), stride: each(2, 3, 1), padding: sides },
    { kernelSize: 2, stride: 1, padding: 1, dilation: each(3, 2, 3) },
    { kernelSize: 2, stride: 3, padding: 2, dilation: each(4, 3, 4), ceilMode: true },
    { kernelSize: 1, stride: 2 },
  ];
}

/** lp_pool takes no list of one number for several axes. */
export const normWindows = (rank: Rank): Options[] =>
  windows(rank).map((o) => (Array.isArray(o.kernelSize) && o.kernelSize.length === 1 ? { ...o, kernelSize: 3 } : o));

const perAxis = (value: unknown, rank: number, otherwise: number[]): number[] => {
  if (value === undefined || value === null) return otherwise;
  const values = Array.isArray(value) ? (value as number[]) : [value as number];
  return values.length === 1 ? Array.from({ length: rank }, () => values[0]!) : values;
};

/** The oracle's taps for these options. */
export function tapsFor(o: Options, rank: number): (n: number, axis: number) => Taps {
  const kernel = perAxis(o.kernelSize, rank, []);
  const stride = perAxis(o.stride, rank, kernel);
  const dilation = perAxis(
    o.dilation,
    rank,
    kernel.map(() => 1),
  );
  const { padding } = o;
  const word = typeof padding === "string";
  const sides = Array.isArray(padding) && padding.length === 2 * rank;
  const before = word
    ? kernel.map(() => 0)
    : sides
      ? padding.slice(0, rank)
      : perAxis(
          padding,
          rank,
          kernel.map(() => 0),
        );
  const after = sides ? (padding as number[]).slice(rank) : before;
  return (n, axis) =>
    slidingTaps(n, {
      kernel: kernel[axis]!,
      stride: stride[axis]!,
      dilation: dilation[axis]!,
      padBefore: before[axis]!,
      padAfter: after[axis]!,
      ceil: o.ceilMode === true && !word,
      same: padding === "same" || padding === "same_lower" ? padding : undefined,
    });
}

const label = (variant: Variant, options: Options) =>
  `${variant.name} ${variant.dtype} ${variant.layout} [${variant.shape}] ${JSON.stringify(options)}`;

/** The arguments as they were, and the result of the input's class. */
function run(variant: Variant, x: TypedArray, options: Options, indices?: Tensor<Int32Array>) {
  const before = x.slice();
  const tensor = { data: x, shape: variant.shape };
  const all = { layout: variant.layout, ...options };
  const result = indices ? call(variant.name, tensor, indices, all) : call(variant.name, tensor, all);
  expectSame(x, before, `${label(variant, options)}: the input`);
  return result;
}

function sameShape(actual: readonly number[], wanted: readonly number[], what: string): void {
  expectSame(actual, wanted, `${what}: shape`);
}

function pickedBy(minimum: boolean, indices: boolean) {
  return (variant: Variant, sets: Options[] = windows(variant.rank)) => {
    for (const options of sets) {
      const { rank, dtype, layout, shape } = variant;
      const x = hardValues(dtype, product(shape), variant.seed);
      const empty = limits[dtype]![minimum ? 1 : 0];
      const wanted = pool(x, shape, rank, layout, tapsFor(options, rank), extreme(minimum, empty));
      checkPicked(variant, options, run(variant, x, options), wanted, indices);
    }
  };
}

type Wanted = { shape: number[]; values: ArrayLike<number>; indices: ArrayLike<number> };
function checkPicked(
  variant: Variant,
  options: Options,
  result: ReturnType<typeof run>,
  wanted: Wanted,
  indices: boolean,
): void {
  const what = label(variant, options);
  const output = indices ? result.output : result;
  sameShape(output.shape, wanted.shape, what);
  if (output.data.constructor !== classes[variant.dtype])
    throw new Error(`${what}: class ${output.data.constructor.name}`);
  expectSame(output.data, wanted.values, what);
  if (!indices) return;
  sameShape(result.indices.shape, wanted.shape, `${what} indices`);
  if (!(result.indices.data instanceof Int32Array)) throw new Error(`${what}: indices are no Int32Array`);
  expectSame(result.indices.data, wanted.indices, `${what} indices`);
}

function checkClose(
  variant: Variant,
  options: Options,
  result: Tensor,
  wanted: Omit<Wanted, "indices">,
  off = 0,
): void {
  const what = label(variant, options);
  sameShape(result.shape, wanted.shape, what);
  if (result.data.constructor !== classes[variant.dtype])
    throw new Error(`${what}: class ${result.data.constructor.name}`);
  expectClose(result.data, wanted.values, variant.dtype, what, off);
}

export const averages = (rank: Rank): Options[] =>
  windows(rank).flatMap((options, i) => [
    options,
    { ...options, countIncludePad: i % 2 === 0 },
    { ...options, divisorOverride: i % 3 === 0 ? -3 : 7 },
  ]);

/** avg_pool3d, and lp_pool3d through it, refuse a kernel larger than the input, whatever the padding. */
const fits = (options: Options, { rank, shape, layout }: Variant): boolean => {
  const kernel = perAxis(options.kernelSize, rank, []);
  return rank < 3 || new GridOf(shape, rank, layout).sizes.every((n, i) => n >= kernel[i]!);
};

const adaptiveSizes = (rank: Rank): Options[] => [
  { outputSize: 1 },
  { outputSize: Array(rank).fill(3) },
  { outputSize: [4, 11, 2].slice(0, rank) },
  { outputSize: [null, 3, null].slice(0, rank) },
  { outputSize: null },
  { outputSize: 0 },
];

const adaptiveAxes = ({ outputSize }: Options, rank: number) => {
  const wanted = Array.isArray(outputSize) ? outputSize : [outputSize];
  const sizes = wanted.length === 1 ? Array.from({ length: rank }, () => wanted[0]) : wanted;
  return (n: number, axis: number) => adaptiveTaps(n, (sizes[axis] as number | null) ?? n);
};

function adaptivePicked(indices: boolean, all = false) {
  return (variant: Variant) => {
    const { rank, dtype, layout, shape } = variant;
    for (const options of all ? [{}] : adaptiveSizes(rank)) {
      const x = hardValues(dtype, product(shape), variant.seed);
      const axes = adaptiveAxes(all ? { outputSize: 1 } : options, rank);
      const wanted = pool(x, shape, rank, layout, axes, extreme(false, 0));
      checkPicked(variant, options, run(variant, x, options), wanted, indices);
    }
  };
}

function adaptiveMean(all = false) {
  return (variant: Variant) => {
    const { rank, dtype, layout, shape } = variant;
    for (const options of all ? [{}] : adaptiveSizes(rank)) {
      const x = softValues(dtype, product(shape), variant.seed);
      const axes = adaptiveAxes(all ? { outputSize: 1 } : options, rank);
      checkClose(variant, options, run(variant, x, options), pool(x, shape, rank, layout, axes, mean(false, null)));
    }
  };
}

/** A pooling's own indices, to unpool and to send gradients back with. */
function pooled(
  variant: Variant,
  grid: Grid,
): { values: TypedArray; indices: Int32Array; shape: number[]; sizes: number[] } {
  const { rank, dtype, layout } = variant;
  const sizes = grid.sizes.map((n) => n * 2);
  const shape = grid.with(sizes);
  const x = softValues(dtype, product(shape), variant.seed);
  const {
    values,
    indices,
    shape: small,
  } = pool(x, shape, rank, layout, tapsFor({ kernelSize: 2 }, rank), extreme(false, 0));
  return { values: new classes[dtype]!(values), indices, shape: small, sizes };
}

export const checks: Record<Key, (variant: Variant) => void> = {
  maxPool: pickedBy(false, false),
  maxPoolWithIndices: pickedBy(false, true),
  minPool: pickedBy(true, false),
  minPoolWithIndices: pickedBy(true, true),
  avgPool(variant) {
    const { rank, dtype, layout, shape } = variant;
    for (const options of averages(rank).filter((o) => fits(o, variant))) {
      const x = softValues(dtype, product(shape), variant.seed);
      const reduce = mean(options.countIncludePad !== false, (options.divisorOverride as number | undefined) ?? null);
      checkClose(
        variant,
        options,
        run(variant, x, options),
        pool(x, shape, rank, layout, tapsFor(options, rank), reduce),
      );
    }
  },
  lpPool(variant) {
    const { rank, dtype, layout, shape } = variant;
    const plain = normWindows(rank).filter(({ padding, dilation }) => padding === undefined && dilation === undefined);
    const sets: Options[] = [
      ...plain.flatMap((o) => [1, 2, 3, 2.5, -1].map((normType) => ({ ...o, normType }))),
      ...normWindows(rank).flatMap((o) =>
        [1, 2, 3.5, Infinity].map((normType) => ({ ...o, normType, convention: "onnx" })),
      ),
    ];
    for (const options of sets.filter((o) => o.convention || fits(o, variant))) {
      const { normType, convention } = options as Options & { normType: number };
      const x = softValues(dtype, product(shape), variant.seed, convention !== "onnx");
      const wanted = pool(x, shape, rank, layout, tapsFor(options, rank), norm(normType, convention === "onnx"));
      checkClose(variant, options, run(variant, x, options), wanted, isFloat(dtype) ? 0 : 1);
    }
  },
  adaptiveMaxPool: adaptivePicked(false),
  adaptiveMaxPoolWithIndices: adaptivePicked(true),
  adaptiveAvgPool: adaptiveMean(),
  fractionalMaxPoolWithIndices(variant) {
    const { rank, dtype, layout, shape } = variant;
    const grid = new GridOf(shape, rank, layout);
    const next = random(variant.seed + 5);
    const samples = Float64Array.from({ length: grid.batch * grid.channels * rank }, next);
    const x = hardValues(dtype, product(shape), variant.seed);
    for (const [kernelSize, asked] of [
      [2, { outputSize: 2 }],
      [[1, 3, 2].slice(0, rank), { outputSize: [3, 2, 1].slice(0, rank) }],
      [2, { outputRatio: 0.5 }],
      [1, { outputRatio: [0.7, 0.4, 0.6].slice(0, rank) }],
    ] as [number | number[], Options][]) {
      const options = { kernelSize, ...asked, randomSamples: samples };
      const sizes = grid.sizes.map((n, axis) =>
        asked.outputRatio
          ? Math.floor(n * perAxis(asked.outputRatio, rank, [])[axis]!)
          : perAxis(asked.outputSize, rank, [])[axis]!,
      );
      const kernel = perAxis(kernelSize, rank, []);
      const wanted = fractional(x, shape, rank, layout, kernel, sizes, samples, dtype === "float64");
      checkPicked(variant, { kernelSize, ...asked }, run(variant, x, options), wanted, true);
    }
  },
  maxUnpool(variant) {
    const { rank, layout } = variant;
    const grid = new GridOf(variant.shape, rank, layout);
    const { values, indices, shape, sizes } = pooled(variant, grid);
    const larger = sizes.map((n, i) => n + (i === 0 ? 1 : 0));
    for (const [options, result] of [
      [{ kernelSize: 2 }, sizes],
      [{ kernelSize: Array(rank).fill(2), stride: 2, padding: 0, outputSize: larger }, larger],
      [{ kernelSize: 2, outputSize: layout === "channels_first" ? [7, 7, ...larger] : [7, ...larger, 7] }, larger],
      [{ kernelSize: 4, stride: 2, padding: 1 }, sizes],
    ] as [Options, number[]][]) {
      const wanted = scatter(values, indices, shape, result, rank, layout, false);
      const what = { ...variant, shape };
      for (const given of [{ data: indices, shape }, indices as unknown as Tensor<Int32Array>]) {
        const made = run(what, values, options, given);
        sameShape(made.shape, wanted.shape, label(what, options));
        expectSame(made.data, wanted.values, label(what, options));
      }
    }
  },
  maxPoolBackward(variant) {
    const { rank, layout, dtype } = variant;
    const grid = new GridOf(variant.shape, rank, layout);
    const next = random(variant.seed + 9);
    const target = grid.sizes.map((n) => n + 2);
    const gradient = softValues(dtype, product(variant.shape), variant.seed);
    const cells = product(target);
    const indices = Int32Array.from(gradient, () => Math.floor(next() * Math.min(cells, 6)) - 1);
    const wanted = scatter(gradient, indices, variant.shape, target, rank, layout, true);
    const options = { inputShape: grid.with(target) };
    checkClose(variant, options, run(variant, gradient, options, { data: indices, shape: variant.shape }), wanted);
  },
  avgPoolBackward(variant) {
    const { rank, layout, dtype, shape: inputShape } = variant;
    for (const options of averages(rank).filter((o) => fits(o, variant))) {
      const axes = tapsFor(options, rank);
      const grid = new GridOf(inputShape, rank, layout);
      const shape = grid.with(grid.sizes.map((n, axis) => axes(n, axis).taps.length));
      const gradient = softValues(dtype, product(shape), variant.seed);
      const divisor = (options.divisorOverride as number | undefined) ?? null;
      const values = spread(gradient, inputShape, rank, layout, axes, options.countIncludePad !== false, divisor);
      const made = run({ ...variant, shape }, gradient, { ...options, inputShape });
      checkClose(variant, options, made, { shape: inputShape, values }, isFloat(dtype) ? 1e-5 : 1);
    }
  },
  adaptiveAvgPoolBackward(variant) {
    const { rank, layout, dtype, shape: inputShape } = variant;
    for (const options of adaptiveSizes(rank)) {
      const axes = adaptiveAxes(options, rank);
      const grid = new GridOf(inputShape, rank, layout);
      const shape = grid.with(grid.sizes.map((n, axis) => axes(n, axis).taps.length));
      const gradient = softValues(dtype, product(shape), variant.seed);
      const values = spread(gradient, inputShape, rank, layout, axes, false, null);
      const made = run({ ...variant, shape }, gradient, { inputShape });
      checkClose(variant, options, made, { shape: inputShape, values }, isFloat(dtype) ? 1e-5 : 1);
    }
  },
  globalMaxPool: adaptivePicked(false, true),
  globalAvgPool: adaptiveMean(true),
};
