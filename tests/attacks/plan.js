/** Which causes are put to which entry. A new entry is one more line, and takes every cause of the kinds that it can be given. */
import { textCauses, valueCauses } from "./causes/index.js";

const values = Object.keys(valueCauses);
const texts = Object.keys(textCauses);
/** @type {Record<"module" | "worker" | "figure", readonly string[]>} */
export const plan = {
  module: [...values, ...texts],
  worker: [...values, ...texts],
  figure: [...values, ...texts],
};
