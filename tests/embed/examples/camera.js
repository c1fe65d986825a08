import { loadPooling } from "../node_modules/poolscope/dist/module/index.js";

const [start, said, input, output] = ["start", "said", "input", "output"].map((id) => document.getElementById(id));
const options = { op: "avg", kernelSize: 8 };

async function run() {
  start.disabled = true;
  const video = document.createElement("video");
  const [pooling, stream] = await Promise.all([
    loadPooling(),
    navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } }),
  ]);
  video.srcObject = stream;
  video.muted = true;
  await video.play();
  const [width, height] = [video.videoWidth, video.videoHeight];
  Object.assign(input, { width, height });
  Object.assign(output, { width: Math.floor(width / 8), height: Math.floor(height / 8) });
  const sheet = input.getContext("2d", { willReadFrequently: true });
  const pooled = output.getContext("2d");
  let out;
  const frame = () => {
    const began = performance.now();
    sheet.drawImage(video, 0, 0);
    // The first result is written over by all later ones: a running camera makes no garbage of ours.
    out = pooling.poolImage(sheet.getImageData(0, 0, width, height), { ...options, out });
    pooled.putImageData(out, 0, 0);
    said.value = `${width} × ${height} → ${out.width} × ${out.height}, ${(performance.now() - began).toFixed(1)} ms`;
    document.documentElement.dataset.state = "ready";
    requestAnimationFrame(frame);
  };
  frame();
}

start.addEventListener("click", () => {
  run().catch((error) => {
    start.disabled = false;
    said.value = error.message;
    document.documentElement.dataset.state = "error";
  });
});
