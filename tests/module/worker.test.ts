/** poolscope/worker in Node: the same answers as the module's, in a worker and where none starts. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { wasmDirectory } from "../../web/build/wasm-plugin.js";
import { type Group, listOperators } from "../../web/module/operators.js";
import type * as Api from "../../web/module/worker.js";
import { call, expectSame, hardValues, pooling, refusal } from "./support.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "poolscope-worker-"));
let api: typeof Api;
let there: Api.WorkerPooling;
let here: Api.WorkerPooling;

type Anything = Record<string, (...given: unknown[]) => Promise<unknown>>;
const any = (instance: Api.WorkerPooling) => instance as unknown as Anything;

beforeAll(async () => {
  // What is shipped: the script of the worker is a file beside the module.
  for (const config of ["vite.module.config.ts", "vite.thread.config.ts"]) {
    await build({
      configFile: join(root, config),
      logLevel: "silent",
      build: { outDir: folder, emptyOutDir: false, sourcemap: false, minify: false },
    });
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  api = await import(/* @vite-ignore */ pathToFileURL(join(folder, "worker.js")).href);
  there = await api.loadPooling();
  here = await api.loadPooling({ worker: "./nowhere.js" });
}, 120_000);
afterAll(() => {
  there.close();
  rmSync(folder, { recursive: true });
});

/** One call of every operator in every rank. */
function* everyCall() {
  const window = { kernelSize: 2, stride: 1, padding: 1 };
  const own: Record<Group, object> = {
    none: {},
    window,
    average: { ...window, countIncludePad: false },
    norm: { kernelSize: 2, normType: 2 },
    adaptive: { outputSize: 2 },
    fractional: { kernelSize: 2, outputSize: 2, randomSamples: new Float64Array(99).fill(0.3) },
    unpool: { kernelSize: 2 },
  };
  for (const { name, rank, group, takesIndices, backward } of listOperators()) {
    const dtype = (["float32", "uint8", "int16", "float64"] as const)[name.length % 4]!;
    const options: Record<string, unknown> = { ...own[group] };
    const sizes = Array.from({ length: rank }, () => 4);
    let shape = [2, ...sizes];
    if (group === "fractional") options.randomSamples = new Float64Array(2 * rank).fill(0.3);
    if (backward) {
      options.inputShape = shape;
      shape = [2, ...sizes.map(() => (name.startsWith("avg") ? 5 : 2))];
    }
    const data = hardValues(
      dtype,
      shape.reduce((a, b) => a * b),
      7,
    );
    const indices = Int32Array.from(data, (_, i) => i % 4);
    yield { name, given: [{ data, shape }, ...(takesIndices ? [{ data: indices, shape }] : []), options] };
  }
}

const square = () => ({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] });

async function refused(answer: Promise<unknown>): Promise<Api.PoolingError> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(api.PoolingError);
  return error as Api.PoolingError;
}

it("runs in a worker, and where none starts on the calling thread", async () => {
  expect((await there.info()).worker).toBe(true);
  expect((await here.info()).worker).toBe(false);
  const { workerError, ...info } = await here.info();
  expect({ ...(await there.info()), memoryBytes: 0, worker: 0 }).toEqual({ ...info, memoryBytes: 0, worker: 0 });
  expect(workerError).toMatch(/^file:\/\/.*\/nowhere\.js: Cannot find module [^\n]*$/);
  expect(await there.info()).not.toHaveProperty("workerError");
});

it("shares one worker, until it is closed", async () => {
  expect(await api.loadPooling()).toBe(there);
  const own = await api.loadPooling({ wasm: join(wasmDirectory(), "poolscope.wasm") });
  expect(own).not.toBe(there);
  expect((await own.info()).worker).toBe(true);
  const late = own.maxPool2d(square(), { kernelSize: 2 });
  own.close();
  expect((await refused(late)).code).toBe("disposed");
  expect((await refused(own.maxPool2d(square(), { kernelSize: 2 }))).code).toBe("disposed");
  expect([...(await there.maxPool2d(square(), { kernelSize: 2 })).data]).toEqual([4]);
});

