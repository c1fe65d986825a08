import { en, type Words } from "./en.js";
import { zh } from "./zh.js";

export type { Words };
export const WORDS = { en, zh } as const;
/** A language the figure and the page speak. */
export type Language = keyof typeof WORDS;

/** Puts values into a sentence's `{…}`. */
export const say = (sentence: string, values: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (all, key: string) => (key in values ? String(values[key]) : all));
