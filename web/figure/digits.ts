import type { Plane } from "./model.js";

/** So many cells a side are shown as numbers at most; as text each is an element of its own. */
export const MOST_CELLS = 512;
/** So many cells a side has the output of a picture at most, or as many as the picture itself. */
export const MOST_PIXELS = 4096;

/** Digits that look random and are the same everywhere. */
export function digits(height: number, width: number): Plane {
  let state = 0x2545f491;
  const data = Float32Array.from({ length: height * width }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % 10;
  });
  return { kind: "numbers", channels: 1, height, width, data };
}
