// A strict page: the element and its events are known once it is imported.
import "poolscope/element";
import { loadPooling } from "poolscope";
import type { PoolChange, PoolView } from "poolscope/element-class";

const view = document.createElement("pool-view");
const same: PoolView = view;
same.code = "nn.AvgPool2d(2)";
same.theme = "dark";
view.addEventListener("poolchange", ({ detail }) => {
  const change: PoolChange = detail;
  const rows: number = change.outputShape[1];
  console.log(change.code, rows);
});
view.addEventListener("poolcursor", ({ detail: { row, column, sentence } }) => console.log(row + column, sentence));
view.addEventListener("poolerror", ({ detail: { what, message } }) => console.log(what === "src", message));
same.side = "input";
same.data = new ImageData(8, 9);
same.data = { data: Uint8Array.of(1, 2, 3, 4), shape: [2, 2] };
console.log(same.state === "error");
// @ts-expect-error read only
same.state = "ready";
document.querySelector("pool-view")?.setAttribute("at", "1,1");
// @ts-expect-error no such theme
same.theme = "sepia";

const sheet = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
const pooling = await loadPooling({ wasm: fetch("pool.wasm") });
sheet.putImageData(pooling.poolImage(sheet.getImageData(0, 0, 8, 8), { op: "max", kernelSize: 2 }), 0, 0);
