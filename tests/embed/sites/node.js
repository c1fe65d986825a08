import { loadPooling, PoolingError } from "poolscope";
import { figureSVG } from "poolscope/figure";
import { digest } from "../digest.js";

const before = Object.keys(globalThis).length;
const { PoolView } = await import("poolscope/element-class");
const { PoolView: again } = await import("poolscope/element");
if (PoolView !== again || PoolView.observedAttributes.length === 0) throw new Error("two classes");
if (Object.keys(globalThis).length !== before) throw new Error("importing left something behind");
const pooling = await loadPooling();
try {
  pooling.maxPool2d({ data: new Float32Array(4), shape: [2, 2] }, { kernelSize: 3 });
} catch (error) {
  if (!(error instanceof PoolingError)) throw error;
}
const svg = await figureSVG({ code: "nn.MaxPool2d(3, 2)", input: [8, 9] });
console.log(JSON.stringify({ lines: await digest(pooling), svg }));
