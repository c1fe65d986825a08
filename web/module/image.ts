/** Pictures: RGBA, 8 bits, channels last, with an alpha channel that padding never touches. */

import { bufferOf, isArray, lengthOf, offsetOf } from "./arrays.js";
import { pool } from "./call.js";
import { checkNames, isObject, mustBe, refuse, show, wrap } from "./errors.js";
import type { BoundOperator, Heap } from "./heap.js";
import { picture } from "./picture.js";
import { readArray } from "./tensor.js";
import type { ImageLike, PooledImage, Tensor } from "./types.js";

const name = "poolImage";
const ops = ["max", "min", "avg", "lp"];

/** A picture as a tensor of (height, width, 4) bytes. */
function readImage(heap: Heap, image: unknown, argument: string): Tensor<Uint8ClampedArray> & { colorSpace?: unknown } {
  if (!isObject(image)) mustBe(name, argument, "an ImageData or { data, width, height }", image);
  const { data, width, height, colorSpace } = image as unknown as ImageLike;
  for (const size of [width, height]) {
    if (!Number.isSafeInteger(size) || size < 1) {
      refuse(name, argument, `must have a width and a height of at least 1, not ${show(width)} and ${show(height)}`);
    }
  }
  return { data: clamped(heap, data, `${argument}.data`), shape: [height, width, 4], colorSpace };
}

function clamped(heap: Heap, data: unknown, argument: string): Uint8ClampedArray {
  const { data: bytes, kind } = readArray(heap, data, name, argument);
  if (kind.name === "Uint8ClampedArray") return bytes as Uint8ClampedArray;
  if (kind.name !== "Uint8Array") refuse(name, argument, "must be a Uint8ClampedArray or a Uint8Array");
  return new Uint8ClampedArray(bufferOf.call(bytes), offsetOf.call(bytes), lengthOf.call(bytes));
}

/** Pools each channel of a picture; see Pooling.poolImage. */
export function poolImage(heap: Heap, image: unknown, given: unknown): PooledImage {
  let reading = "image";
  try {
    const { colorSpace, ...input } = readImage(heap, image, reading);
    reading = "options";
    if (!isObject(given)) mustBe(name, reading, 'an object such as { op: "max", kernelSize: 2 }', given);
    const { op, out, ...rest } = given;
    if (!ops.includes(op as string)) mustBe(name, "op", `one of ${ops.map(show).join(", ")}`, op);
    const operator = heap.operators.find(({ core, rank }) => core === op && rank === 2) as BoundOperator;
    checkNames(name, rest, ["op", ...operator.options.filter((option) => option !== "layout")]);
    reading = "out";
    const target =
      out === undefined ? undefined : isArray(out) ? clamped(heap, out, reading) : readImage(heap, out, reading);
    reading = "options";
    const options = { ...rest, layout: "channels_last", out: target };
    const { data, shape } = pool(
      heap,
      heap.bind({ ...operator, name, image: true }),
      input,
      undefined,
      options,
    ) as Tensor<Uint8ClampedArray>;
    if (out !== undefined && !isArray(out)) return out as PooledImage;
    return picture(data, shape[1] as number, shape[0] as number, colorSpace);
  } catch (error) {
    throw wrap(error, name, reading);
  }
}
