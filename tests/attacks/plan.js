/** Which causes are put to which entry. A new entry is one more line, and takes every cause of the kinds that it can be given. */
import { fileCauses } from "./causes/files.js";
import { textCauses, valueCauses } from "./causes/index.js";

const values = Object.keys(valueCauses);
const texts = Object.keys(textCauses);
const files = Object.keys(fileCauses);
/** @type {Record<"module" | "worker" | "figure" | "element" | "page" | "command", readonly string[]>} */
export const plan = {
  module: [...values, ...texts],
  worker: [...values, ...texts],
  figure: [...values, ...texts],
  element: [...values, ...texts, ...files],
  page: [...texts, ...files],
  command: [...texts, ...files],
};
