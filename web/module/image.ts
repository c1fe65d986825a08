/** Pictures: RGBA, 8 bits, channels last, with an alpha channel that padding never touches. */

import { bufferOf, isArray, lengthOf, offsetOf } from "./arrays.js";
import { pool } from "./call.js";
import { checkNames, isObject, mustBe, property, refuse, show, wrap } from "./errors.js";
import type { BoundOperator, Heap } from "./heap.js";
import { picture } from "./picture.js";
import { readArray } from "./tensor.js";
import type { PooledImage, Tensor } from "./types.js";

const name = "poolImage";
const parts = ["data", "width", "height", "colorSpace"];
const ops = ["max", "min", "avg", "lp"];

/** A picture as a tensor of (height, width, 4) bytes. */
function readImage(heap: Heap, image: unknown, argument: string): Tensor<Uint8ClampedArray> & { colorSpace?: unknown } {
  if (!isObject(image)) mustBe(name, argument, "an ImageData or { data, width, height }", image);
  const [data, width, height, colorSpace] = parts.map((key) => property(image, key));
  for (const size of [width, height]) {
    if (!Number.isSafeInteger(size) || (size as number) < 1) {
      refuse(name, argument, `must have a width and a height of at least 1, not ${show(width)} and ${show(height)}`);
    }
  }
  return { data: clamped(heap, data, `${argument}.data`), shape: [height as number, width as number, 4], colorSpace };
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
    const op = property(given, "op");
    const out = property(given, "out");
    if (!ops.includes(op as string)) mustBe(name, "op", `one of ${ops.map(show).join(", ")}`, op);
    const operator = heap.operators.find(({ core, rank }) => core === op && rank === 2) as BoundOperator;
    const known = operator.options.filter((option) => option !== "layout" && option !== "out");
    checkNames(name, given, ["op", "out", ...known]);
    const options: Record<string, unknown> = { layout: "channels_last" };
    for (const key of known) options[key] = property(given, key);
    reading = "out";
    const target =
      out === undefined ? undefined : isArray(out) ? clamped(heap, out, reading) : readImage(heap, out, reading);
    reading = "options";
    options.out = target;
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
