/** Properties over calls nobody thought of: the oracle agrees, identities hold, refusals are refusals on both sides. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PoolingError, type Rank } from "../../web/module/index.js";
import { extreme, type Layout, mean, pool, slidingTaps } from "./oracle.js";
import { call, expectClose, expectSame, hardValues, pooling, product, refusal, softValues } from "./support.js";

const size = fc.integer({ min: 1, max: 11 });
const rankArb = fc.constantFrom<Rank>(1, 2, 3);

interface Case {
  rank: Rank;
  layout: Layout;
  shape: number[];
  options: { kernelSize: number[]; stride: number[]; padding: number[]; dilation: number[]; ceilMode: boolean };
  seed: number;
}

const cases: fc.Arbitrary<Case> = rankArb.chain((rank) => {
  const each = (arb: fc.Arbitrary<number>) => fc.array(arb, { minLength: rank, maxLength: rank });
  return fc
    .record({
      layout: fc.constantFrom<Layout>("channels_first", "channels_last"),
      sizes: each(size),
      batch: fc.integer({ min: 1, max: 2 }),
      channels: fc.integer({ min: 1, max: 5 }),
      kernelSize: each(fc.integer({ min: 1, max: 5 })),
      stride: each(fc.integer({ min: 1, max: 4 })),
      padding: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: rank * 2, maxLength: rank * 2 }),
      dilation: each(fc.integer({ min: 1, max: 3 })),
      ceilMode: fc.boolean(),
      seed: fc.integer({ min: 0, max: 1e6 }),
    })
    .map(({ layout, sizes, batch, channels, seed, ...options }) => ({
      rank,
      layout,
      shape: layout === "channels_first" ? [batch, channels, ...sizes] : [batch, ...sizes, channels],
      options,
      seed,
    }));
});

const taps =
  ({ rank, options }: Case) =>
  (n: number, axis: number) =>
    slidingTaps(n, {
      kernel: options.kernelSize[axis]!,
      stride: options.stride[axis]!,
      dilation: options.dilation[axis]!,
      padBefore: options.padding[axis]!,
      padAfter: options.padding[rank + axis]!,
      ceil: options.ceilMode,
    });

/** Runs `act`, or, where the oracle finds no window, that the call is refused. */
function possible(given: Case, act: () => void): void {
  const { rank, layout, shape, options } = given;
  const sizes = layout === "channels_first" ? shape.slice(2) : shape.slice(1, -1);
  const span = (axis: number) => (options.kernelSize[axis]! - 1) * options.dilation[axis]! + 1;
  const padded = options.padding.every((pad, i) => pad < span(i % rank));
  const fits = sizes.every((n, axis) => taps(given)(n, axis).taps.length > 0);
  if (padded && fits) {
    act();
    return;
  }
  expect(
    refusal(() => call(`maxPool${rank}d`, { data: new Float32Array(product(shape)), shape }, { ...options, layout }))
      .code,
  ).toBe("invalid_argument");
}

