/** From files, samples and video frames to planes of values. */
import { range } from "../figure/colour.js";
import type { Plane } from "../figure/model.js";

/** Numbers to pool, row by row. */
export interface Grid {
  width: number;
  values: readonly number[];
}

/** So many cells a grid has at most. */
export const MAX_NUMBERS = 4096;

/** The number a text holds, NaN and the infinities by Python's names, or undefined. */
export function readNumber(text: string): number | undefined {
  const word = text.trim().replace("−", "-");
  const [, sign, name] = /^([+-]?)(nan|inf|infinity|∞)$/i.exec(word) ?? [];
  if (name) return /^n/i.test(name) ? Number.NaN : sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(word || "none");
  return Number.isFinite(value) ? value : undefined;
}

/** A number as `readNumber` reads it: `nan`, `inf` and `-inf` as Python prints them. */
export const writeNumber = (value: number): string => String(value).replace("Infinity", "inf").replace("NaN", "nan");

/** A grid's one written form, `columns:value,value,…` row by row. */
export const writeGrid = ({ width, values }: Grid): string => `${width}:${values.map(writeNumber).join(",")}`;

/** The grid a text holds, or undefined. */
export function readGrid(text: string): Grid | undefined {
  const [, width, list] = /^(\d+):(.+)$/.exec(text.trim()) ?? [];
  if (!width || !list) return undefined;
  const columns = Number(width);
  const values = list.split(",", MAX_NUMBERS + 1).map(readNumber);
  if (columns < 1 || values.length > MAX_NUMBERS || values.length % columns !== 0 || values.includes(undefined))
    return undefined;
  return { width: columns, values: values as number[] };
}

/** Longer sides are scaled down: a screen cannot show more, and a phone should not try. */
const LONGEST = 2048;
/** But not below so many pixels, which would take a strip's few rows away, as long as canvases are so long. */
const FEW = 2 ** 21;
const CANVAS = 8192;

/** Why a picture cannot be had. */
export type PictureTrouble = "unreadable" | "empty" | "cut" | "foreign";

export class PictureError extends Error {
  override name = "PictureError";
  constructor(readonly trouble: PictureTrouble) {
    super(trouble);
  }
}

type Sheet = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** A canvas to read from; a worker has no document to make one. */
export const sheet = (width: number, height: number): Sheet => {
  const inPage = typeof document !== "undefined";
  const canvas = inPage ? document.createElement("canvas") : new OffscreenCanvas(width, height);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true }) as Sheet | null;
  if (!context) throw new PictureError("unreadable");
  return context;
};

/** Red, green and blue apart: channels are pooled independently. The picture must be opaque. */
export function fromPixels({ data, width, height }: { data: Uint8ClampedArray; width: number; height: number }): Plane {
  const size = width * height;
  const planes = new Uint8Array(3 * size);
  const red = planes.subarray(0, size);
  const green = planes.subarray(size, 2 * size);
  const blue = planes.subarray(2 * size);
  // One read a pixel instead of three; every machine with a browser is little-endian.
  const words = new Uint32Array(data.buffer, data.byteOffset, size);
  for (let at = 0; at < size; at++) {
    const word = words[at] as number;
    red[at] = word;
    green[at] = word >> 8;
    blue[at] = word >> 16;
  }
  return { kind: "picture", channels: 3, height, width, data: planes };
}

export const fromGrid = ({ width, values }: Grid): Plane => ({
  kind: "numbers",
  channels: 1,
  height: values.length / width,
  width,
  data: Float32Array.from(values),
});

