/** What pictures' files say and their decoders do not read, or do not check. */
import { createInflate } from "node:zlib";
import type { Words } from "./texts.js";

/** First column, first row, and the steps from column to column and from row to row; all at once, or interlaced. */
const WHOLE = [[0, 0, 1, 1]] as const;
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
/** Samples of a pixel, by the colour type. */
const SAMPLES = [1, 0, 3, 1, 2, 0, 4];

/** The chunks of a PNG, in order. */
function* chunks(bytes: Buffer, words: Words) {
  for (let at = 8, name = ""; name !== "IEND"; ) {
    const end = at + 8 > bytes.length ? Number.POSITIVE_INFINITY : at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new Error(words.cutOff);
    name = bytes.toString("latin1", at + 4, at + 8);
    yield { name, content: bytes.subarray(at + 8, end - 4) };
    at = end;
  }
}

/** How many bytes come out; counting ends after `most`. */
async function inflatedLength(deflated: Buffer, most: number): Promise<number> {
  const inflate = createInflate();
  inflate.end(deflated);
  let count = 0;
  for await (const part of inflate) {
    count += part.length;
    if (count > most) break;
  }
  return count;
}

/** A PNG's size and Exif. pngjs fills rows that are missing with what lies in memory, so they are to be counted first. */
export function readHeader(bytes: Buffer, words: Words) {
  const [header, ...others] = chunks(bytes, words);
  if (header?.name !== "IHDR" || header.content.length !== 13) throw new Error(words.noHeader);
  const [width, height] = [header.content.readUInt32BE(0), header.content.readUInt32BE(4)];
  const [depth = 0, colour = 0, , , interlaced] = header.content.subarray(8);
  const contents = (wanted: string) => others.filter(({ name }) => name === wanted).map(({ content }) => content);
  const checkRows = async () => {
    const bits = depth * (SAMPLES[colour] ?? 0);
    let wanted = 0;
    for (const [x, y, dx, dy] of interlaced ? PASSES : WHOLE) {
      const [columns, rows] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)];
      if (columns > 0 && rows > 0) wanted += rows * (1 + Math.ceil((columns * bits) / 8));
    }
    const count = await inflatedLength(Buffer.concat(contents("IDAT")), wanted);
    // Of interlaced ones pngjs inflates all there is, however much.
    if (count < wanted || (interlaced && count > wanted)) throw new Error(words.wrongRows);
  };
  return { width, height, exif: contents("eXIf")[0], checkRows };
}

/** The way to show a picture, 1 to 8, from the TIFF that is its Exif; 1, as it lies, where none is given. */
export function orientation(exif: Uint8Array | undefined): number {
  if (!exif) return 1;
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    const start = view.getUint32(4, little);
    const entries = view.getUint16(start, little);
    for (let at = start + 2; at < start + 2 + 12 * entries; at += 12) {
      if (view.getUint16(at, little) !== 0x112) continue;
      const isShort = view.getUint16(at + 2, little) === 3 && view.getUint32(at + 4, little) === 1;
      const way = view.getUint16(at + 8, little);
      return isShort && way >= 1 && way <= 8 ? way : 1;
    }
  } catch (error) {
    // Exif that points outside itself says nothing; the picture may be whole.
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}
