/** The parts of a JPEG's file, held against the format before a decoder sees them. */
import { type Colours, MAX_PROFILE } from "./colours.js";
import type { Words } from "./texts.js";

const PROFILE = Buffer.from("ICC_PROFILE\0", "latin1");
/** Baseline, extended and progressive with Huffman's code, which jpeg-js decodes, among all starts of a frame. */
const FRAMES = [0xc0, 0xc1, 0xc2];
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Markers and their segments, up to the end of the image. */
function* readSegments(bytes: Buffer, words: Words): Generator<{ marker: number; content: Buffer }> {
  for (let at = 2; ; ) {
    // What stands between is a scan's data, where 0xff is followed by 0, or by a number of 0xd0 … 0xd7.
    while (at < bytes.length && (bytes[at] !== 0xff || [0, 0xff].includes(bytes[at + 1] ?? 0))) at++;
    const marker = bytes[at + 1];
    if (marker === undefined) throw new Error(words.cutOff);
    at += 2;
    if (marker === 0xd9) return;
    if ((marker >= 0xd0 && marker <= 0xd7) || marker === 1) continue;
    if (at + 2 > bytes.length) throw new Error(words.cutOff);
    const end = at + bytes.readUInt16BE(at);
    if (end > bytes.length || end < at + 2) throw new Error(words.cutOff);
    yield { marker, content: bytes.subarray(at + 2, end) };
    at = end;
  }
}

/** The ICC profile, whose pieces are numbered from 1. */
function joinProfile(pieces: readonly Buffer[]): Colours {
  if (pieces.length === 0) return { chunks: [] };
  const inOrder = [...pieces].sort((a, b) => (a[12] ?? 0) - (b[12] ?? 0));
  const isWhole = inOrder.every((piece, i) => piece[12] === i + 1 && piece[13] === pieces.length);
  const profile = Buffer.concat(inOrder.map((piece) => piece.subarray(14)));
  return isWhole && profile.length <= MAX_PROFILE ? { chunks: [], profile } : { chunks: [], isLost: true };
}

/** A JPEG's size and colours. */
export function readJPEGHeader(bytes: Buffer, words: Words) {
  const segments = [...readSegments(bytes, words)];
  const frames = segments.filter(({ marker }) => isFrame(marker));
  const [frame] = frames;
  if (!frame || frame.content.length < 6) throw new Error(words.noHeader);
  if (frames.length > 1) throw new Error(words.wrongChunks);
  const [height, width] = [frame.content.readUInt16BE(1), frame.content.readUInt16BE(3)];
  if (!FRAMES.includes(frame.marker) || frame.content[0] !== 8 || !width || !height) throw new Error(words.wrongHeader);
  if (!segments.some(({ marker }) => marker === 0xda)) throw new Error(words.wrongRows);
  const isProfile = ({ marker, content }: (typeof segments)[0]) =>
    marker === 0xe2 && content.length > 14 && content.subarray(0, 12).equals(PROFILE);
  const colours = joinProfile(segments.filter(isProfile).map(({ content }) => content));
  return { width, height, colours };
}

/** A JPEG with this profile, in as many pieces as it takes, after its own first segment. */
export function withProfile(bytes: Buffer, profile: Buffer): Buffer {
  const room = 65_519;
  const count = Math.ceil(profile.length / room);
  const pieces = Array.from({ length: count }, (_, i) => {
    const part = profile.subarray(i * room, (i + 1) * room);
    const head = Buffer.concat([Buffer.from([0xff, 0xe2, 0, 0]), PROFILE, Buffer.from([i + 1, count])]);
    head.writeUInt16BE(part.length + head.length - 2, 2);
    return Buffer.concat([head, part]);
  });
  const after = bytes[3] === 0xe0 ? 4 + bytes.readUInt16BE(4) : 2;
  return Buffer.concat([bytes.subarray(0, after), ...pieces, bytes.subarray(after)]);
}
