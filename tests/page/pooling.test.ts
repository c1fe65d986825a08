/** Cores that fail, in the page and in its worker, without a browser. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Pooling } from "../../web/figure/compute";
import { PoolingError } from "../../web/module/errors";
import { loadMethods } from "../../web/module/start";
import { Picture } from "../../web/page/controllers/picture";
import { Pooled } from "../../web/page/controllers/pooled";
import { Pooler } from "../../web/page/controllers/pooler";
import { initial, START } from "../../web/page/state";

afterEach(() => vi.unstubAllGlobals());

const numbers = { kind: "numbers" as const, channels: 1, height: 4, width: 4, data: new Float32Array(16).fill(1) };
const core = (await loadMethods()) as unknown as Pooling;

/** A core whose every method throws. */
const breaking = (error: () => Error): Pooling =>
  new Proxy({} as Pooling, {
    get: (_, name) => {
      if (name === "then") return undefined;
      return () => {
        throw error();
      };
    },
  });
const stopped = (): Error => new PoolingError("internal", "The core stopped");

/** Workers that were started, and what they were told. */
class FakeWorker extends EventTarget {
  static made: FakeWorker[] = [];
  posted: unknown[] = [];
  ended = false;
  constructor(readonly address: unknown) {
    super();
    FakeWorker.made.push(this);
  }
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
}

function pooler() {
  FakeWorker.made = [];
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("OffscreenCanvas", class {});
  const seen = { outcomes: [] as unknown[], failed: 0 };
  const made = new Pooler(
    "./pooling-worker.js",
    (outcome) => seen.outcomes.push(outcome),
    () => seen.failed++,
  );
  return { made, seen, worker: FakeWorker.made[0] as FakeWorker };
}

describe("the worker", () => {
  test("is started by a policy that trusts no other address", () => {
    let rules: { createScriptURL(text: string): string } | undefined;
    vi.stubGlobal("trustedTypes", {
      createPolicy: (_: string, given: typeof rules) => {
        rules = given;
        return given;
      },
    });
    const { worker } = pooler();
    expect(worker.address).toMatch(/pooling-worker\.js$/);
    expect(rules?.createScriptURL(worker.address as string)).toBe(worker.address);
    for (const other of ["data:text/javascript,alert(1)", "https://example.org/x.js", ""])
      expect(() => rules?.createScriptURL(other)).toThrow(TypeError);
  });

  test("that has no core is left, and the page pools by itself", () => {
    const { made, seen, worker } = pooler();
    made.picture(START, numbers);
    expect(made.busy).toBe(true);
    worker.dispatchEvent(new MessageEvent("message", { data: { broken: true } }));
    expect([made.there, made.busy, worker.ended, seen.failed]).toEqual([false, false, true, 1]);
    expect(seen.outcomes).toEqual([]);
  });

  test("answers a job when its core cannot start, and when it has broken", async () => {
    const posted: unknown[] = [];
    let listener: (event: unknown) => Promise<void> = async () => {};
    vi.stubGlobal("postMessage", (message: unknown) => posted.push(message));
    vi.stubGlobal("addEventListener", (_: string, given: typeof listener) => {
      listener = given;
    });
    for (const load of [
      () => Promise.reject(new PoolingError("wasm_unavailable", "no")),
      async () => breaking(() => new WebAssembly.RuntimeError("unreachable")),
    ]) {
      vi.resetModules();
      vi.doMock("../../web/module/start.js", () => ({ loadMethods: load }));
      await import("../../web/page/pooling-worker");
      await listener({ data: { layer: START, plane: numbers } });
    }
    vi.doUnmock("../../web/module/start.js");
    expect(posted).toEqual([{ broken: true }, { broken: true }]);
  });
});

describe("the page", () => {
  /** A page whose first core breaks at every call. */
  async function page(next: Pooling) {
    const broken = breaking(stopped);
    const picture = new Picture(String);
    picture.show(numbers, "numbers");
    const state = { ...initial("en"), image: "numbers", layer: { ...START, kernelSize: 2 } };
    let draws = 0;
    const pooled: Pooled = new Pooled({ state, picture, redraw: () => draws++ }, broken, async () => next, undefined);
    pooled.pool();
    const first = pooled.error;
    await Promise.resolve();
    await Promise.resolve();
    if (draws) pooled.pool();
    return { pooled, first };
  }

  test("starts a fresh core when one breaks, and pools again", async () => {
    const { pooled, first } = await page(core);
    expect(first).toBe("The core stopped");
    expect(pooled.error).toBe("");
    expect(pooled.model?.output.height).toBe(2);
  });

  test("does not go on for ever where every core breaks", async () => {
    let starts = 0;
    const broken = breaking(stopped);
    const picture = new Picture(String);
    picture.show(numbers, "numbers");
    const state = { ...initial("en"), image: "numbers" };
    const restart = async () => {
      starts++;
      return broken;
    };
    const pooled: Pooled = new Pooled({ state, picture, redraw: () => pooled.pool() }, broken, restart, undefined);
    pooled.pool();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(starts).toBe(2);
    expect(pooled.error).toBe("The core stopped");
  });
});
