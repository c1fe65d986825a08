/** Pictures and arrays from files and into them: PNG by pngjs, JPEG by jpeg-js. */
import { extname } from "node:path";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import type { Tensor } from "../module/index.js";
import { type Colours, profileOf } from "./colours.js";
import { orientation } from "./exif.js";
import { inputName, isStandard, Refusal, readIn, reasonOf } from "./files.js";
import { readJPEGHeader, withProfile } from "./jpeg.js";
import { isNPY, readNPY, writeNPY } from "./npy.js";
import { readPNGHeader, withChunks } from "./png.js";
import { say } from "./say.js";
import type { Words } from "./texts.js";

export interface Pixels {
  /** Red, green, blue, alpha. */
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

export interface Picture extends Pixels {
  colours: Colours;
}

export type Format = "png" | "jpeg" | "npy";

export const isOpaque = ({ data }: Pixels): boolean => {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
};

/** The picture laid on white. */
export function onWhite({ data, width, height }: Pixels): Pixels {
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
const MAX_PIXELS = 2 ** 27;
const MAX_SIDE = 1_000_000;

class TooLarge extends Error {}

function checkSize({ width, height }: { width: number; height: number }): void {
  if (width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) throw new TooLarge();
}

/** What a decoder made, which must be what the checked header said. */
function checkDecoded(made: Decoded, { width, height }: { width: number; height: number }, words: Words): Decoded {
  if (made.width !== width || made.height !== height || made.data.length !== 4 * width * height) {
    throw new Error(words.wrongHeader);
  }
  return made;
}

interface Decoded {
  data: Uint8Array;
  width: number;
  height: number;
}

async function fromPNG(bytes: Buffer, words: Words): Promise<Picture> {
  const header = readPNGHeader(bytes, words);
  checkSize(header);
  await header.checkRows();
  const made = checkDecoded(PNG.sync.read(bytes), header, words);
  return { ...turned(made, orientation(header.exif)), colours: header.colours };
}

function fromJPEG(bytes: Buffer, words: Words): Picture {
  const header = readJPEGHeader(bytes, words);
  checkSize(header);
  const limits = { maxResolutionInMP: MAX_PIXELS / 1e6, maxMemoryUsageInMB: 4096, tolerantDecoding: false };
  try {
    const made = jpeg.decode(bytes, { useTArray: true, ...limits });
    checkDecoded(made, header, words);
    // The declarations leave it out. Before the TIFF stands one of the two zeros that end its name.
    const { exifBuffer } = made as { exifBuffer?: Uint8Array };
    return { ...turned(made, orientation(exifBuffer?.subarray(1))), colours: header.colours };
  } catch (error) {
    throw /^max(Resolution|MemoryUsage)In/.test(reasonOf(error)) ? new TooLarge() : error;
  }
}

/** As browsers show it: by Exif's numbers, 1 for as it lies to 8 for a quarter turn to the left. */
function turned({ data, width, height }: Decoded, way: number): Pixels {
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

/** Whether it is an array rather than a picture. */
export const isTensor = (input: Picture | Tensor): input is Tensor => "shape" in input;

/** Reads a PNG, a JPEG or a .npy, whatever its name: what it is stands in its first bytes. */
export async function readInput(file: string, words: Words): Promise<{ input: Picture | Tensor; format: Format }> {
  const bytes = await readIn(file, words);
  const name = inputName(file, words);
  const isPNG = bytes.subarray(1, 4).toString("latin1") === "PNG";
  const isJPEG = bytes[0] === 0xff && bytes[1] === 0xd8;
  try {
    if (isNPY(bytes)) return { input: readNPY(bytes, words), format: "npy" };
    if (isPNG) return { input: await fromPNG(bytes, words), format: "png" };
    if (isJPEG) return { input: fromJPEG(bytes, words), format: "jpeg" };
  } catch (error) {
    if (error instanceof TooLarge) throw new Refusal(say(words.tooLarge, { file: name }));
    throw new Refusal(say(isNPY(bytes) ? words.brokenArray : words.broken, { file: name, why: reasonOf(error) }));
  }
  throw new Refusal(say(words.noPicture, { file: name }));
}

const ENDINGS: Record<string, Format> = { ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".npy": "npy" };

/** The format that a name asks for; standard output asks for none. Refused before any work is done. */
export function formatOf(file: string, words: Words): Format | undefined {
  const ending = extname(file).toLowerCase();
  if (isStandard(file) || Object.hasOwn(ENDINGS, ending)) return ENDINGS[ending];
  throw new Refusal(say(words.ending, { file }));
}

/** The picture's channels as planes: three where it is opaque, else with alpha. */
export function toPlanes({ data, width, height }: Pixels, channels: number): Tensor {
  const size = width * height;
  const planes = new Uint8Array(channels * size);
  for (let channel = 0, to = 0; channel < channels; channel++) {
    for (let at = 0; at < size; at++) planes[to++] = data[4 * at + channel] as number;
  }
  return { data: planes, shape: [channels, height, width] };
}

/** The picture whose channels an array holds: bytes, grey or red, green, blue and perhaps alpha. */
function fromPlanes({ data, shape }: Tensor, words: Words): Pixels {
  const [height = 0, width = 0] = shape.slice(-2);
  const channels = shape.length === 3 ? (shape[0] as number) : 1;
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!isBytes || ![1, 3, 4].includes(channels) || !width || !height) {
    throw new Refusal(say(words.noPixels, { shape: shape.join(" × ") }));
  }
  const size = width * height;
  const pixels = new Uint8ClampedArray(4 * size).fill(255);
  for (let channel = 0; channel < Math.max(channels, 3); channel++) {
    const from = channels === 1 ? 0 : channel * size;
    for (let at = 0; at < size; at++) pixels[4 * at + channel] = data[from + at] as number;
  }
  return { data: pixels, width, height };
}

/** PNG without an alpha channel where it says nothing, JPEG on white; an array of what a picture holds. */
export function encode(result: Picture | Tensor, format: Format, quality: number, words: Words): Uint8Array {
  if (format === "npy") return writeNPY(isTensor(result) ? result : toPlanes(result, isOpaque(result) ? 3 : 4));
  const pixels = isTensor(result) ? fromPlanes(result, words) : result;
  const colours = isTensor(result) ? { chunks: [] } : result.colours;
  const profile = profileOf(colours);
  const { width, height } = pixels;
  if (format === "png") {
    const png = new PNG({ width, height });
    png.data = Buffer.from(pixels.data);
    const bytes = PNG.sync.write(png, { colorType: isOpaque(pixels) ? 2 : 6 });
    return withChunks(bytes, colours.chunks, profile);
  }
  const { data } = isOpaque(pixels) ? pixels : onWhite(pixels);
  const bytes = jpeg.encode({ data, width, height }, quality).data;
  return profile ? withProfile(bytes, profile) : bytes;
}
