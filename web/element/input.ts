/** What an element is asked to pool: a tensor, a picture's address, or the text of `input`. */
import { digits, MOST_CELLS } from "../figure/digits.js";
import { fromHalves } from "../figure/halves.js";
import type { Plane } from "../figure/model.js";
import { say, type Words } from "../figure/texts/index.js";
import { className, isArray, lengthOf } from "../module/arrays.js";
import { isObject, property, show } from "../module/errors.js";
import type { ImageLike, Tensor } from "../module/index.js";
import { fromAddress, fromGrid, fromSource, isOpaque, PictureError, readGrid, sheet } from "./pictures.js";

export const DEFAULT_INPUT = "8x9";
/** No canvas that shows an uint8 tensor is longer. */
const MAX_SIDE = 4096;

/** More of an address than this says nothing to a reader; those with `data:` have millions of characters. */
const MAX_ADDRESS = 80;

export interface GridSize {
  rows: number;
  columns: number;
}

/** Rows and columns of an `input`; undefined where it is none. */
function sizeOf(text: string): GridSize | undefined {
  const own = readGrid(text);
  if (own) return { rows: own.values.length / own.width, columns: own.width };
  const [, rows = 0, columns = 0] = /^(\d+)\s*[x×,]\s*(\d+)$/.exec(text.trim())?.map(Number) ?? [];
  return rows * columns > 0 && Math.max(rows, columns) <= MOST_CELLS ? { rows, columns } : undefined;
}

/** A copy of a tensor's numbers; undefined where it is none that can be shown. */
function fromTensor({ data, shape, dtype }: Record<string, unknown>): Plane | undefined {
  if (!isArray(data) || !Array.isArray(shape) || shape.length < 2 || shape.length > 4) return undefined;
  const [width, height, channels = 1, batch = 1] = [...shape].reverse();
  const sizes = [width, height, channels, batch];
  const bytes = /^Uint8/.test(className.call(data) as string);
  const limit = bytes ? MAX_SIDE : MOST_CELLS;
  if (!sizes.every(Number.isInteger) || Math.min(...sizes) < 1 || Math.max(width, height) > limit) return undefined;
  if (batch !== 1 || (channels !== 1 && !(bytes && channels === 3))) return undefined;
  const size = channels * height * width;
  if (lengthOf.call(data) < size) return undefined;
  // Typed arrays copy each other's bytes and ask nothing of the caller's class.
  const halves = dtype === "float16" && className.call(data) === "Uint16Array";
  const numbers = () => (halves ? fromHalves(data as Uint16Array) : new Float32Array(data as Float32Array));
  const values = bytes ? new Uint8Array(data) : numbers();
  return { kind: bytes ? "picture" : "numbers", channels, height, width, data: values.subarray(0, size) };
}

/** A copy of a picture's pixels on white, brought down in size as every picture is. */
function fromImage({ data, width, height }: ImageLike): Plane | undefined {
  const bytes = isArray(data) && /^Uint8/.test(className.call(data) as string);
  if (!bytes || lengthOf.call(data) !== 4 * width * height) return undefined;
  const context = sheet(width, height);
  context.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return fromSource(context.canvas, width, height);
}

/** What `data` may be given; undefined where it can be neither read nor shown. */
function fromData(given: unknown): Plane | undefined {
  try {
    if (!isObject(given)) return undefined;
    // What somebody put on Object.prototype is nobody's shape.
    const [data, shape, width, height, dtype] = ["data", "shape", "width", "height", "dtype"].map((name) =>
      property(given, name),
    );
    return shape === undefined ? fromImage({ data, width, height } as ImageLike) : fromTensor({ data, shape, dtype });
  } catch {
    // A getter of the caller's, a detached array, a picture beyond what a canvas holds.
    return undefined;
  }
}

/** Why what is asked for cannot be shown. */
export interface InputRefusal {
  what: "src" | "input";
  say(words: Words): string;
}

/** A value of the property `data`, in a box of its own each time it is set: the same array may hold other numbers by then. */
export interface Given {
  readonly value: Tensor | ImageLike;
}

/** What is asked for; `data` comes before `src`, and `src` before `input`. */
export interface Wanted {
  data: Given | null;
  src: string | null;
  input: string;
  base: string;
}

export class InputReader {
  /** The last one that could be read. */
  plane: Plane | undefined;
  /** Why the one asked for now is not that. */
  refusal: InputRefusal | undefined;
  #key: unknown;
  #text = DEFAULT_INPUT;
  #readText: string | undefined;
  /** The text of the numbers in `plane`; undefined where they came otherwise. */
  #shown: string | undefined;
  #size = sizeOf(DEFAULT_INPUT) as GridSize;

  /** Whether a picture is awaited. */
  pending = false;

  /** @param done called when a picture has come, or has not */
  constructor(readonly done: () => void) {}

  /** The rows and columns of `input`, of the last one that is one where this is none. */
  sizeOf(input: string): GridSize {
    if (input !== this.#readText) {
      this.#readText = input;
      const size = sizeOf(input);
      if (size) [this.#size, this.#text] = [size, input];
    }
    return this.#size;
  }

  /** Reads what is asked for, unless that was done or has begun. */
  read({ data, src, input, base }: Wanted): void {
    const key = data ?? (src === null ? ` ${input}` : src);
    if (key === this.#key) return;
    this.#key = key;
    this.refusal = undefined;
    this.pending = data === null && src !== null;
    if (data !== null) this.#readData(data.value);
    else if (src !== null) void this.#readPicture(src, base);
    else this.#readInput(input);
  }

  #show(plane: Plane, text?: string): void {
    this.plane = plane;
    this.#shown = text;
  }

  #readData(data: unknown): void {
    const plane = fromData(data);
    if (plane) this.#show(plane);
    else this.refusal = { what: "input", say: ({ badData }) => say(badData, { most: MOST_CELLS, side: MAX_SIDE }) };
  }

  #readInput(input: string): void {
    const { rows, columns } = this.sizeOf(input);
    const text = this.#text;
    if (this.#shown !== text) {
      const own = readGrid(text);
      this.#show(own ? fromGrid(own) : digits(rows, columns), text);
    }
    if (text === input) return;
    this.refusal = { what: "input", say: ({ badInput }) => say(badInput, { address: show(input), most: MOST_CELLS }) };
  }

  async #readPicture(src: string, base: string): Promise<void> {
    let plane: Plane | undefined;
    let foreign = false;
    try {
      plane = await fromAddress(new URL(src, base).href);
    } catch (error) {
      // What is no address at all is no picture either.
      foreign = error instanceof PictureError && error.trouble === "foreign";
    }
    // A later one may have overtaken this one.
    if (this.#key !== src) return;
    this.pending = false;
    if (plane) this.#show(plane);
    else {
      const address = src.length > MAX_ADDRESS ? `${src.slice(0, MAX_ADDRESS)}…` : src;
      const sentence = foreign ? (isOpaque() ? "opaquePage" : "foreignPicture") : "badPicture";
      this.refusal = { what: "src", say: (words) => say(words[sentence], { address }) };
    }
    this.done();
  }
}
