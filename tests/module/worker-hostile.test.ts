/**
 * What strangers give to poolscope/worker: whatever is refused or pooled on the main thread is refused or pooled through the worker in
 * the same words, and no property of a caller's data is taken for a message.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPooling, PoolingError, type WorkerPooling } from "../../web/module/worker.js";
import { pooling } from "./support.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "poolscope-hostile-"));
let there: WorkerPooling;
let here: WorkerPooling;

beforeAll(async () => {
  await build({
    configFile: join(root, "vite.thread.config.ts"),
    logLevel: "silent",
    build: { outDir: folder, emptyOutDir: false, sourcemap: false, minify: false },
  });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  there = await loadPooling({ worker: pathToFileURL(join(folder, "worker-thread.js")) });
  here = await loadPooling({ worker: pathToFileURL(join(folder, "nowhere.js")) });
  expect([(await there.info()).worker, (await here.info()).worker]).toEqual([true, false]);
}, 120_000);
afterAll(() => {
  there.close();
  rmSync(folder, { recursive: true });
});

type Anything = Record<string, (...given: unknown[]) => unknown>;

/** What came of a call: the result as plain data, or the refusal. */
async function outcome(instance: unknown, method: string, given: unknown[]): Promise<unknown> {
  try {
    return { result: structuredClone(await (instance as Anything)[method]!(...given)) };
  } catch (error) {
    if (!(error instanceof PoolingError)) throw error;
    return { code: error.code, message: error.message };
  }
}

const square = () => ({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] });
const two = { kernelSize: 2 };
const names = [
  ..."stand id data out output indices __proto__ constructor then toJSON prototype length buffer shape".split(" "),
  ..."transfer path tensor kind substitutes given method value refused className wasm handle here owner".split(" "),
];
/** The forms that messages have, or had. */
const envelopes = [
  '{"stand":"resident","id":1}',
  '{"stand":"array","className":"Worker","length":"data:text/javascript,0"}',
  '{"stand":"array","className":"Function","length":"return 1"}',
  '{"path":[0],"tensor":1}',
  '{"path":[0],"kind":"Function","length":"return 1"}',
  '{"__proto__":{"kernelSize":2}}',
  '{"constructor":{"prototype":{"data":1}}}',
  '{"then":{"data":1},"toJSON":1}',
];

