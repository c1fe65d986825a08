import type { Pooling } from "../element/compute.js";
import { loadPooling, PoolingError } from "../module/index.js";
import { App } from "./app.js";
import { TEXTS } from "./texts/index.js";

const root = document.documentElement;

try {
  const pooling = await loadPooling();
  await new App(pooling as unknown as Pooling).start();
} catch (error) {
  // The static figure stays readable; the page says why it does not move.
  root.dataset.state = "error";
  const place = document.getElementById("error");
  const { failed } = TEXTS[root.lang.startsWith("zh") ? "zh" : "en"];
  const refused = error instanceof PoolingError && error.code === "wasm_unavailable";
  if (place) place.textContent = `${refused ? `${failed} ` : ""}${(error as Error).message}`;
  throw error;
}
