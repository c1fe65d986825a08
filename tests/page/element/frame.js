// What the element tells goes to the page around the frame, whose own documents this one may not touch.
for (const kind of ["poolchange", "poolerror"]) addEventListener(kind, ({ detail }) => parent.postMessage(detail, "*"));
const view = document.createElement("pool-view");
for (const [name, value] of new URLSearchParams(location.search)) view.setAttribute(name, value);
document.documentElement.append(view);
