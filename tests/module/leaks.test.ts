/** A long mixed life: no memory is lost, whatever succeeds or fails. */
import { describe, expect, it, vi } from "vitest";
import { inlinedBytes, instantiate } from "../../web/module/glue.js";
import { Heap } from "../../web/module/heap.js";
import { loadPooling, type Pooling } from "../../web/module/index.js";
import { random } from "./support.js";

const fresh = async (): Promise<Pooling> => loadPooling({ wasm: await inlinedBytes() });

/** One of many kinds of call, good and bad, small and beyond the kept memory. */
function step(pooling: Pooling, pick: number, size: number): void {
  const shape = [1, size, size];
  const x = { data: new Float32Array(size * size), shape };
  const calls: (() => unknown)[] = [
    () => pooling.maxPool2d(x, { kernelSize: 3, stride: 2, padding: 1 }),
    () => pooling.avgPool2d(x, { kernelSize: 2 }),
    () => pooling.lpPool2d(x, { kernelSize: 2, normType: 3 }),
    () => pooling.maxPool2dWithIndices(x, { kernelSize: 2, dilation: 2, stride: 1 }),
    () => pooling.adaptiveAvgPool2d(x, { outputSize: 3 }),
    () => pooling.globalMaxPool2d(x),
    () => pooling.fractionalMaxPool2dWithIndices(x, { kernelSize: 2, outputSize: 2 }),
    () =>
      pooling.poolImage(
        { data: new Uint8ClampedArray(size * size * 4), width: size, height: size },
        { op: "max", kernelSize: 2 },
      ),
    () => pooling.geometry2d([size, size], { kernelSize: 2 }),
    () => pooling.geometryChain([size, size], [{ kernelSize: 2 }, { kernelSize: 2 }]),
    () => pooling.outputShape2d(shape, { kernelSize: 2 }),
    () =>
      pooling.avgPool2dBackward(
        { data: new Float32Array((size - 1) ** 2), shape: [1, size - 1, size - 1] },
        { kernelSize: 2, stride: 1, inputShape: shape },
      ),
    () => pooling.maxPool2dBackward(x, new Int32Array(size * size), { inputShape: shape }),
    () => {
      const frame = pooling.tensor("float32", shape);
      pooling.maxPool2d(frame, { kernelSize: 3, stride: 1, padding: 1, out: frame });
      frame.free();
      frame.free();
    },
    () => pooling.maxPool2d(x, { kernelSize: size + 1 }),
    () => pooling.maxUnpool2d(x, new Int32Array(size * size).fill(1e6), { kernelSize: 1 }),
    () => pooling.maxPool2d(x, { kernelSize: 2, out: new Float32Array(1) }),
    () => pooling.fractionalMaxPool2dWithIndices(x, { kernelSize: 2, outputSize: 2, randomSamples: [2, 2] }),
    () => pooling.tensor("uint8", [2 ** 40]),
  ];
  try {
    calls[pick % calls.length]!();
  } catch (error) {
    expect((error as Error).name).toBe("PoolingError");
  }
}

/** POOLSCOPE_CALLS asks for a longer life. */
const calls = Number(process.env.POOLSCOPE_CALLS || 10_000);

