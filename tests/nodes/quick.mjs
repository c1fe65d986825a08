// Run by each Node: prints its version and one hash of the digests of every operator, from the built module.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { digest } from "../embed/digest.js";

const entries = ["index", "figure", "element-class", "worker", "nowasm"];
const built = (/** @type {string} */ name) => new URL(`../../dist/module/${name}.js`, import.meta.url);
for (const name of entries) await import(built(name).href);
const required = createRequire(import.meta.url)(built("index").pathname);

const pooling = await required.loadPooling();
const lines = await digest(pooling);
const { figureSVG } = await import(built("figure").href);
const svg = await figureSVG({ code: "nn.MaxPool2d(3, stride=2)", input: [8, 9] });

// The worker's answers are those of this thread, and it lets the process end.
const worker = await (await import(built("worker").href)).loadPooling();
const x = { data: Float32Array.from({ length: 64 }, (_, i) => i % 7), shape: [1, 8, 8] };
const there = await worker.maxPool2d(x, { kernelSize: 2 });
if (String(there.data) !== String(pooling.maxPool2d(x, { kernelSize: 2 }).data)) throw new Error("the worker differs");
worker.close();

console.log(process.version);
console.log(
  createHash("sha256")
    .update(JSON.stringify([lines, svg]))
    .digest("hex")
    .slice(0, 16),
);
