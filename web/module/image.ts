/** Pictures: RGBA, channels last, with an alpha channel that padding never touches. */

import { bufferOf, isArray, lengthOf, offsetOf } from "./arrays.js";
import { pool } from "./call.js";
import { checkNames, isObject, mustBe, property, refuse, show, wrap } from "./errors.js";
import type { BoundOperator, Heap } from "./heap.js";
import { picture } from "./picture.js";
import { readArray } from "./tensor.js";
import type { PooledImage, Tensor, TypedArray } from "./types.js";

const name = "poolImage";
/** The core's names of them. */
const ops = new Map<unknown, string>([
  ["max", "max"],
  ["min", "min"],
  ["avg", "avg"],
  ["lp", "lp"],
  ["adaptiveMax", "adaptive_max"],
  ["adaptiveAvg", "adaptive_avg"],
]);
const HALVES = "rgba-float16";

interface Picture extends Tensor {
  readonly colorSpace: unknown;
}

/** A word that goes on to the result; what is none would be asked to become one there. */
const word = (value: unknown) => (typeof value === "string" ? value : undefined);

/** A picture as a tensor of (height, width, 4) bytes or halves. */
function readImage(heap: Heap, image: unknown, argument: string): Picture {
  if (!isObject(image)) mustBe(name, argument, "an ImageData or { data, width, height }", image);
  const parts = ["data", "width", "height", "colorSpace", "pixelFormat"];
  const [data, width, height, colorSpace, format] = parts.map((key) => property(image, key));
  for (const size of [width, height]) {
    if (!Number.isSafeInteger(size) || (size as number) < 1) {
      refuse(name, argument, `must have a width and a height of at least 1, not ${show(width)} and ${show(height)}`);
    }
  }
  const pixels = readPixels(heap, data, `${argument}.data`, format === HALVES);
  return { ...pixels, shape: [height as number, width as number, 4], colorSpace: word(colorSpace) };
}

/** Bytes as clamped ones, which a picture's are; halves as they are. */
function readPixels(heap: Heap, data: unknown, argument: string, halves = false): Pick<Tensor, "data" | "dtype"> {
  const { data: array, kind } = readArray(heap, data, name, argument, halves);
  if (kind.type === "float16") return { data: array, dtype: "float16" };
  if (kind.name === "Uint8ClampedArray") return { data: array, dtype: undefined };
  if (kind.name !== "Uint8Array") {
    refuse(name, argument, `must be a Uint8ClampedArray or a Uint8Array, or halves with pixelFormat "${HALVES}"`);
  }
  return {
    data: new Uint8ClampedArray(bufferOf.call(array), offsetOf.call(array), lengthOf.call(array)),
    dtype: undefined,
  };
}

/** Where the result goes: an array alone is of what the picture is of. */
function readOut(heap: Heap, out: unknown, halves: boolean): TypedArray | Tensor | undefined {
  if (out === undefined) return undefined;
  return isArray(out) ? readPixels(heap, out, "out", halves).data : readImage(heap, out, "out");
}

/** Pools each channel of a picture; see Pooling.poolImage. */
export function poolImage(heap: Heap, image: unknown, given: unknown): PooledImage {
  let reading = "image";
  try {
    const input = readImage(heap, image, reading);
    const halves = input.dtype !== undefined;
    reading = "options";
    if (!isObject(given)) mustBe(name, reading, 'an object such as { op: "max", kernelSize: 2 }', given);
    const op = property(given, "op");
    const out = property(given, "out");
    const core = ops.get(op);
    if (!core) mustBe(name, "op", `one of ${[...ops.keys()].map(show).join(", ")}`, op);
    const operator = heap.operators.find((each) => each.core === core && each.rank === 2) as BoundOperator;
    const known = operator.options.filter((option) => option !== "layout" && option !== "out");
    checkNames(name, given, ["op", "out", ...known]);
    const options: Record<string, unknown> = { layout: "channels_last" };
    for (const key of known) options[key] = property(given, key);
    reading = "out";
    options.out = readOut(heap, out, halves);
    reading = "options";
    const image2d = heap.bind({ ...operator, name, image: true });
    const { data, shape } = pool(heap, image2d, input, undefined, options) as Tensor;
    if (out !== undefined && !isArray(out)) return out as PooledImage;
    return picture(data, shape[1] as number, shape[0] as number, input.colorSpace, halves ? HALVES : undefined);
  } catch (error) {
    throw wrap(error, name, reading);
  }
}
