/** Calls that must be refused: a PoolingError, its code, a sentence naming the argument; and after each a good call is right. */
import { describe, expect, it } from "vitest";
import { families } from "../../web/module/operators.js";
import { good, goodData, hostileCalls, image } from "./hostile-calls.js";
import { call, expectSame, pooling, refusal } from "./support.js";

const table = hostileCalls(pooling, families);

describe("hostile calls", () => {
  it("are at least 300, each with a name of its own", () => {
    expect(table.length).toBeGreaterThanOrEqual(300);
    expect(new Set(table.map(({ what }) => what)).size).toBe(table.length);
  });

  it.each(table)("$what", ({ act, names, code }) => {
    const error = refusal(act);
    expect(error.name).toBe("PoolingError");
    expect(error.message).toMatch(names);
    expect(error.code).toBe(code);
    const { shape, data } = good(pooling);
    expect(shape).toEqual([1, 4, 4]);
    expectSame(data, goodData, "the good call");
  });

  it("leave the caller's arrays as they were", () => {
    const target = new Float32Array(16).fill(7);
    const bad = { data: new Float32Array(4), shape: [1, 2, 2] };
    for (const indices of [new Int32Array([0, 1, 2, 99]), new Int32Array([99, 0, 1, 2])]) {
      refusal(() => pooling.maxUnpool2d(bad, indices, { kernelSize: 2, out: target }));
    }
    refusal(() => pooling.maxPool2d(image(), { kernelSize: 9, out: target }));
    expectSame(target, Array(16).fill(7), "out");
  });

  it("wrap what a getter throws and keep it as the cause", () => {
    const throwing = {
      shape: [1],
      get data() {
        throw new TypeError("boom");
      },
    };
    const error = refusal(() => call("maxPool2d", throwing, { kernelSize: 2 }));
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.message).toContain("boom");
  });

  it("may call back into the module while they are read", () => {
    const options = {
      kernelSize: 2,
      get stride() {
        pooling.avgPool2d(image(), { kernelSize: 4 });
        return 3;
      },
    };
    const { shape, data } = pooling.maxPool2d(image(), options);
    expect(shape).toEqual([1, 3, 3]);
    expectSame(data, [9, 12, 15, 33, 36, 39, 57, 60, 63], "re-entered");
  });

  it("may transfer the input away while they are read", () => {
    const x = image();
    const options = {
      kernelSize: 2,
      get stride() {
        structuredClone(null, { transfer: [x.data.buffer] });
        return 2;
      },
    };
    expect(refusal(() => pooling.maxPool2d(x, options)).message).toMatch(/detached/);
  });

  it("may shrink a resizable input while they are read", () => {
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: object,
    ) => ArrayBuffer & { resize(n: number): void };
    const buffer = new Resizable(256, { maxByteLength: 512 });
    const x = { data: new Float32Array(buffer), shape: [1, 8, 8] };
    const options = {
      kernelSize: 2,
      get stride() {
        buffer.resize(64);
        return 2;
      },
    };
    expect(refusal(() => pooling.maxPool2d(x, options)).message).toMatch(/64 elements.*16/);
  });
});
