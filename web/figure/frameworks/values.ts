/** Values as frameworks other than PyTorch write them. */
import { CodeError, type Value } from "./parse.js";

const isInteger = (value: unknown): boolean => Number.isInteger(value);

/** Where 1 says yes. */
export const flag = (value: Value | undefined): Value | undefined => (value === 1 ? true : value === 0 ? false : value);

/** Four sides in this module's order: top and left first, then bottom and right. */
export const sides = (top: number, bottom: number, left: number, right: number): number[] => [top, left, bottom, right];

/** Rows and columns of a size for every axis of a tensor: `[1, 2, 2, 1]`, channels last unless `first`. */
export function spatial(value: Value | undefined, first: boolean): Value | undefined {
  if (!Array.isArray(value) || value.length !== 4) return value;
  return first ? value.slice(2) : value.slice(1, 3);
}

/** `[[0, 0], [top, bottom], [left, right], [0, 0]]`, or the two pairs alone. */
export function fromPairs(value: Value | undefined, first: boolean): Value | undefined {
  if (!Array.isArray(value) || !value.every((pair) => Array.isArray(pair) && pair.length === 2)) return value;
  const pairs = value.length === 4 ? (spatial(value, first) as Value[]) : value;
  const [top, bottom, left, right] = pairs.flat();
  return pairs.length === 2 && [top, bottom, left, right].every(isInteger)
    ? sides(top as number, bottom as number, left as number, right as number)
    : value;
}

export const paddingError = (label: string): CodeError =>
  new CodeError(`ValueError: ${label.replace(".__init__", "")}: padding must be "valid" or "same"`);

/** "SAME" and "VALID" in any case. */
export function paddingWord(label: string, value: Value | undefined): Value | undefined {
  if (typeof value !== "string") return value;
  const word = value.toLowerCase();
  if (word !== "same" && word !== "valid") throw paddingError(label);
  return word;
}
