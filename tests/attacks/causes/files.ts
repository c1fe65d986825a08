/** Files that are not what their headers say, made byte by byte: pictures and NumPy's arrays. */
import { deflateSync } from "node:zlib";
import jpeg from "jpeg-js";
import { chunk, npy } from "../../bytes.js";

type Files = readonly (readonly [name: string, bytes: Buffer])[];

function header(width: number, height: number, depth = 8, colour = 2, rest = [0, 0, 0]): Buffer {
  const made = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, depth, colour, ...rest]);
  made.writeUInt32BE(width, 0);
  made.writeUInt32BE(height, 4);
  return chunk("IHDR", made);
}
const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const png = (...chunks: Buffer[]) => Buffer.concat([SIGNATURE, ...chunks, chunk("IEND")]);
const rows = (length: number) => chunk("IDAT", deflateSync(Buffer.alloc(length)));
/** Of 8 × 8 pixels of red, green and blue. */
const data = rows(8 * 25);
export const wholePNG = png(header(8, 8), data);

const palette = chunk("PLTE", Buffer.alloc(6));
const indexed = (index: number) => chunk("IDAT", deflateSync(Buffer.alloc(2 * 3, Buffer.from([0, 0, index]))));

export const soundPNGs = [
  wholePNG,
  png(header(2, 2, 8, 3), palette, indexed(1)),
  png(header(8, 8, 8, 2), data, chunk("tEXt")),
];

export const brokenPNGs: Files = [
  ["two headers", png(header(8, 8), header(60_000, 1), data)],
  ["two headers, the second after the data", png(header(8, 8), data, header(9, 9))],
  ["two headers, the second of 30000 × 30000", png(header(8, 8), header(30_000, 30_000), data)],
  ["two headers alike", png(header(8, 8), header(8, 8), data)],
  ["no header", png(data)],
  ["a header that is not the first", png(chunk("tEXt"), header(8, 8), data)],
  ["no data", png(header(8, 8))],
  ["data in two places", png(header(8, 8), data, chunk("tEXt"), data)],
  ["rows that are missing", png(header(8, 8), rows(8 * 25 - 1))],
  ["rows of another width", png(header(9, 8), data)],
  ["data that ends early", png(header(8, 8), chunk("IDAT", deflateSync(Buffer.alloc(200)).subarray(0, -6)))],
  ["data that is none", png(header(8, 8), chunk("IDAT", Buffer.alloc(40, 7)))],
  ["no palette", png(header(2, 2, 8, 3), indexed(0))],
  ["an index outside the palette", png(header(2, 2, 8, 3), palette, indexed(2))],
  ["a palette of 5 bytes", png(header(2, 2, 8, 3), chunk("PLTE", Buffer.alloc(5)), indexed(0))],
  ["a palette too large for its depth", png(header(2, 2, 1, 3), chunk("PLTE", Buffer.alloc(9)), rows(4))],
  ["a palette behind the data", png(header(2, 2, 8, 3), indexed(0), palette)],
  ["two palettes", png(header(2, 2, 8, 3), palette, palette, indexed(0))],
  ["more alphas than colours", png(header(2, 2, 8, 3), palette, chunk("tRNS", Buffer.alloc(3)), indexed(0))],
  ["an alpha too short", png(header(8, 8), chunk("tRNS", Buffer.alloc(2)), data)],
  ["a depth of 3", png(header(8, 8, 3, 0), data)],
  ["a colour type of 7", png(header(8, 8, 8, 7), data)],
  ["interlace 2", png(header(8, 8, 8, 2, [0, 0, 2]), data)],
  ["no rows at all", png(header(8, 0), data)],
  ["a filter of 9", png(header(8, 8), chunk("IDAT", deflateSync(Buffer.alloc(200, 9))))],
  ["a wrong signature", Buffer.concat([Buffer.from("89504e4700000000", "hex"), wholePNG.subarray(8)])],
  ...[9, 20, 33, 40, wholePNG.length - 13, wholePNG.length - 1].map((end): [string, Buffer] => [
    `an end at byte ${end}`,
    wholePNG.subarray(0, end),
  ]),
];

