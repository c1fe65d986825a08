import { loadPooling } from "../../web/module/index.js";
import { image, placesOf, watching } from "./entries/pooling.js";
import { attack } from "./suite.js";

attack("module", async () => {
  const pooling = await loadPooling();
  const instance = pooling as never;
  return {
    places: placesOf(instance),
    again: () => pooling.avgPool2d(image(), { kernelSize: 4 }),
    check: await watching(instance),
    memory: () => pooling.info().memoryBytes,
    close: () => pooling.close(),
  };
});
