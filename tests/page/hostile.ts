/** Pictures nobody means well with, made here byte by byte. */
import { deflateSync } from "node:zlib";
import { chunk } from "../bytes.js";

/** A PNG of one value a row: `depth` 8 or 16 bits of grey. */
export function png(
  width: number,
  height: number,
  depth: 8 | 16 = 8,
  value = (row: number) => (row * 37) % 256,
): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = depth;
  const line = 1 + width * (depth / 8);
  const rows = Buffer.alloc(line * height);
  for (let row = 0; row < height; row++) rows.fill(value(row), row * line + 1, (row + 1) * line);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 1 })),
    chunk("IEND"),
  ]);
}

const segment = (marker: number, body: readonly number[]): number[] => [
  0xff,
  marker,
  (body.length + 2) >> 8,
  (body.length + 2) & 255,
  ...body,
];

/**
 * A baseline JPEG of flat 8 × 8 blocks side by side: `colours[block][component]`. Four components are CMYK as Adobe writes it,
 * inverted. `orientation` is EXIF's.
 */
export function jpeg(colours: readonly (readonly number[])[], orientation?: number): Buffer {
  const components = colours[0]?.length ?? 1;
  const width = 8 * colours.length;
  const ids = Array.from({ length: components }, (_, at) => at + 1);
  // Twelve lengths of differences, all with codes of four bits; "no more" is the one code of the other table.
  const codes = Array.from({ length: 12 }, (_, at) => at);
  let bits = "";
  const last = Array(components).fill(0);
  for (const block of colours) {
    for (const [at, colour] of block.entries()) {
      const level = 8 * (colour - 128);
      const difference = level - last[at];
      last[at] = level;
      const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
      bits += size.toString(2).padStart(4, "0");
      if (size) bits += (difference > 0 ? difference : difference + 2 ** size - 1).toString(2).padStart(size, "0");
      bits += "0";
    }
  }
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1");
  const data: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    const byte = Number.parseInt(bits.slice(at, at + 8), 2);
    data.push(byte, ...(byte === 255 ? [0] : []));
  }
  const exif = [
    ...Buffer.from("Exif\0\0MM\0*", "latin1"),
    ...[0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation ?? 1, 0, 0, 0, 0, 0, 0],
  ];
  return Buffer.from([
    0xff,
    0xd8,
    ...(orientation ? segment(0xe1, exif) : []),
    ...(components === 4 ? segment(0xee, [...Buffer.from("Adobe", "latin1"), 0, 100, 0, 0, 0, 0, 0]) : []),
    ...segment(0xdb, [0, ...Array(64).fill(1)]),
    ...segment(0xc0, [8, 0, 8, width >> 8, width & 255, components, ...ids.flatMap((id) => [id, 0x11, 0])]),
    ...segment(0xc4, [0x00, 0, 0, 0, 12, ...Array(12).fill(0), ...codes]),
    ...segment(0xc4, [0x10, 1, ...Array(15).fill(0), 0]),
    ...segment(0xda, [components, ...ids.flatMap((id) => [id, 0x00]), 0, 63, 0]),
    ...data,
    0xff,
    0xd9,
  ]);
}

/** Two frames of 2 × 2, the first white, the second black. */
export const animated = Buffer.concat([
  Buffer.from("GIF89a", "latin1"),
  Buffer.from([2, 0, 2, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0]),
  Buffer.from([0x21, 0xff, 11, ...Buffer.from("NETSCAPE2.0", "latin1"), 3, 1, 0, 0, 0]),
  ...[0b00_000_000, 0b01_001_001].map((_, frame) =>
    Buffer.concat([
      Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0]),
      // LZW, two bits a symbol: clear, four pixels one by one, end; the codes are three bits wide all the way.
      Buffer.from(frame === 0 ? [2, 3, 0x04, 0x00, 0x05, 0] : [2, 3, 0x4c, 0x92, 0x05, 0]),
    ]),
  ),
  Buffer.from([0x3b]),
]);

export const svg = (attributes: string): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><rect width="100%" height="100%" fill="#0000ff"/></svg>`,
  );
