import { loadPooling } from "../node_modules/poolscope/dist/module/worker.js";

const said = document.getElementById("said");

async function run() {
  const pooling = await loadPooling();
  const shape = [16, 256, 256];
  const data = Float32Array.from({ length: 16 * 256 * 256 }, (_, at) => (at * 7919) % 65536);
  const options = { kernelSize: 3, stride: 2, padding: 1, transfer: true };
  const { output, indices } = await pooling.maxPool2dWithIndices({ data, shape }, options);
  const { worker } = await pooling.info();
  window.made = { output, indices, worker, left: data.length };
  said.value = `${shape.join(" × ")} → ${output.shape.join(" × ")}`;
  document.documentElement.dataset.state = "ready";
}

run().catch((error) => {
  said.value = error.message;
  document.documentElement.dataset.state = "error";
});
