/** Why a text cannot be drawn, in the reader's language. What Python says of a wrong line stays Python's. */
import { LAYER_NAMES } from "../code.js";
import { say, type Words } from "../texts/index.js";
import type { CodeError } from "./parse.js";

export function explain({ message, found, notDrawn, unread }: CodeError, words: Words): string {
  if (unread !== undefined) return say(words.noReaders, { message: unread });
  if (!found) return say(words.noLayer, { message });
  if (!notDrawn) return say(words.wrongLayer, { message });
  const { call, why } = notDrawn;
  const refused = say(words.notDrawn, { call, layers: LAYER_NAMES.join(", ") });
  return why === "other" ? refused : `${refused} ${words[`notDrawn_${why}`]}`;
}
