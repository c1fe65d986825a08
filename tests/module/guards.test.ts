/**
 * Guard zones in the WebAssembly memory: every operator × rank × dtype × layout reads its input and writes its result where they
 * lie, between bytes that are first one poison and then another. The poison is still there afterwards, the input too, and the
 * result does not depend on it. The widths are 1 and what lies around one, two and four vectors of 16 bytes.
 */
import { describe, expect, it } from "vitest";
import { inlinedBytes, instantiate } from "../../web/module/glue.js";
import { Heap } from "../../web/module/heap.js";
import type { Rank, TypedArray } from "../../web/module/index.js";
import { families, listOperators } from "../../web/module/operators.js";
import { call, classes, layouts, pooling, product, softValues } from "./support.js";

/** A row of the widest vector passes that the kernels make is 64 bytes; nothing may be read or written as far as that. */
const GUARD = 256;
/** As a float each of them is an extreme: a NaN, and a large number. */
const poisons = [0xff, 0x7e] as const;
const ranks: Rank[] = [1, 2, 3];

const arena = pooling.tensor("uint8", [1 << 20]);

interface Zone {
  array: TypedArray;
  /** Refills the bytes around it. */
  poison(byte: number): void;
  intact(byte: number): boolean;
}

/** Arrays one after the other in the arena, each between guards; `shift` elements off the vector's alignment. */
function zones(shift: number, ...wanted: [dtype: string, length: number][]): Zone[] {
  let next = 0;
  return wanted.map(([dtype, length]) => {
    const kind = classes[dtype]! as unknown as {
      new (buffer: ArrayBufferLike, at: number, length: number): TypedArray;
      BYTES_PER_ELEMENT: number;
    };
    const { buffer, byteOffset } = arena.data;
    const begin = Math.ceil(next / 16) * 16;
    const from = begin + GUARD + shift * kind.BYTES_PER_ELEMENT;
    const to = from + length * kind.BYTES_PER_ELEMENT;
    next = to + GUARD;
    if (next > arena.data.length) throw new Error("the arena is too small");
    const around = [arena.data.subarray(begin, from), arena.data.subarray(to, next)];
    return {
      array: new kind(buffer, byteOffset + from, length),
      poison: (byte) => {
        for (const part of around) part.fill(byte);
      },
      intact: (byte) => around.every((part) => part.every((value) => value === byte)),
    };
  });
}

const bytesOf = (array: TypedArray) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
const copyOf = (array: TypedArray) => Buffer.from(bytesOf(array));

/** Options under which one family reads a padded, overlapping, strided row. */
const options: Record<string, Record<string, unknown>[]> = {
  window: [{ kernelSize: 3, stride: 1, padding: 1 }, { kernelSize: 2 }, { kernelSize: 9, stride: 2, padding: 4 }],
  average: [
    { kernelSize: 3, stride: 2, padding: 1 },
    { kernelSize: 5, stride: 1, padding: 2, countIncludePad: false },
  ],
  norm: [{ kernelSize: 2, stride: 1, normType: 2, convention: "onnx", padding: "same" }],
  adaptive: [{ outputSize: 3 }, { outputSize: 1 }],
  fractional: [{ kernelSize: 1, outputSize: 1 }],
  unpool: [{ kernelSize: 2 }],
  none: [{}],
};