describe("memory", { timeout: 600_000 }, () => {
  it(`is flat over ${calls} mixed calls, good and bad`, async () => {
    const pooling = await fresh();
    const next = random(7);
    const sizes = [4, 9, 33, 150];
    for (let i = 0; i < 18 * sizes.length * 3; i++) step(pooling, i, sizes[i % sizes.length]!);
    const before = pooling.info().memoryBytes;
    for (let i = 0; i < calls; i++)
      step(pooling, Math.floor(next() * 1000), sizes[Math.floor(next() ** 3 * sizes.length)]!);
    expect(pooling.info().memoryBytes).toBe(before);
    // All of it is free: what fitted at first still does.
    const frames = Array.from({ length: 4 }, () => pooling.tensor("uint8", [100_000]));
    for (const frame of frames) frame.free();
    expect(pooling.info().memoryBytes).toBe(before);
  });

  it("is flat over a hundred thousand small calls", async () => {
    const pooling = await fresh();
    const x = { data: new Float32Array(64), shape: [1, 8, 8] };
    const before = pooling.info().memoryBytes;
    for (let i = 0; i < 100_000; i++) pooling.maxPool2d(x, { kernelSize: 3 });
    expect(pooling.info().memoryBytes).toBe(before);
  });

  it("that cannot grow is an error, after which everything works and nothing is lost", async () => {
    const big = { data: new Float32Array(1 << 18).fill(3), shape: [1, 512, 512] };
    const bigBytes = { data: new Uint8ClampedArray(1 << 20), width: 512, height: 512 };
    const indices = Int32Array.from(big.data, (_, i) => i);
    const gradient = { inputShape: big.shape };
    const calls: Record<string, (pooling: Pooling) => unknown> = {
      max: (p) => p.maxPool2d(big, { kernelSize: 7, stride: 1, padding: 3 }),
      dilated: (p) => p.maxPool2d(big, { kernelSize: 7, stride: 1, dilation: 3 }),
      indices: (p) => p.maxPool2dWithIndices(big, { kernelSize: 3, stride: 1 }),
      avg: (p) => p.avgPool2d(big, { kernelSize: 5, stride: 1, padding: 2 }),
      lp: (p) => p.lpPool2d(big, { kernelSize: 3, stride: 1, normType: 3 }),
      adaptive: (p) => p.adaptiveAvgPool2d(big, { outputSize: 500 }),
      fractional: (p) =>
        p.fractionalMaxPool2dWithIndices(big, { kernelSize: 2, outputSize: 500, randomSamples: [0, 0] }),
      unpool: (p) => p.maxUnpool2d(big, indices, { kernelSize: 1 }),
      backward: (p) => p.maxPool2dBackward(big, indices, gradient),
      share: (p) => p.avgPool2dBackward(big, { kernelSize: 3, stride: 1, padding: 1, ...gradient }),
      picture: (p) => p.poolImage(bigBytes, { op: "avg", kernelSize: 3, stride: 1, padding: 1 }),
      geometry: (p) => p.geometry2d([1 << 18, 4], { kernelSize: 1 }),
      chain: (p) => p.geometryChain([1 << 18, 4], [{ kernelSize: 1 }]),
      tensor: (p) => p.tensor("float32", big.shape).free(),
    };
    const { grow } = WebAssembly.Memory.prototype;
    let refused = 0;
    for (const [name, act] of Object.entries(calls)) {
      const pooling = await fresh();
      // Every growth is refused in its turn, until the call needs no further one.
      for (let allowed = 0; ; allowed++) {
        let left = allowed;
        const { memoryBytes } = pooling.info();
        const spy = vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(function (
          this: WebAssembly.Memory,
          pages,
        ) {
          if (left-- <= 0) throw new RangeError("no more memory");
          return grow.call(this, pages);
        });
        let error: unknown;
        try {
          act(pooling);
        } catch (reason) {
          error = reason;
        }
        spy.mockRestore();
        const small = { data: new Float32Array(64).fill(2), shape: [1, 8, 8] };
        expect(pooling.maxPool2d(small, { kernelSize: 8 }).data[0]).toBe(2);
        if (error === undefined) break;
        refused++;
        expect(error, name).toMatchObject({ name: "PoolingError", code: "out_of_memory" });
        if (allowed === 0) expect(pooling.info().memoryBytes).toBe(memoryBytes);
        expect(allowed).toBeLessThan(10);
      }
      act(pooling);
      const { memoryBytes } = pooling.info();
      for (let i = 0; i < 3; i++) act(pooling);
      expect(pooling.info().memoryBytes, name).toBe(memoryBytes);
    }
    expect(refused).toBeGreaterThanOrEqual(Object.keys(calls).length);
  });

  it("that is asked for beyond four gigabytes is refused at once", async () => {
    const pooling = await fresh();
    for (const size of [2 ** 32, 2 ** 32 - 1, 2 ** 33, 2 ** 52]) {
      expect(() => pooling.tensor("uint8", [size])).toThrow(expect.objectContaining({ code: "out_of_memory" }));
    }
    expect(pooling.info().memoryBytes).toBeLessThan(2 ** 22);
  });

  // Nothing is written to the memory, so that the machine need not have it.
  it("that is asked for when four gigabytes are nearly full ends inside them or is refused", async () => {
    const heap = new Heap(await instantiate(await inlinedBytes()));
    const held: number[] = [];
    const fill = (size: number) => {
      for (;;) {
        try {
          held.push(heap.allocate(size));
        } catch (error) {
          expect(error).toMatchObject({ code: "out_of_memory" });
          return;
        }
        expect(held.at(-1)! + size).toBeLessThanOrEqual(heap.buffer.byteLength);
      }
    };
    held.push(heap.allocate(1000));
    for (const size of [2 ** 26, 2 ** 24, 2 ** 20 + 16, 2 ** 26, 2 ** 30]) fill(size);
    expect(heap.buffer.byteLength).toBeGreaterThan(2 ** 32 - 2 ** 26);
    for (const pointer of held) heap.release(pointer);
    const again = heap.allocate(2 ** 31);
    expect(again + 2 ** 31).toBeLessThanOrEqual(heap.buffer.byteLength);
  });
});
