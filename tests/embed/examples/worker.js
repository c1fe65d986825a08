import { loadPooling } from "../node_modules/poolscope/dist/module/index.js";

const loading = loadPooling();

addEventListener("message", async ({ data: { x, options } }) => {
  const pooling = await loading;
  const { output, indices } = pooling.maxPool2dWithIndices(x, options);
  postMessage({ output, indices }, [output.data.buffer, indices.buffer]);
});
