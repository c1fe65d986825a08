/** poolscope/worker where a worker dies, or the core inside it fails. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";
import { afterAll, expect, it } from "vitest";
import { loadPooling, PoolingError } from "../../web/module/worker.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "poolscope-failing-"));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
afterAll(() => rmSync(folder, { recursive: true }));

const square = () => ({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] });

async function refused(answer: Promise<unknown>): Promise<PoolingError> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PoolingError);
  return error as PoolingError;
}

it("answers on the calling thread once its worker has died, and says so", async () => {
  const script =
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", ({ id, method }) => ' +
    'method ? process.exit(1) : parentPort.postMessage({ id, value: ["maxPool2d"] }));';
  const own = await loadPooling({ worker: `data:text/javascript,${encodeURIComponent(script)}` });
  const { code, message } = await refused(own.maxPool2d(square(), { kernelSize: 2 }));
  expect({ code, message }).toEqual({ code: "wasm_unavailable", message: "the worker stopped" });
  expect(await own.info()).toMatchObject({ worker: false, workerError: "the worker stopped" });
  expect([...(await own.maxPool2d(square(), { kernelSize: 2 })).data]).toEqual([4]);
});

it("starts a fresh core after one has failed", async () => {
  const file = (name: string) => JSON.stringify(join(root, "web/module", name));
  const failing = `import { loadPooling as load } from ${file("load.ts")};
    let started = 0;
    export const loadPooling = async (options) => {
      const pooling = await load(options);
      const info = () => ({ ...pooling.info(), started });
      started++;
      return { ...pooling, info, globalMaxPool2d: () => { throw new WebAssembly.RuntimeError("unreachable"); } };
    };`;
  await build({
    configFile: join(root, "vite.thread.config.ts"),
    logLevel: "silent",
    plugins: [
      {
        name: "a core that fails",
        enforce: "pre",
        resolveId: (id, from) =>
          from?.endsWith("worker/thread.ts") && id.endsWith("/load.js") ? "\0failing" : undefined,
        load: (id) => (id === "\0failing" ? failing : undefined),
      },
    ],
    build: { outDir: folder, emptyOutDir: false, sourcemap: false, minify: false },
  });
  const own = await loadPooling({ worker: pathToFileURL(join(folder, "worker-thread.js")) });
  const tensor = await own.tensor("float32", [1, 2, 2]);
  expect(await own.info()).toMatchObject({ worker: true, started: 1 });
  const failed = refused(own.globalMaxPool2d(square()));
  const next = own.maxPool2d(square(), { kernelSize: 2 });
  expect((await failed).code).toBe("internal");
  expect([...(await next).data]).toEqual([4]);
  expect(await own.info()).toMatchObject({ worker: true, started: 2 });
  expect((await refused(tensor.read())).code).toBe("disposed");
  expect((await refused(own.maxPool2d(tensor, { kernelSize: 2 }))).code).toBe("disposed");
  tensor.free();
  own.close();
});
