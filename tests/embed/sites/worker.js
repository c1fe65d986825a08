import { loadPooling } from "poolscope";
import { figureSVG } from "poolscope/figure";
import { digest } from "../digest.js";

async function main() {
  const lines = await digest(await loadPooling());
  postMessage({ lines, svg: await figureSVG({ code: "nn.MaxPool2d(3, 2)", input: [8, 9] }) });
}

main();