/** Of 16 × 16 pixels. */
const wholeJPEG = jpeg.encode({ data: Buffer.alloc(4 * 256, 90), width: 16, height: 16 }).data;
const frame = wholeJPEG.indexOf(Buffer.from([0xff, 0xc0]));
const length = 2 + wholeJPEG.readUInt16BE(frame + 2);
const segment = wholeJPEG.subarray(frame, frame + length);
const sized = (width: number, height: number) => {
  const made = Buffer.from(segment);
  made.writeUInt16BE(height, 5);
  made.writeUInt16BE(width, 7);
  return made;
};
const framed = (...parts: Uint8Array[]) =>
  Buffer.concat([wholeJPEG.subarray(0, frame), ...parts, wholeJPEG.subarray(frame + length)]);
const lossless = Buffer.from(segment);
lossless[1] = 0xc3;

export const brokenJPEGs: Files = [
  ["two frames", framed(segment, sized(8000, 8000))],
  ["two frames alike", framed(segment, segment)],
  [
    "a frame behind the end of the scan",
    Buffer.concat([wholeJPEG.subarray(0, -2), sized(900, 900), Buffer.from([0xff, 0xd9])]),
  ],
  ["no frame", framed()],
  ["no width", framed(sized(0, 16))],
  ["no height", framed(sized(16, 0))],
  ["a frame of another kind", framed(lossless)],
  ["no end", wholeJPEG.subarray(0, -2)],
  ["an end in the middle", wholeJPEG.subarray(0, wholeJPEG.length - 20)],
  ["an end in its first segment", wholeJPEG.subarray(0, 12)],
  ["an end in its header", wholeJPEG.subarray(0, frame + 5)],
];

const good = (shape: string) => npy("'|u1'", shape, new Uint8Array(6));
export const brokenNPYs: Files = [
  ["a shape beyond the file", good("(2, 3, 100000)")],
  ["a shape beyond all files", good("(999999999999999, 999999999999999, 999999999999999)")],
  ["a shape of many digits", good("(1, 6666666666666666666666666666)")],
  ["a negative size", good("(-2, -3)")],
  ["a size with a fraction", good("(2.0, 3)")],
  ["one axis", good("(6,)")],
  ["no axis", good("()")],
  ["four axes", good("(1, 1, 2, 3)")],
  ["an object dtype", npy("'|O'", "(2, 3)", new Uint8Array(6))],
  ["a structured dtype", npy("[('a', '|u1')]", "(2, 3)", new Uint8Array(6))],
  ["a bool dtype", npy("'|b1'", "(2, 3)", new Uint8Array(6))],
  ["a dtype of 64-bit integers", npy("'<i8'", "(1, 2)", new Uint8Array(16))],
  ["a dtype of unsigned 32-bit integers", npy("'<u4'", "(1, 2)", new Uint8Array(8))],
  ["a complex dtype", npy("'<c8'", "(1, 2)", new Uint8Array(16))],
  ["a dtype of a name of Object.prototype", npy("'constructor'", "(2, 3)", new Uint8Array(6))],
  ["an order that is none", npy("'|u1'", "(2, 3)", new Uint8Array(6), "__import__('os')")],
  ["a key twice", npy("'|u1', 'descr': '<f4'", "(2, 3)", new Uint8Array(24))],
  ["a key that is none", npy("'|u1', 'more': '1'", "(2, 3)", new Uint8Array(6))],
  ["a header beyond the file", Buffer.from("\x93NUMPY\x01\x00\xff\x0f{'descr'", "latin1")],
  ["a header of 4 GB", Buffer.from("\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr'", "latin1")],
  ["nothing but its first bytes", Buffer.from("\x93NUMPY", "latin1")],
  ["a version of 9", npy("'|u1'", "(2, 3)", new Uint8Array(6), "False", 9)],
  ["data that ends early", good("(2, 3)").subarray(0, -1)],
];

const causeOf = (files: Files) => files.map(([name, bytes]) => ({ name, make: () => bytes }));
/** As the causes of values and texts are; they are put where a file is taken. */
export const fileCauses = {
  "PNGs that are not what their headers say": causeOf(brokenPNGs),
  "JPEGs that are not what their headers say": causeOf(brokenJPEGs),
  "arrays of NumPy that are not what their headers say": causeOf(brokenNPYs),
};
