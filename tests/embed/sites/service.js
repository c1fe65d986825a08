// A service worker has no worker of its own, and imports nothing late.
import { loadPooling } from "../node_modules/poolscope/dist/module/index.js";
import { PoolingError, loadPooling as there } from "../node_modules/poolscope/dist/module/worker.js";

self.addEventListener("message", async ({ ports: [port] }) => {
  const refused = await there().catch((error) => [error instanceof PoolingError, error.code, error.message]);
  const pooling = await loadPooling();
  const x = { data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] };
  port.postMessage({ refused, itself: [...pooling.maxPool2d(x, { kernelSize: 2 }).data] });
});
