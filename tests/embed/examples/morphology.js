import { loadPooling } from "../node_modules/poolscope/dist/module/index.js";

const pooling = await loadPooling();
const [input, output] = ["input", "output"].map((id) => document.getElementById(id));
const sheet = input.getContext("2d", { willReadFrequently: true });
const operation = document.getElementById("operation");
const radius = document.getElementById("radius");

const dilate = (image, options) => pooling.poolImage(image, { op: "max", ...options });
const erode = (image, options) => pooling.poolImage(image, { op: "min", ...options });
const operations = {
  dilate,
  erode,
  open: (image, options) => dilate(erode(image, options), options),
  close: (image, options) => erode(dilate(image, options), options),
};

function show() {
  const size = Number(radius.value);
  const options = { kernelSize: 2 * size + 1, stride: 1, padding: size };
  const image = sheet.getImageData(0, 0, input.width, input.height);
  output.getContext("2d").putImageData(operations[operation.value](image, options), 0, 0);
}

sheet.fillRect(0, 0, input.width, input.height);
sheet.fillStyle = "white";
sheet.fillRect(60, 60, 90, 90);
sheet.fillRect(170, 100, 80, 6);
for (let at = 0; at < 12; at++) sheet.fillRect(20 + 24 * at, 200, 3, 3);
sheet.strokeStyle = "white";
sheet.lineWidth = 5;
sheet.lineCap = "round";

let last;
input.addEventListener("pointerdown", (event) => {
  last = [event.offsetX, event.offsetY];
  input.setPointerCapture(event.pointerId);
});
input.addEventListener("pointermove", (event) => {
  if (!last) return;
  sheet.beginPath();
  sheet.moveTo(...last);
  last = [event.offsetX, event.offsetY];
  sheet.lineTo(...last);
  sheet.stroke();
  show();
});
input.addEventListener("pointerup", () => {
  last = undefined;
});
operation.addEventListener("input", show);
radius.addEventListener("input", show);
show();
document.documentElement.dataset.state = "ready";
