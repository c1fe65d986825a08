/** Calls that must be refused: a PoolingError, its code, a sentence naming the argument; and after each a good call is right. */
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { loadPooling, PoolingError } from "../../web/module/index.js";
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

describe("errors that cannot be asked for their words", () => {
  const symbol = Object.assign(new Error("mine"), { message: Symbol("mine") });
  const throws = Object.defineProperty(new Error("mine"), "message", {
    get() {
      throw new Error("not even this");
    },
  });
  const proxy = new Proxy(new Error("mine"), {
    getPrototypeOf() {
      throw new Error("nor this");
    },
  });
  const disguised = new Proxy(
    {},
    {
      getPrototypeOf: () => PoolingError.prototype,
    },
  );
  it.each([
    ["a message that is a symbol", symbol],
    ["a message that throws", throws],
    ["a Proxy without a prototype", proxy],
    ["a Proxy that says it is a PoolingError", disguised],
  ])("%s", async (_, thrown) => {
    const reading = (key: string, more: object) =>
      Object.defineProperty({ ...more }, key, {
        get() {
          throw thrown;
        },
      });
    const load = await loadPooling({ wasm: Promise.reject(thrown) as never }).catch((reason: unknown) => reason);
    const errors = [
      refusal(() => call("maxPool2d", image(), reading("stride", { kernelSize: 2 }))),
      refusal(() => call("poolImage", { data: new Uint8Array(4), width: 1, height: 1 }, reading("op", {}))),
      load as PoolingError,
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(PoolingError);
      expect(error.message).toMatch(/cannot be (read|started)/);
      // Whoever prints the error is not thrown at in turn.
      expect(() => inspect(error)).not.toThrow();
      if (thrown !== disguised) expect("cause" in error).toBe(false);
    }
  });
});

describe("what somebody put on Object.prototype", () => {
  const root = Object.prototype as Record<string, unknown>;
  const names = ["out", "stride", "padding", "layout", "shape", "data", "output", "indices", "wasm", "worker"];
  afterEach(() => {
    for (const name of [...names, "op", "outputSize", "normType", "get", "set", "writable", "value"]) delete root[name];
  });

  it("is no option, no tensor and no target", async () => {
    const out = new Float32Array(16).fill(7);
    const values: Record<string, unknown> = { out, stride: 1, padding: "same", layout: "channels_last", shape: [4] };
    const bytes = { data: new Uint8Array(64).fill(3), width: 4, height: 4 };
    const wanted = call("maxPool2dWithIndices", image(), { kernelSize: 2 });
    for (const name of names) {
      root[name] = name in values ? values[name] : out;
      Object.defineProperty(root, name, { enumerable: false });
      const found = call("maxPool2dWithIndices", image(), { kernelSize: 2 });
      expectSame(found.output.data, wanted.output.data, name);
      expect(found.output.shape, name).toEqual(wanted.output.shape);
      expect(call("maxPool2d", image(), { kernelSize: 2, out: new Float32Array(16) }).shape).toEqual([1, 4, 4]);
      expect(call("maxUnpool2d", found.output, new Int32Array(16), { kernelSize: 2 }).shape).toEqual([1, 8, 8]);
      expect((call("poolImage", bytes, { op: "max", kernelSize: 2 }) as unknown as ImageData).width, name).toBe(2);
      expect(await loadPooling()).toBeDefined();
      expect(refusal(() => call("maxPool2d", {}, { kernelSize: 2 })).message).toMatch(/'x/);
      delete root[name];
    }
    expectSame(out, Array(16).fill(7), "out");
    root.op = "max";
    expect(refusal(() => call("poolImage", bytes, { kernelSize: 2 })).message).toMatch(/'op'/);
    root.outputSize = 2;
    expect(call("outputShape2d", [1, 8, 8], { kernelSize: 4 })).toEqual([1, 2, 2]);
    expect(refusal(() => call("adaptiveAvgPool2d", image(), {})).message).toMatch(/'outputSize'/);
  });

  it("is no getter and no setter of indices", () => {
    for (const name of ["get", "set", "writable", "value"]) {
      root[name] = name === "writable" ? true : () => 7;
      const { indices } = call("maxPool2dWithIndices", image(), { kernelSize: 4 });
      delete root[name];
      expect(Object.getOwnPropertyDescriptor(indices, "shape"), name).toEqual({
        value: [1, 2, 2],
        writable: false,
        enumerable: false,
        configurable: false,
      });
    }
  });

  it("unlike what a class has", () => {
    class Options {
      kernelSize = 4;
      get stride() {
        return 2;
      }
      get op() {
        return "max";
      }
    }
    root.stride = 1;
    expect(call("maxPool2d", image(), new Options()).shape).toEqual([1, 3, 3]);
    const bytes = { data: new Uint8Array(256), width: 8, height: 8 };
    expect((call("poolImage", bytes, new Options()) as unknown as ImageData).width).toBe(3);
  });
});

describe("a shape alone makes nothing slow", () => {
  it.each([
    ["an array that is too short", [3e7, 1, 2, 2], 0],
    ["an empty plane", [3e7, 1, 0, 2], 0],
    ["an output that does not fit", [3e7, 1, 1, 0], 0],
  ])("%s", (_, shape, length) => {
    const x = { data: new Float32Array(length), shape };
    for (const options of [
      { kernelSize: 2, outputSize: 1 },
      { kernelSize: 2, outputRatio: 0.5 },
    ]) {
      // No sample is drawn for what is refused.
      const draw = vi.spyOn(Math, "random");
      refusal(() => call("fractionalMaxPool2dWithIndices", x, options));
      expect(draw).not.toHaveBeenCalled();
      draw.mockRestore();
    }
  });
});
