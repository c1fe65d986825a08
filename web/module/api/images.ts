/** Pictures. */
import type { AdaptiveOptions, AverageOptions, NormOptions, WindowOptions } from "./options.js";
import type { Float16 } from "./tensors.js";

/** An `ImageData` or anything shaped like one: RGBA, 8 bits, row by row; or halves, where `pixelFormat` says "rgba-float16". */
export interface ImageLike {
  /** width · height · 4 numbers: red, green, blue, alpha. */
  readonly data: Uint8ClampedArray | Uint8Array | Uint16Array | Float16;
  /** Pixels of a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Handed on to the result. */
  readonly colorSpace?: string | undefined;
  /** "rgba-float16" where `data` holds halves, as a Float16Array or, where there is none, a Uint16Array. */
  readonly pixelFormat?: string | undefined;
}
/** A real `ImageData` where the consumer's library knows it. */
export type PooledImage = typeof globalThis extends { ImageData: { prototype: infer I } }
  ? I
  : { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number; readonly colorSpace?: string };

/** What to pool a picture with: the operator by its short name, and that operator's options. */
export type ImageOptions = (
  | ({ op: "max" | "min" } & WindowOptions<2>)
  | ({ op: "avg" } & AverageOptions<2>)
  | ({ op: "lp" } & NormOptions<2>)
  | ({ op: "adaptiveMax" | "adaptiveAvg" } & AdaptiveOptions<2>)
) & {
  /** Receives the picture instead of a new one. */
  out?: ImageLike | Uint8ClampedArray | Uint8Array | Uint16Array | Float16 | undefined;
};
