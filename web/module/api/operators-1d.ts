/** The operators in one axis. They stand written, for what is made from others by name has no docstring in an editor. */
import type { Pool, PoolAll, PoolWithIndices, Scatter } from "./calls.js";
import type {
  AdaptiveOptions,
  AverageOptions,
  FractionalOptions,
  InputShape,
  NormOptions,
  UnpoolOptions,
  WindowOptions,
} from "./options.js";

/**
 * The operators along one axis, (N, C, L) or (C, L); with `layout: "channels_last"` (N, L, C) or (L, C). Sizes, order
 * and errors are those of the 2-d ones of the same name.
 */
export interface Operators1d {
  /**
   * Largest of each window of (N, C, L) or (C, L). Padding is never chosen, the first of equals wins, NaN propagates; a
   * window without a real tap gives −∞ or the integer's lowest value.
   * @returns (N, C, L′).
   * @throws PoolingError as maxPool2d does.
   */
  maxPool1d: Pool<WindowOptions<1>>;
  /**
   * maxPool1d that also says where each maximum was: counted from the start of the unpadded row, anew in every channel
   * and sample. Of equals the first, of several NaN the last, −1 for a window without a real tap.
   * @returns `output` and `indices`, both (N, C, L′).
   * @throws PoolingError as maxPool2dWithIndices does.
   */
  maxPool1dWithIndices: PoolWithIndices<WindowOptions<1>>;
  /**
   * Smallest of each window of (N, C, L) or (C, L): −maxPool1d(−x), without its trouble with integers. A window without
   * a real tap gives +∞ or the integer's highest value.
   * @returns (N, C, L′).
   * @throws PoolingError as minPool2d does.
   */
  minPool1d: Pool<WindowOptions<1>>;
  /**
   * minPool1d that also says where each minimum was, as maxPool1dWithIndices does.
   * @returns `output` and `indices`, both (N, C, L′).
   * @throws PoolingError as minPool2dWithIndices does.
   */
  minPool1dWithIndices: PoolWithIndices<WindowOptions<1>>;
  /**
   * Mean of each window of (N, C, L) or (C, L): the sum of its real taps over `divisorOverride`, or over the taps
   * inside input and padding (`countIncludePad`), or over the real taps. Integers round to nearest, halves up, and
   * saturate.
   * @returns (N, C, L′).
   * @throws PoolingError as avgPool2d does.
   */
  avgPool1d: Pool<AverageOptions<1>>;
  /**
   * Norm of each window of (N, C, L) or (C, L). PyTorch's is (mean of xᵖ · kernel's cells)^(1/p) and keeps signs;
   * ONNX's is (Σ |x|ᵖ)^(1/p) over the real taps. Integers round to nearest, halves up, and saturate.
   * @returns (N, C, L′).
   * @throws PoolingError as lpPool2d does.
   */
  lpPool1d: Pool<NormOptions<1>>;
  /**
   * Largest of each of outputSize windows that share (N, C, L) or (C, L) out: window i of o over n cells reads from
   * ⌊i·n / o⌋ up to, not with, ⌈(i + 1)·n / o⌉.
   * @returns (N, C, outputSize).
   * @throws PoolingError as adaptiveMaxPool2d does.
   */
  adaptiveMaxPool1d: Pool<AdaptiveOptions<1>>;
  /**
   * adaptiveMaxPool1d that also says where each maximum was, as maxPool1dWithIndices does.
   * @returns `output` and `indices`, both (N, C, outputSize).
   * @throws PoolingError as adaptiveMaxPool2dWithIndices does.
   */
  adaptiveMaxPool1dWithIndices: PoolWithIndices<AdaptiveOptions<1>>;
  /**
   * Mean of each of outputSize windows that share (N, C, L) or (C, L) out, placed as adaptiveMaxPool1d places them.
   * @returns (N, C, outputSize).
   * @throws PoolingError as adaptiveAvgPool2d does.
   */
  adaptiveAvgPool1d: Pool<AdaptiveOptions<1>>;
  /**
   * Largest of windows of one size at random, reproducible places of (N, C, L) or (C, L), without padding or dilation;
   * every sample and channel has places of its own. No framework has the 1-d form.
   * @returns `output` and `indices`, both (N, C, outputSize).
   * @throws PoolingError as fractionalMaxPool2dWithIndices does.
   */
  fractionalMaxPool1dWithIndices: PoolWithIndices<FractionalOptions<1>>;
  /**
   * Puts each element back where its index says, zeros elsewhere. Indices are flat in the *result's* row. Of several
   * elements with one index the last stays; index −1 is skipped.
   * @returns (N, C, outputSize).
   * @throws PoolingError as maxUnpool2d does.
   */
  maxUnpool1d: Scatter<UnpoolOptions<1>>;
  /**
   * The input's gradient through every max and min pooling of (N, C, L) or (C, L), adaptive and fractional too: each
   * gradient is added to the element at its index. Index −1 is skipped. Integers round to nearest, halves up, and
   * saturate.
   * @returns `inputShape`.
   * @throws PoolingError as maxPool2dBackward does.
   */
  maxPool1dBackward: Scatter<InputShape>;
  /**
   * The input's gradient through avgPool1d with the same options: every real tap of a window gets its gradient over its
   * divisor. Gradients of integers are added up in floating point and rounded once.
   * @returns `inputShape`.
   * @throws PoolingError as avgPool2dBackward does.
   */
  avgPool1dBackward: Pool<InputShape & AverageOptions<1>>;
  /**
   * The input's gradient through adaptiveAvgPool1d: every cell of a window gets its gradient over the window's cells.
   * @returns `inputShape`.
   * @throws PoolingError as adaptiveAvgPool2dBackward does.
   */
  adaptiveAvgPool1dBackward: Pool<InputShape>;
  /**
   * Largest of each row; the length becomes 1.
   * @returns (N, C, 1).
   * @throws PoolingError as globalMaxPool2d does.
   */
  globalMaxPool1d: PoolAll;
  /**
   * Mean of each row; the length becomes 1.
   * @returns (N, C, 1).
   * @throws PoolingError as globalAvgPool2d does.
   */
  globalAvgPool1d: PoolAll;
}
