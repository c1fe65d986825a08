// poolscope/worker brings its own worker: what a bundler has to do is to ship one more file.

import { figureSVG } from "poolscope/figure";
import { loadPooling } from "poolscope/worker";
import { digest } from "../digest.js";

async function main() {
  const pooling = await loadPooling();
  const { worker } = await pooling.info();
  window.worker = worker;
  const svg = await figureSVG({ code: "nn.MaxPool2d(3, 2)", input: [8, 9] });
  window.answer = { lines: await digest(pooling), svg };
  document.documentElement.dataset.state = "ready";
}

main().catch((error) => {
  document.documentElement.dataset.state = "error";
  console.error(error);
});
