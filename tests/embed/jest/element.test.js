// Jest 29 with jsdom, which has neither Response nor DecompressionStream. Run with --experimental-vm-modules.
import { expect, test } from "@jest/globals";

test("the module pools", async () => {
  const { loadPooling } = await import("poolscope");
  const pooling = await loadPooling();
  const { data } = pooling.maxPool2d({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] }, { kernelSize: 2 });
  expect(Array.from(data)).toEqual([4]);
});

test("the figure is drawn as text", async () => {
  const { figureSVG } = await import("poolscope/figure");
  expect(await figureSVG({ code: "nn.MaxPool2d(2)", input: [4, 4] })).toMatch(/^<svg/);
});

test("the element says its sentence", async () => {
  await import("poolscope/element");
  const view = document.createElement("pool-view");
  view.setAttribute("input", "2:1,2,3,4");
  view.setAttribute("code", "nn.MaxPool2d(2)");
  const changed = new Promise((resolve, reject) => {
    view.addEventListener("poolchange", ({ detail }) => resolve(detail));
    view.addEventListener("poolerror", ({ detail }) => reject(new Error(detail.message)));
  });
  document.body.append(view);
  expect(await changed).toMatchObject({ outputShape: [1, 1, 1] });
  expect(view.shadowRoot.querySelector("[part=sentence]").textContent).toMatch(/^out\[0, 0\] = max\(1, 2, 3, 4\) = 4/);
  expect(view.state).toBe("ready");
});
