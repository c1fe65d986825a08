/** The package's entries and their sources. An entry is built as soon as its source exists. */
export const entries = {
  index: "web/module/index.ts",
  nowasm: "web/module/nowasm.ts",
  worker: "web/module/worker.ts",
  figure: "web/figure/index.ts",
  element: "web/element/index.ts",
  "element-class": "web/element/element-class.ts",
};