for (const [before, after, , group] of families) {
  describe(`${before}…${after}`, () => {
    for (const rank of ranks) {
      for (const dtype of pooling.info().dtypes) {
        it(`${rank}d ${dtype} stays in its rows`, () => {
          const name = `${before}${rank}d${after}`;
          const lanes = 16 / (classes[dtype] as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
          const widths = [1, ...[lanes, 2 * lanes, 4 * lanes].flatMap((n) => [n - 1, n, n + 1])];
          let compared = 0;
          for (const width of new Set(widths)) {
            for (const layout of layouts) {
              for (const own of options[group]!) {
                check(name, rank, dtype, layout, width, own, compared++ % 2);
              }
            }
          }
          expect(compared).toBeGreaterThan(10);
        });
      }
    }
  });
}

if (process.env.POOLSCOPE_WASM_DIR?.endsWith("asan")) {
  it("the sanitizer speaks of one number too many", async () => {
    const tabulate = async (spare: number) => {
      const heap = new Heap(await instantiate(await inlinedBytes()));
      const request = heap.bind(listOperators().find(({ name }) => name === "maxPool1d")!).blank.slice();
      request[heap.fields.in[2]] = 100;
      expect(heap.plan(request)).toBe(0);
      // Start, taps and counted taps of every window, and how many windows read each cell.
      return heap.axis(2, heap.allocate(4 * 100 * 4 + spare));
    };
    await expect(tabulate(0)).resolves.toBeUndefined();
    await expect(tabulate(-4)).rejects.toThrow(/exit/);
  });
}

function check(
  name: string,
  rank: Rank,
  dtype: string,
  layout: string,
  width: number,
  own: Record<string, unknown>,
  shift: number,
): void {
  const sizes = [2, 3, width].slice(3 - rank);
  const around = (spatial: number[]) => (layout === "channels_last" ? [1, ...spatial, 2] : [1, 2, ...spatial]);
  const takesIndices = /Unpool|maxPool.*Backward/.test(name);
  const backward = name.endsWith("Backward");
  const window = { kernelSize: 3, stride: 1, padding: 1 };
  const all: Record<string, unknown> = { layout, ...own };
  let shape = around(sizes);
  if (backward) {
    all.inputShape = shape;
    if (name.startsWith("avg")) {
      // A window of three over a plane that avgPool3d finds large enough.
      shape = around(sizes.map((n) => Math.max(n, 3)));
      Object.assign(all, window, { inputShape: shape });
      delete all.countIncludePad;
    } else shape = around(sizes.map((n) => Math.ceil(n / 2)));
  }
  if (/avgPool3d$/.test(name)) shape = around(sizes.map((n) => Math.max(n, own.kernelSize as number)));
  if (own.kernelSize === 2 && !backward && own.padding === undefined) shape = around(sizes.map((n) => Math.max(n, 2)));
  if (name.startsWith("fractional")) {
    // PyTorch's rule in 3-d: a window as wide as the input is too large.
    shape = around(sizes.map((n) => Math.max(n, 2)));
    all.randomSamples = new Array(2 * rank).fill(0.5);
  }

  const values = softValues(dtype as never, product(shape), width);
  const indices = Int32Array.from({ length: values.length }, (_, i) => (i % 3) - 1);
  const act = (x: TypedArray, i: Int32Array, out?: unknown) => {
    const given = out === undefined ? all : { ...all, out };
    return takesIndices ? call(name, { data: x, shape }, i, given) : call(name, { data: x, shape }, given);
  };
  const what = `${name} ${dtype} ${layout} [${shape}] ${JSON.stringify(own)}`;
  const plain = act(values, indices);
  const both = name.endsWith("WithIndices");
  const wanted = both ? plain.output : plain;

  const [x, i, output, picked] = zones(
    shift,
    [dtype, values.length],
    ["int32", indices.length],
    [dtype, wanted.data.length],
    ["int32", wanted.data.length],
  ) as [Zone, Zone, Zone, Zone];
  for (const poison of poisons) {
    for (const zone of [x, i, output, picked]) zone.poison(poison);
    bytesOf(output.array).fill(poison);
    bytesOf(picked.array).fill(poison);
    bytesOf(x.array).set(bytesOf(values));
    bytesOf(i.array).set(bytesOf(indices));
    const out = both ? { output: output.array, indices: picked.array } : output.array;
    act(x.array, i.array as Int32Array, out);
    for (const [zone, part] of [
      [x, "input"],
      [i, "input indices"],
      [output, "output"],
      [picked, "output indices"],
    ] as const) {
      if (!zone.intact(poison)) expect.fail(`${what}: written outside the ${part}`);
    }
    if (!copyOf(x.array).equals(bytesOf(values))) expect.fail(`${what}: the input was written`);
    if (!copyOf(i.array).equals(bytesOf(indices))) expect.fail(`${what}: the indices were written`);
    // NaN included: what the kernels give is the same to the bit wherever the row lies.
    if (!bytesOf(output.array).equals(bytesOf(wanted.data))) expect.fail(`${what}: depends on what lies around`);
    if (both && !bytesOf(picked.array).equals(bytesOf(plain.indices))) expect.fail(`${what}: indices depend on it`);
  }
}
