// Bundlers know a worker by exactly this form.
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.addEventListener("message", ({ data }) => {
  window.answer = data;
  document.documentElement.dataset.state = "ready";
});
worker.addEventListener("error", ({ message }) => {
  document.documentElement.dataset.state = "error";
  console.error(message);
});
