/** A started core. */
import type { Axis, ChainStage, ShapeOptions, SlidingOptions } from "./geometry.js";
import type { ImageLike, ImageOptions, PooledImage } from "./images.js";
import type { Operators } from "./operators.js";
import type { Operators1d } from "./operators-1d.js";
import type { Operators3d } from "./operators-3d.js";
import type { Dispose, DType, DTypes, ResidentTensor } from "./tensors.js";

/** What this instance is. */
export interface PoolingInfo {
  /** Of the core. */
  version: string;
  /** The vector instructions the core was compiled to. */
  simd: string;
  /** Those that this engine has an array class for. */
  dtypes: DType[];
  /** The operators' public names. */
  operators: string[];
  /** Size of the WASM binary; 0 when a compiled module was given, and without WASM. */
  wasmBytes: number;
  /** Size of the WASM memory now. */
  memoryBytes: number;
}

/** A started core: every operator in every rank, and what goes with them. */
export type Pooling = PoolingMethods & Dispose;

/** What can be asked of a started core. */
export interface PoolingMethods extends Operators<2>, Operators1d, Operators3d {
  /** What this instance is and how much memory it has. */
  info(): PoolingInfo;
  /**
   * A tensor on the WASM heap, filled with zeros, for pipelines that must not copy.
   * @throws PoolingError "unsupported_dtype", or "out_of_memory" where the WASM memory cannot grow.
   */
  tensor<T extends DType>(dtype: T, shape: readonly number[]): ResidentTensor<DTypes[T]>;
  /** The shape a pooling of `inputShape` with these options would have; throws what the pooling would throw. */
  outputShape1d(inputShape: readonly number[], options: ShapeOptions<1>): number[];
  /** As outputShape1d. */
  outputShape2d(inputShape: readonly number[], options: ShapeOptions<2>): number[];
  /** As outputShape1d. */
  outputShape3d(inputShape: readonly number[], options: ShapeOptions<3>): number[];
  /** Where the windows of an input of these spatial sizes lie, axis by axis. */
  geometry1d(size: readonly [length: number], options: ShapeOptions<1>): { columns: Axis };
  /** As geometry1d. */
  geometry2d(size: readonly [height: number, width: number], options: ShapeOptions<2>): { rows: Axis; columns: Axis };
  /** As geometry1d. */
  geometry3d(
    size: readonly [depth: number, height: number, width: number],
    options: ShapeOptions<3>,
  ): { depths: Axis; rows: Axis; columns: Axis };
  /**
   * The output sizes and receptive fields of sliding windows in a row: one entry for each of up to 32 stages, the first of which
   * reads an input of these spatial sizes, [length], [height, width] or [depth, height, width].
   * @throws PoolingError "invalid_argument" with the stage, counted from 1, whose pooling would be refused; and where a number
   * of the result would be 2^53 or more. "out_of_memory" where an axis's table finds no room.
   */
  geometryChain(inputSize: readonly number[], stages: readonly SlidingOptions[]): ChainStage[];
  /**
   * Pools a picture, each channel for itself. Padding never counts in the alpha channel, so an opaque picture stays
   * opaque. Returns an `ImageData` where the platform has one, else an object of its shape.
   */
  poolImage(image: ImageLike, options: ImageOptions): PooledImage;
  /**
   * Gives the memory back, also as `[Symbol.dispose]`; a second time does nothing. Every later call, and a resident tensor
   * of this instance, is a PoolingError "disposed"; the next loadPooling() starts another instance.
   */
  close(): void;
}