/** A name of the case, the method, and its arguments, made anew for each call. */
function* cases(): Generator<[string, string, () => unknown[]]> {
  for (const json of envelopes) {
    const value = () => JSON.parse(json);
    yield [`${json} as x`, "maxPool2d", () => [value(), two]];
    yield [`${json} as data`, "maxPool2d", () => [{ data: value(), shape: [1, 2, 2] }, two]];
    yield [`${json} as shape`, "maxPool2d", () => [{ ...square(), shape: value() }, two]];
    yield [`${json} as a size`, "maxPool2d", () => [{ ...square(), shape: [1, value(), 2] }, two]];
    yield [`${json} as options`, "maxPool2d", () => [square(), value()]];
    yield [`${json} as kernelSize`, "maxPool2d", () => [square(), { kernelSize: value() }]];
    yield [`${json} as out`, "maxPool2d", () => [square(), { ...two, out: value() }]];
    yield [`${json} as out.data`, "maxPool2d", () => [square(), { ...two, out: { data: value(), shape: [1, 1, 1] } }]];
    yield [`${json} as a pair`, "maxPool2dWithIndices", () => [square(), { ...two, out: value() }]];
    yield [`${json} as output`, "maxPool2dWithIndices", () => [square(), { ...two, out: { output: value() } }]];
    yield [`${json} as indices`, "maxPool2dWithIndices", () => [square(), { ...two, out: { indices: value() } }]];
    yield [`${json} to unpool`, "maxUnpool2d", () => [square(), value(), two]];
    yield [`${json} as indices' data`, "maxUnpool2d", () => [square(), { data: value(), shape: [1, 2, 2] }, two]];
    yield [`${json} instead of options`, "maxUnpool2d", () => [square(), new Int32Array(4), value()]];
    yield [
      `${json} as samples`,
      "fractionalMaxPool2dWithIndices",
      () => [square(), { kernelSize: 1, outputSize: 1, randomSamples: value() }],
    ];
    yield [`${json} as a picture`, "poolImage", () => [value(), { op: "max", ...two }]];
    yield [
      `${json} as pixels`,
      "poolImage",
      () => [
        { data: value(), width: 1, height: 1 },
        { op: "max", ...two },
      ],
    ];
    yield [`${json} as op`, "poolImage", () => [{ data: new Uint8Array(4), width: 1, height: 1 }, { op: value() }]];
    yield [`${json} as dtype`, "tensor", () => [value(), [1]]];
    yield [`${json} as a tensor's shape`, "tensor", () => ["float32", value()]];
    yield [`${json} as geometry`, "geometry2d", () => [[4, 4], value()]];
    yield [`${json} as a chain`, "geometryChain", () => [[4, 4], value()]];
    yield [
      `${json} as a stage`,
      "geometryChain",
      () => [
        [4, 4],
        [two, value()],
      ],
    ];
    yield [`${json} as a shape to ask for`, "outputShape2d", () => [value(), two]];
  }
  for (const name of names) {
    const named = (value: unknown) => Object.fromEntries([[name, value]]);
    for (const value of [1, null, "float32", [0], {}]) {
      const what = `${name}: ${JSON.stringify(value)}`;
      // A caller of the worker may say `transfer`, and a caller of the module may not.
      if (name !== "transfer") {
        yield [`${what} among the options`, "avgPool2d", () => [square(), { ...two, ...named(value) }]];
        yield [`${what} instead of a kernel`, "avgPool2d", () => [square(), named(value)]];
        yield [
          `${what} of a picture`,
          "poolImage",
          () => [
            { data: new Uint8Array(16), width: 2, height: 2 },
            { op: "avg", ...two, ...named(value) },
          ],
        ];
      }
      yield [`${what} in x`, "maxPool2d", () => [{ ...square(), ...named(value) }, two]];
      yield [`${what} in out`, "maxPool2dWithIndices", () => [square(), { ...two, out: named(value) }]];
      yield [`${what} in geometry`, "geometry2d", () => [[4, 4], { ...two, ...named(value) }]];
    }
  }
  const lying = (length: number, where: object) =>
    Object.defineProperties(Float32Array.of(1, 2, 3, 4).subarray(0, length), {
      buffer: { value: new ArrayBuffer(64) },
      byteLength: { value: 64 },
      byteOffset: { value: 8 },
      length: { value: 16 },
      ...where,
    });
  yield ["an array that lies about its memory", "maxPool2d", () => [{ data: lying(4, {}), shape: [1, 2, 2] }, two]];
  yield [
    "an array that lies about its class",
    "maxPool2d",
    () => [
      {
        data: lying(4, { constructor: { value: Uint8Array }, [Symbol.toStringTag]: { value: "Uint8Array" } }),
        shape: [1, 2, 2],
      },
      two,
    ],
  ];
  yield [
    "an own toStringTag on the options",
    "maxPool2d",
    () => [square(), { ...two, [Symbol.toStringTag]: "Tensor" }],
  ];
  for (const array of [
    new BigInt64Array(4),
    new Uint32Array(4),
    new DataView(new ArrayBuffer(16)),
    new ArrayBuffer(16),
  ]) {
    const kind = array.constructor.name;
    yield [`${kind} as data`, "maxPool2d", () => [{ data: array, shape: [1, 2, 2] }, two]];
    yield [`${kind} as out`, "maxPool2d", () => [square(), { ...two, out: array }]];
    yield [`${kind} as out.data`, "maxPool2d", () => [square(), { ...two, out: { data: array, shape: [1, 1, 1] } }]];
    yield [`${kind} as indices`, "maxUnpool2d", () => [square(), array, two]];
    yield [`${kind} as options`, "maxPool2d", () => [square(), array]];
    yield [
      `${kind} as samples`,
      "fractionalMaxPool2dWithIndices",
      () => [square(), { kernelSize: 1, outputSize: 1, randomSamples: array }],
    ];
  }
  const cyclic: Record<string, unknown> = { kernelSize: 2 };
  cyclic.stride = cyclic;
  yield ["options that hold themselves", "maxPool2d", () => [square(), cyclic]];
  yield ["geometry of options that hold themselves", "geometry2d", () => [[4, 4], cyclic]];
  yield [
    "two wrong things at once",
    "maxPool2dWithIndices",
    () => {
      const memory = new ArrayBuffer(8);
      const out = { output: new Float32Array(memory, 0, 1), indices: new Int32Array(memory, 0, 1) };
      return [square(), { kernelSize: 0, stride: 1, out }];
    },
  ];
  yield ["one argument too many", "maxPool2d", () => [square(), two, { out: 1 }, { transfer: 1 }]];
  yield ["an unknown name beside data", "avgPool2d", () => [square(), { kernel_size: 1, data: 2, shape: 3 }]];
  yield [
    "the names of a tensor as options",
    "maxUnpool2d",
    () => [square(), { ...square(), transfer: 1, out: 2 }, two],
  ];
}

