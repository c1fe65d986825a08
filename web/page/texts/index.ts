import { en, type Texts } from "./en.js";
import { zh } from "./zh.js";

export type { Texts };
/** The six notes; their texts are `note_<name>` and `note_<name>_body`. */
export const NOTE_NAMES = ["weights", "channels", "position", "dilation", "indices", "stack"] as const;
export const TEXTS = { en, zh } as const;

/** The language that the browser asks for first; English where it asks for neither. */
export function preferredLanguage(): keyof typeof TEXTS {
  for (const tag of navigator.languages) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language === "en" || language === "zh") return language;
  }
  return "en";
}

/** A text of at most `max` characters: what is longer keeps its beginning and its end. */
export const shorten = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, (max * 3) >> 2)} … ${text.slice(-max >> 2)}`;
