import type { Pooling } from "../figure/compute.js";
import { say } from "../figure/texts/index.js";
import { PoolingError } from "../module/errors.js";
import { loadMethods } from "../module/start.js";
import { App } from "./app.js";
import { preferredLanguage, TEXTS } from "./texts/index.js";

/** Brings the static page to life. What it throws is said on the page. */
export async function start(): Promise<void> {
  const load = async () => (await loadMethods()) as unknown as Pooling;
  let pooling: Pooling;
  try {
    pooling = await load();
  } catch (error) {
    if (!(error instanceof PoolingError) || error.code !== "wasm_unavailable") throw error;
    const { failed } = TEXTS[preferredLanguage()];
    throw new Error(say(failed, { message: error.message }));
  }
  await new App(pooling, load).start();
}
