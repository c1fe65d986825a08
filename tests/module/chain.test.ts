/** Receptive fields of layers in a row, against sets of cells that are carried from stage to stage one by one. */
import { describe, expect, it } from "vitest";
import type { ChainStage, SlidingOptions } from "../../web/module/index.js";
import { pooling, random } from "./support.js";

/** One axis of a stage, in plain numbers. */
interface Line {
  kernel: number;
  stride: number;
  dilation: number;
  before: number;
  after: number;
  ceil: boolean;
}

/** Cells that each window of a stage reads, windows one after the other for as long as they fit. */
function windowsOf(cells: number, line: Line): number[][] {
  const windows: number[][] = [];
  for (let first = -line.before; ; first += line.stride) {
    const taps: number[] = [];
    for (let tap = 0; tap < line.kernel; tap++) taps.push(first + tap * line.dilation);
    const end = cells + line.after;
    if (taps.at(-1)! < end) windows.push(taps);
    else {
      // ceil_mode takes one window more, if the one before did not end at the edge and it begins before the right padding.
      const ended = taps.at(-1)! - line.stride === end - 1;
      if (line.ceil && !ended && first < cells && taps.at(-1)! - line.stride < end) windows.push(taps);
      return windows;
    }
  }
}

/** Cells of the chain's input on which each output depends; a cell that is padding of a later stage is what would lie there. */
function trace(cells: number, lines: readonly Line[]): { outputs: number[]; fields: Set<number>[][] } {
  let count = cells;
  const outputs: number[] = [];
  const fields: Set<number>[][] = [];
  for (const [at, line] of lines.entries()) {
    const windows = windowsOf(count, line);
    count = windows.length;
    outputs.push(count);
    fields.push(
      windows.map((taps) => {
        let reached = new Set(taps);
        for (const earlier of lines.slice(0, at).reverse()) {
          const next = new Set<number>();
          for (const cell of reached)
            for (let tap = 0; tap < earlier.kernel; tap++)
              next.add(cell * earlier.stride - earlier.before + tap * earlier.dilation);
          reached = next;
        }
        return reached;
      }),
    );
  }
  return { outputs, fields };
}

/** What the trace of one axis says of a stage. */
function expected(fields: readonly Set<number>[]) {
  const first = fields.map((cells) => Math.min(...cells));
  const size = fields.map((cells) => Math.max(...cells) - Math.min(...cells) + 1);
  expect(new Set(size).size).toBe(1);
  return { field: size[0]!, start: first[0]!, jump: first.length > 1 ? first[1]! - first[0]! : undefined };
}

function check(sizes: readonly number[], stages: readonly SlidingOptions[], lines: readonly Line[][]): void {
  const what = JSON.stringify([sizes, stages]);
  const found = pooling.geometryChain(sizes, stages);
  expect(found, what).toHaveLength(stages.length);
  for (const [axis, cells] of sizes.entries()) {
    const { outputs, fields } = trace(
      cells,
      lines.map((line) => line[axis]!),
    );
    for (const [at, stage] of found.entries()) {
      const { field, start, jump } = expected(fields[at]!);
      expect([stage.output[axis], stage.receptiveField[axis], stage.start[axis]], what).toEqual([
        outputs[at],
        field,
        start,
      ]);
      // A single cell has no neighbour; the strides say how far away it would be.
      const strides = lines.slice(0, at + 1).reduce((product, line) => product * line[axis]!.stride, 1);
      expect(stage.jump[axis], what).toBe(jump ?? strides);
    }
  }
}

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

