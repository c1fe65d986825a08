/** Frameworks in whose words a layer is written. A page that only reads lines need not download them. */
import { type Layer, simplify } from "../code.js";
import type { InputSize, Translation } from "./framework.js";
import { write as writeKeras } from "./keras.js";
import { write as writeOnnx } from "./onnx.js";
import { write as writePoolscope } from "./poolscope.js";
import { write as writePytorch } from "./pytorch.js";

const WRITERS = [writePytorch, writeOnnx, writeKeras, writePoolscope];

/** The same layer in other frameworks. `input`: rows and columns, for lines that hold for inputs of this size only. */
export const translations = (layer: Layer, input?: InputSize): Translation[] =>
  WRITERS.map((write) => write(simplify(layer), input));
