// A page rendered on a server: the figure stands in the element until the browser takes over.
import { figureSVG } from "poolscope/figure";

export const render = async () =>
  `<pool-view code="nn.MaxPool2d(2)">${await figureSVG({ code: "nn.MaxPool2d(2)", input: [4, 4] })}</pool-view>`;
