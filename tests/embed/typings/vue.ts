import type {} from "poolscope/vue";
import type { GlobalComponents } from "vue";

type Props = InstanceType<GlobalComponents["pool-view"]>["$props"];
export const good: Props = {
  class: "figure",
  code: "nn.MaxPool2d(3, 2)",
  at: "1,1",
  lang: "zh",
  theme: "dark",
  side: "input",
  data: null,
  onPoolerror: ({ detail }) => console.log(detail.what, detail.message),
  onPoolchange: ({ detail }) => console.log(detail.outputShape),
  onPoolcursor: ({ detail }) => console.log(detail.sentence),
};
// @ts-expect-error no such theme
export const wrong: Props = { theme: "sepia" };