it.each(["./worker-thread.js", "./nowhere.js"])(
  "lets nobody wait for a tensor of %s once it is closed",
  async (worker) => {
    const own = await api.loadPooling({ worker });
    const tensor = await own.tensor("float32", [2]);
    own.close();
    expect((await refused(tensor.read())).code).toBe("disposed");
    expect((await refused(tensor.write(new Float32Array(2)))).code).toBe("disposed");
    tensor.free();
  },
);

it("waits ten seconds for a worker that says nothing, and does without", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const worker = "data:text/javascript,setInterval(() => {}, 1000)";
    const loading = api.loadPooling({ worker });
    while (vi.getTimerCount() === 0) await new Promise((next) => setImmediate(next));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(await Promise.race([loading, "still waiting"])).toBe("still waiting");
    await vi.advanceTimersByTimeAsync(1);
    const patient = await loading;
    expect(await patient.info()).toMatchObject({
      worker: false,
      workerError: "its script: no answer within 10 seconds",
    });
    expect([...(await patient.maxPool2d(square(), { kernelSize: 2 })).data]).toEqual([4]);
    // One that has answered is not waited for any more.
    (await api.loadPooling({ worker: "./worker-thread.js" })).close();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it("has every method of the module's instance", () => {
  for (const instance of [there, here])
    expect(Object.keys(instance).toSorted()).toEqual([...new Set([...Object.keys(pooling), "close"])].toSorted());
});

describe.each(["a worker", "no worker"])("with %s", (kind) => {
  const instance = () => (kind === "a worker" ? there : here);

  it("answers every operator as the module does", async () => {
    for (const { name, given } of everyCall()) {
      const wanted = call(name, ...given) as unknown as Record<string, unknown>;
      const answer = (await any(instance())[name]!(...given)) as Record<string, unknown>;
      expect(answer, name).toEqual(wanted);
      for (const key of ["data", "output", "indices"]) {
        expect(Object.prototype.toString.call(answer[key]), name).toBe(Object.prototype.toString.call(wanted[key]));
      }
      if ("indices" in wanted) {
        const { indices } = answer as { indices: Int32Array & { data: unknown; shape: unknown } };
        expect(indices.data).toBe(indices);
        expect(indices.shape).toEqual((wanted.indices as { shape: unknown }).shape);
      }
    }
  });

  it("asks for shapes and geometry", async () => {
    const options = { kernelSize: 3, padding: 1, ceilMode: true };
    expect(await instance().outputShape2d([2, 9, 7], options)).toEqual(pooling.outputShape2d([2, 9, 7], options));
    expect(await instance().geometry3d([5, 6, 7], options)).toEqual(pooling.geometry3d([5, 6, 7], options));
    const chain = [options, { kernelSize: 2 }];
    expect(await instance().geometryChain([9, 7], chain)).toEqual(pooling.geometryChain([9, 7], chain));
    await expect(instance().geometryChain([3], [options, { kernelSize: 3 }])).rejects.toThrow(/^stage 2: /);
  });

  it("pools pictures", async () => {
    const image = { data: Uint8ClampedArray.from(hardValues("uint8", 6 * 5 * 4, 3)), width: 6, height: 5 };
    const options = { op: "avg", kernelSize: 2, padding: 1 } as const;
    const wanted = pooling.poolImage(image, options);
    expect(await instance().poolImage(image, options)).toEqual(wanted);
    const out = { data: new Uint8ClampedArray(wanted.data.length), width: wanted.width, height: wanted.height };
    expect(await instance().poolImage(image, { ...options, out })).toBe(out);
    expect(out.data).toEqual(wanted.data);
    const bytes = new Uint8Array(wanted.data.length);
    const picture = await instance().poolImage(image, { ...options, out: bytes });
    expect(picture.data.buffer).toBe(bytes.buffer);
    expect([...bytes]).toEqual([...wanted.data]);
  });

  it("writes into what the caller gives", async () => {
    const array = new Float32Array(1);
    const answer = await instance().maxPool2d(square(), { kernelSize: 2, out: array });
    expect(answer.data).toBe(array);
    expect([...array]).toEqual([4]);
    const tensor = { data: new Float32Array(1), shape: [1, 1, 1] };
    expect(await instance().avgPool2d(square(), { kernelSize: 2, out: tensor })).toBe(tensor);
    expect([...tensor.data]).toEqual([2.5]);
    const output = new Float32Array(1);
    const indices = new Int32Array(1);
    const both = await instance().maxPool2dWithIndices(square(), { kernelSize: 2, out: { output, indices } });
    expect(both.output.data).toBe(output);
    expect(both.indices.buffer).toBe(indices.buffer);
    expect([output[0], indices[0], ...both.indices.shape]).toEqual([4, 3, 1, 1, 1]);
  });

  it("neither changes nor keeps nor detaches what it is not told to transfer", async () => {
    const whole = new Float32Array(1000).fill(9);
    const x = { data: whole.subarray(10, 14), shape: [1, 2, 2] };
    const later = instance().maxPool2d(x, { kernelSize: 2 });
    whole.fill(-1);
    expect([...(await later).data]).toEqual([9]);
    expect(whole).toHaveLength(1000);
  });

  it("keeps tensors for pipelines", async () => {
    const pool = instance();
    const frame = await pool.tensor("float32", [1, 4, 4]);
    const half = await pool.tensor("float32", [1, 2, 2]);
    await frame.write(Float32Array.from({ length: 16 }, (_, i) => i));
    expect(await pool.maxPool2d(frame, { kernelSize: 2, out: half })).toBe(half);
    expect([...(await half.read())]).toEqual([5, 7, 13, 15]);
    const indices = await pool.tensor("int32", [1, 2, 2]);
    const both = await pool.maxPool2dWithIndices(frame, { kernelSize: 2, out: { output: half, indices } });
    expect(both.output).toBe(half);
    expect(both.indices).toBe(indices);
    expect([...(await pool.maxPool2dBackward(half, indices, { inputShape: [1, 4, 4] })).data]).toEqual([
      0, 0, 0, 0, 0, 5, 0, 7, 0, 0, 0, 0, 0, 13, 0, 15,
    ]);
    expect((await refused(frame.write(new Float32Array(3)))).message).toContain("must be a Float32Array of 16");
    expect((await refused(any(pool).tensor!("int64", [1]))).code).toBe("unsupported_dtype");
    const detached = new Float32Array(16);
    structuredClone(null, { transfer: [detached.buffer] });
    for (const data of [detached, () => 1, [1], undefined, new Float64Array(16)]) {
      const { code, message } = await refused(frame.write(data as Float32Array));
      expect(code).toBe("invalid_argument");
      expect(message).toMatch(/^write\(\): argument 'data' (is detached$|must be a Float32Array of 16 elements, not )/);
    }
    const none = await pool.tensor("float32", [0]);
    expect((await refused(none.write(detached))).message).toContain("is detached");
    const sizes = await pool.tensor("int8", new Proxy([2], {}));
    await sizes.write(Int8Array.of(9, 1, 2).subarray(1));
    expect([...(await sizes.read())]).toEqual([1, 2]);
    frame.free();
    frame.free();
    expect((await refused(frame.read())).code).toBe("disposed");
    expect((await refused(pool.maxPool2d(frame, { kernelSize: 2 }))).code).toBe("disposed");
    expect([...(await half.read())]).toEqual([5, 7, 13, 15]);
  });

  it("refuses in the module's words", async () => {
    const refusesAlike = async (method: string, ...given: unknown[]) => {
      const wanted = refusal(() => call(method, ...given));
      const { name, code, message } = await refused(any(instance())[method]!(...given));
      expect({ name, code, message }).toEqual({ name: wanted.name, code: wanted.code, message: wanted.message });
    };
    const mine = () => {
      throw new Error("mine");
    };
    const hiding = <T extends object>(value: T) => new Proxy(value, { has: mine });
    const revoked = () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    };
    const x = square();
    const detached = new Float32Array(4);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    class Options {
      get kernelSize() {
        throw new Error("mine");
      }
    }
    for (const given of [
      [x, { kernel_size: 2 }],
      [x, { kernelSize: 0 }],
      [x, { kernelSize: () => 2 }],
      [x, { kernelSize: Symbol("two") }],
      [x, { kernelSize: 2, out: new Uint8Array(1) }],
      [x, { kernelSize: 2, out: new Float32Array(2) }],
      [x, { kernelSize: 2, out: { data: new Float32Array(1), shape: [1, 1] } }],
      [x, { kernelSize: 2, out: 5 }],
      [x, { kernelSize: 2, out: detached }],
      [x, new Options()],
      [x, null],
      [x],
      [x.data, { kernelSize: 2 }],
      [{ data: [1, 2], shape: [1, 1, 2] }, { kernelSize: 2 }],
      [{ data: new BigInt64Array(4), shape: [1, 2, 2] }, { kernelSize: 2 }],
      [{ data: detached, shape: [1, 2, 2] }, { kernelSize: 2 }],
      [{ data: x.data, shape: [2, 2, 2] }, { kernelSize: 2 }],
      [() => x, { kernelSize: 2 }],
      [undefined, { kernelSize: 2 }],
      [x, revoked()],
      [x, { kernelSize: 2, out: revoked() }],
      [revoked(), { kernelSize: 2 }],
      [x, Object.defineProperty({ out: new Float32Array(1) }, "kernelSize", { get: mine, enumerable: true })],
    ]) {
      await refusesAlike("maxPool2d", ...given);
    }
    const bytes = new ArrayBuffer(6);
    for (const out of [
      { output: new Float32Array(bytes, 0, 1), indices: new Int32Array(bytes, 0, 1) },
      { output: { data: new Int8Array(bytes, 3, 1), shape: [1, 1, 1] }, indices: new Int32Array(bytes, 0, 1) },
      hiding({ output: new Float32Array(1) }),
    ]) {
      const data = (out.output as object) instanceof Float32Array ? x.data : new Int8Array(4);
      await refusesAlike("maxPool2dWithIndices", { ...x, data }, { kernelSize: 2, out });
    }
    expect([...new Uint8Array(bytes)]).toEqual([0, 0, 0, 0, 0, 0]);
    await refusesAlike("outputShape2d", [1, 4, 4], hiding({ kernelSize: 2 }));
    await refusesAlike("poolImage", { data: new Uint8ClampedArray(4), width: 1, height: 1 }, revoked());
    await refusesAlike("tensor", "float32", [() => 1]);
    await refusesAlike("tensor", "float32", revoked());
    await refusesAlike("tensor", Symbol("float32"), [1]);
    expect([...(await instance().maxPool2d(x, { kernelSize: 2 })).data]).toEqual([4]);
    expect((await refused(any(instance()).maxPool2d!(x, { kernelSize: 2, transfer: 1 }))).message).toContain(
      "'transfer'",
    );
  });

  it("reads what another kind of object says", async () => {
    class Picture {
      get data() {
        return Float32Array.of(1, 2, 3, 4);
      }
      get shape() {
        return [1, 2, 2];
      }
    }
    class Two {
      get kernelSize() {
        return 2;
      }
    }
    const answer = (await any(instance()).maxPool2d!(new Picture(), new Two())) as { data: Float32Array };
    expectSame(answer.data, [4], "a class of the caller's");
  });
});

