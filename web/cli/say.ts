/** The command's sentences, with what its caller or a file wrote in them. */
import { say as fill } from "../figure/texts/index.js";

/** Characters of a value: more of them say nothing to a reader. */
const MAX_LENGTH = 300;

/** Control characters and those that turn the direction of writing are orders to a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ORDERS = /[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

/** What a terminal shows as it is: an order becomes its number. */
export const printable = (text: string): string =>
  text.replace(ORDERS, (order) => `\\u${order.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Fills a sentence's `{names}`. */
export function say(sentence: string, values: Record<string, string>): string {
  const short = Object.entries(values).map(([name, value]) => {
    // An order grows to six characters.
    const shown = printable(value.slice(0, MAX_LENGTH + 1));
    return [name, shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH)}…` : shown];
  });
  return fill(sentence, Object.fromEntries(short));
}
