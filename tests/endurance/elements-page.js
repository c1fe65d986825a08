import "../../dist/module/element.js";

const layers = ["nn.MaxPool2d(3, stride=2)", "nn.AvgPool2d(2)", "nn.MaxPool2d(2, dilation=2)", "nn.LPPool2d(2, 2)"];

/**
 * Resolves to how many of them were drawn.
 * @param {number} first @param {number} count
 */
globalThis.mountAndUnmount = async (first, count) => {
  const place = document.querySelector("main");
  const views = Array.from({ length: count }, (_, i) => {
    const view = document.createElement("pool-view");
    view.setAttribute("code", layers[(first + i) % layers.length]);
    view.setAttribute("at", `${i % 2},${i % 3}`);
    view.textContent = "It comes.";
    // All of them within the window: an element starts when it is seen.
    view.style.cssText = "position: absolute; inset: 0 auto auto 0; width: 300px";
    return view;
  });
  place.append(...views);
  const isDrawn = (view) => view.state === "ready";
  // A limit for what hangs, not for what is slow.
  const end = performance.now() + 120_000;
  while (!views.every(isDrawn) && performance.now() < end) await new Promise((next) => setTimeout(next, 5));
  const drawn = views.filter(isDrawn).length;
  place.replaceChildren();
  await new Promise(requestAnimationFrame);
  return drawn;
};
