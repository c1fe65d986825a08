/** Pictures from files and into them: PNG by pngjs, JPEG by jpeg-js. */
import { readFileSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import { say } from "../figure/texts/index.js";
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

/** Reads a PNG or a JPEG, whatever its name: what it is stands in its first bytes. */
export function readPicture(file: string, words: Words): Picture {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Refusal(say(words.cannotRead, { file, why: reason(error) }));
  }
  const decode =
    bytes.subarray(1, 4).toString("latin1") === "PNG"
      ? () => PNG.sync.read(bytes)
      : bytes[0] === 0xff && bytes[1] === 0xd8
        ? () => jpeg.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 4096, maxResolutionInMP: 400 })
        : undefined;
  if (!decode) throw new Refusal(say(words.noPicture, { file }));
  try {
    const { data, width, height } = decode();
    return { data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength), width, height };
  } catch (error) {
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
