/** Pictures from files and into them: PNG by pngjs, JPEG by jpeg-js. */
import { readFileSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import { say } from "../figure/texts/index.js";
import { orientation, readHeader } from "./headers.js";
import type { Words } from "./texts.js";

export interface Picture {
  /** Red, green, blue, alpha. */
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** What the person who called can mend: said without a trace, exit code 1. */
export class Refusal extends Error {}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isOpaque = ({ data }: Picture): boolean => {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
};

/** The picture laid on white. */
export function onWhite({ data, width, height }: Picture): Picture {
  const flat = new Uint8ClampedArray(data.length);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = (data[at + 3] as number) / 255;
    for (let channel = 0; channel < 3; channel++) {
      flat[at + channel] = alpha * (data[at + channel] as number) + 255 * (1 - alpha);
    }
    flat[at + 3] = 255;
  }
  return { data: flat, width, height };
}

/**
 * Decoded, a pixel takes up to 35 bytes, so this many need 4.6 GB; it is more than cameras make but for a few. A side may be
 * as long as libpng lets it be, because pngjs keeps an object for every row.
 */
const MOST_PIXELS = 2 ** 27;
const LONGEST_SIDE = 1_000_000;

class TooLarge extends Error {}

async function fromPNG(bytes: Buffer, words: Words): Promise<Picture> {
  const { width, height, exif, checkRows } = readHeader(bytes, words);
  if (width * height > MOST_PIXELS || Math.max(width, height) > LONGEST_SIDE) throw new TooLarge();
  await checkRows();
  return turned(PNG.sync.read(bytes), orientation(exif));
}

function fromJPEG(bytes: Buffer): Picture {
  const limits = { maxResolutionInMP: MOST_PIXELS / 1e6, maxMemoryUsageInMB: 4096 };
  try {
    const picture = jpeg.decode(bytes, { useTArray: true, ...limits });
    // The declarations leave it out. Before the TIFF stands one of the two zeros that end its name.
    const { exifBuffer } = picture as { exifBuffer?: Uint8Array };
    return turned(picture, orientation(exifBuffer?.subarray(1)));
  } catch (error) {
    throw /^max(Resolution|MemoryUsage)In/.test(reason(error)) ? new TooLarge() : error;
  }
}

/** As browsers show it: by Exif's numbers, 1 for as it lies to 8 for a quarter turn to the left. */
function turned({ data, width, height }: { data: Uint8Array; width: number; height: number }, way: number): Picture {
  if (way === 1) return { data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength), width, height };
  const [columns, rows] = way > 4 ? [height, width] : [width, height];
  const fromRight = [2, 3, 7, 8].includes(way);
  const fromBelow = [3, 4, 6, 7].includes(way);
  const from = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const to = new Uint32Array(from.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      const [x, y] = way > 4 ? [row, column] : [column, row];
      to[at] = from[(fromBelow ? height - 1 - y : y) * width + (fromRight ? width - 1 - x : x)] as number;
    }
  }
  return { data: new Uint8ClampedArray(to.buffer), width: columns, height: rows };
}

/** Reads a PNG or a JPEG, whatever its name: what it is stands in its first bytes. */
export async function readPicture(file: string, words: Words): Promise<Picture> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Refusal(say(words.cannotRead, { file, why: reason(error) }));
  }
  const isPNG = bytes.subarray(1, 4).toString("latin1") === "PNG";
  if (!isPNG && !(bytes[0] === 0xff && bytes[1] === 0xd8)) throw new Refusal(say(words.noPicture, { file }));
  try {
    return isPNG ? await fromPNG(bytes, words) : fromJPEG(bytes);
  } catch (error) {
    if (error instanceof TooLarge) throw new Refusal(say(words.tooLarge, { file }));
    throw new Refusal(say(words.broken, { file, why: reason(error) }));
  }
}

const ENDINGS = /^\.(png|jpe?g)$/i;

/** Refuses a name that does not say its format, before any work is done. */
export function checkEnding(file: string, words: Words): void {
  if (!ENDINGS.test(extname(file))) throw new Refusal(say(words.ending, { file }));
}

/** Writes in the format the name ends with: PNG without an alpha channel where it says nothing, JPEG on white. */
export function writePicture(file: string, picture: Picture, quality: number, words: Words): void {
  const { width, height } = picture;
  let bytes: Uint8Array;
  if (extname(file).toLowerCase() === ".png") {
    const png = new PNG({ width, height });
    png.data = Buffer.from(picture.data);
    bytes = PNG.sync.write(png, { colorType: isOpaque(picture) ? 2 : 6 });
  } else {
    const { data } = isOpaque(picture) ? picture : onWhite(picture);
    bytes = jpeg.encode({ data, width, height }, quality).data;
  }
  writeOut(file, bytes, words);
}

export function writeOut(file: string, content: string | Uint8Array, words: Words): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new Refusal(say(words.cannotWrite, { file, why: reason(error) }));
  }
}
