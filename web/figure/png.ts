/** PNG and APNG from pixels, compressed by the platform's deflate where there is one. */

const CRC = Uint32Array.from({ length: 256 }, (_, at) => {
  let value = at;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (CRC[(value ^ byte) & 255] as number) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function chunk(type: string, ...content: Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(12 + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  for (let at = 0; at < 4; at++) bytes[4 + at] = type.charCodeAt(at);
  let at = 8;
  for (const part of content) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(8 + length, crc(bytes.subarray(4, 8 + length)));
  return bytes;
}

/** Deflate's stored blocks, which hold the bytes as they are. */
function store(bytes: Uint8Array): Uint8Array {
  const MAX_BLOCK = 0xffff;
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 1)];
  for (let at = 0; at < bytes.length; at += MAX_BLOCK) {
    const part = bytes.subarray(at, at + MAX_BLOCK);
    const size = [part.length & 255, part.length >> 8];
    const isLast = at + MAX_BLOCK >= bytes.length;
    parts.push(Uint8Array.of(isLast ? 1 : 0, ...size, ...size.map((byte) => byte ^ 255)), part);
  }
  let [sum, sums] = [1, 0];
  for (const byte of bytes) {
    sum = (sum + byte) % 65521;
    sums = (sums + sum) % 65521;
  }
  return join([...parts, words(sums * 0x10000 + sum)]);
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  // jsdom has neither, and its Blob no stream.
  if (typeof Response !== "function" || typeof CompressionStream !== "function") return store(bytes);
  const { body } = new Response(bytes as BodyInit);
  const stream = (body as ReadableStream).pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Rows of `channels` of the RGBA pixels, each led by its filter: up, which suits flat colours and stars alike. */
function scanlines({ data, width, height }: Pixels, channels: 3 | 4): Uint8Array {
  const stride = 1 + channels * width;
  const lines = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    lines[row * stride] = 2;
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        const at = 4 * (row * width + column) + channel;
        const above = row > 0 ? (data[at - 4 * width] as number) : 0;
        lines[row * stride + 1 + channels * column + channel] = (data[at] as number) - above;
      }
    }
  }
  return lines;
}

/** `next` with every pixel that stayed as it was in `before` left transparent. */
function changes(before: Pixels, next: Pixels): Pixels {
  const data = new Uint8Array(next.data.length);
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue] = [next.data[at], next.data[at + 1], next.data[at + 2]] as [number, number, number];
    if (red === before.data[at] && green === before.data[at + 1] && blue === before.data[at + 2]) continue;
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
    data[at + 3] = 255;
  }
  // An ImageData keeps its size in its prototype: spreading it would lose it.
  return { data, width: next.width, height: next.height };
}

const words = (...values: number[]): Uint8Array => {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setUint32(4 * at, value);
  return bytes;
};

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

export interface Pixels {
  data: Uint8ClampedArray | Uint8Array;
  width: number;
  height: number;
}

const join = (parts: Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

const RGB = 2;
const RGBA = 6;
const header = (width: number, height: number, colours: number) =>
  chunk("IHDR", words(width, height), Uint8Array.of(8, colours, 0, 0, 0));

/** RGBA pixels as an opaque PNG; alpha is left out. */
export async function png(pixels: Pixels): Promise<Uint8Array> {
  const body = await deflate(scanlines(pixels, 3));
  return join([SIGNATURE, header(pixels.width, pixels.height, RGB), chunk("IDAT", body), chunk("IEND")]);
}

/**
 * Opaque RGBA frames of one size as an endless APNG; a viewer that knows only PNG shows the first. Each later frame holds
 * only what changed, laid over the one before. `delay` is in milliseconds.
 */
export async function apng(
  frames: AsyncIterable<Pixels> | Iterable<Pixels>,
  count: number,
  delay: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sequence = 0;
  let before: Pixels | undefined;
  for await (const frame of frames) {
    const { width, height } = frame;
    const body = await deflate(scanlines(before ? changes(before, frame) : frame, 4));
    const timing = Uint8Array.of(delay >> 8, delay & 255, 1000 >> 8, 1000 & 255, 0, before ? 1 : 0);
    const control = chunk("fcTL", words(sequence++, width, height, 0, 0), timing);
    if (before) parts.push(control, chunk("fdAT", words(sequence++), body));
    else {
      const start = [SIGNATURE, header(width, height, RGBA), chunk("acTL", words(count, 0))];
      parts.push(...start, control, chunk("IDAT", body));
    }
    before = frame;
  }
  parts.push(chunk("IEND"));
  return join(parts);
}
