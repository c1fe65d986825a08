/** The module remembers the last call of each operator that was accepted: nothing of it may be taken for the next one's. */
import { describe, expect, it, vi } from "vitest";
import type { Pooling } from "../../web/module/index.js";
import { expectSame, random, unused } from "./support.js";

type Given = Record<string, unknown>;
type Act = (x: unknown, options?: unknown) => unknown;
const act = (pooling: Pooling, name: string): Act => (pooling as unknown as Record<string, Act>)[name] as Act;

const choices: Given = {
  kernelSize: [1, 2, 3, 4, [2, 1], [2, 2], 2.5, "2", undefined],
  stride: [undefined, undefined, 1, 2, [1, 2], null, 0],
  padding: [undefined, undefined, 0, 1, "same", "valid", [1, 0, 1, 0]],
  dilation: [undefined, undefined, 1, 2],
  ceilMode: [undefined, undefined, true, false],
  countIncludePad: [undefined, true, false],
  divisorOverride: [undefined, undefined, null, 3, 0],
  normType: [2, 2, 1, 3, 0],
  convention: [undefined, "onnx", "pytorch"],
  outputSize: [1, 2, 3, null, [1, 2], -1],
  layout: [undefined, undefined, "channels_first", "channels_last"],
};
const window = ["kernelSize", "stride", "padding", "dilation", "ceilMode", "layout"];
const operators: Record<string, string[]> = {
  maxPool2d: window,
  maxPool2dWithIndices: window,
  avgPool2d: [...window, "countIncludePad", "divisorOverride"],
  lpPool2d: [...window, "normType", "convention"],
  adaptiveAvgPool2d: ["outputSize", "layout"],
  globalMaxPool2d: ["layout"],
  maxPool1d: window,
};
const classes = [Float32Array, Float32Array, Float64Array, Uint8Array, Uint8ClampedArray, Int16Array];
const shapes = [[1, 6, 5], [1, 6, 5], [2, 6, 5], [6, 5], [1, 2, 6, 5], [30], [1, 5, 6], [0, 1, 6, 5]];

interface Drawn {
  name: string;
  shape: number[];
  data: ArrayLike<number>;
  kind: (typeof classes)[number];
  options: Given;
  out: (length: number) => unknown;
}

/** Draws a call that differs from the one before in one thing, or in many. */
function draw(next: () => number, before: Drawn | undefined): Drawn {
  const one = <T>(of: readonly T[]) => of[Math.floor(next() * of.length)] as T;
  const isNear = before !== undefined && next() < 0.8;
  const name = isNear ? before.name : one(Object.keys(operators));
  const what = next();
  const options: Given = isNear ? { ...before.options } : {};
  const names = operators[name] as string[];
  for (const option of isNear ? (what < 0.4 ? [one(names)] : []) : names) {
    const value = one(choices[option] as unknown[]);
    if (value === undefined) delete options[option];
    else options[option] = value;
  }
  if (what > 0.97) options.kernel_size = 2;
  else delete options.kernel_size;
  const shape = isNear && what < 0.6 ? before.shape : one(shapes);
  const kind = isNear && what < 0.75 ? before.kind : one(classes);
  const count = shape.reduce((a, b) => a * b, 1) + (next() < 0.05 ? 1 : 0);
  const outs: Drawn["out"][] = [
    () => undefined,
    () => undefined,
    (length) => new kind(length),
    () => new kind(3),
    (length) => new Float64Array(length),
    (length) => ({ data: new kind(length), shape: [length] }),
  ];
  const data = Array.from({ length: count }, () => Math.floor(next() * 100));
  return { name, shape, data, kind, options, out: one(outs) };
}

/** What a call says, as data. */
function answer(pooling: Pooling, { name, shape, data, kind, options, out }: Drawn): unknown {
  const method = act(pooling, name);
  const x = { data: new kind(data as number[]), shape: shape.slice() };
  try {
    const made = method(x, options) as Given & { data?: ArrayLike<number>; output?: { data: ArrayLike<number> } };
    const first = made.output?.data ?? (made.data as ArrayLike<number>);
    const target = out(first.length);
    const written = target === undefined ? made : method(x, { ...options, out: target });
    return structuredClone(JSON.parse(JSON.stringify([written, first.constructor.name])));
  } catch (error) {
    return String(error);
  }
}

