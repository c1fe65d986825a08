/** Parts of files, byte by byte: what tests put together into sound and broken pictures and arrays. */
import { crc32 } from "node:zlib";

/** A chunk of a PNG. */
export function chunk(name: string, content: Uint8Array = new Uint8Array()): Buffer {
  const made = Buffer.concat([Buffer.alloc(4), Buffer.from(name, "latin1"), content, Buffer.alloc(4)]);
  made.writeUInt32BE(content.length, 0);
  made.writeUInt32BE(crc32(made.subarray(4, -4)), made.length - 4);
  return made;
}

/** As numpy.save writes them. */
export const npy = (descr: string, shape: string, content: Uint8Array, order = "False", version = 1) => {
  const fields = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`.padEnd(117);
  const text = `${fields}\n`;
  const size = version === 1 ? Buffer.from([text.length, 0]) : Buffer.from([text.length, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from("\x93NUMPY", "latin1"),
    Buffer.from([version, 0]),
    size,
    Buffer.from(text),
    content,
  ]);
};