it("answers and refuses as the main thread does, whatever is given", async () => {
  let count = 0;
  let refused = 0;
  for (const [what, method, given] of cases()) {
    const wanted = await outcome(pooling, method, given());
    expect(await outcome(there, method, given()), what).toEqual(wanted);
    expect(await outcome(here, method, given()), `${what}, without a worker`).toEqual(wanted);
    count++;
    if ("message" in (wanted as object)) refused++;
  }
  expect(count).toBeGreaterThan(600);
  expect(refused).toBeGreaterThan(300);
});

it("takes nothing from Object.prototype, which a stranger may have filled", async () => {
  const values = { out: new Float32Array(1), transfer: true, data: new Float32Array(4), shape: [1, 2, 2], stride: 1 };
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    try {
      for (const given of [
        [square(), two],
        [{}, two],
        [square(), { ...two, out: {} }],
      ]) {
        const wanted = await outcome(pooling, "maxPool2dWithIndices", given);
        expect(await outcome(there, "maxPool2dWithIndices", given), name).toEqual(wanted);
        expect(await outcome(here, "maxPool2dWithIndices", given), name).toEqual(wanted);
      }
    } finally {
      delete (Object.prototype as unknown as Record<string, unknown>)[name];
    }
  }
});

it("looks up no name of its own on Object.prototype, and writes to nothing that lies there", async () => {
  const names =
    "out transfer output indices randomSamples stride padding layout handle array whole closed over refused cause";
  const picture = { data: new Uint8Array(16).fill(3), width: 2, height: 2 };
  for (const name of names.split(" ")) {
    const array = new Float32Array(1).fill(7);
    for (const value of [array, { data: array, shape: [1, 1, 1] }, 1, true, "same"]) {
      for (const [method, given] of [
        ["maxPool2d", [square(), two]],
        ["maxPool2dWithIndices", [square(), two]],
        ["globalAvgPool2d", [square()]],
        ["poolImage", [picture, { op: "max", ...two }]],
      ] as [string, unknown[]][]) {
        const wanted = await outcome(pooling, method, given);
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
        try {
          expect(await outcome(there, method, given), `${method}, ${name}`).toEqual(wanted);
          expect(await outcome(here, method, given), `${method}, ${name}, without a worker`).toEqual(wanted);
        } finally {
          delete (Object.prototype as unknown as Record<string, unknown>)[name];
        }
      }
    }
    expect([...array], name).toEqual([7]);
  }
});

it("refuses the first of several wrong names, in the caller's order", async () => {
  const picture = { data: new Uint8Array(16), width: 2, height: 2 };
  for (const options of [
    { op: "max", ...two, normType: 2, foo: 1 },
    { foo: 1, op: "avg", normType: 2, ...two },
  ]) {
    const wanted = await outcome(pooling, "poolImage", [picture, options]);
    expect(await outcome(there, "poolImage", [picture, options])).toEqual(wanted);
  }
  class Options {
    get op() {
      return "adaptiveAvg";
    }
    get outputSize() {
      return 1;
    }
  }
  const wanted = await outcome(pooling, "poolImage", [picture, new Options()]);
  expect(wanted).toHaveProperty("result");
  expect(await outcome(there, "poolImage", [picture, new Options()])).toEqual(wanted);
});

it("opens no connection that a caller's data names", async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  }).on("upgrade", (request) => asked.push(request.url));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const address = `127.0.0.1:${port}`;
  for (const className of ["WebSocket", "EventSource", "Worker", "Request", "fetch"]) {
    for (const scheme of ["ws", "http"]) {
      const data = JSON.parse(`{"stand":"array","className":"${className}","length":"${scheme}://${address}"}`);
      expect(await outcome(there, "maxPool2d", [{ data, shape: [1, 2, 2] }, two])).toEqual({
        code: "invalid_argument",
        message: "maxPool2d(): argument 'x.data' must be a typed array, not an object",
      });
    }
  }
  // What was asked before this has come before it.
  await fetch(`http://${address}/last`);
  server.closeAllConnections();
  server.close();
  expect(asked).toEqual(["/last"]);
});

