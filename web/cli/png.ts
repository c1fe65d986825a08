/** The parts of a PNG's file, held against the format before a decoder sees them: pngjs obeys a second header, and fills what is missing from memory. */
import { createInflate, deflateSync, inflateSync } from "node:zlib";
import { type Colours, MAX_PROFILE } from "./colours.js";
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
/** Samples of a pixel, and the depths there may be, by the colour type. */
const TYPES: readonly (readonly [samples: number, depths: readonly number[]] | undefined)[] = [
  [1, [1, 2, 4, 8, 16]],
  undefined,
  [3, [8, 16]],
  [1, [1, 2, 4, 8]],
  [2, [8, 16]],
  undefined,
  [4, [8, 16]],
];
const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

interface Chunk {
  name: string;
  content: Buffer;
}

/** The chunks of a PNG, in order. */
function* readChunks(bytes: Buffer, words: Words): Generator<Chunk> {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) throw new Error(words.noHeader);
  for (let at = 8, name = ""; name !== "IEND"; ) {
    const end = at + 8 > bytes.length ? Number.POSITIVE_INFINITY : at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new Error(words.cutOff);
    name = bytes.toString("latin1", at + 4, at + 8);
    yield { name, content: bytes.subarray(at + 8, end - 4) };
    at = end;
  }
}

/** Chunks of which there may be one, and those that must have come before. */
function checkOrder(chunks: readonly Chunk[], colour: number, depth: number, words: Words): void {
  const names = chunks.map(({ name }) => name);
  const refuse = () => {
    throw new Error(words.wrongChunks);
  };
  const data = names.indexOf("IDAT");
  if (data < 0 || names.lastIndexOf("IDAT") - data + 1 !== names.filter((name) => name === "IDAT").length) refuse();
  for (const name of ["IHDR", "PLTE", "tRNS", "iCCP", "sRGB", "gAMA", "cHRM", "cICP"]) {
    if (names.indexOf(name) !== names.lastIndexOf(name) || names.indexOf(name) > data) refuse();
  }
  const [palette, transparent] = ["PLTE", "tRNS"].map((wanted) => chunks.find(({ name }) => name === wanted)?.content);
  const colours = palette ? palette.length / 3 : 0;
  if (palette && (!Number.isInteger(colours) || colours < 1 || colours > 256 || colour % 4 === 0)) refuse();
  if (colour === 3 && (!palette || colours > 2 ** depth)) refuse();
  if (!transparent) return;
  const length = { 0: 2, 2: 6 }[colour];
  if (
    colour === 3
      ? transparent.length > colours || names.indexOf("tRNS") < names.indexOf("PLTE")
      : transparent.length !== length
  ) {
    refuse();
  }
}

/** How many bytes come out; counting ends after `max`. */
async function inflatedLength(deflated: Buffer, max: number): Promise<number> {
  const inflate = createInflate();
  inflate.end(deflated);
  let count = 0;
  for await (const part of inflate) {
    count += part.length;
    if (count > max) break;
  }
  return count;
}

/** The colour space a PNG says it is in. */
function readColours(chunks: readonly Chunk[]): Colours {
  const colours: Colours = { chunks: chunks.filter(({ name }) => /^(sRGB|gAMA|cHRM|cICP)$/.test(name)) };
  const embedded = chunks.find(({ name }) => name === "iCCP")?.content;
  if (!embedded) return colours;
  const end = embedded.indexOf(0);
  try {
    colours.profile = inflateSync(embedded.subarray(end + 2), { maxOutputLength: MAX_PROFILE });
  } catch {
    colours.isLost = true;
  }
  return colours;
}

/** A PNG's size, Exif and colours. `checkRows` counts its rows, once the size was found to be bearable. */
export function readPNGHeader(bytes: Buffer, words: Words) {
  const chunks = [...readChunks(bytes, words)];
  const [header] = chunks;
  if (header?.name !== "IHDR" || header.content.length !== 13) throw new Error(words.noHeader);
  const [width, height] = [header.content.readUInt32BE(0), header.content.readUInt32BE(4)];
  const [depth = 0, colour = 0, compression, filter, interlaced = 0] = header.content.subarray(8);
  const [samples, depths] = TYPES[colour] ?? [];
  if (!samples || !depths?.includes(depth) || compression || filter || interlaced > 1 || !width || !height) {
    throw new Error(words.wrongHeader);
  }
  checkOrder(chunks, colour, depth, words);
  const checkRows = async () => {
    const bits = depth * samples;
    let wanted = 0;
    for (const [x, y, dx, dy] of interlaced ? PASSES : WHOLE) {
      const [columns, rows] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)];
      if (columns > 0 && rows > 0) wanted += rows * (1 + Math.ceil((columns * bits) / 8));
    }
    const data = chunks.filter(({ name }) => name === "IDAT").map(({ content }) => content);
    const count = await inflatedLength(Buffer.concat(data), wanted);
    // Of interlaced ones pngjs inflates all there is, however much.
    if (count < wanted || (interlaced && count > wanted)) throw new Error(words.wrongRows);
  };
  const exif = chunks.find(({ name }) => name === "eXIf")?.content;
  return { width, height, exif, colours: readColours(chunks), checkRows };
}

function writeChunk(name: string, content: Uint8Array): Buffer {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(name, "latin1"), content, Buffer.alloc(4)]);
  chunk.writeUInt32BE(content.length, 0);
  chunk.writeInt32BE(checksum(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

/** CRC-32 as PNG has it. */
function checksum(bytes: Uint8Array): number {
  let rest = -1;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest;
}

/** A PNG with these chunks and this profile behind its header. */
export function withChunks(bytes: Buffer, chunks: readonly Chunk[], profile: Buffer | undefined): Buffer {
  const added = chunks.map(({ name, content }) => writeChunk(name, content));
  const head = Buffer.from("ICC\0\0", "latin1");
  if (profile) added.push(writeChunk("iCCP", Buffer.concat([head, deflateSync(profile)])));
  const end = 8 + 12 + 13;
  return Buffer.concat([bytes.subarray(0, end), ...added, bytes.subarray(end)]);
}
