/** What a suite knows of an entry. */
import type { World } from "../causes/values.js";

export interface Place {
  name: string;
  /** What an honest caller puts there, made anew. */
  honest: () => unknown;
  /** The call with a value in this place. */
  put: (value: unknown) => unknown;
  /** Takes texts beside other values, or nothing but texts. */
  texts?: boolean | "only";
  /** What is put there may have an answer of its own: any text is a title. */
  own?: boolean;
  /** Takes files, and nothing else. */
  files?: boolean;
}

export interface Entry {
  places: readonly Place[];
  /** Another honest call, as a getter of the caller's may make it. */
  again: World["again"];
  /** What is wrong with a result by itself. */
  wrongResult?: (result: string) => string;
  /** What an honest call does not answer as ever, or what was touched that nobody gave; nothing if all is well. */
  check: () => string | Promise<string>;
  memory: () => number | Promise<number>;
  close: () => void;
}
