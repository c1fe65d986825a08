/** The end of an instance: by close(), and by what should never happen inside the core. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, vi } from "vitest";
import { inlinedBytes } from "../../web/module/glue.js";
import { loadPooling, type Pooling, PoolingError } from "../../web/module/index.js";
import { loadPooling as loadScript } from "../../web/module/nowasm.js";
import { loadMethods, useCore } from "../../web/module/start.js";
import { expectSame, refusal } from "./support.js";
import { trappingIn } from "./trap.js";

const x = () => ({ data: Float32Array.from({ length: 64 }, (_, i) => i), shape: [1, 8, 8] });
const pooled = [9, 11, 13, 15, 25, 27, 29, 31, 41, 43, 45, 47, 57, 59, 61, 63];
const works = (pooling: Pick<Pooling, "maxPool2d">) =>
  expectSame(pooling.maxPool2d(x(), { kernelSize: 2 }).data, pooled, "pooled");

/** What every call of a closed instance gives, and nothing else. */
function expectClosed(pooling: Pooling, words: RegExp): void {
  for (const [name, method] of Object.entries(pooling)) {
    if (name === "close") continue;
    const error = refusal(() => (method as (...given: unknown[]) => unknown)(x(), { kernelSize: 2 }));
    expect(error.code, name).toBe("disposed");
    expect(error.message, name).toMatch(words);
  }
}

/** A core of the module's own bytes in which an act meets a function that is gone. */
const broken = async (...traps: [act: (pooling: Pooling) => unknown, before?: (pooling: Pooling) => unknown]) =>
  loadPooling({ wasm: await trappingIn(await inlinedBytes(), ...traps) });

it.each([
  ["WebAssembly", loadPooling],
  ["plain JavaScript", loadScript],
] as [string, () => Promise<Pooling>][])("close() of %s: refused from then on, and started anew", async (_, load) => {
  const pooling = await load();
  const frame = pooling.tensor("float32", [1, 8, 8]);
  const view = frame.data;
  pooling.close();
  pooling.close();
  expectClosed(pooling, /^this instance was closed; loadPooling\(\) starts another$/);
  expect(refusal(() => frame.data).code).toBe("disposed");
  frame.free();
  const next = await load();
  expect(next).not.toBe(pooling);
  expect(await load()).toBe(next);
  works(next);
  expect(refusal(() => next.maxPool2d(frame, { kernelSize: 2 })).code).toBe("disposed");
  if (load === loadPooling) {
    expect(view.length).toBe(0);
    expect(refusal(() => next.maxPool2d({ data: view, shape: [1, 8, 8] }, { kernelSize: 2 })).message).toMatch(
      /detached/,
    );
  }
});

it("close() as Symbol.dispose, of an instance of its own too; another is not touched", async () => {
  const [a, b] = [await loadPooling({ wasm: await inlinedBytes() }), await loadPooling()];
  (a as unknown as Record<symbol, () => void>)[Symbol.dispose ?? "close"]!();
  expectClosed(a, /closed/);
  works(b);
});

it.each(["stride", "out", "data", "shape"])("close() while %s is read: refused, nothing written", async (key) => {
  const pooling = await loadPooling({ wasm: await inlinedBytes() });
  const out = new Float32Array(16).fill(7);
  const closing = <T extends object>(object: T) =>
    key in object
      ? Object.defineProperty({ ...object }, key, {
          enumerable: true,
          get: () => {
            pooling.close();
            return object[key as keyof T];
          },
        })
      : object;
  const error = refusal(() => pooling.maxPool2d(closing(x()), closing({ kernelSize: 2, stride: 2, out })));
  expect(error.code).toBe("disposed");
  expectSame(out, Array(16).fill(7), "out");
});

it("close() lets go of the core, even where the instance is kept", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const { instantiate } = WebAssembly;
  let core: WeakRef<WebAssembly.Instance> | undefined;
  const spy = vi.spyOn(WebAssembly, "instantiate").mockImplementation((async (
    wasm: WebAssembly.Module,
    imports: never,
  ) => {
    const instance = await instantiate(wasm, imports);
    core = new WeakRef(instance);
    return instance;
  }) as never);
  const pooling = await loadPooling({ wasm: await inlinedBytes() });
  spy.mockRestore();
  const frame = pooling.tensor("float32", [1, 8, 8]);
  await nextTurn();
  collect();
  expect(core?.deref()).toBeDefined();
  pooling.close();
  await vi.waitFor(async () => {
    await nextTurn();
    collect();
    expect(core?.deref()).toBeUndefined();
  });
  expect(refusal(() => frame.data).code).toBe("disposed");
});

