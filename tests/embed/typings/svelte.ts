import type {} from "poolscope/svelte";
import type { SvelteHTMLElements } from "svelte/elements";

type Props = SvelteHTMLElements["pool-view"];
export const good: Props = {
  class: "figure",
  code: "nn.MaxPool2d(3, 2)",
  at: "1,1",
  lang: "zh",
  theme: "dark",
  onpoolchange: ({ detail }) => console.log(detail.outputShape),
  "on:poolcursor": ({ detail }) => console.log(detail.sentence),
};
// @ts-expect-error no such theme
export const wrong: Props = { theme: "sepia" };
