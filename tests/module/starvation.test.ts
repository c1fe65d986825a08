/** Sizes at the edge of what there is: a result or a clear error, never a trap, and the instance works on. */
import { beforeAll, describe, expect, it } from "vitest";
import { inlinedBytes } from "../../web/module/glue.js";
import { loadPooling, type Pooling, type PoolingError, type Tensor } from "../../web/module/index.js";
import { expectSame } from "./support.js";

let pooling: Pooling;
beforeAll(async () => {
  pooling = await loadPooling({ wasm: await inlinedBytes() });
});

function worksOn(): void {
  const x = { data: Float32Array.from({ length: 36 }, (_, i) => i), shape: [1, 6, 6] };
  expectSame(pooling.maxPool2d(x, { kernelSize: 3 }).data, [14, 17, 32, 35], "afterwards");
}

/** The error of a call, which has to come before anything of the asked size is walked or allocated. */
function refused(act: () => unknown, code: string, words: RegExp): void {
  const { memoryBytes } = pooling.info();
  let error: unknown;
  try {
    act();
  } catch (reason) {
    error = reason;
  }
  expect(error).toMatchObject({ name: "PoolingError", code });
  expect((error as PoolingError).message).toMatch(words);
  expect(pooling.info().memoryBytes).toBe(memoryBytes);
  worksOn();
}

describe("pictures of 65,535 columns or rows", () => {
  const most = 65535;
  it.each([
    [most, 3],
    [3, most],
    [most, 1],
    [1, most],
  ])("%i x %i", (width, height) => {
    const data = new Uint8ClampedArray(width * height * 4).fill(9);
    data[data.length - 1] = 200;
    const wide = Math.min(2, width);
    const high = Math.min(2, height);
    const made = pooling.poolImage(
      { data, width, height },
      { op: "max", kernelSize: [high, wide], stride: 1 },
    ) as unknown as ImageData;
    expect([made.width, made.height]).toEqual([width - wide + 1, height - high + 1]);
    const wanted = new Uint8ClampedArray(made.data.length).fill(9);
    wanted[wanted.length - 1] = 200;
    expect(Buffer.from(made.data.buffer).equals(Buffer.from(wanted.buffer))).toBe(true);
    worksOn();
  });

  it("as one window", () => {
    const x = { data: new Float32Array(most * 2).fill(1), shape: [1, 2, most] };
    x.data[most + 7] = 5;
    const options = { kernelSize: [2, most] as [number, number] };
    const { output, indices } = pooling.maxPool2dWithIndices(x, options);
    expect([output.data[0], indices[0]]).toEqual([5, most + 7]);
    expect(pooling.avgPool2d(x, options).data[0]).toBeCloseTo((most * 2 + 4) / (most * 2), 5);
    worksOn();
  });
});

describe("windows larger than the picture", () => {
  const small = { data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] };
  it.each(["maxPool2d", "minPool2d", "avgPool2d", "maxPool2dWithIndices"] as const)("%s refuses them", (name) => {
    for (const kernelSize of [3, 4096, 2 ** 31 - 1]) {
      refused(() => pooling[name](small, { kernelSize }), "invalid_argument", /too small/);
    }
  });

  it("with padding that makes them fit give the whole picture's result", () => {
    expectSame(pooling.maxPool2d(small, { kernelSize: 4, padding: 2, stride: 5 }).data, [4], "max");
    const options = { kernelSize: 4, padding: 2, stride: 5, countIncludePad: false };
    expectSame(pooling.avgPool2d(small, options).data, [2.5], "avg");
  });
});

describe("2^31 elements and four gigabytes", () => {
  const one = { data: Float32Array.of(1), shape: [1, 1, 1] };
  it.each([
    [2 ** 31 - 1, 1],
    [1, 2 ** 31 - 1],
    [46340, 46340],
  ])("an output of %i x %i does not fit, and is refused at once", (...outputSize) => {
    for (const name of ["adaptiveMaxPool2d", "adaptiveAvgPool2d", "adaptiveMaxPool2dWithIndices"] as const) {
      refused(() => pooling[name](one, { outputSize }), "out_of_memory", /memory/);
    }
  });

  it("two gigabytes of output, but no memory for a row of windows: said before they are walked", async () => {
    const own = await loadPooling({ wasm: await inlinedBytes() });
    const pixel = { data: Uint8Array.of(7), shape: [1, 1, 1] };
    for (const name of ["adaptiveMaxPool2d", "adaptiveAvgPool2d"] as const) {
      const act = () => own[name](pixel, { outputSize: [1, 2 ** 31 - 1] });
      expect(act).toThrow(expect.objectContaining({ code: "out_of_memory" }));
      expectSame(own[name](pixel, { outputSize: 2 }).data, [7, 7, 7, 7], "afterwards");
    }
  });

  it("windows without number over an empty batch are not walked", () => {
    const nothing = { data: new Float32Array(0), shape: [0, 1, 1, 1] };
    for (const name of ["adaptiveMaxPool2d", "adaptiveAvgPool2d"] as const) {
      const made = pooling[name](nothing, { outputSize: [2 ** 31 - 1, 1] });
      expect(made.shape).toEqual([0, 1, 2 ** 31 - 1, 1]);
    }
    worksOn();
  });

  it("an output of 2^31 elements is refused by its size", () => {
    refused(() => pooling.adaptiveMaxPool2d(one, { outputSize: [65536, 32768] }), "invalid_argument", /2\^31|large/);
    const nothing = { data: new Float32Array(0), shape: [0, 1, 2 ** 16, 2 ** 16] };
    refused(() => pooling.maxPool2d(nothing, { kernelSize: 1 }), "invalid_argument", /2\^31|large/);
  });
});

it("16384 x 16384 pixels of a picture: the result, or out of memory", { timeout: 120_000 }, async () => {
  const own = await loadPooling({ wasm: await inlinedBytes() });
  const side = 16384;
  const data = new Uint8ClampedArray(side * side * 4);
  data[data.length - 2] = 77;
  let made: Tensor | undefined;
  try {
    made = own.poolImage({ data, width: side, height: side }, { op: "max", kernelSize: 4096 }) as unknown as Tensor;
  } catch (error) {
    expect(error).toMatchObject({ name: "PoolingError", code: "out_of_memory" });
  }
  if (made) {
    const wanted = new Uint8ClampedArray(4 * 4 * 4);
    wanted[wanted.length - 2] = 77;
    expectSame(made.data, wanted, "one window of each sixteenth");
  }
  expectSame(own.maxPool2d({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] }, { kernelSize: 2 }).data, [4], "on");
});
