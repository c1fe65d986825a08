// Properties set before the element is known must count once it is.
document.getElementById("digits").at = "0,2";
const events = [];
globalThis.heard = events;
for (const kind of ["poolchange", "poolcursor"]) {
  document.addEventListener(kind, ({ type, target, detail }) => events.push({ type, id: target.id, detail }));
}
globalThis.element = await import("../../../dist/module/element.js");
globalThis.loadPooling = async (options) => (await import("../../../dist/module/index.js")).loadPooling(options);
// Each starts when it is seen.
const [...all] = document.querySelectorAll("pool-view");
const next = () => {
  const waiting = all.find((view) => view.state === "loading");
  if (!waiting) {
    document.documentElement.dataset.state = "ready";
    return;
  }
  waiting.scrollIntoView();
  requestAnimationFrame(next);
};
next();
