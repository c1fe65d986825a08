// What every bundler is given: all entries at once, and the answer where a test finds it.
import { loadPooling } from "poolscope";
import { figureSVG } from "poolscope/figure";
import { digest } from "../digest.js";
import "poolscope/element";

async function main() {
  const pooling = await loadPooling();
  const svg = await figureSVG({ code: "nn.MaxPool2d(3, 2)", input: [8, 9] });
  window.answer = { lines: await digest(pooling), svg };
  const view = document.querySelector("pool-view");
  while (view.state !== "ready") await new Promise(requestAnimationFrame);
  document.documentElement.dataset.state = "ready";
}

main().catch((error) => {
  document.documentElement.dataset.state = "error";
  console.error(error);
});