it("a trap is a PoolingError, ends the instance, and the next works", async () => {
  const act = (pooling: Pooling) => pooling.maxPool2d(x(), { kernelSize: 2 });
  const pooling = await broken(act);
  const frame = pooling.tensor("float32", [1, 8, 8]);
  const out = new Float32Array(16).fill(7);
  const error = refusal(() => pooling.maxPool2d(frame, { kernelSize: 2, out }));
  expect(error.code).toBe("internal");
  expect(error.message).toMatch(
    /^internal error: .*unreachable.*; this instance is closed, loadPooling\(\) starts another$/,
  );
  expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError);
  expectSame(out, Array(16).fill(7), "out");
  expectClosed(pooling, /^an internal error closed this instance; loadPooling\(\) starts another$/);
  expect(refusal(() => frame.data).code).toBe("disposed");
  frame.free();
  works(await loadPooling());
});

it.each([
  ["a plan", (pooling: Pooling) => pooling.outputShape2d([1, 8, 8], { kernelSize: 2 })],
  ["a geometry", (pooling: Pooling) => pooling.geometry2d([8, 8], { kernelSize: 2 })],
  [
    "a picture",
    (pooling: Pooling) =>
      pooling.poolImage({ data: new Uint8Array(64), width: 4, height: 4 }, { op: "max", kernelSize: 2 }),
  ],
])("so is a trap in %s", async (_, act) => {
  const pooling = await broken(act);
  expect(refusal(() => act(pooling)).code).toBe("internal");
  expectClosed(pooling, /internal error/);
});

it("a stack too short for the core gives a PoolingError or none of the call, and the next loadPooling() works", async () => {
  const pooling = await loadPooling();
  const seen = new Set<string>();
  const dive = (depth: number): number => {
    let deepest = depth;
    try {
      deepest = dive(depth + 1);
    } catch {}
    // From the deepest place that there is, upwards.
    if (deepest - depth < 2000) {
      try {
        pooling.maxPool2d(x(), { kernelSize: 2 });
      } catch (error) {
        seen.add(error instanceof PoolingError ? error.code : (error as Error).name);
      }
    }
    return deepest;
  };
  dive(0);
  const known = ["RangeError", "internal", "disposed", "invalid_argument"];
  expect([...seen].filter((code) => !known.includes(code))).toEqual([]);
  works(await loadPooling());
});

it("who draws gets another core after a trap or a close, and is told of a close", async () => {
  const restarted = vi.fn();
  const methods = (await loadMethods(restarted)) as unknown as Pooling;
  works(methods);
  (await loadPooling()).close();
  expect(refusal(() => works(methods)).code).toBe("disposed");
  await vi.waitFor(() => expect(restarted).toHaveBeenCalledOnce());
  works(methods);
  expect((await loadPooling()).geometry2d([4, 4], { kernelSize: 2 }).rows.output).toBe(2);
});

it("who draws can be given a core that was started elsewhere", async () => {
  expect((await import("../../web/element/index")).useCore).toBe(useCore);
  const own = await loadPooling({ wasm: await inlinedBytes() });
  expect(await loadMethods(undefined, own)).toBe(own);
  const uses = vi.spyOn(own, "maxPool2d");
  const draws = async () => {
    uses.mockClear();
    works((await loadMethods()) as unknown as Pooling);
    return uses.mock.calls.length;
  };
  useCore(own);
  expect(await draws()).toBe(1);
  useCore();
  expect(await draws()).toBe(0);
  const promising = { geometry2d: () => Promise.reject(new Error("closed")) };
  for (const wrong of [{}, 3, "pooling", { maxPool2d() {} }, promising]) {
    expect(refusal(() => useCore(wrong as object)).message).toMatch(
      /'pooling' must be what loadPooling\(\) of "poolscope" or/,
    );
  }
});

it("a core that was started elsewhere is used no more once it has trapped or is closed", async () => {
  const pools = (pooling: Pooling) => pooling.maxPool2d(x(), { kernelSize: 2 });
  useCore(await broken(pools, (pooling) => pooling.geometry2d([1, 1], { kernelSize: 1 })));
  const methods = (await loadMethods()) as unknown as Pooling;
  expect(refusal(() => pools(methods)).code).toBe("internal");
  works((await loadMethods()) as unknown as Pooling);
  const living = await loadPooling({ wasm: await inlinedBytes() });
  useCore(living);
  const outdated = (await loadMethods()) as unknown as Pooling;
  living.close();
  expect(refusal(() => pools(outdated)).code).toBe("disposed");
  works((await loadMethods()) as unknown as Pooling);
  // A refusal is no reason to leave it.
  const other = await loadPooling({ wasm: await inlinedBytes() });
  const uses = vi.spyOn(other, "maxPool2d");
  useCore(other);
  const drawing = (await loadMethods()) as unknown as Pooling;
  expect(refusal(() => drawing.maxPool2d(x(), { kernelSize: 99 })).code).toBe("invalid_argument");
  works((await loadMethods()) as unknown as Pooling);
  expect(uses).toHaveBeenCalledTimes(2);
  useCore();
});
