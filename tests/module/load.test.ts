/** Loading: what is accepted, what is shared, what is refused and can be tried again. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inflateSync } from "node:zlib";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { poolscopeWasm } from "../../web/build/wasm-plugin.js";
import { inlinedBytes } from "../../web/module/glue.js";
import { loadPooling, type Pooling, PoolingError } from "../../web/module/index.js";

const folder = mkdtempSync(join(tmpdir(), "poolscope-load-"));
const file = join(folder, "pool.wasm");
let bytes: ArrayBuffer;
let server: Server;
let address: string;

beforeAll(async () => {
  bytes = await inlinedBytes();
  writeFileSync(file, new Uint8Array(bytes));
  server = createServer(({ url }, response) => {
    if (url === "/pool.wasm") response.end(new Uint8Array(bytes));
    else response.writeHead(404).end("no such file");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

function works(pooling: Pooling): void {
  const { data, shape } = pooling.maxPool2d({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] }, { kernelSize: 2 });
  expect([...data]).toEqual([4]);
  expect(shape).toEqual([1, 1, 1]);
}

async function refused(options: unknown): Promise<PoolingError> {
  const error = await loadPooling(options as object).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PoolingError);
  return error as PoolingError;
}

describe("loadPooling", () => {
  it("shares one instance, also when asked twice at once", async () => {
    const [a, b] = await Promise.all([loadPooling(), loadPooling()]);
    expect(a).toBe(b);
    expect(await loadPooling({})).toBe(a);
    expect(await loadPooling({ wasm: undefined })).toBe(a);
    works(a);
  });

  it.each([
    ["an ArrayBuffer", () => bytes],
    ["a Uint8Array", () => new Uint8Array(bytes)],
    [
      "a view into a larger buffer",
      () => {
        const larger = new Uint8Array(bytes.byteLength + 64);
        larger.set(new Uint8Array(bytes), 32);
        return larger.subarray(32, 32 + bytes.byteLength);
      },
    ],
    ["a DataView", () => new DataView(bytes)],
    ["a promise of bytes", () => Promise.resolve(bytes)],
    ["a module", () => new WebAssembly.Module(bytes)],
    ["a response", () => new Response(bytes)],
    ["a promise of a response", () => fetch(`${address}/pool.wasm`)],
    ["an http address", () => `${address}/pool.wasm`],
    ["an http URL", () => new URL(`${address}/pool.wasm`)],
    ["a file URL", () => pathToFileURL(file)],
    ["a file address", () => pathToFileURL(file).href],
    ["a path", () => file],
  ] as [string, () => unknown][])("takes %s", async (_, wasm) => {
    const own = await loadPooling({ wasm: wasm() as ArrayBuffer });
    expect(own).not.toBe(await loadPooling());
    works(own);
    const { wasmBytes } = own.info();
    expect([0, bytes.byteLength]).toContain(wasmBytes);
  });

  it("does not change or keep the bytes", async () => {
    const copy = bytes.slice(0);
    await loadPooling({ wasm: copy });
    expect(Buffer.from(copy).equals(Buffer.from(bytes))).toBe(true);
    structuredClone(copy, { transfer: [copy] });
  });

  it.each([
    ["a number", 3, "invalid_argument"],
    ["null", null, "invalid_argument"],
    ["an empty object", {}, "invalid_argument"],
    ["bytes that are no WASM", new Uint8Array(8), "wasm_unavailable"],
    ["no bytes", new ArrayBuffer(0), "wasm_unavailable"],
    ["another module", new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), "wasm_unavailable"],
    ["a path to nothing", join(folder, "nothing.wasm"), "wasm_unavailable"],
    ["a rejected promise", () => Promise.reject(new Error("offline")), "wasm_unavailable"],
  ])("refuses %s", async (_, wasm, code) => {
    const error = await refused({ wasm: typeof wasm === "function" ? wasm() : wasm });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/wasm|WebAssembly/);
    expect(error.message).not.toContain("undefined");
    works(await loadPooling());
  });

  it("says of another module that it is another, whatever that lacks or asks for", async () => {
    const empty = [0, 97, 115, 109, 1, 0, 0, 0];
    // (import "x" "f" (func))
    const asks = [...empty, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 120, 1, 102, 0, 0];
    for (const other of [empty, asks]) {
      for (const wasm of [Uint8Array.from(other), new WebAssembly.Module(Uint8Array.from(other))]) {
        const error = await refused({ wasm });
        expect(error.code).toBe("wasm_unavailable");
        expect(error.message).toBe("the WebAssembly core cannot be started: these are not poolscope's bytes");
      }
    }
  });

  it("wraps what reading its options throws", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throws = {
      get wasm() {
        throw new Error("mine");
      },
    };
    for (const options of [proxy, throws]) {
      const error = await refused(options);
      expect(error.code).toBe("invalid_argument");
      expect(error.message).toMatch(/^loadPooling\(\): argument 'options' cannot be read: /);
    }
  });

  it("refuses a server's 404 and names it", async () => {
    const error = await refused({ wasm: `${address}/other.wasm` });
    expect(error.code).toBe("wasm_unavailable");
    expect(error.message).toContain("404");
  });

  it.each([[3], ["pool.wasm"], [null], [{ wsam: new ArrayBuffer(0) }], [{ url: "pool.wasm" }]])(
    "refuses options %j",
    async (options) => {
      expect((await refused(options)).code).toBe("invalid_argument");
    },
  );

  it("says so where WebAssembly is refused, and works once it is not", async () => {
    const fresh = await import("../../web/module/index.js");
    const compile = vi
      .spyOn(WebAssembly, "compile")
      .mockRejectedValue(new WebAssembly.CompileError("blocked by policy"));
    const error = await fresh.loadPooling().catch((reason: unknown) => reason as PoolingError);
    expect(error).toMatchObject({ name: "PoolingError", code: "wasm_unavailable" });
    expect((error as PoolingError).message).toContain("blocked by policy");
    compile.mockRestore();
    works(await fresh.loadPooling());
    expect(await fresh.loadPooling()).toBe(await fresh.loadPooling());
  });

  /** `process` with this getBuiltinModule; all else stays, as what runs beside the test needs it. */
  const stubBuiltinModules = (getBuiltinModule: ((asked: string) => unknown) | undefined) =>
    vi.stubGlobal("process", Object.create(process, { getBuiltinModule: { value: getBuiltinModule } }));

  it.each(["Response", "DecompressionStream"])(
    "starts in Node where a test's globals have no %s, as jsdom's",
    async (name) => {
      const fresh = await import("../../web/module/index.js");
      vi.stubGlobal(name, undefined);
      const inflate = { inflateSync: vi.fn(inflateSync) };
      stubBuiltinModules((asked) => (asked === "node:zlib" ? inflate : undefined));
      works(await fresh.loadPooling());
      expect(inflate.inflateSync).toHaveBeenCalledOnce();
    },
  );

  it("says what is missing, and what helps, where nothing inflates", async () => {
    const fresh = await import("../../web/module/index.js");
    vi.stubGlobal("Response", undefined);
    stubBuiltinModules(undefined);
    const error = (await fresh.loadPooling().catch((reason: unknown) => reason)) as PoolingError;
    expect(error).toMatchObject({ name: "PoolingError", code: "wasm_unavailable" });
    expect(error.message).toMatch(
      /no Response or no DecompressionStream; loadPooling\(\{ wasm \}\) takes the bytes of/,
    );
    works(await fresh.loadPooling({ wasm: bytes }));
  });

  it("says so where there is no WebAssembly", async () => {
    const fresh = await import("../../web/module/index.js");
    vi.stubGlobal("WebAssembly", undefined);
    await expect(fresh.loadPooling()).rejects.toMatchObject({ name: "PoolingError", code: "wasm_unavailable" });
    vi.unstubAllGlobals();
    works(await fresh.loadPooling());
  });

  it("importing touches no global and compiles nothing", async () => {
    const compile = vi.spyOn(WebAssembly, "compile");
    const before = Object.getOwnPropertyNames(globalThis);
    vi.stubGlobal("document", undefined);
    await import("../../web/module/index.js");
    expect(compile).not.toHaveBeenCalled();
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(
      before.includes("document") ? before : [...before, "document"],
    );
    compile.mockRestore();
  });

  it("asks nobody for anything, but for the address that it is given", async () => {
    vi.resetModules();
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (address: unknown) => {
      asked.push(String(address));
      return new Response(bytes);
    });
    for (const name of ["XMLHttpRequest", "WebSocket", "EventSource"]) {
      vi.stubGlobal(name, function refused() {
        asked.push(name);
      });
    }
    try {
      const fresh = await import("../../web/module/index.js");
      const own = await fresh.loadPooling();
      works(own);
      own.poolImage({ data: new Uint8Array(16), width: 2, height: 2 }, { op: "max", kernelSize: 2 });
      own.close();
      expect(asked).toEqual([]);
      works(await fresh.loadPooling({ wasm: "https://example.org/pool.wasm" }));
      expect(asked).toEqual(["https://example.org/pool.wasm"]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("makes instances that share nothing", async () => {
    const a = await loadPooling({ wasm: bytes });
    const b = await loadPooling({ wasm: bytes });
    const frame = a.tensor("float32", [1, 2, 2]);
    frame.data.set([1, 2, 3, 4]);
    expect([...b.maxPool2d(frame, { kernelSize: 2 }).data]).toEqual([4]);
    const out = a.tensor("float32", [1, 1, 1]);
    expect(b.maxPool2d(frame, { kernelSize: 2, out })).toBe(out);
    expect([...out.data]).toEqual([4]);
    frame.free();
    out.free();
  });
});

it("info() says what there is", async () => {
  const info = (await loadPooling()).info();
  expect(info.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(info.simd.length).toBeGreaterThan(0);
  expect(info.dtypes).toEqual(
    expect.arrayContaining(["float32", "float64", "uint8", "int8", "uint16", "int16", "int32"]),
  );
  expect(info.dtypes.includes("float16")).toBe("Float16Array" in globalThis);
  expect(info.wasmBytes).toBe(bytes.byteLength);
  expect(info.memoryBytes).toBeGreaterThan(0);
  info.operators.length = 0;
  expect((await loadPooling()).info().operators).toHaveLength(48);
});

it("bundled, runs where code may not be made from strings, and reads a file", async () => {
  await build({
    configFile: false,
    logLevel: "silent",
    plugins: [poolscopeWasm()],
    build: {
      outDir: join(folder, "bundle"),
      target: "es2022",
      lib: {
        formats: ["es"],
        entry: fileURLToPath(new URL("../../web/module/index.ts", import.meta.url)),
        fileName: "index",
      },
    },
  });
  const script = join(folder, "run.mjs");
  writeFileSync(
    script,
    `import { loadPooling } from "./bundle/index.js";
    let strings = true;
    try { new Function("return 1")(); } catch { strings = false; }
    const x = { data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] };
    const results = [];
    for (const options of [undefined, { wasm: ${JSON.stringify(file)} }]) {
      const pooling = await loadPooling(options);
      results.push(pooling.maxPool2d(x, { kernelSize: 2 }).data[0], pooling.avgPool2d(x, { kernelSize: 2 }).data[0]);
    }
    console.log(JSON.stringify({ strings, results }));`,
  );
  const said = execFileSync(process.execPath, ["--disallow-code-generation-from-strings", script], {
    encoding: "utf8",
  });
  expect(JSON.parse(said)).toEqual({ strings: false, results: [4, 2.5, 4, 2.5] });
});
