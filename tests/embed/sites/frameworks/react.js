// React 19 renders on a server, finds its markup again, and hands back what the element tells.
import "poolscope/element";
import { createElement, useState } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server.browser";

function Figure() {
  const [at, setAt] = useState("1,1");
  const code = "nn.MaxPool2d(3, stride=2)";
  const onpoolcursor = ({ detail: { row, column } }) => setAt(`${row},${column}`);
  return createElement("pool-view", { id: "in-react", code, at, onpoolcursor });
}

/** Hydrates after the element was drawn, which is when anything that it wrote on itself would be a mismatch. */
export async function react(place) {
  place.innerHTML = renderToString(createElement(Figure));
  const view = place.querySelector("pool-view");
  while (view.state !== "ready") await new Promise(requestAnimationFrame);
  hydrateRoot(place, createElement(Figure), { onRecoverableError: (error) => console.error(error) });
}
