import type {} from "poolscope/svelte";
import type { SvelteHTMLElements } from "svelte/elements";

type Props = SvelteHTMLElements["pool-view"];
export const good: Props = {
  class: "figure",
  code: "nn.MaxPool2d(3, 2)",
  at: "1,1",
  lang: "zh",
  theme: "dark",
  side: "input",
  data: { data: new Float32Array(4), shape: [2, 2] },
  onpoolerror: ({ detail }) => console.log(detail.what, detail.message),
  onpoolchange: ({ detail }) => console.log(detail.outputShape),
  "on:poolcursor": ({ detail }) => console.log(detail.sentence),
};
// @ts-expect-error no such theme
export const wrong: Props = { theme: "sepia" };
