import type { Plane } from "./model.js";

const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** The colour of a picture's cell. One channel is grey. */
export function rgbAt(plane: Plane, row: number, column: number): [number, number, number] {
  const data = plane.colours ?? plane.data;
  const size = plane.height * plane.width;
  const at = row * plane.width + column;
  const red = byte(data[at] as number);
  if (plane.channels < 3) return [red, red, red];
  return [red, byte(data[size + at] as number), byte(data[2 * size + at] as number)];
}

export const css = ([red, green, blue]: readonly number[]): string =>
  `#${[red, green, blue].map((part) => (part as number).toString(16).padStart(2, "0")).join("")}`;

/** Relative luminance of an sRGB colour, 0 … 1. */
export function luminance(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The range a grid's tints span; a grid of one value is all light. */
export function range(plane: Plane): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < plane.data.length; at++) {
    const value = plane.data[at] as number;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

/** 0 for the lowest value, 1 for the highest. */
export const level = (value: number, [low, high]: [number, number]): number =>
  Number.isFinite(value) && high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : value > high ? 1 : 0;
