/**
 * Pooling by plain nested loops over what the frameworks say, in doubles: independent of the core and of its formulas.
 * Windows are found by counting, not by a division.
 */

export type Layout = "channels_first" | "channels_last";
export type Numbers = ArrayLike<number>;

/** The taps of each window along one axis; −1 < tap < n is real. `counted` ones lie inside the declared padding too. */
export interface Taps {
  taps: number[][];
  padAfter: number;
}

export interface Sliding {
  kernel: number;
  stride: number;
  dilation: number;
  padBefore: number;
  padAfter: number;
  ceil: boolean;
  same?: "same" | "same_lower" | undefined;
}

export function slidingTaps(n: number, { kernel, stride, dilation, padBefore, padAfter, ceil, same }: Sliding): Taps {
  const span = (kernel - 1) * dilation + 1;
  const starts: number[] = [];
  if (same) {
    for (let q = 0; q * stride < n; q++) starts.push(q * stride);
    const total = Math.max(0, (starts.at(-1) ?? 0) + span - n);
    const less = Math.floor(total / 2);
    padBefore = same === "same" ? less : total - less;
    padAfter = total - padBefore;
  } else {
    const padded = n + padBefore + padAfter;
    for (let start = 0; ; start += stride) {
      const over = start + span - padded;
      const fits = over <= 0;
      // ceil mode keeps a window that starts before the right padding, unless it overhangs by a whole stride.
      if (!fits && !(ceil && over < stride && start < n + padBefore)) break;
      starts.push(start);
    }
  }
  const taps = starts.map((start) => Array.from({ length: kernel }, (_, i) => start - padBefore + i * dilation));
  return { taps, padAfter };
}

export function adaptiveTaps(n: number, outputs: number): Taps {
  const taps = Array.from({ length: outputs }, (_, i) => {
    const first = Math.floor((i * n) / outputs);
    const end = Math.ceil(((i + 1) * n) / outputs);
    return Array.from({ length: end - first }, (_, j) => first + j);
  });
  return { taps, padAfter: 0 };
}

/** FractionalMaxPool2d.cpp, in float32 unless `double`. */
export function fractionalTaps(n: number, kernel: number, outputs: number, sample: number, double: boolean): Taps {
  const round = double ? (value: number) => value : Math.fround;
  const alpha = outputs > 1 ? round(round(n - kernel) / round(outputs - 1)) : 0;
  const u = round(sample);
  const taps = Array.from({ length: outputs }, (_, i) => {
    const start =
      i === outputs - 1 ? n - kernel : Math.trunc(round(round(i + u) * alpha)) - Math.trunc(round(u * alpha));
    return Array.from({ length: kernel }, (_, j) => start + j);
  });
  return { taps, padAfter: 0 };
}

/** Positions in a tensor of any rank and layout: samples, channels, then spatial axes. */
export class Grid {
  readonly batch: number;
  readonly channels: number;
  readonly sizes: number[];
  readonly #last: boolean;
  readonly #shape: readonly number[];

