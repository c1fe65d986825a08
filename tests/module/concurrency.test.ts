/** Many instances, many workers, and a caller whose own code runs in the middle of a call. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poolscopeWasm } from "../../web/build/wasm-plugin.js";
import { inlinedBytes } from "../../web/module/glue.js";
import { loadPooling } from "../../web/module/index.js";
import { expectSame, pooling, random, refusal } from "./support.js";

const image = () => ({ data: Float32Array.from({ length: 64 }, (_, i) => i), shape: [1, 8, 8] });
const pooled = [9, 11, 13, 15, 25, 27, 29, 31, 41, 43, 45, 47, 57, 59, 61, 63];

describe("a caller's code in the middle of a call", () => {
  /** `out` whose getters call back: the target is read after them, and the inner call's memory is its own. */
  it.each(["out", "data", "shape"])("may pool again while %s is read", (key) => {
    let entered = 0;
    const inner = () => {
      entered++;
      expectSame(pooling.maxPool2d(image(), { kernelSize: 2 }).data, pooled, "inside");
    };
    const target = { data: new Float32Array(16), shape: [1, 4, 4] };
    const watched = {
      get data() {
        if (key === "data") inner();
        return target.data;
      },
      get shape() {
        if (key === "shape") inner();
        return target.shape;
      },
    };
    const options = {
      kernelSize: 2,
      get out() {
        if (key === "out") inner();
        return watched;
      },
    };
    pooling.maxPool2d(image(), options);
    expect(entered).toBeGreaterThan(0);
    expectSame(target.data, pooled, "outside");
  });

  it("may free the resident input while options are read: refused, and the memory is sound", async () => {
    const own = await loadPooling({ wasm: await inlinedBytes() });
    const frame = own.tensor("float32", [1, 8, 8]);
    const options = {
      kernelSize: 2,
      get stride() {
        frame.free();
        return 2;
      },
    };
    expect(refusal(() => own.maxPool2d(frame, options)).code).toBe("disposed");
    expectSame(own.maxPool2d(image(), { kernelSize: 2 }).data, pooled, "afterwards");
  });

  it("may make the memory grow while options are read: a view from before is refused, not read as empty", async () => {
    const own = await loadPooling({ wasm: await inlinedBytes() });
    const frame = own.tensor("float32", [1, 8, 8]);
    frame.data.set(image().data);
    const grow = () => own.tensor("uint8", [own.info().memoryBytes]).free();
    const view = { data: frame.data, shape: [1, 8, 8] };
    const growing = {
      kernelSize: 2,
      get stride() {
        grow();
        return 2;
      },
    };
    expect(refusal(() => own.maxPool2d(view, growing)).message).toMatch(/detached/);
    // The tensor itself is looked up again.
    expectSame(own.maxPool2d({ data: frame.data, shape: [1, 8, 8] }, { kernelSize: 2 }).data, pooled, "a new view");
    frame.free();
  });
});

describe("instances", () => {
  it("twenty of them, called in turn, disturb each other in nothing", async () => {
    const bytes = await inlinedBytes();
    const all = await Promise.all(Array.from({ length: 20 }, () => loadPooling({ wasm: bytes })));
    const frames = all.map((one, i) => {
      const frame = one.tensor("float32", [1, 8, 8]);
      frame.data.fill(i);
      return frame;
    });
    const next = random(5);
    for (let i = 0; i < 2000; i++) {
      const which = Math.floor(next() * all.length);
      const { data } = all[which]!.avgPool2d(frames[which]!, { kernelSize: 2 });
      if (data.some((value) => value !== which)) expect.fail(`instance ${which} answers ${data}`);
    }
    for (const frame of frames) frame.free();
  });
});

describe("workers", { timeout: 120_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), "poolscope-"));
  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: "error",
      plugins: [poolscopeWasm()],
      build: {
        outDir: directory,
        minify: false,
        lib: { entry: "web/module/index.ts", formats: ["es"], fileName: () => "index.js" },
      },
    });
    writeFileSync(
      join(directory, "worker.mjs"),
      `import { parentPort, workerData } from "node:worker_threads";
       import { loadPooling } from ${JSON.stringify(pathToFileURL(join(directory, "index.js")).href)};
       const pooling = await loadPooling();
       const data = new Float32Array(64 * 64).fill(workerData);
       let wrong = 0;
       for (let i = 0; i < 200; i++) {
         const made = pooling.avgPool2d({ data, shape: [1, 64, 64] }, { kernelSize: 1 + (i % 9) });
         if (made.data.some((value) => value !== workerData)) wrong++;
       }
       parentPort.postMessage(wrong);`,
    );
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("sixteen at once, each with an instance of its own", async () => {
    const answers = await Promise.all(
      Array.from(
        { length: 16 },
        (_, i) =>
          new Promise((resolve, reject) => {
            const worker = new Worker(join(directory, "worker.mjs"), { workerData: i });
            worker.once("message", resolve);
            worker.once("error", reject);
          }),
      ),
    );
    expect(answers).toEqual(Array(16).fill(0));
  });
});
