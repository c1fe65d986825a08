import type { PooledImage } from "./types.js";

type ImageDataClass = new (data: unknown, width: number, height: number, settings?: object) => PooledImage;

/** A real ImageData where the platform has one, else an object of its shape. */
export function picture(
  data: unknown,
  width: number,
  height: number,
  colorSpace: unknown,
  pixelFormat?: unknown,
): PooledImage {
  const settings = {
    ...(colorSpace === undefined ? undefined : { colorSpace }),
    ...(pixelFormat === undefined ? undefined : { pixelFormat }),
  };
  const { ImageData: Real } = globalThis as { ImageData?: ImageDataClass };
  if (Real) {
    try {
      return new Real(data, width, height, settings);
    } catch {
      // A colour space or a kind of memory this engine's ImageData does not take; the shape of one still serves.
    }
  }
  return { data, width, height, ...settings } as unknown as PooledImage;
}
