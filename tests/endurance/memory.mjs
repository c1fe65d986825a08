// What a tab of Chromium holds, asked over its debugging protocol.

/** What a realm's heap holds after a collection. @param {import("puppeteer-core").CDPSession} client */
export async function heap(client) {
  await client.send("HeapProfiler.collectGarbage");
  return (await client.send("Runtime.getHeapUsage")).usedSize;
}

/** Nodes and listeners that are alive, attached or not. @param {import("puppeteer-core").CDPSession} client */
export async function living(client) {
  const { metrics } = await client.send("Performance.getMetrics");
  const metric = (/** @type {string} */ name) => metrics.find((one) => one.name === name)?.value ?? 0;
  return { nodes: metric("Nodes"), listeners: metric("JSEventListeners") };
}

/** Runs in a page and in front of a worker's script: every memory that a core exports is noted, and not kept alive. */
export function watch() {
  /** @type {WeakRef<WebAssembly.Memory>[]} */
  const made = [];
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (/** @type {any[]} */ ...given) => {
    const result = await /** @type {any} */ (instantiate)(...given);
    for (const value of Object.values((result.instance ?? result).exports)) {
      if (value instanceof WebAssembly.Memory) made.push(new WeakRef(value));
    }
    return result;
  };
  Object.assign(globalThis, { memories: () => made.flatMap((one) => one.deref()?.buffer.byteLength ?? []) });
}

/** @returns {number[]} the sizes of the memories that are alive */
export const memories = () => /** @type {any} */ (globalThis).memories();