/** Draws anything drawable onto white and takes its pixels; transparent pictures become opaque. */
export function fromSource(source: CanvasImageSource, width: number, height: number): Plane {
  if (!(width > 0 && height > 0)) throw new PictureError("empty");
  const longer = Math.max(width, height);
  const scale = Math.min(1, CANVAS / longer, Math.max(LONGEST / longer, Math.sqrt(FEW / (width * height))));
  const context = sheet(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const { canvas } = context;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  try {
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    return fromPixels(context.getImageData(0, 0, canvas.width, canvas.height));
  } catch (error) {
    // Another site's picture taints the canvas; a broken one cannot be drawn.
    throw new PictureError((error as Error).name === "SecurityError" ? "foreign" : "unreadable");
  }
}

async function decoded(address: string, shared = false): Promise<HTMLImageElement> {
  const image = new Image();
  if (shared) image.crossOrigin = "anonymous";
  image.src = address;
  try {
    await image.decode();
  } catch {
    throw new PictureError("unreadable");
  }
  if (!(image.naturalWidth > 0 && image.naturalHeight > 0)) throw new PictureError("empty");
  return image;
}

/** Whether this page has no origin of its own, as in a sandboxed frame and in a file from a disk. */
export const isOpaque = (): boolean => self.origin === "null";

export async function fromAddress(address: string): Promise<Plane> {
  // Of another site's picture the pixels must be asked for; where they are refused, it may still be one to look at.
  // In a sandboxed frame every site is another: `location` names the frame's, `self.origin` none.
  const foreign = new URL(address, document.baseURI).origin !== self.origin;
  const image = await (foreign ? decoded(address, true).catch(() => decoded(address)) : decoded(address));
  return fromSource(image, image.naturalWidth, image.naturalHeight);
}

const TAIL = 65_536;

/** Browsers draw what is there of a picture that was cut off, each something else: its format says where it ends. */
async function checkWhole(file: Blob): Promise<void> {
  const text = async (from: number, to?: number) => {
    const bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  };
  const head = await text(0, 512);
  const end = head.startsWith("\x89PNG") ? "IEND" : head.startsWith("\xff\xd8") ? "\xff\xd9" : "";
  if (end && !(await text(Math.max(0, file.size - TAIL))).includes(end)) throw new PictureError("cut");
  // Not every engine sees that a drawing without width has none.
  if (/<svg[^>]*\s(width|height)\s*=\s*["']0[a-z%]*["']/.test(head)) throw new PictureError("empty");
}

/** A file's picture; `scaled` says from what size to what it was brought, in words for a sentence. */
export async function fromFile(file: Blob): Promise<{ plane: Plane; scaled?: { from: string; to: string } }> {
  await checkWhole(file);
  const address = URL.createObjectURL(file);
  try {
    const image = await decoded(address);
    const { naturalWidth: width, naturalHeight: height } = image;
    const plane = fromSource(image, width, height);
    if (plane.width === width) return { plane };
    return { plane, scaled: { from: `${width} × ${height}`, to: `${plane.width} × ${plane.height}` } };
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A plane's cells as canvas pixels, exactly; numbers become greys. */
export function toPixels(plane: Plane): ImageData {
  const { width, height, channels } = plane;
  const data = plane.colours ?? plane.data;
  const size = width * height;
  const pixels = new ImageData(width, height);
  const out = pixels.data;
  if (data instanceof Uint8Array && channels === 3) {
    const words = new Uint32Array(out.buffer);
    const red = data.subarray(0, size);
    const green = data.subarray(size, 2 * size);
    const blue = data.subarray(2 * size);
    for (let at = 0; at < size; at++) {
      words[at] = 0xff000000 | ((blue[at] as number) << 16) | ((green[at] as number) << 8) | (red[at] as number);
    }
    return pixels;
  }
  const [low, high] = plane.kind === "numbers" ? range(plane) : [0, 255];
  const gain = high > low ? 255 / (high - low) : 0;
  const green = channels > 1 ? size : 0;
  const blue = channels > 2 ? 2 * size : 0;
  for (let at = 0, pixel = 0; at < size; at++, pixel += 4) {
    out[pixel] = ((data[at] as number) - low) * gain;
    out[pixel + 1] = ((data[green + at] as number) - low) * gain;
    out[pixel + 2] = ((data[blue + at] as number) - low) * gain;
    out[pixel + 3] = 255;
  }
  return pixels;
}

/** Puts a plane on a canvas, one canvas pixel a cell. */
export function show(canvas: HTMLCanvasElement, plane: Plane): void {
  if (canvas.width !== plane.width) canvas.width = plane.width;
  if (canvas.height !== plane.height) canvas.height = plane.height;
  canvas.getContext("2d", { willReadFrequently: true })?.putImageData(toPixels(plane), 0, 0);
}
