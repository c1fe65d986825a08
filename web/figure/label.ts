/** Words beside the panels: how wide they are, and how they stay on the sheet and legible. */
import type { Arrangement } from "./arrange.js";
import type { Shape } from "./scene.js";
import type { Theme } from "./theme.js";

/** How wide a line is at most. The page's fonts differ; no browser need be there to ask. */
export const textWidth = (text: string, size: number): number =>
  text.replace(/[\u3000-\uffff]/g, "mm").length * size * 0.55;

/**
 * Words that start at `from`, or where they still fit the sheet; bold and `aside`, they start after it or end before. Where no
 * lens lies between the panels a thread may run behind them: they have paper of their own, and so has what stands on cells.
 */
export function label(
  text: string,
  from: number,
  y: number,
  size: number,
  fill: string,
  at: Arrangement,
  { paper }: Theme,
  aside = 0,
): Shape[] {
  const width = textWidth(text, aside ? size * 1.2 : size);
  const x = Math.max(0, Math.min(from + 8 * aside - (aside < 0 ? width : 0), at.width - width));
  const words: Shape = { kind: "text", x, y, text, size, fill, bold: aside !== 0 };
  if (at.lens && !aside) return [words];
  // Most words are narrower, and what ends beside them shall be seen.
  return [{ kind: "rectangle", x, y: y - 0.6 * size, width: 0.95 * width, height: 1.2 * size, fill: paper }, words];
}
