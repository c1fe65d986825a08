/** The operators in three axes. They stand written, for what is made from others by name has no docstring in an editor. */
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
 * The operators along three axes, (N, C, D, H, W) or (C, D, H, W); with `layout: "channels_last"` (N, D, H, W, C) or (D, H, W, C). Sizes, order
 * and errors are those of the 2-d ones of the same name.
 */
export interface Operators3d {
  /**
   * Largest of each window of (N, C, D, H, W) or (C, D, H, W). Padding is never chosen, the first of equals wins, NaN
   * propagates; a window without a real tap gives −∞ or the integer's lowest value.
   * @returns (N, C, D′, H′, W′).
   * @throws PoolingError as maxPool2d does.
   */
  maxPool3d: Pool<WindowOptions<3>>;
  /**
   * maxPool3d that also says where each maximum was: flat in the unpadded volume, counted anew in every channel and
   * sample. Of equals the first, of several NaN the last, −1 for a window without a real tap.
   * @returns `output` and `indices`, both (N, C, D′, H′, W′).
   * @throws PoolingError as maxPool2dWithIndices does.
   */
  maxPool3dWithIndices: PoolWithIndices<WindowOptions<3>>;
  /**
   * Smallest of each window of (N, C, D, H, W) or (C, D, H, W): −maxPool3d(−x), without its trouble with integers. A
   * window without a real tap gives +∞ or the integer's highest value.
   * @returns (N, C, D′, H′, W′).
   * @throws PoolingError as minPool2d does.
   */
  minPool3d: Pool<WindowOptions<3>>;
  /**
   * minPool3d that also says where each minimum was, as maxPool3dWithIndices does.
   * @returns `output` and `indices`, both (N, C, D′, H′, W′).
   * @throws PoolingError as minPool2dWithIndices does.
   */
  minPool3dWithIndices: PoolWithIndices<WindowOptions<3>>;
  /**
   * Mean of each window of (N, C, D, H, W) or (C, D, H, W): the sum of its real taps over `divisorOverride`, or over
   * the taps inside input and padding (`countIncludePad`), or over the real taps. Integers round to nearest, halves up,
   * and saturate. An input smaller than the kernel is refused.
   * @returns (N, C, D′, H′, W′).
   * @throws PoolingError as avgPool2d does.
   */
  avgPool3d: Pool<AverageOptions<3>>;
  /**
   * Norm of each window of (N, C, D, H, W) or (C, D, H, W). PyTorch's is (mean of xᵖ · kernel's cells)^(1/p) and keeps
   * signs; ONNX's is (Σ |x|ᵖ)^(1/p) over the real taps. Integers round to nearest, halves up, and saturate. In
   * PyTorch's convention an input smaller than the kernel is refused.
   * @returns (N, C, D′, H′, W′).
   * @throws PoolingError as lpPool2d does.
   */
  lpPool3d: Pool<NormOptions<3>>;
  /**
   * Largest of each of outputSize windows that share (N, C, D, H, W) or (C, D, H, W) out: window i of o over n cells
   * reads from ⌊i·n / o⌋ up to, not with, ⌈(i + 1)·n / o⌉.
   * @returns (N, C, ...outputSize).
   * @throws PoolingError as adaptiveMaxPool2d does.
   */
  adaptiveMaxPool3d: Pool<AdaptiveOptions<3>>;
  /**
   * adaptiveMaxPool3d that also says where each maximum was, as maxPool3dWithIndices does.
   * @returns `output` and `indices`, both (N, C, ...outputSize).
   * @throws PoolingError as adaptiveMaxPool2dWithIndices does.
   */
  adaptiveMaxPool3dWithIndices: PoolWithIndices<AdaptiveOptions<3>>;
  /**
   * Mean of each of outputSize windows that share (N, C, D, H, W) or (C, D, H, W) out, placed as adaptiveMaxPool3d
   * places them.
   * @returns (N, C, ...outputSize).
   * @throws PoolingError as adaptiveAvgPool2d does.
   */
  adaptiveAvgPool3d: Pool<AdaptiveOptions<3>>;
  /**
   * Largest of windows of one size at random, reproducible places of (N, C, D, H, W) or (C, D, H, W), without padding
   * or dilation; every sample and channel has places of its own. In randomSamples each has (depth, row, column).
   * @returns `output` and `indices`, both (N, C, ...outputSize).
   * @throws PoolingError as fractionalMaxPool2dWithIndices does.
   */
  fractionalMaxPool3dWithIndices: PoolWithIndices<FractionalOptions<3>>;
  /**
   * Puts each element back where its index says, zeros elsewhere. Indices are flat in the *result's* volume. Of several
   * elements with one index the last stays; index −1 is skipped.
   * @returns (N, C, ...outputSize).
   * @throws PoolingError as maxUnpool2d does.
   */
  maxUnpool3d: Scatter<UnpoolOptions<3>>;
  /**
   * The input's gradient through every max and min pooling of (N, C, D, H, W) or (C, D, H, W), adaptive and fractional
   * too: each gradient is added to the element at its index. Index −1 is skipped. Integers round to nearest, halves up,
   * and saturate.
   * @returns `inputShape`.
   * @throws PoolingError as maxPool2dBackward does.
   */
  maxPool3dBackward: Scatter<InputShape>;
  /**
   * The input's gradient through avgPool3d with the same options: every real tap of a window gets its gradient over its
   * divisor. Gradients of integers are added up in floating point and rounded once.
   * @returns `inputShape`.
   * @throws PoolingError as avgPool2dBackward does.
   */
  avgPool3dBackward: Pool<InputShape & AverageOptions<3>>;
  /**
   * The input's gradient through adaptiveAvgPool3d: every cell of a window gets its gradient over the window's cells.
   * @returns `inputShape`.
   * @throws PoolingError as adaptiveAvgPool2dBackward does.
   */
  adaptiveAvgPool3dBackward: Pool<InputShape>;
  /**
   * Largest of each volume; depth, height and width become 1.
   * @returns (N, C, 1, 1, 1).
   * @throws PoolingError as globalMaxPool2d does.
   */
  globalMaxPool3d: PoolAll;
  /**
   * Mean of each volume; depth, height and width become 1.
   * @returns (N, C, 1, 1, 1).
   * @throws PoolingError as globalAvgPool2d does.
   */
  globalAvgPool3d: PoolAll;
}
