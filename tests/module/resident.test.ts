/** `out`, resident tensors, and memory that overlaps, grows, is freed, is forgotten. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, vi } from "vitest";
import { inlinedBytes } from "../../web/module/glue.js";
import { type DType, loadPooling, type Tensor } from "../../web/module/index.js";
import { call, classes, expectSame, hardValues, pooling, product, refusal, unused } from "./support.js";

const ramp = (shape: number[], dtype: DType = "float32") => ({
  data: new classes[dtype]!(Array.from({ length: product(shape) }, (_, i) => i % 251)),
  shape,
});

describe("out", () => {
  const x = ramp([2, 3, 8, 9]);
  const options = { kernelSize: 3, stride: 2, padding: 1 };
  const wanted = pooling.maxPool2d(x, options);

  it("takes an array and returns it in a tensor", () => {
    const out = new Float32Array(product(wanted.shape));
    const made = pooling.maxPool2d(x, { ...options, out });
    expect(made.data).toBe(out);
    expect(made.shape).toEqual(wanted.shape);
    expectSame(out, wanted.data, "out");
  });

  it("takes a tensor and returns it", () => {
    const out = { data: new Float32Array(product(wanted.shape)), shape: wanted.shape };
    expect(pooling.maxPool2d(x, { ...options, out })).toBe(out);
    expectSame(out.data, wanted.data, "out");
  });

  it("takes a part of a larger array and touches nothing else", () => {
    const length = product(wanted.shape);
    const larger = new Float32Array(length + 8).fill(-1);
    pooling.maxPool2d(x, { ...options, out: larger.subarray(4, 4 + length) });
    expectSame(larger.subarray(4, 4 + length), wanted.data, "out");
    expectSame([...larger.subarray(0, 4), ...larger.subarray(4 + length)], Array(8).fill(-1), "around");
  });

  it("may be the input, or overlap it", () => {
    const same = ramp([1, 6, 6]);
    const should = pooling.maxPool2d(same, { kernelSize: 3, stride: 1, padding: 1 });
    pooling.maxPool2d(same, { kernelSize: 3, stride: 1, padding: 1, out: same });
    expectSame(same.data, should.data, "in place");
    const buffer = new Float32Array(40);
    buffer.set(ramp([1, 6, 6]).data as Float32Array);
    const input = { data: buffer.subarray(0, 36), shape: [1, 6, 6] };
    pooling.maxPool2d(input, { kernelSize: 3, stride: 1, padding: 1, out: buffer.subarray(4, 40) });
    expectSame(buffer.subarray(4), should.data, "overlapping");
  });

  it("with indices is the output's, or holds both", () => {
    const both = pooling.maxPool2dWithIndices(x, options);
    const length = product(wanted.shape);
    const output = new Float32Array(length);
    const one = pooling.maxPool2dWithIndices(x, { ...options, out: output });
    expect(one.output.data).toBe(output);
    expectSame(one.indices.data, both.indices.data, "indices");
    const indices = new Int32Array(length);
    const two = pooling.maxPool2dWithIndices(x, { ...options, out: { output, indices } });
    expectSame(indices, both.indices, "indices");
    expectSame(two.indices, both.indices, "returned indices");
    expect(two.indices.buffer).toBe(indices.buffer);
    expect(Object.keys(indices)).not.toContain("shape");
    expect("shape" in indices).toBe(false);
    const tensors = { output: { data: output, shape: wanted.shape }, indices: { data: indices, shape: wanted.shape } };
    indices.fill(0);
    expect(pooling.maxPool2dWithIndices(x, { ...options, out: tensors }).output).toBe(tensors.output);
    expectSame(indices, both.indices, "indices");
    indices.fill(0);
    pooling.maxPool2dWithIndices(x, { ...options, out: { indices } });
    expectSame(indices, both.indices, "indices alone");
  });

  it("serves every dtype", () => {
    for (const dtype of pooling.info().dtypes) {
      const input = ramp([1, 4, 4], dtype);
      const out = new classes[dtype]!(4);
      expect(pooling.maxPool2d(input, { kernelSize: 2, out }).data).toBe(out);
      expectSame(out, [5, 7, 13, 15], dtype);
    }
  });
});

describe("the caller's arrays", () => {
  it("may be shared memory, of another realm, a subclass, or a part of a buffer", () => {
    const values = [1, 2, 3, 4];
    const shared = new Float32Array(new SharedArrayBuffer(16));
    shared.set(values);
    const foreign: Float32Array = runInNewContext("new Float32Array([1, 2, 3, 4])");
    class Mine extends Float32Array {}
    const part = new Float32Array([0, 1, 2, 3, 4, 0]).subarray(1, 5);
    for (const data of [shared, foreign, Mine.from(values), part]) {
      const made = pooling.maxPool2d({ data, shape: [1, 2, 2] }, { kernelSize: 2 });
      expect(made.data.constructor).toBe(Float32Array);
      expect([...made.data]).toEqual([4]);
    }
    const out = new Float32Array(new SharedArrayBuffer(4));
    pooling.maxPool2d({ data: shared, shape: [1, 2, 2] }, { kernelSize: 2, out });
    expect(out[0]).toBe(4);
  });

  it("may be a Node Buffer", () => {
    const made = pooling.maxPool2d({ data: Buffer.from([1, 9, 3, 4]), shape: [2, 2] }, { kernelSize: 2 });
    expect([...made.data]).toEqual([9]);
    expect(made.data.constructor).toBe(Uint8Array);
  });

  it("get a shape of their own", () => {
    const shape = [1, 4, 4];
    const made = pooling.maxPool2d({ data: new Float32Array(16), shape }, { kernelSize: 1 });
    expect(made.shape).not.toBe(shape);
    const { output, indices } = pooling.maxPool2dWithIndices({ data: new Float32Array(16), shape }, { kernelSize: 1 });
    expect(output.shape).not.toBe(indices.shape);
  });
});

describe("indices", () => {
  const { indices } = pooling.maxPool2dWithIndices(ramp([1, 4, 4]), { kernelSize: 2 });

  it("are an Int32Array and a tensor", () => {
    expect(indices).toBeInstanceOf(Int32Array);
    expect(indices).toEqual(new Int32Array([5, 7, 13, 15]));
    expect(indices.data).toBe(indices);
    expect(indices.shape).toEqual([1, 2, 2]);
    expect(Object.keys(indices)).toEqual(["0", "1", "2", "3"]);
  });

  it("go back in as they came", () => {
    const pooled = pooling.maxPool2d(ramp([1, 4, 4]), { kernelSize: 2 });
    const restored = pooling.maxUnpool2d(pooled, indices, { kernelSize: 2 });
    expectSame(restored.data, [0, 0, 0, 0, 0, 5, 0, 7, 0, 0, 0, 0, 0, 13, 0, 15], "restored");
    const gradient = pooling.maxPool2dBackward(pooled, indices, { inputShape: [1, 4, 4] });
    expectSame(gradient.data, restored.data, "gradient");
  });
});

describe("resident tensors", () => {
  it("start as zeros, of every dtype", () => {
    for (const dtype of pooling.info().dtypes) {
      const dirty = pooling.tensor(dtype, [64]);
      dirty.data.fill(1);
      dirty.free();
      const tensor = pooling.tensor(dtype, [4, 16]);
      expect(tensor.data.constructor).toBe(classes[dtype]);
      expect(tensor.shape).toEqual([4, 16]);
      expectSame(tensor.data, Array(64).fill(0), dtype);
      tensor.free();
    }
  });

  it("are read and written where they lie", () => {
    const frame = pooling.tensor("uint8", [9, 8, 4]);
    const x = ramp([9, 8, 4], "uint8");
    frame.data.set(x.data);
    const wanted = pooling.avgPool2d(x, { kernelSize: 3, stride: 2, layout: "channels_last" });
    const result = pooling.tensor("uint8", wanted.shape);
    expect(pooling.avgPool2d(frame, { kernelSize: 3, stride: 2, layout: "channels_last", out: result })).toBe(result);
    expectSame(result.data, wanted.data, "resident to resident");
    expectSame(frame.data, x.data, "the input");
    expectSame(
      pooling.avgPool2d(frame, { kernelSize: 3, stride: 2, layout: "channels_last" }).data,
      wanted.data,
      "resident to new",
    );
    result.data.fill(0);
    pooling.avgPool2d(x, { kernelSize: 3, stride: 2, layout: "channels_last", out: result });
    expectSame(result.data, wanted.data, "plain to resident");
    result.data.fill(0);
    const viewed = pooling.avgPool2d(frame, { kernelSize: 3, stride: 2, layout: "channels_last", out: result.data });
    expectSame(viewed.data, wanted.data, "resident to a view");
    expectSame(result.data, wanted.data, "resident to a view");
    frame.free();
    result.free();
  });

  it("may be input and result at once, also in part", () => {
    const x = hardValues("float32", 100, 3) as Float32Array;
    const options = { kernelSize: 3, stride: 1, padding: 1 };
    const wanted = pooling.maxPool2dWithIndices({ data: x, shape: [1, 10, 10] }, options);
    const frame = pooling.tensor("float32", [1, 10, 10]);
    frame.data.set(x);
    expect(pooling.maxPool2d(frame, { ...options, out: frame })).toBe(frame);
    expectSame(frame.data, wanted.output.data, "in place");

    const strip = pooling.tensor("float32", [120]);
    strip.data.set(x, 0);
    const input = { data: strip.data.subarray(0, 100), shape: [1, 10, 10] };
    pooling.maxPool2d(input, { ...options, out: strip.data.subarray(20, 120) });
    expectSame(strip.data.subarray(20), wanted.output.data, "overlapping");

    frame.data.set(x);
    const numbers = new Int32Array(frame.data.buffer, frame.data.byteOffset, 100);
    const both = pooling.maxPool2dWithIndices(frame, { ...options, out: { indices: numbers } });
    expectSame(both.output.data, wanted.output.data, "output");
    expectSame(both.indices, wanted.indices, "indices over the input");
    frame.free();
    strip.free();
  });

  it("hold indices too", () => {
    const x = ramp([1, 4, 4]);
    const output = pooling.tensor("float32", [1, 2, 2]);
    const indices = pooling.tensor("int32", [1, 2, 2]);
    pooling.maxPool2dWithIndices(x, { kernelSize: 2, out: { output, indices } });
    expect([...indices.data]).toEqual([5, 7, 13, 15]);
    const restored = pooling.tensor("float32", [1, 4, 4]);
    pooling.maxUnpool2d(output, indices, { kernelSize: 2, out: restored });
    expectSame(restored.data, [0, 0, 0, 0, 0, 5, 0, 7, 0, 0, 0, 0, 0, 13, 0, 15], "restored");
    // The result over the indices it is made from.
    indices.data.set([3, 1, 0, 2]);
    const over = new Float32Array(indices.data.buffer, indices.data.byteOffset, 4);
    const made = pooling.maxUnpool2d(output, indices, { kernelSize: 1, out: over });
    expectSame(made.data, [13, 7, 15, 5], "over its indices");
    for (const tensor of [output, indices, restored]) tensor.free();
  });

  it("freed twice does no harm, used after free is 'disposed'", () => {
    const frame = pooling.tensor("float32", [1, 2, 2]);
    frame.free();
    frame.free();
    const other = pooling.tensor("float32", [1, 2, 2]);
    frame.free();
    other.data.fill(5);
    expect([...pooling.maxPool2d(other, { kernelSize: 2 }).data]).toEqual([5]);
    other.free();
    expect(refusal(() => frame.data).code).toBe("disposed");
  });

  it("are disposed of by `using`, where the engine has it", () => {
    const frame = pooling.tensor("float32", [4]) as unknown as Record<symbol, () => void> & { data: Float32Array };
    const dispose = (Symbol as { dispose?: symbol }).dispose;
    if (dispose) frame[dispose]!();
    else (frame as unknown as { free(): void }).free();
    expect(refusal(() => frame.data).code).toBe("disposed");
  });

  it("keep their values when the memory grows; a view from before is refused", async () => {
    const own = await unused();
    const frame = own.tensor("float32", [1, 2, 2]);
    frame.data.set([1, 2, 3, 4]);
    const stale = frame.data;
    const before = own.info().memoryBytes;
    const large = own.tensor("uint8", [before]);
    expect(own.info().memoryBytes).toBeGreaterThan(before);
    expect(stale.length).toBe(0);
    expect(refusal(() => own.maxPool2d({ data: stale, shape: [1, 2, 2] }, { kernelSize: 2 })).message).toMatch(
      /detached.*grew/,
    );
    expect([...frame.data]).toEqual([1, 2, 3, 4]);
    expect([...own.maxPool2d(frame, { kernelSize: 2 }).data]).toEqual([4]);
    large.free();
    frame.free();
  });

  it("survive growth in the middle of a call that reads and writes them", async () => {
    const own = await unused();
    const frame = own.tensor("float32", [1, 512, 512]);
    frame.data.fill(3);
    const x = { data: new Float32Array(4096 * 1024), shape: [1, 4096, 1024] };
    const before = own.info().memoryBytes;
    const out = own.tensor("float32", [1, 2, 2]);
    const view = out.data;
    const made = own.maxPool2d(x, { kernelSize: [2048, 512], out: { data: view, shape: [1, 2, 2] } });
    expect(own.info().memoryBytes).toBeGreaterThan(before);
    expectSame(made.shape, [1, 2, 2], "shape");
    expectSame(out.data, [0, 0, 0, 0], "out");
    const both = own.maxPool2dWithIndices(frame, { kernelSize: 2 });
    expect(both.output.data[0]).toBe(3);
    frame.free();
    out.free();
  });

  it("of no elements are tensors too", () => {
    const empty = pooling.tensor("float32", [0, 3, 4, 4]);
    expect(empty.data.length).toBe(0);
    const made = pooling.maxPool2d(empty, { kernelSize: 2 });
    expect(made.shape).toEqual([0, 3, 2, 2]);
    expect(made.data.length).toBe(0);
    empty.free();
  });

  it("behind a Proxy work like the tensor itself", () => {
    const frame = pooling.tensor("float32", [1, 2, 2]);
    frame.data.set([1, 2, 3, 4]);
    const proxy = new Proxy(frame, { get: (target, key) => Reflect.get(target, key) }) as Tensor<Float32Array>;
    expect([...pooling.maxPool2d(proxy, { kernelSize: 2 }).data]).toEqual([4]);
    frame.free();
  });

  it("that are forgotten are freed", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const own = await loadPooling({ wasm: await inlinedBytes() });
    const megabyte = 1 << 20;
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    const forget = (tensor: object) => registry.register(tensor, undefined);
    const waitUntil = (count: number) =>
      vi.waitFor(async () => {
        collect();
        await nextTurn();
        expect(collected).toBeGreaterThanOrEqual(count);
      });
    // One may stay reachable from the stack. What is collected after the others is told of after they are freed.
    for (let i = 0; i < 8; i++) forget(own.tensor("uint8", [megabyte]));
    await waitUntil(7);
    for (let i = 0; i < 8; i++) forget({});
    await waitUntil(9);
    const before = own.info().memoryBytes;
    for (let i = 0; i < 7; i++) own.tensor("uint8", [megabyte]);
    expect(own.info().memoryBytes).toBe(before);
  });
});

it("methods can be taken off the instance", () => {
  const { maxPool2d, tensor } = pooling;
  const frame = tensor("float32", [1, 2, 2]);
  expect([...maxPool2d(frame, { kernelSize: 2 }).data]).toEqual([0]);
  frame.free();
});

it("an unknown method is simply not there", () => {
  expect(() => call("sumPool2d", {}, {})).toThrow(TypeError);
});