describe("a chain's geometry", () => {
  it("is what cells carried from stage to stage depend on, in every rank", () => {
    const next = random(24);
    const upTo = (most: number) => Math.floor(next() * (most + 1));
    let chains = 0;
    for (let round = 0; round < 400; round++) {
      const rank = 1 + (round % 3);
      const sizes = Array.from({ length: rank }, () => 9 + upTo(14));
      const counts = [...sizes];
      const stages: SlidingOptions[] = [];
      const lines: Line[][] = [];
      for (let at = 1 + upTo(3); at > 0; at--) {
        const asymmetric = next() < 0.3;
        const ceil = next() < 0.4;
        const stage = counts.map((): Line => {
          const [kernel, stride, dilation] = [1 + upTo(3), 1 + upTo(2), 1 + upTo(1)];
          const span = (kernel - 1) * dilation + 1;
          const before = asymmetric ? upTo(span - 1) : upTo(Math.floor(span / 2));
          return { kernel, stride, dilation, before, after: asymmetric ? upTo(span - 1) : before, ceil };
        });
        const left = stage.map((line, axis) => windowsOf(counts[axis]!, line).length);
        if (left.includes(0)) break;
        counts.splice(0, rank, ...left);
        lines.push(stage);
        const each = (name: keyof Line) => stage.map((line) => Number(line[name]));
        stages.push({
          kernelSize: each("kernel"),
          stride: each("stride"),
          dilation: each("dilation"),
          padding: asymmetric ? [...each("before"), ...each("after")] : each("before"),
          ceilMode: ceil,
        });
      }
      if (stages.length > 1) chains++;
      check(sizes, stages, lines);
    }
    expect(chains).toBeGreaterThan(150);
  });

  it.each(["same", "same_lower"] as const)('puts the odd cell of "%s" where it belongs', (padding) => {
    for (const [cells, kernel, stride] of [
      [10, 3, 2],
      [11, 4, 1],
      [7, 4, 3],
    ] as const) {
      // Windows for every stride begun; the cells that they lack, half on either side.
      let count = 0;
      for (let at = 0; at < cells; at += stride) count++;
      let lacking = 0;
      while (cells + lacking < (count - 1) * stride + kernel) lacking++;
      const less = Math.floor(lacking / 2);
      const before = padding === "same" ? less : lacking - less;
      const line = { kernel, stride, dilation: 1, before, after: lacking - before, ceil: false };
      const after: Line = { kernel: 2, stride: 1, dilation: 1, before: 0, after: 0, ceil: false };
      const stages = [
        { kernelSize: kernel, stride, padding },
        { kernelSize: 2, stride: 1 },
      ];
      check([cells], stages, [[line], [after]]);
    }
  });

  it("knows the equalities: three 5 by 5 are one 13 by 13, two 2 by 2 are one 4 by 4 of stride 4", () => {
    const last = (stages: readonly SlidingOptions[]) => pooling.geometryChain([20, 24], stages).at(-1);
    const five = { kernelSize: 5, stride: 1, padding: 2 };
    expect(last([five, five, five])).toEqual(last([{ kernelSize: 13, stride: 1, padding: 6 }]));
    expect(last([five, five, five])).toEqual({
      output: [20, 24],
      receptiveField: [13, 13],
      jump: [1, 1],
      start: [-6, -6],
    } satisfies ChainStage);
    expect(last([{ kernelSize: 2 }, { kernelSize: 2 }])).toEqual(last([{ kernelSize: 4, stride: 4 }]));
  });

  it("takes the options of averages and norms, and the rules that go with them", () => {
    const plain = pooling.geometryChain([9], [{ kernelSize: 2 }, { kernelSize: 2 }]);
    const others = [
      { kernelSize: 2, countIncludePad: false },
      { kernelSize: 2, normType: 3 },
    ];
    expect(pooling.geometryChain([9], others)).toEqual(plain);
    expect(refusal(() => pooling.geometryChain([9], [{ kernelSize: 2, normType: 2, padding: 1 }]))).toMatch(/padding/);
  });

  it("has up to 32 stages, none of them too", () => {
    expect(pooling.geometryChain([5, 5], [])).toEqual([]);
    const stages = Array(32).fill({ kernelSize: 3, stride: 1, padding: 1 });
    expect(pooling.geometryChain([5], stages).at(-1)).toEqual({
      output: [5],
      receptiveField: [65],
      jump: [1],
      start: [-32],
    });
    const more = refusal(() => pooling.geometryChain([5], [...stages, { kernelSize: 1 }]));
    expect(more).toBe("geometryChain(): argument 'stages' must hold at most 32 stages, got 33");
  });

  it("refuses in PyTorch's words, and says at which stage", () => {
    const two = { kernelSize: 2 };
    const words = (size: unknown, stages: unknown) => refusal(() => pooling.geometryChain(size as [], stages as []));
    const own = refusal(() => pooling.geometry2d([1, 1], two));
    expect(own).toMatch(/Output size is too small/);
    expect(words([3, 3], [two, two])).toBe(`stage 2: ${own}`);
    expect(words([8, 8], [two, { kernelSize: [2, 2, 2] }])).toMatch(
      /^stage 2: max_pool2d: kernel_size must either be a single int, or a tuple of two ints$/,
    );
    expect(words([8], [{ kernelSize: 2, padding: 2 }])).toMatch(/^stage 1: .*pad/);
    expect(words([8], [two, { outputSize: 2 }])).toMatch(/^stage 2: .*unexpected keyword argument 'outputSize'/);
    expect(words([8], [two, undefined])).toMatch(/^stage 2: .*argument 'options' must be an object/);
    expect(words([8], two)).toMatch(/argument 'stages' must be an array of at most 32 stages' options, not an object/);
    expect(words([], [two])).toMatch(/argument 'inputSize' must hold 1, 2 or 3 numbers, got 0/);
    expect(words([2, 2, 2, 2], [two])).toMatch(/argument 'inputSize' must hold 1, 2 or 3 numbers, got 4/);
    expect(words([1], Array(2).fill({ kernelSize: 1, stride: 2 ** 31 - 1 }))).toMatch(/^stage 2: .*below 2\^53/);
    const thrown = new Error("no");
    const getter = Object.defineProperty([], 0, {
      get() {
        throw thrown;
      },
    });
    expect(words([8], getter)).toMatch(/argument 'stages' cannot be read: no/);
    expect(pooling.geometryChain([8], [two])[0]?.output).toEqual([4]);
  });

  it("is not disturbed by what the caller's getters do to the instance", () => {
    const stage = {
      get kernelSize() {
        pooling.geometryChain([30], [{ kernelSize: 7, stride: 5 }]);
        return 3;
      },
    };
    expect(pooling.geometryChain([18], [stage, stage])).toEqual(
      pooling.geometryChain([18], [{ kernelSize: 3 }, { kernelSize: 3 }]),
    );
  });
});