it("transfers when it is told to, and copies what cannot be transferred", async () => {
  const x = square();
  const { data } = x;
  expect([...(await there.maxPool2d(x, { kernelSize: 2, transfer: true })).data]).toEqual([4]);
  expect(data).toHaveLength(0);
  expect((await refused(there.maxPool2d(x, { kernelSize: 2 }))).message).toContain("is detached");
  const memory = new WebAssembly.Memory({ initial: 1 });
  const fixed = { data: new Float32Array(memory.buffer, 0, 4), shape: [1, 2, 2] };
  expect([...(await there.maxPool2d(fixed, { kernelSize: 2, transfer: true })).data]).toEqual([0]);
  expect(fixed.data).toHaveLength(4);
});

it("takes no tensor of another worker", async () => {
  const own = await here.tensor("float32", [1, 2, 2]);
  expect((await refused(there.maxPool2d(own, { kernelSize: 2 }))).code).toBe("invalid_argument");
});

it("refuses a core that is none", async () => {
  expect((await refused(api.loadPooling({ wasm: new Uint8Array(8) }))).code).toBe("wasm_unavailable");
  expect((await refused(api.loadPooling({ wasn: 1 } as object))).code).toBe("invalid_argument");
});

it("does not keep a program from ending, and is imported without a thing done", () => {
  const script = join(folder, "ends.mjs");
  writeFileSync(
    script,
    `const before = Object.getOwnPropertyNames(globalThis).length;
    const { loadPooling } = await import("./worker.js");
    const nothing = process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;
    const same = Object.getOwnPropertyNames(globalThis).length === before;
    const pooling = await loadPooling();
    const { data } = await pooling.maxPool2d({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] }, { kernelSize: 2 });
    console.log(JSON.stringify({ nothing, same, worker: (await pooling.info()).worker, data: [...data] }));`,
  );
  const said = execFileSync(process.execPath, ["--disallow-code-generation-from-strings", script], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(JSON.parse(said)).toEqual({ nothing: 0, same: true, worker: true, data: [4] });
});

it("where WebAssembly is refused only poolscope/nowasm starts, and the others say why", () => {
  const script = join(folder, "refused.mjs");
  writeFileSync(
    script,
    `import { loadPooling as here, PoolingError } from "./index.js";
    import { loadPooling as there } from "./worker.js";
    import { loadPooling as script } from "./nowasm.js";
    const x = { data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] };
    const code = (error) => error instanceof PoolingError && error.code;
    const pooling = await script();
    const unknown = await script({ wasm: "pool.wasm" }).catch(code);
    console.log(JSON.stringify([
      typeof WebAssembly, await here().catch(code), await there().catch(code), unknown,
      [...pooling.lpPool2d(x, { kernelSize: 2, normType: 2 }).data], pooling.info().simd, pooling.info().wasmBytes,
    ]));`,
  );
  const strict = ["--jitless", "--disallow-code-generation-from-strings", script];
  const said = execFileSync(process.execPath, strict, { encoding: "utf8", timeout: 30_000, stdio: "pipe" });
  expect(JSON.parse(said)).toEqual([
    "undefined",
    "wasm_unavailable",
    "wasm_unavailable",
    "invalid_argument",
    [Math.fround(Math.sqrt(30))],
    "scalar",
    0,
  ]);
});

it("halves cross as halves, in tensors and in pictures", async () => {
  const x = { data: Uint16Array.of(0x3c00, 0x4000, 0, 0), shape: [1, 2, 2], dtype: "float16" };
  // (1 + 2) / 4 = 0.75
  const wanted = { data: Uint16Array.of(0x3a00), shape: [1, 1, 1], dtype: "float16" };
  const image = { data: new Uint16Array(16).fill(0x3c00), width: 2, height: 2, pixelFormat: "rgba-float16" };
  for (const instance of [there, here]) {
    expect(await instance.avgPool2d(x, { kernelSize: 2 })).toEqual(wanted);
    const pooled = (await instance.poolImage(image, { op: "avg", kernelSize: 2 })) as unknown as typeof image;
    expect(pooled).toMatchObject({ data: new Uint16Array(4).fill(0x3c00), pixelFormat: "rgba-float16" });
  }
});
