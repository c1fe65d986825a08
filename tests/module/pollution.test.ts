/** What a page may have changed beneath the module: Math.random, the classes' constructors, and lists of any length. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { unused } from "./support.js";

const fresh = async () =>
  process.env.POOLSCOPE_CORE === "nowasm" ? (await import("../../web/module/nowasm.js")).loadPooling() : unused();
const nine = () => ({ data: new Float32Array([1, 2, 3, 4, 5, 6, 7, 8, 9]), shape: [1, 3, 3] });
const half = { kernelSize: 2, outputSize: 1 };
afterEach(() => vi.restoreAllMocks());

describe("Math.random, which anybody may replace", () => {
  it("may pool: the call it is in gives its own result, and the memory is sound", async () => {
    const pooling = await fresh();
    const guard = pooling.tensor("float32", [1000]);
    guard.data.fill(3);
    let asked = 0;
    vi.spyOn(Math, "random").mockImplementation(() => {
      if (asked++ === 0)
        pooling.maxPool2d({ data: new Float32Array(1e5).fill(7), shape: [1, 10, 1e4] }, { kernelSize: 1 });
      return 0.5;
    });
    const { output, indices } = pooling.fractionalMaxPool2dWithIndices(nine(), half);
    expect([...output.data, ...indices]).toEqual([9, 8]);
    expect(guard.data.every((value) => value === 3)).toBe(true);
    for (let i = 0; i < 100; i++) pooling.tensor("float64", [1000]).free();
    guard.free();
  });

  it("may make the memory grow, or free the input: refused, not read as something else", async () => {
    const pooling = await fresh();
    for (const disturb of [() => pooling.tensor("float32", [3e7]), (x: { free(): void }) => x.free()]) {
      const x = pooling.tensor("float32", [1, 3, 3]);
      x.data.fill(5);
      vi.spyOn(Math, "random").mockImplementation(() => {
        disturb(x);
        vi.restoreAllMocks();
        return 0.5;
      });
      expect(() => pooling.fractionalMaxPool2dWithIndices(x, half)).toThrow(/detached|freed/);
    }
    expect(pooling.maxPool2d(nine(), { kernelSize: 3 }).data).toEqual(new Float32Array([9]));
  });

  it("may close the instance", async () => {
    const pooling = await fresh();
    vi.spyOn(Math, "random").mockImplementation(() => {
      pooling.close();
      return 0.5;
    });
    expect(() => pooling.fractionalMaxPool2dWithIndices(nine(), half)).toThrow(
      expect.objectContaining({ code: "disposed" }),
    );
  });
});

describe("classes whose constructor was changed", () => {
  const ways: [string, (evil: () => unknown) => () => void][] = [
    [
      "Symbol.species",
      (evil) => {
        Object.defineProperty(Float32Array, Symbol.species, { configurable: true, get: evil });
        return () => Reflect.deleteProperty(Float32Array, Symbol.species);
      },
    ],
    [
      "constructor",
      (evil) => {
        const before = Object.getOwnPropertyDescriptor(Float32Array.prototype, "constructor") as PropertyDescriptor;
        Object.defineProperty(Float32Array.prototype, "constructor", { configurable: true, get: evil });
        return () => Object.defineProperty(Float32Array.prototype, "constructor", before);
      },
    ],
  ];
  it.each(ways)("are not asked: %s", async (_, change) => {
    const pooling = await fresh();
    const asked = vi.fn(() => undefined);
    const undo = change(asked);
    try {
      const made = pooling.maxPool2d(nine(), { kernelSize: 2 }).data;
      const written = pooling.maxPool2d(nine(), { kernelSize: 2, out: new Float32Array(1) }).data;
      expect([made[0], written[0], made.length]).toEqual([5, 5, 1]);
      expect(asked).not.toHaveBeenCalled();
    } finally {
      undo();
    }
  });
});

describe("lists whose length is what they like", () => {
  /** A list that says another length each time it is asked, or one without end. */
  const list = (length: () => unknown, reads: { count: number }) =>
    new Proxy([1, 1], {
      has: () => true,
      get: (target, key) => {
        if (key === "length") return length();
        if (typeof key === "string" && /^\d+$/.test(key) && ++reads.count > 1000) throw new Error("read without end");
        return typeof key === "string" && /^\d+$/.test(key) ? 1 : Reflect.get(target, key);
      },
    });
  const changing = () => {
    let asked = 0;
    return () => ({ valueOf: () => (asked++ ? 1e9 : 2) });
  };
  const growing = () => {
    let asked = 0;
    return () => (asked++ ? 1e9 : 4);
  };
  const lengths: [string, () => () => unknown][] = [
    ["an object", changing],
    ["another one each time", growing],
    ["a thousand million", () => () => 1e9],
  ];
  const options = ["shape", "kernelSize", "stride", "padding", "dilation", "outputSize", "inputShape"];
  it.each(lengths.flatMap(([what, make]) => options.map((option) => [what, option, make] as const)))(
    "%s, as %s: not read without end",
    async (_, option, make) => {
      const pooling = await fresh();
      const reads = { count: 0 };
      const hostile = list(make(), reads) as unknown as number[];
      const x = { data: new Float32Array(4), shape: option === "shape" ? hostile : [1, 2, 2] };
      const given: Record<string, unknown> = { kernelSize: 1, [option]: hostile };
      try {
        if (option === "shape") pooling.maxPool2d(x, { kernelSize: 1 });
        else if (option === "outputSize") pooling.maxUnpool2d(x, new Int32Array(4), given as never);
        else if (option === "inputShape") pooling.maxPool2dBackward(x, new Int32Array(4), { inputShape: hostile });
        else pooling.maxPool2d(x, given as never);
      } catch (error) {
        expect(error).toMatchObject({ name: "PoolingError", code: "invalid_argument" });
      }
      expect(reads.count).toBeLessThan(20);
    },
  );
});