describe("any window", () => {
  it("of maxima and minima is the oracle's, with indices, to the bit", () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom("float32", "float64", "uint8", "int16", "int32"),
        fc.boolean(),
        (given, dtype, minimum) =>
          possible(given, () => {
            const { rank, layout, shape, options, seed } = given;
            const x = hardValues(dtype as "float32", product(shape), seed);
            const name = `${minimum ? "min" : "max"}Pool${rank}d`;
            const made = call(`${name}WithIndices`, { data: x, shape }, { ...options, layout });
            const low = { float32: -Infinity, float64: -Infinity, uint8: 0, int16: -32768, int32: -2147483648 }[dtype]!;
            const high = { float32: Infinity, float64: Infinity, uint8: 255, int16: 32767, int32: 2147483647 }[dtype]!;
            const wanted = pool(x, shape, rank, layout, taps(given), extreme(minimum, minimum ? high : low));
            expect(made.output.shape).toEqual(wanted.shape);
            expectSame(made.output.data, wanted.values, "values");
            expectSame(made.indices, wanted.indices, "indices");
            expectSame(call(name, { data: x, shape }, { ...options, layout }).data, wanted.values, "without indices");
          }),
      ),
      { numRuns: 400 },
    );
  });

  it("of means is the oracle's", () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom("float32", "float64", "uint8", "int8"),
        fc.boolean(),
        (given, dtype, countIncludePad) =>
          possible(given, () => {
            const { rank, layout, shape, options, seed } = given;
            const sizes = layout === "channels_first" ? shape.slice(2) : shape.slice(1, -1);
            if (rank === 3 && sizes.some((n, axis) => n < options.kernelSize[axis]!)) return;
            const x = softValues(dtype as "float32", product(shape), seed);
            const made = call(`avgPool${rank}d`, { data: x, shape }, { ...options, layout, countIncludePad });
            const wanted = pool(x, shape, rank, layout, taps(given), mean(countIncludePad, null));
            expect(made.shape).toEqual(wanted.shape);
            expectClose(made.data, wanted.values, dtype as "float32", "means");
          }),
      ),
      { numRuns: 300 },
    );
  });

  it("has the shape that outputShape says", () => {
    fc.assert(
      fc.property(cases, (given) =>
        possible(given, () => {
          const { rank, layout, shape, options } = given;
          const made = call(`maxPool${rank}d`, { data: new Uint8Array(product(shape)), shape }, { ...options, layout });
          expect(call(`outputShape${rank}d`, shape, { ...options, layout })).toEqual(made.shape);
        }),
      ),
    );
  });

  it("gives the same in both layouts", () => {
    fc.assert(
      fc.property(cases, (given) =>
        possible(given, () => {
          const { rank, shape, options, seed } = given;
          const first = given.layout === "channels_first" ? shape : [shape[0]!, shape.at(-1)!, ...shape.slice(1, -1)];
          const [batch, channels, ...sizes] = first as [number, number, ...number[]];
          const cells = product(sizes);
          const x = hardValues("float32", product(first), seed);
          const turned = Float32Array.from(x, (_, i) => {
            const channel = i % channels;
            const cell = Math.floor(i / channels) % cells;
            return x[(Math.floor(i / channels / cells) * channels + channel) * cells + cell]!;
          });
          const a = call(`maxPool${rank}d`, { data: x, shape: first }, options);
          const b = call(
            `maxPool${rank}d`,
            { data: turned, shape: [batch, ...sizes, channels] },
            { ...options, layout: "channels_last" },
          );
          const out = product(a.shape.slice(2));
          a.data.forEach((value, i) => {
            const channel = Math.floor(i / out) % channels;
            const at = (Math.floor(i / out / channels) * out + (i % out)) * channels + channel;
            if (!Object.is(value, b.data[at])) expect.fail(`[${i}] ${value} is ${b.data[at]} in channels_last`);
          });
        }),
      ),
    );
  });
});

describe("identities", () => {
  const grids = fc.record({ rows: size, columns: size, channels: fc.integer({ min: 1, max: 3 }), seed: fc.integer() });

  it("min is −max of −x", () => {
    fc.assert(
      fc.property(grids, ({ rows, columns, channels, seed }) => {
        const shape = [channels, rows, columns];
        const x = softValues("float64", product(shape), seed);
        const options = { kernelSize: 3, stride: 2, padding: 1 };
        const min = call("minPool2dWithIndices", { data: x, shape }, options);
        const max = call("maxPool2dWithIndices", { data: x.map((value: number) => -value), shape }, options);
        expectSame(
          min.output.data,
          Array.from(max.output.data, (value) => -value),
          "values",
        );
        expectSame(min.indices, max.indices, "indices");
      }),
    );
  });

  it("unpooling puts every maximum back where it was", () => {
    fc.assert(
      fc.property(grids, ({ rows, columns, channels, seed }) => {
        const shape = [channels, rows + 1, columns + 1];
        const x = softValues("float32", product(shape), seed);
        const { output, indices } = call("maxPool2dWithIndices", { data: x, shape }, { kernelSize: 2 });
        const back = call("maxUnpool2d", output, indices, { kernelSize: 2, outputSize: shape.slice(1) });
        let kept = 0;
        back.data.forEach((value, i) => {
          if (value !== 0) kept++;
          expect(value === 0 || value === x[i]).toBe(true);
        });
        expect(kept).toBe(output.data.length);
      }),
    );
  });

  it("a gradient of ones sums to the number of windows", () => {
    fc.assert(
      fc.property(cases, (given) =>
        possible(given, () => {
          const { rank, layout, shape, options, seed } = given;
          const x = { data: softValues("float64", product(shape), seed), shape };
          const { output, indices } = call(`maxPool${rank}dWithIndices`, x, { ...options, layout });
          const ones = { data: new Float64Array(output.data.length).fill(1), shape: output.shape };
          const back = call(`maxPool${rank}dBackward`, ones, indices, { inputShape: shape, layout });
          expect(back.shape).toEqual(shape);
          const real = Array.from(indices.data).filter((index) => index >= 0).length;
          expect(Array.from(back.data).reduce((a, b) => a + b, 0)).toBe(real);
        }),
      ),
    );
  });

  it("adaptive pooling to a size that divides is plain pooling", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer(),
        (outputs, kernel, seed) => {
          const n = outputs * kernel;
          const x = { data: softValues("float32", n * n * 2, seed), shape: [2, n, n] };
          const adaptive = call("adaptiveMaxPool2dWithIndices", x, { outputSize: outputs });
          const plain = call("maxPool2dWithIndices", x, { kernelSize: kernel });
          expectSame(adaptive.output.data, plain.output.data, "values");
          expectSame(adaptive.indices, plain.indices, "indices");
        },
      ),
    );
  });
});

