/** The types: what compiles for a strict consumer, with and without the DOM library, and what must not. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "poolscope-types-"));
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

const good = `
import {
  loadPooling, PoolingError, type Axis, type ChainStage, type NewArray, type Out, type Padding2, type Pooling, type Size2, type Tensor, type TypedArray,
  type WindowOptions, type WithIndices,
} from "./module/index.js";

const pooling: Pooling = await loadPooling();
await loadPooling({ wasm: new Uint8Array(8) });
await loadPooling({ wasm: new ArrayBuffer(8) });
await loadPooling({ wasm: "pool.wasm" });
await loadPooling({ wasm: { href: "file:///pool.wasm" } });

const floats = { data: new Float32Array(64), shape: [1, 8, 8] };
const bytes: Tensor<Uint8Array> = { data: new Uint8Array(64), shape: [8, 8] };
const kernel: Size2 = [3, 2];
const pad: Padding2 = [1, 0, 1, 0];
const a: Float32Array = pooling.maxPool2d(floats, { kernelSize: kernel, padding: pad, out: new Float32Array(9) }).data;
const b: Uint8Array = pooling.avgPool2d(bytes, { kernelSize: 2, stride: null, divisorOverride: null, layout: "channels_first" }).data;
const { output, indices } = pooling.maxPool2dWithIndices(floats, { kernelSize: 2 });
const c: Float32Array = output.data;
const d: Int32Array = indices;
const e: Int32Array = indices.data;
const f: readonly number[] = indices.shape;
pooling.maxUnpool2d(output, indices, { kernelSize: 2, outputSize: [8, 8] });
pooling.maxPool2dBackward(output, indices.data, { inputShape: floats.shape });
pooling.globalAvgPool2d(floats);
// What is computed is no tuple and no literal.
const computed: number[] = [2, 2];
const word: string = "same";
pooling.maxPool2d(floats, { kernelSize: computed, stride: computed, dilation: computed, padding: word });
pooling.maxUnpool2d(output, indices, { kernelSize: computed, stride: computed, padding: word, outputSize: computed });
pooling.lpPool2d(floats, { kernelSize: computed, normType: 2 });
pooling.adaptiveAvgPool2d(floats, { outputSize: computed });
pooling.fractionalMaxPool2dWithIndices(floats, { kernelSize: computed, outputSize: computed, outputRatio: null });
// A new array lies over an ArrayBuffer, whatever it was made from.
const shared: Tensor = { data: new Float32Array(new SharedArrayBuffer(256)), shape: [1, 8, 8] };
const own: ArrayBuffer = pooling.maxPool2d(shared, { kernelSize: 2, out: new Float32Array(16) }).data.buffer;
const found: ArrayBuffer = pooling.maxPool2dWithIndices(floats, { kernelSize: 2 }).indices.buffer;
// What \`out\` lies over, the result lies over.
const memory = new SharedArrayBuffer(256);
const pieces = new Float32Array(memory, 0, 16);
const places = new Int32Array(memory, 64, 16);
const there: SharedArrayBuffer = pooling.maxPool2d(floats, { kernelSize: 2, out: pieces }).data.buffer;
const whole: SharedArrayBuffer = pooling.globalMaxPool3d(floats, { out: { data: pieces, shape: [1, 1, 1] } }).data.buffer;
const back: SharedArrayBuffer = pooling.maxUnpool2d(floats, places, { kernelSize: 2, out: pieces }).data.buffer;
const both = pooling.maxPool1dWithIndices(floats, { kernelSize: 2, out: { output: pieces, indices: { data: places, shape: [1, 4, 4] } } });
const pair: SharedArrayBuffer[] = [both.output.data.buffer, both.indices.buffer, both.indices.data.buffer];
const one = pooling.maxPool1dWithIndices(floats, { kernelSize: 2, out: { indices: places } });
const mixed: [ArrayBuffer, SharedArrayBuffer] = [one.output.data.buffer, one.indices.buffer];
function wrap<A extends TypedArray>(x: Tensor<A>): Tensor<NewArray<A>> {
  return pooling.maxPool2d(x, { kernelSize: 2 });
}
// One of several, chosen by name.
declare const chosen: "maxPool2d" | "minPool2d" | "maxPool2dWithIndices";
const either = pooling[chosen](floats, { kernelSize: 2 });
function wrapBoth<A extends TypedArray>(x: Tensor<A>): WithIndices<NewArray<A>> {
  return pooling.maxPool2dWithIndices(x, { kernelSize: 2 });
}
const wrapped: Float32Array = wrap(wrapBoth(floats).output).data;
function pass(options: WindowOptions<2> & Out<Float32Array>): Tensor<Float32Array> {
  return pooling.maxPool2d(floats, options);
}
pass({ kernelSize: 2, out: pieces });
pooling.adaptiveMaxPool2d(floats, { outputSize: [null, 3] });
pooling.maxPool1d(floats, { kernelSize: 2, padding: [0, 1] });
pooling.maxPool3d(floats, { kernelSize: [1, 2, 3], padding: [0, 0, 0, 1, 1, 1] });
pooling.lpPool2d(floats, { kernelSize: 2, normType: 2, convention: "onnx", padding: "same" });
pooling.fractionalMaxPool3dWithIndices(floats, { kernelSize: 2, outputRatio: 0.5, randomSamples: [0, 0, 0] });
const { rows }: { rows: Axis } = pooling.geometry2d([8, 8], { kernelSize: 3 });
const g: Int32Array = rows.coverage;
const frame = pooling.tensor("uint8", [4, 4]);
const h: Uint8Array = frame.data;
pooling.maxPool2d(frame, { kernelSize: 2, out: pooling.tensor("uint8", [2, 2]) });
frame.free();
const image = pooling.poolImage({ data: new Uint8ClampedArray(64), width: 4, height: 4 }, { op: "avg", kernelSize: 2, countIncludePad: false });
const width: number = image.width;
const clamped: Uint8ClampedArray = image.data;
const shape: number[] = pooling.outputShape2d([1, 8, 8], { kernelSize: 3, countIncludePad: false });
pooling.outputShape2d([1, 8, 8], { kernelSize: 2, normType: 2, convention: "onnx", padding: 1 });
pooling.geometry3d([8, 8, 8], { outputSize: [1, null, 2] });
const stages: ChainStage[] = pooling.geometryChain([8, 8], [{ kernelSize: 3, padding: "same" }, { kernelSize: 2, normType: 2 }]);
const field: number[] | undefined = stages.at(-1)?.receptiveField;
const names: string[] = pooling.info().operators;
try {
  pooling.globalMaxPool1d(floats);
} catch (error) {
  if (error instanceof PoolingError) {
    const code: "invalid_argument" | "unsupported_dtype" | "out_of_memory" | "wasm_unavailable" | "disposed" | "internal" =
      error.code;
    throw new Error(code);
  }
}
export { a, b, back, c, clamped, d, e, either, f, field, found, g, h, mixed, names, own, pair, shape, there, whole, width, wrapped };
`;

const bad = `
import { loadPooling } from "./module/index.js";
const pooling = await loadPooling();
const x = { data: new Float32Array(64), shape: [1, 8, 8] };
// @ts-expect-error misspelt
pooling.maxPool2d(x, { kernel_size: 3 });
// @ts-expect-error no kernel
pooling.maxPool2d(x, {});
// @ts-expect-error an average's option
pooling.maxPool2d(x, { kernelSize: 2, countIncludePad: true });
// @ts-expect-error another class
pooling.maxPool2d(x, { kernelSize: 2, out: new Uint8Array(16) });
// @ts-expect-error another class in a tensor
pooling.maxPool2d(x, { kernelSize: 2, out: { data: new Uint8Array(16), shape: [1, 4, 4] } });
// @ts-expect-error no indices here
pooling.maxPool2d(x, { kernelSize: 2, out: { output: new Float32Array(16) } });
// @ts-expect-error another class of indices
pooling.maxPool2dWithIndices(x, { kernelSize: 2, out: { indices: new Uint8Array(16) } });
// @ts-expect-error a shared array is none of its own
const own: ArrayBuffer = pooling.maxPool2d(x, { kernelSize: 2, out: new Float32Array(new SharedArrayBuffer(64)) }).data.buffer;
// @ts-expect-error an array of a class that is no dtype
pooling.maxPool2d({ data: new BigInt64Array(64), shape: [1, 8, 8] }, { kernelSize: 2 });
// @ts-expect-error a list is no tensor
pooling.maxPool2d([1, 2, 3], { kernelSize: 2 });
// @ts-expect-error no normType
pooling.lpPool2d(x, { kernelSize: 2 });
// @ts-expect-error no normType
pooling.outputShape2d([1, 8, 8], { kernelSize: 2, convention: "onnx", padding: 1 });
// @ts-expect-error no normType
pooling.geometry1d([8], { kernelSize: 2, convention: "pytorch" });
// @ts-expect-error an adaptive window has no stride
pooling.geometryChain([8], [{ outputSize: 2 }]);
// @ts-expect-error a dtype that is none
pooling.tensor("int64", [1]);
// @ts-expect-error no inputShape
pooling.maxPool2dBackward(x, new Int32Array(64), {});
// @ts-expect-error no such op
pooling.poolImage({ data: new Uint8ClampedArray(64), width: 4, height: 4 }, { op: "median", kernelSize: 2 });
// @ts-expect-error a convolution
pooling.conv2d(x, {});
// @ts-expect-error the shape is read-only
pooling.maxPool2d(x, { kernelSize: 2 }).shape.push(1);
`;

const worker = `
import { loadPooling, type WorkerPooling, type WorkerTensor } from "./module/worker.js";
import { loadPooling as script } from "./module/nowasm.js";
import type { Pooling } from "./module/index.js";
const pooling: WorkerPooling = await loadPooling();
await loadPooling({ worker: "worker-thread.js", wasm: "pool.wasm" });
const x = { data: new Float32Array(64), shape: [1, 8, 8] };
const a: Float32Array = (await pooling.maxPool2d(x, { kernelSize: 2, transfer: true })).data;
const { output, indices } = await pooling.maxPool2dWithIndices(x, { kernelSize: 2 });
const b: Int32Array = indices;
const own: ArrayBuffer[] = [(await pooling.avgPool3d(x, { kernelSize: 1 })).data.buffer, output.data.buffer, indices.buffer];
const pieces = new Float32Array(new SharedArrayBuffer(64));
const lying: SharedArrayBuffer = (await pooling.maxPool2d(x, { kernelSize: 2, out: pieces })).data.buffer;
const frame: WorkerTensor<Uint8Array> = await pooling.tensor("uint8", [4, 4]);
const half = await pooling.tensor("uint8", [2, 2]);
const places = await pooling.tensor("int32", [2, 2]);
const same: WorkerTensor<Uint8Array> = await pooling.maxPool2d(frame, { kernelSize: 2, out: half });
const there: WorkerTensor<Int32Array> = (
  await pooling.maxPool2dWithIndices(frame, { kernelSize: 2, out: { output: half, indices: places } })
).indices;
const c: Uint8Array = await same.read();
const copied: ArrayBuffer = (await same.read()).buffer;
await frame.write(new Uint8Array(16));
const d: Float32Array = (await pooling.maxUnpool2d(output, indices, { kernelSize: 2 })).data;
const e: Float32Array = (await pooling.globalAvgPool2d(x)).data;
const shape: number[] = await pooling.outputShape2d([1, 8, 8], { kernelSize: 3 });
const start: Int32Array = (await pooling.geometry2d([8, 8], { kernelSize: 3 })).rows.start;
const picture = await pooling.poolImage({ data: new Uint8ClampedArray(64), width: 4, height: 4 }, { op: "max", kernelSize: 2, transfer: true });
const width: number = picture.width;
const threaded: boolean = (await pooling.info()).worker;
pooling.close();
// @ts-expect-error misspelt
pooling.maxPool2d(x, { kernel_size: 2 });
// @ts-expect-error another class
pooling.maxPool2d(x, { kernelSize: 2, out: new Uint8Array(16) });
// @ts-expect-error no kernel
pooling.avgPool2d(x, {});
// @ts-expect-error no indices
pooling.maxPool2dBackward(x, { inputShape: [1, 8, 8] });
// @ts-expect-error a kernel for whole planes
pooling.globalMaxPool2d(x, { kernelSize: 2 });
// @ts-expect-error no word is an answer
pooling.maxPool2d(x, { kernelSize: 2, transfer: "yes" });
// @ts-expect-error a promise, not a tensor
pooling.maxPool2d(x, { kernelSize: 2 }).data;
const plain: Pooling = await script();
// @ts-expect-error there is no WASM to choose
script({ wasm: "pool.wasm" });
export { a, b, c, copied, d, e, lying, own, plain, shape, start, there, threaded, width };
`;

function compile(file: string, lib: string[], strict = true): string {
  const options = [
    "--ignoreConfig",
    "--strict",
    String(strict),
    "--noEmit",
    "--target",
    "es2022",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
  ];
  try {
    return execFileSync(process.execPath, [tsc, ...options, "--types", "", "--lib", lib.join(), join(folder, file)], {
      encoding: "utf8",
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

beforeAll(() => {
  // What a consumer gets: declarations alone.
  const config = join(folder, "tsconfig.json");
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, "tsconfig.declarations.json"),
      compilerOptions: { rootDir: join(root, "web"), outDir: folder },
      include: ["index.ts", "worker.ts", "nowasm.ts"].map((file) => join(root, "web", "module", file)),
    }),
  );
  execFileSync(process.execPath, [tsc, "-p", config], { encoding: "utf8" });
  writeFileSync(join(folder, "good.ts"), good);
  writeFileSync(join(folder, "bad.ts"), bad);
  writeFileSync(join(folder, "worker.ts"), worker);
  writeFileSync(
    join(folder, "dom.ts"),
    `import { loadPooling } from "./module/index.js";
    const pooling = await loadPooling({ wasm: fetch("pool.wasm") });
    await loadPooling({ wasm: new URL("pool.wasm", "https://example.org") });
    await loadPooling({ wasm: await WebAssembly.compile(new Uint8Array(8)) });
    await loadPooling({ wasm: await fetch("pool.wasm") });
    declare const context: CanvasRenderingContext2D;
    const picture: ImageData = pooling.poolImage(context.getImageData(0, 0, 4, 4), { op: "max", kernelSize: 2 });
    context.putImageData(picture, 0, 0);
    const { data } = pooling.avgPool2d({ data: new Uint8Array(64), shape: [1, 8, 8] }, { kernelSize: 2 });
    export const blob = new Blob([data]);
    interface Buffer extends Uint8Array { readUInt8(offset: number): number }
    declare const buffer: Buffer;
    const bytes: Uint8Array = pooling.maxPool2d({ data: buffer, shape: [1, 8, 8] }, { kernelSize: 2 }).data;
    // @ts-expect-error a Buffer gives no Buffer
    bytes.readUInt8(0);
    // @ts-expect-error nor does it as it comes
    pooling.maxPool2d({ data: buffer, shape: [1, 8, 8] }, { kernelSize: 2 }).data.readUInt8(0);`,
  );
  writeFileSync(
    join(folder, "ranks.ts"),
    `import type { Operators, Pooling, Rank } from "./module/index.js";
    type InRank<D extends Rank> = {
      [K in keyof Operators<D> as K extends \`${"$"}{infer Before}2d${"$"}{infer After}\` ? \`${"$"}{Before}${"$"}{D}d${"$"}{After}\` : never]: Operators<D>[K];
    };
    type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    type Of<D extends Rank> = Pick<Pooling, Extract<keyof Pooling, keyof InRank<D>>>;
    const same: [true, true, true] = [] as never as [Equal<{ [K in keyof InRank<1>]: InRank<1>[K] }, { [K in keyof Of<1>]: Of<1>[K] }>,
      Equal<{ [K in keyof InRank<2>]: InRank<2>[K] }, { [K in keyof Of<2>]: Of<2>[K] }>,
      Equal<{ [K in keyof InRank<3>]: InRank<3>[K] }, { [K in keyof Of<3>]: Of<3>[K] }>];
    export { same };`,
  );
  writeFileSync(
    join(folder, "using.ts"),
    `import { loadPooling } from "./module/index.js";
    const pooling = await loadPooling();
    using own = await loadPooling({ wasm: "pool.wasm" });
    own.close();
    using frame = pooling.tensor("float32", [1, 2, 2]);
    frame.data.fill(1);`,
  );
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("declarations", () => {
  it("hold with the DOM library", () => {
    expect(compile("good.ts", ["es2022", "dom"])).toBe("");
    expect(compile("dom.ts", ["es2022", "dom"])).toBe("");
  });
  it("hold without the DOM library", () => expect(compile("good.ts", ["es2022"])).toBe(""));
  // Next.js writes "strict": false; where it is off, functions are compared in both directions.
  it.each(["good.ts", "bad.ts", "worker.ts"])("hold and refuse the same where nothing is strict: %s", (file) =>
    expect(compile(file, ["es2022"], false)).toBe(""),
  );
  it("name the operators of one and three axes with the calls of two", () =>
    expect(compile("ranks.ts", ["es2022"])).toBe(""));
  it("of the worker and of plain JavaScript hold, and refuse the same", () => {
    expect(compile("worker.ts", ["es2022"])).toBe("");
    expect(compile("worker.ts", ["es2022", "dom"])).toBe("");
  });
  it("know `using` where the library does", () =>
    expect(compile("using.ts", ["es2022", "esnext.disposable"])).toBe(""));
  it("refuse what the module refuses", () => expect(compile("bad.ts", ["es2022"])).toBe(""));
});
