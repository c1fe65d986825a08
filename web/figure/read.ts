/** Reading lives in frameworks/; this name of it is the page's and the element's. */
export { explain } from "./frameworks/explain.js";
export { CodeError, type FoundLayer, findLayers, parse, withTyped } from "./frameworks/index.js";