it("a walk of 3,000 calls gives what an instance without a memory gives", { timeout: 120_000 }, async () => {
  const next = random(19);
  const walked = await unused();
  let fresh = await unused();
  let before: Drawn | undefined;
  let accepted = 0;
  for (let i = 0; i < 3000; i++) {
    const drawn = draw(next, before);
    // An operator that has just done something quite different remembers nothing that fits.
    if (i % 500 === 0) fresh = await unused();
    for (const name of [drawn.name]) {
      const other =
        name === "adaptiveAvgPool2d"
          ? { outputSize: 7 }
          : name.startsWith("global")
            ? {}
            : { kernelSize: 7, normType: 4 };
      if (!name.startsWith("lp")) delete (other as Given).normType;
      const shape = name.endsWith("1d") ? [1, 9] : [3, 9, 9];
      act(fresh, name)({ data: new Float64Array(shape.reduce((a, b) => a * b, 1)), shape }, other);
    }
    const said = answer(walked, drawn);
    expect(said, JSON.stringify(drawn)).toEqual(answer(fresh, drawn));
    if (typeof said !== "string") accepted++;
    before = drawn;
  }
  expect(accepted).toBeGreaterThan(500);
});

describe("after a call that is remembered", () => {
  const x = () => ({ data: Float32Array.from({ length: 16 }, (_, i) => i), shape: [1, 4, 4] });
  const options = { kernelSize: 2 };
  const wanted = new Float32Array([5, 7, 13, 15]);

  it("each option is read once, in the same order", async () => {
    const pooling = await unused();
    const read: string[] = [];
    const watched = new Proxy(options, {
      get(of, key, self) {
        read.push(String(key));
        return Reflect.get(of, key, self);
      },
    });
    pooling.maxPool2d(x(), watched);
    const first = read.splice(0);
    pooling.maxPool2d(x(), watched);
    expect(read).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
  });

  it("results are the caller's own: a changed shape changes no later one", async () => {
    const pooling = await unused();
    const input = x();
    for (let i = 0; i < 3; i++) {
      const made = pooling.maxPool2d(input, options);
      expect(made.shape).toEqual([1, 2, 2]);
      expectSame(made.data, wanted, "data");
      (made.shape as number[])[1] = 9;
      made.data.fill(0);
    }
    input.shape[1] = 2;
    input.shape[2] = 8;
    expect(pooling.maxPool2d(input, options).shape).toEqual([1, 1, 4]);
  });

  it("another operator may come between, of another instance or of this one", async () => {
    const pooling = await unused();
    for (let i = 0; i < 3; i++) {
      expectSame(pooling.maxPool2d(x(), options).data, wanted, "max");
      expect(() => pooling.avgPool2d(x(), { kernelSize: 9 })).toThrow();
      expectSame(pooling.maxPool2d(x(), options).data, wanted, "max");
      expect(pooling.geometry2d([9, 9], { kernelSize: 3 }).rows.output).toBe(3);
      expect(pooling.outputShape2d([1, 6, 6], options)).toEqual([1, 3, 3]);
    }
  });

  it("a freed tensor, a detached array, a small out and a closed instance are refused", async () => {
    const pooling = await unused();
    const resident = pooling.tensor("float32", [1, 4, 4]);
    pooling.maxPool2d(resident, options);
    const { data } = resident;
    resident.free();
    expect(() => pooling.maxPool2d({ data, shape: [1, 4, 4] }, options)).toThrow(/freed/);
    const sent = x();
    structuredClone(sent.data.buffer, { transfer: [sent.data.buffer] });
    expect(() => pooling.maxPool2d(sent, options)).toThrow(/detached/);
    pooling.maxPool2d(x(), { ...options, out: new Float32Array(4) });
    expect(() => pooling.maxPool2d(x(), { ...options, out: new Float32Array(3) })).toThrow(/must hold 4/);
    expect(() => pooling.maxPool2d(x(), { ...options, out: new Float64Array(4) as never })).toThrow(/Float32Array/);
    if (process.env.POOLSCOPE_CORE === "nowasm") return;
    pooling.close();
    expect(() => pooling.maxPool2d(x(), options)).toThrow(expect.objectContaining({ code: "disposed" }));
  });

  it("a call while it is read is another call", async () => {
    const pooling = await unused();
    pooling.maxPool2d(x(), options);
    const inner = vi.fn(() => pooling.maxPool2d({ data: new Float32Array(9), shape: [1, 3, 3] }, { kernelSize: 3 }));
    const made = pooling.maxPool2d(x(), {
      get kernelSize() {
        inner();
        return 2;
      },
      get stride() {
        inner();
        return undefined;
      },
    });
    expect(inner).toHaveBeenCalledTimes(2);
    expectSame(made.data, wanted, "data");
  });
});