  constructor(shape: readonly number[], rank: number, layout: Layout) {
    this.#shape = shape;
    this.#last = layout === "channels_last";
    const bare = shape.length === rank;
    this.batch = shape.length === rank + 2 ? (shape[0] as number) : 1;
    this.channels = bare ? 1 : (shape.at(this.#last ? -1 : -rank - 1) as number);
    this.sizes = this.#last ? shape.slice(-rank - 1, -1) : shape.slice(-rank);
  }

  get cells(): number {
    return this.sizes.reduce((a, b) => a * b, 1);
  }

  at(sample: number, channel: number, cell: number): number {
    return this.#last
      ? (sample * this.cells + cell) * this.channels + channel
      : (sample * this.channels + channel) * this.cells + cell;
  }

  /** The shape of a tensor with other spatial sizes. */
  with(sizes: readonly number[]): number[] {
    const shape = [...this.#shape];
    const first = shape.length - sizes.length - (this.#last ? 1 : 0);
    sizes.forEach((size, i) => {
      shape[first + i] = size;
    });
    return shape;
  }

  get length(): number {
    return this.batch * this.channels * this.cells;
  }
}

interface Window {
  /** Flat positions of the real taps, row-major. */
  real: number[];
  /** Taps inside input and declared padding. */
  counted: number;
  /** All taps. */
  all: number;
}

function windowsOf(axes: Taps[], sizes: readonly number[]): Window[] {
  let windows: Window[] = [{ real: [0], counted: 1, all: 1 }];
  axes.forEach(({ taps, padAfter }, axis) => {
    const n = sizes[axis] as number;
    windows = windows.flatMap((window) =>
      taps.map((line) => ({
        real: window.real.flatMap((cell) => line.filter((tap) => tap >= 0 && tap < n).map((tap) => cell * n + tap)),
        counted: window.counted * line.filter((tap) => tap < n + padAfter).length,
        all: window.all * line.length,
      })),
    );
  });
  return windows;
}

export interface Pooled {
  shape: number[];
  values: Float64Array;
  indices: Int32Array;
}

/** What one window makes of its values: the value and, where an element is picked, which of the real taps. */
type Reduce = (values: number[], window: Window) => { value: number; tap?: number };

/** Scan order, strictly better or NaN: the first of equals and the last NaN. */
export const extreme =
  (minimum: boolean, empty: number): Reduce =>
  (values) => {
    let tap = -1;
    values.forEach((value, i) => {
      const best = values[tap] as number;
      if (tap < 0 || Number.isNaN(value) || (minimum ? value < best : value > best)) tap = i;
    });
    return tap < 0 ? { value: empty } : { value: values[tap] as number, tap };
  };

export const mean =
  (countIncludePad: boolean, divisorOverride: number | null): Reduce =>
  (values, { counted }) => {
    if (values.length === 0) return { value: 0 };
    const divisor = divisorOverride ?? (countIncludePad ? counted : values.length);
    return { value: values.reduce((a, b) => a + b, 0) / divisor };
  };

export const norm =
  (p: number, onnx: boolean): Reduce =>
  (values, { counted, all }) => {
    if (values.length === 0) return { value: 0 };
    if (p === Number.POSITIVE_INFINITY) return { value: Math.max(...values.map(Math.abs)) };
    const sum = values.map((value) => (onnx ? Math.abs(value) : value) ** p).reduce((a, b) => a + b, 0);
    return { value: (onnx ? sum : (sum / counted) * all) ** (1 / p) };
  };

export function pool(
  x: Numbers,
  shape: readonly number[],
  rank: number,
  layout: Layout,
  axes: (n: number, axis: number) => Taps,
  reduce: Reduce,
): Pooled {
  const grid = new Grid(shape, rank, layout);
  const taps = grid.sizes.map(axes);
  return reduceWindows(x, grid, layout, () => taps, reduce);
}

export function fractional(
  x: Numbers,
  shape: readonly number[],
  rank: number,
  layout: Layout,
  kernel: readonly number[],
  sizes: readonly number[],
  samples: Numbers,
  double: boolean,
): Pooled {
  const grid = new Grid(shape, rank, layout);
  const axesOf = (n: number, c: number) =>
    grid.sizes.map((size, axis) => {
      // PyTorch's order of the samples: (column, row) in 2-d, (depth, row, column) in 3-d.
      const at = rank === 3 ? axis : rank - 1 - axis;
      const sample = samples[(n * grid.channels + c) * rank + at] as number;
      return fractionalTaps(size, kernel[axis] as number, sizes[axis] as number, sample, double);
    });
  return reduceWindows(x, grid, layout, axesOf, extreme(false, Number.NEGATIVE_INFINITY));
}

function reduceWindows(
  x: Numbers,
  grid: Grid,
  layout: Layout,
  axesOf: (n: number, c: number) => Taps[],
  reduce: Reduce,
): Pooled {
  const sizes = axesOf(0, 0).map(({ taps }) => taps.length);
  const shape = grid.with(sizes);
  const out = new Grid(shape, sizes.length, layout);
  const values = new Float64Array(out.length);
  const indices = new Int32Array(out.length).fill(-1);
  for (let n = 0; n < grid.batch; n++) {
    for (let c = 0; c < grid.channels; c++) {
      windowsOf(axesOf(n, c), grid.sizes).forEach((window, cell) => {
        const found = reduce(
          window.real.map((at) => x[grid.at(n, c, at)] as number),
          window,
        );
        values[out.at(n, c, cell)] = found.value;
        if (found.tap !== undefined) indices[out.at(n, c, cell)] = window.real[found.tap] as number;
      });
    }
  }
  return { shape, values, indices };
}

/** Sums (or, unpooling, puts) each element at its index. */
export function scatter(
  x: Numbers,
  indices: Numbers,
  shape: readonly number[],
  sizes: readonly number[],
  rank: number,
  layout: Layout,
  add: boolean,
): { shape: number[]; values: Float64Array } {
  const from = new Grid(shape, rank, layout);
  const to = new Grid(from.with(sizes), rank, layout);
  const values = new Float64Array(to.length);
  for (let n = 0; n < from.batch; n++) {
    for (let c = 0; c < from.channels; c++) {
      for (let cell = 0; cell < from.cells; cell++) {
        const at = from.at(n, c, cell);
        const index = indices[at] as number;
        if (index < 0) continue;
        const target = to.at(n, c, index);
        values[target] = (add ? (values[target] as number) : 0) + (x[at] as number);
      }
    }
  }
  return { shape: from.with(sizes), values };
}

/** The gradient of a mean: every real tap gets its window's share. */
export function spread(
  gradient: Numbers,
  inputShape: readonly number[],
  rank: number,
  layout: Layout,
  axes: (n: number, axis: number) => Taps,
  countIncludePad: boolean,
  divisorOverride: number | null,
): Float64Array {
  const to = new Grid(inputShape, rank, layout);
  const taps = to.sizes.map(axes);
  const from = new Grid(to.with(taps.map((axis) => axis.taps.length)), rank, layout);
  const windows = windowsOf(taps, to.sizes);
  const values = new Float64Array(to.length);
  for (let n = 0; n < to.batch; n++) {
    for (let c = 0; c < to.channels; c++) {
      windows.forEach(({ real, counted }, cell) => {
        const divisor = divisorOverride ?? (countIncludePad ? counted : real.length);
        for (const tap of real) {
          const at = to.at(n, c, tap);
          values[at] = (values[at] as number) + (gradient[from.at(n, c, cell)] as number) / divisor;
        }
      });
    }
  }
  return values;
}