/** Windows that may reach far beyond the input: a padding of up to the kernel − 1 on each side. */
const farReaching = rankArb.chain((rank) => {
  const each = <T>(arb: fc.Arbitrary<T>) => fc.array(arb, { minLength: rank, maxLength: rank });
  return fc.record({
    rank: fc.constant(rank),
    sizes: each(fc.integer({ min: 1, max: 4 })),
    windows: each(
      fc.record({
        kernel: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(1000, 2 ** 20, 2 ** 21 + 1)),
        before: fc.double({ min: 0, max: 1, noNaN: true }),
        stride: fc.integer({ min: 1, max: 3 }),
      }),
    ),
    countIncludePad: fc.boolean(),
    seed: fc.integer({ min: 0, max: 1e6 }),
  });
});

describe("any average", () => {
  it("of finite numbers is finite, and between the least and the greatest of its taps and 0; its gradient is what was sent", () => {
    fc.assert(
      fc.property(
        farReaching,
        fc.constantFrom("float32", "float64", "int32", "uint8"),
        ({ rank, sizes, windows, countIncludePad, seed }, dtype) => {
          const shape = [1, ...sizes];
          const window = {
            kernelSize: windows.map(({ kernel }) => kernel),
            stride: windows.map(({ stride }) => stride),
            padding: [
              ...windows.map(({ kernel, before }) => Math.floor((kernel - 1) * before)),
              ...windows.map(({ kernel, before }) => kernel - 1 - Math.floor((kernel - 1) * before)),
            ],
          };
          const options = { ...window, countIncludePad };
          const x = softValues(dtype as "float32", product(shape), seed);
          const made = call(`avgPool${rank}d`, { data: x, shape }, options);
          const [least, greatest] = [Math.min(0, ...x), Math.max(0, ...x)];
          for (const value of made.data) {
            expect(Number.isFinite(value)).toBe(true);
            expect(value).toBeGreaterThanOrEqual(least);
            expect(value).toBeLessThanOrEqual(greatest);
          }
          const sent = softValues("float64", made.data.length, seed + 1).map(Math.abs) as Float64Array;
          const name = `avgPool${rank}dBackward`;
          const back = call(
            name,
            { data: sent, shape: made.shape },
            { ...window, countIncludePad: false, inputShape: shape },
          );
          const total = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
          expect(total(back.data) / total(sent)).toBeCloseTo(1, 9);
          const max = call(`maxPool${rank}d`, { data: x, shape }, window);
          for (const value of max.data) expect(x).toContain(value);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("anything at all", () => {
  const junk = fc.oneof(
    fc.anything({ withTypedArray: true, withBigInt: true, withNullPrototype: true, withSparseArray: true }),
    fc.constantFrom(2, 3, [2, 2], "same", 0.5, null),
  );
  const names = pooling.info().operators;

  it("as options gives a result or a PoolingError", () => {
    const keys = [
      "kernelSize",
      "stride",
      "padding",
      "dilation",
      "ceilMode",
      "outputSize",
      "normType",
      "layout",
      "out",
      "inputShape",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.dictionary(fc.constantFrom(...keys), junk),
        fc.boolean(),
        (name, options, keep) => {
          const rank = Number(/\d/.exec(name)?.[0]);
          const shape = [1, 2, ...Array(rank).fill(4)];
          const x = { data: new Float32Array(product(shape)), shape };
          const given = keep ? { kernelSize: 2, ...options } : options;
          try {
            if (/Unpool|maxPool.*Backward/.test(name)) call(name, x, new Int32Array(product(shape)), given);
            else call(name, x, given);
          } catch (error) {
            expect(error).toBeInstanceOf(PoolingError);
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("as arguments gives a result or a PoolingError", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names, "poolImage", "outputShape2d", "geometry2d", "tensor"),
        fc.array(junk, { maxLength: 3 }),
        (name, given) => {
          try {
            call(name, ...given);
          } catch (error) {
            expect(error).toBeInstanceOf(PoolingError);
          }
        },
      ),
      { numRuns: 1500 },
    );
    const good = pooling.maxPool2d({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }, { kernelSize: 2 });
    expect([...good.data]).toEqual([4]);
  });
});
