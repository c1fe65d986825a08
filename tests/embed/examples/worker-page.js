const address = new URL("worker.js", import.meta.url).href;
// Where a policy asks for trusted types, an address of a script has to be vouched for.
const policy = globalThis.trustedTypes?.createPolicy("poolscope-example", { createScriptURL: (given) => given });
const worker = new Worker(policy ? policy.createScriptURL(address) : address, { type: "module" });
const said = document.getElementById("said");

const shape = [16, 256, 256];
const data = Float32Array.from({ length: 16 * 256 * 256 }, (_, at) => (at * 7919) % 65536);
worker.addEventListener("message", ({ data: made }) => {
  window.made = made;
  said.value = `${shape.join(" × ")} → ${made.output.shape.join(" × ")}`;
  document.documentElement.dataset.state = "ready";
});
worker.addEventListener("error", ({ message }) => {
  said.value = message;
  document.documentElement.dataset.state = "error";
});
worker.postMessage({ x: { data, shape }, options: { kernelSize: 3, stride: 2, padding: 1 } }, [data.buffer]);
