/** Arrays of the caller's own classes: none of their code runs, whatever it says of them, and a result lands in their own bytes. */
import { describe, expect, it } from "vitest";
import { inlinedBytes } from "../../web/module/glue.js";
import { loadPooling, type TypedArray } from "../../web/module/index.js";
import { expectSame, pooling, refusal } from "./support.js";

const ramp = () => Float32Array.from({ length: 64 }, (_, i) => i);
const pooled = [9, 11, 13, 15, 25, 27, 29, 31, 41, 43, 45, 47, 57, 59, 61, 63];
const window = { kernelSize: 2 };

const asked = ["buffer", "byteOffset", "byteLength", "length", "constructor", "set", "slice", "subarray", "fill", "at"];
const symbols = [Symbol.iterator, Symbol.toStringTag, Symbol.toPrimitive];

/** An array of a class that answers everything itself: with a lie, after `act`. */
function lying<A extends TypedArray>(array: A, act: (key: PropertyKey) => void): A {
  const lie = (key: PropertyKey) => ({
    get() {
      act(key);
      return key === "buffer" ? new ArrayBuffer(8) : key === "length" || key === "byteLength" ? 1 << 20 : undefined;
    },
    set: () => act(key),
  });
  const prototype = Object.create(Object.getPrototypeOf(array));
  for (const key of [...asked, "BYTES_PER_ELEMENT", ...symbols]) Object.defineProperty(prototype, key, lie(key));
  const proxy = new Proxy(prototype, {
    getPrototypeOf: (target) => {
      act("getPrototypeOf");
      return Reflect.getPrototypeOf(target);
    },
  });
  return Object.setPrototypeOf(array, proxy);
}

describe("arrays of a class that answers for itself", () => {
  const ran: PropertyKey[] = [];
  const lies = <A extends TypedArray>(array: A) => lying(array, (key) => ran.push(key));
  const elements = (array: TypedArray) => Object.setPrototypeOf(array, Float32Array.prototype) as Float32Array;

  it("are read and written as what they are, and asked for nothing", () => {
    ran.length = 0;
    const output = lies(new Float32Array(16));
    const indices = lies(new Int32Array(16));
    pooling.maxPool2dWithIndices({ data: lies(ramp()), shape: [1, 8, 8] }, { ...window, out: { output, indices } });
    pooling.maxUnpool2d({ data: output, shape: [1, 4, 4] }, indices, { ...window, out: lies(new Float32Array(64)) });
    pooling.maxPool2dBackward({ data: output, shape: [1, 4, 4] }, indices, { inputShape: [1, 8, 8] });
    expect(ran).toEqual([]);
    expectSame(elements(output), pooled, "output");
  });

  it("as pictures, whatever they say of their bytes", () => {
    ran.length = 0;
    for (const kind of [Uint8Array, Uint8ClampedArray]) {
      const data = new kind(64).fill(7);
      const out = new kind(16);
      pooling.poolImage(
        { data: lies(data), width: 4, height: 4 },
        { op: "max", kernelSize: 2, out: { data: lies(out), width: 2, height: 2 } },
      );
      expectSame(Object.setPrototypeOf(out, kind.prototype), Array(16).fill(7), kind.name);
    }
    for (const data of [new Int8Array(64), new Uint16Array(64), new Float32Array(64)]) {
      // Bytes of one each, they say.
      Object.defineProperty(data, "BYTES_PER_ELEMENT", { value: 1 });
      const error = refusal(() =>
        pooling.poolImage({ data: data as unknown as Uint8Array, width: 4, height: 4 }, { op: "max", kernelSize: 2 }),
      );
      expect(error.message).toMatch(/must be a Uint8ClampedArray or a Uint8Array/);
    }
    expect(ran).toEqual([]);
  });

  it("as resident tensors' views", async () => {
    const own = await loadPooling({ wasm: await inlinedBytes() });
    ran.length = 0;
    const frame = own.tensor("float32", [1, 8, 8]);
    frame.data.set(ramp());
    lies(frame.data);
    const out = own.tensor("float32", [1, 4, 4]);
    lies(out.data);
    expect(own.maxPool2d(frame, { ...window, out })).toBe(out);
    expect(ran).toEqual([]);
    expectSame(elements(out.data), pooled, "out");
  });

  it("as the core's bytes", async () => {
    ran.length = 0;
    const own = await loadPooling({ wasm: lies(new Uint8Array(await inlinedBytes())) });
    expectSame(own.maxPool2d({ data: ramp(), shape: [1, 8, 8] }, window).data, pooled, "pooled");
    // That it is no promise is asked of any value.
    expect(ran.filter((key) => asked.includes(key as string))).toEqual([]);
  });
});

describe("what a caller's tensor says twice", () => {
  it("is asked once: the result lands in the array that was checked", () => {
    let reads = 0;
    const arrays = [new Int32Array(16), new Int32Array(4)];
    const indices = {
      shape: [1, 4, 4],
      get data() {
        return arrays[Math.min(reads++, 1)] as Int32Array;
      },
    };
    const made = pooling.maxPool2dWithIndices({ data: ramp(), shape: [1, 8, 8] }, { ...window, out: { indices } });
    expect(reads).toBe(1);
    expectSame(arrays[0] as Int32Array, pooled, "the first");
    expectSame(made.indices, pooled, "the result");
  });
});

describe("memory that changes its size", () => {
  type Growable = ArrayBuffer & { resize(length: number): void; grow(length: number): void };
  const make = (kind: unknown, options: object) =>
    new (kind as new (length: number, options: object) => Growable)(256, options);

  it.each([64, 512])("to %i bytes while options are read is seen by a view that follows it", (bytes) => {
    for (const kind of bytes > 256 ? [ArrayBuffer, SharedArrayBuffer] : [ArrayBuffer]) {
      const buffer = make(kind, { maxByteLength: 512 });
      const options = {
        ...window,
        get stride() {
          if (kind === ArrayBuffer) buffer.resize(bytes);
          else buffer.grow(bytes);
          return 2;
        },
      };
      const error = refusal(() => pooling.maxPool2d({ data: new Float32Array(buffer), shape: [1, 8, 8] }, options));
      expect(error.message).toMatch(new RegExp(`64 elements.*${bytes / 4}`));
    }
  });

  it("shared with another thread, is read and written like any other", () => {
    const data: Float32Array = new Float32Array(make(SharedArrayBuffer, { maxByteLength: 512 }));
    data.set(ramp());
    const out: Float32Array = new Float32Array(new SharedArrayBuffer(64));
    pooling.maxPool2d({ data, shape: [1, 8, 8] }, { ...window, out });
    expectSame(out, pooled, "out");
  });
});
