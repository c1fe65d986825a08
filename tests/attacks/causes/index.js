/** The causes: lists of hostile values and texts, by what is wrong with them. A new entry is put to all of its kind. */
import { memories, views } from "./arrays.js";
import { planting } from "./realm.js";
import { expressions, lines, long, markup, names, sizes, unicode } from "./texts.js";
import { json, lists, lying, numbers, primitives, throwing } from "./values.js";

/** @typedef {import("./values.js").Value} Value */
/** @typedef {import("./values.js").World} World */

/** @type {Record<string, readonly Value[]>} */
export const valueCauses = {
  "numbers beyond every size": numbers,
  "values of another kind": primitives,
  "JSON in the form of messages": json,
  "objects that throw when they are read": throwing,
  "objects that lie when they are read": lying,
  "lists that are none": lists,
  "arrays that answer for themselves": views,
  "arrays whose memory is not what it was": memories,
  "names on Object.prototype": planting,
};

/** @type {Record<string, readonly Value[]>} */
export const textCauses = {
  "long and deep texts": long,
  "texts that expressions choke on": expressions,
  "markup, styles and addresses in texts": markup,
  "characters of other kinds": unicode,
  "arguments beyond every size": lines,
  "names of objects in lines": names,
  "sizes, places and grids": sizes,
};
