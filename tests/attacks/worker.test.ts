import type { WorkerPooling } from "../../web/module/worker.js";
import { image, placesOf, watching, writing } from "./entries/pooling.js";
import { attack } from "./suite.js";

attack("worker", async () => {
  const built = new URL("../../dist/module/worker.js", import.meta.url).href;
  const { loadPooling } = (await import(/* @vite-ignore */ built)) as { loadPooling: () => Promise<WorkerPooling> };
  const pooling = await loadPooling();
  const { worker, workerError } = await pooling.info();
  if (!worker) throw new Error(`no worker: ${workerError}`);
  const instance = pooling as never;
  return {
    places: [...placesOf(instance), writing(instance)],
    again: () => void pooling.avgPool2d(image(), { kernelSize: 4 }).catch(() => {}),
    check: await watching(instance),
    memory: async () => (await pooling.info()).memoryBytes,
    close: () => pooling.close(),
  };
});
