// Properties set before the element is known must count once it is.
document.getElementById("digits").at = "0,2";
const events = [];
globalThis.heard = events;
for (const kind of ["poolchange", "poolcursor"]) {
  document.addEventListener(kind, ({ type, target, detail }) => events.push({ type, id: target.id, detail }));
}
await import("../../../dist/module/element.js");
const all = [...document.querySelectorAll("pool-view")];
const settle = () => {
  if (all.every((view) => view.dataset.state)) document.documentElement.dataset.state = "ready";
  else requestAnimationFrame(settle);
};
document.documentElement.dataset.state = "loading";
for (const view of all) view.scrollIntoView();
settle();