describe.each(["a worker", "no worker"])("resident tensors with %s", (kind) => {
  const instance = () => (kind === "a worker" ? there : here) as unknown as Anything & WorkerPooling;

  it("are neither read nor written by data that names them", async () => {
    const secret = await instance().tensor("float32", [1, 1, 1]);
    await secret.write(Float32Array.of(7));
    for (let id = 0; id < 40; id++) {
      for (const stand of [{ stand: "resident", id }, { path: [0], tensor: id }, { tensor: id }, { id }]) {
        const read = await outcome(instance(), "maxPool2d", [stand, { kernelSize: 1 }]);
        expect(read).toMatchObject({ code: "invalid_argument" });
        for (const out of [stand, { output: stand }, { data: stand, shape: [1, 1, 1] }]) {
          const written = await outcome(instance(), "maxPool2dWithIndices", [square(), { ...two, out }]);
          expect(written).toMatchObject({ code: "invalid_argument" });
        }
      }
    }
    expect([...(await secret.read())]).toEqual([7]);
    secret.free();
  });

  it("are written from the array itself, whatever its properties say", async () => {
    class Lying extends Float32Array {
      override get buffer() {
        return Float64Array.of(6, 6, 6, 6).buffer as ArrayBuffer;
      }
      override get byteOffset() {
        return 8;
      }
      override get byteLength() {
        return 16;
      }
      override get length() {
        return 4;
      }
    }
    const tensor = await instance().tensor("float32", [4]);
    await tensor.write(Lying.of(1, 2, 3, 4));
    expect([...(await tensor.read())]).toEqual([1, 2, 3, 4]);
    const long = new Lying(2);
    expect(await outcome(tensor, "write", [long])).toEqual({
      code: "invalid_argument",
      message: "write(): argument 'data' must be a Float32Array of 4 elements, not a Float32Array of 2",
    });
    expect([...(await tensor.read())]).toEqual([1, 2, 3, 4]);
    tensor.free();
  });

  it("work beside options with code in them, or say what stands in the way", async () => {
    class Options {
      get kernelSize() {
        return 2;
      }
    }
    const tensor = await instance().tensor("float32", [1, 2, 2]);
    const half = await instance().tensor("float32", [1, 1, 1]);
    await tensor.write(Float32Array.of(1, 2, 3, 4));
    const pooled = (await instance().maxPool2d!(tensor as never, new Options() as never)) as unknown as {
      data: Float32Array;
    };
    expect([...pooled.data]).toEqual([4]);
    const options = Object.assign(new Options(), { out: half });
    expect(await instance().maxPool2d!(tensor as never, options as never)).toBe(half);
    expect([...(await half.read())]).toEqual([4]);
    const refused = await outcome(instance(), "maxPool2d", [tensor, { kernelSize: () => 2 }]);
    expect(refused).toMatchObject({ code: "invalid_argument" });
  });
});

it("a result in the memory that is transferred is not lost", async () => {
  const memory = Float32Array.of(1, 2, 3, 4, 0);
  const out = memory.subarray(4);
  const given = [
    { data: memory.subarray(0, 4), shape: [1, 2, 2] },
    { ...two, out, transfer: true },
  ] as const;
  expect((await there.maxPool2d(...given)).data).toBe(out);
  expect([...memory]).toEqual([1, 2, 3, 4, 4]);

  const whole = { data: memory.subarray(4), shape: [1, 1, 1] };
  expect(await there.avgPool2d(given[0], { ...two, out: whole, transfer: true })).toBe(whole);
  expect([...memory]).toEqual([1, 2, 3, 4, 2.5]);

  const indices = new Int32Array(memory.buffer, 16, 1);
  const output = new Float32Array(1);
  await there.maxPool2dWithIndices(given[0], { ...two, out: { output, indices }, transfer: true });
  expect([output[0], indices[0]]).toEqual([4, 3]);

  const pixels = new Uint8ClampedArray(20).fill(9);
  const picture = { data: pixels.subarray(0, 16), width: 2, height: 2 };
  await there.poolImage(picture, { op: "max", ...two, out: pixels.subarray(16), transfer: true });
  expect(pixels).toHaveLength(20);
});

it("a result that has lost its memory leaves the other one as it was", async () => {
  const output = new Float32Array(1);
  const indices = Int32Array.of(-7);
  const later = outcome(there, "maxPool2dWithIndices", [square(), { ...two, out: { output, indices } }]);
  structuredClone(output.buffer, { transfer: [output.buffer] });
  expect(await later).toEqual({
    code: "invalid_argument",
    message: "argument 'out' was detached while the worker worked",
  });
  expect([...indices]).toEqual([-7]);
});
