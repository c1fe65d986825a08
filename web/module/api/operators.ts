/** The operators in two axes. */
import type { Pool, PoolAll, PoolWithIndices, Scatter } from "./calls.js";
import type {
  AdaptiveOptions,
  AverageOptions,
  FractionalOptions,
  InputShape,
  NormOptions,
  Rank,
  UnpoolOptions,
  WindowOptions,
} from "./options.js";

/**
 * The operators, under their 2-d names. Every one takes (N, C, H, W), (C, H, W) or (H, W), with `layout:
 * "channels_last"` (N, H, W, C) or (H, W, C), and returns the same rank, layout and array class. N may be 0. The …1d
 * ones take (N, C, L) and (C, L), the …3d ones (N, C, D, H, W) and (C, D, H, W). Planes never mix: every channel is
 * pooled for itself.
 *
 * A sliding window gives ⌊(size + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 outputs along an axis, padding
 * being that of both sides; with `ceilMode` the quotient is rounded up, and one output is taken back where its window
 * would start at or past size + left padding.
 *
 * @throws PoolingError "invalid_argument" for what PyTorch refuses, in its order and its words, for a misspelt option,
 * a wrong kind of value and a detached array.
 * @throws PoolingError "unsupported_dtype" for an array of another class.
 * @throws PoolingError "out_of_memory" where the WASM memory, at most 4 GiB, cannot grow.
 * @throws PoolingError "disposed" for a resident tensor that was freed, and of every call once the instance is closed.
 * @throws PoolingError "internal" for a fault of the module's own. The instance is closed then, the next loadPooling()
 * starts another.
 * @see Sizes and order of checks: PyTorch's
 * [Pool.h](https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/Pool.h).
 */
export interface Operators<D extends Rank> {
  /**
   * Largest of each window. Padding is never chosen, the first of equals wins (so −0 and +0 keep the first one's sign),
   * NaN propagates. A window without a real tap, which dilation makes possible, gives −∞ or the integer's lowest value.
   * @returns (N, C, H′, W′), its sizes by the formula above.
   * @throws PoolingError "invalid_argument" for a stride, kernel or dilation below 1; padding below 0 or beyond half
   * the effective kernel; a window that fits nowhere; an empty channel or spatial size.
   * @see PyTorch [max_pool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html).
   */
  maxPool2d: Pool<WindowOptions<D>>;
  /**
   * maxPool2d that also says where each maximum was: flat in the unpadded input plane, counted anew in every channel
   * and sample. Of equals the first, of several NaN the last, −1 for a window without a real tap.
   * @returns `output` and `indices`, both (N, C, H′, W′).
   * @throws PoolingError "invalid_argument" as maxPool2d does.
   * @see PyTorch [MaxPool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html) with
   * `return_indices=True`; −1 is this project's, PyTorch's index points outside the plane there.
   */
  maxPool2dWithIndices: PoolWithIndices<WindowOptions<D>>;
  /**
   * Smallest of each window: −maxPool2d(−x), without its trouble with integers. The first of equals wins, NaN
   * propagates. A window without a real tap gives +∞ or the integer's highest value.
   * @returns (N, C, H′, W′), as maxPool2d.
   * @throws PoolingError "invalid_argument" as maxPool2d does.
   * @see This project's: no framework has it. Grey erosion in morphology.
   */
  minPool2d: Pool<WindowOptions<D>>;
  /**
   * minPool2d that also says where each minimum was, as maxPool2dWithIndices does.
   * @returns `output` and `indices`, both (N, C, H′, W′).
   * @throws PoolingError "invalid_argument" as maxPool2d does.
   * @see This project's: maxPool2dWithIndices of −x.
   */
  minPool2dWithIndices: PoolWithIndices<WindowOptions<D>>;
  /**
   * Mean of each window: the sum of its real taps over `divisorOverride`, or over the taps inside input and padding
   * (`countIncludePad`), or over the real taps. Integers round to nearest, halves up, and saturate. A window without a
   * real tap gives 0.
   * @returns (N, C, H′, W′), as maxPool2d.
   * @throws PoolingError "invalid_argument" for a divisor of 0; for a stride, kernel or dilation below 1; padding below
   * 0 or beyond half the effective kernel; a window that fits nowhere; an empty channel or spatial size. avgPool3d also
   * for an input smaller than the kernel.
   * @see PyTorch [avg_pool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html);
   * dilation from ONNX [AveragePool](https://onnx.ai/onnx/operators/onnx__AveragePool.html)-19; the rounding is this
   * project's.
   */
  avgPool2d: Pool<AverageOptions<D>>;
  /**
   * Norm of each window. PyTorch's is literally (avg_pool2d(xᵖ) · kernel area)^(1/p): odd powers keep signs, a negative
   * sum has no root (NaN), and a window cut short by ceilMode is scaled up. ONNX's is (Σ |x|ᵖ)^(1/p) over the real
   * taps. Integers round to nearest, halves up, and saturate.
   * @returns (N, C, H′, W′), as maxPool2d.
   * @throws PoolingError "invalid_argument" for a norm of 0, NaN or −Infinity; for padding or dilation without
   * `convention: "onnx"`; for a stride, kernel or dilation below 1; padding below 0 or beyond half the effective
   * kernel; a window that fits nowhere; an empty channel or spatial size. lpPool3d in PyTorch's convention also
   * for an input smaller than the kernel.
   * @see PyTorch [lp_pool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool2d.html); ONNX
   * [LpPool](https://onnx.ai/onnx/operators/onnx__LpPool.html)-18.
   */
  lpPool2d: Pool<NormOptions<D>>;
  /**
   * Largest of each of outputSize windows that share the input out: window i of o over n cells reads from ⌊i·n / o⌋ up
   * to, not with, ⌈(i + 1)·n / o⌉. Windows overlap where o does not divide n.
   * @returns (N, C, ...outputSize).
   * @throws PoolingError "invalid_argument" for a negative size; for an empty channel or spatial size.
   * @see PyTorch
   * [adaptive_max_pool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html).
   */
  adaptiveMaxPool2d: Pool<AdaptiveOptions<D>>;
  /**
   * adaptiveMaxPool2d that also says where each maximum was, as maxPool2dWithIndices does.
   * @returns `output` and `indices`, both (N, C, ...outputSize).
   * @throws PoolingError "invalid_argument" as adaptiveMaxPool2d does.
   * @see PyTorch
   * [adaptive_max_pool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html)
   * with `return_indices=True`.
   */
  adaptiveMaxPool2dWithIndices: PoolWithIndices<AdaptiveOptions<D>>;
  /**
   * Mean of each of outputSize windows that share the input out, placed as adaptiveMaxPool2d places them.
   * @returns (N, C, ...outputSize).
   * @throws PoolingError "invalid_argument" as adaptiveMaxPool2d does.
   * @see PyTorch
   * [adaptive_avg_pool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html).
   */
  adaptiveAvgPool2d: Pool<AdaptiveOptions<D>>;
  /**
   * Largest of windows of one size at random, reproducible places, without padding or dilation: with α = (n − k) / (o −
   * 1) window j starts at ⌊(j + u)·α⌋ − ⌊u·α⌋, the last one at n − k. Every sample and channel has its own u. Windows of
   * float64 are placed in double precision, those of every other class, integers too, in single, as PyTorch places those
   * of float32.
   * @returns `output` and `indices`, both (N, C, ...outputSize).
   * @throws PoolingError "invalid_argument" for both or neither of outputSize and outputRatio; for a size below 0, or
   * with outputSize + kernelSize − 1 beyond the input (in 3-d, as in PyTorch, not below it either); for a sample outside [0, 1).
   * @see PyTorch
   * [FractionalMaxPool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool2d.html); [Graham
   * 2014](https://arxiv.org/abs/1412.6071). The 1-d form is this project's.
   */
  fractionalMaxPool2dWithIndices: PoolWithIndices<FractionalOptions<D>>;
  /**
   * Puts each element back where its index says, zeros elsewhere. Indices are flat in the *result's* plane: where its
   * width is not the pooled input's, give `outputSize`. Of several elements with one index the last stays; index −1 is
   * skipped.
   * @returns (N, C, ...outputSize).
   * @throws PoolingError "invalid_argument" for an index below −1 or beyond the plane, "Found an invalid max index: …";
   * for a negative outputSize; for indices of another shape than x.
   * @see PyTorch [max_unpool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool2d.html).
   */
  maxUnpool2d: Scatter<UnpoolOptions<D>>;
  /**
   * The input's gradient through every max and min pooling, adaptive and fractional too: each gradient is added to the
   * element at its index. Index −1 is skipped. Integers round to nearest, halves up, and saturate.
   * @returns `inputShape`.
   * @throws PoolingError "invalid_argument" for an index below −1 or beyond the plane; for shapes that do not belong
   * together.
   * @see PyTorch's autograd of [MaxPool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html).
   */
  maxPool2dBackward: Scatter<InputShape>;
  /**
   * The input's gradient through avgPool2d with the same options: every real tap of a window gets its gradient over its
   * divisor. Gradients of integers are added up in floating point and rounded once, so that an exact half may round down.
   * @returns `inputShape`.
   * @throws PoolingError "invalid_argument" as avgPool2d does; for a gradient of another shape than the output's.
   * @see PyTorch's autograd of [AvgPool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html).
   */
  avgPool2dBackward: Pool<InputShape & AverageOptions<D>>;
  /**
   * The input's gradient through adaptiveAvgPool2d: every cell of a window gets its gradient over the window's cells.
   * The sizes of x are the forward operator's outputSize. Integers round as in avgPool2dBackward.
   * @returns `inputShape`.
   * @throws PoolingError "invalid_argument" as adaptiveAvgPool2d does.
   * @see PyTorch's autograd of
   * [AdaptiveAvgPool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html).
   */
  adaptiveAvgPool2dBackward: Pool<InputShape>;
  /**
   * Largest of each plane; spatial sizes become 1.
   * @returns (N, C, 1, 1).
   * @throws PoolingError "invalid_argument" for an empty channel or spatial size.
   * @see ONNX [GlobalMaxPool](https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html); adaptiveMaxPool2d with
   * outputSize 1.
   */
  globalMaxPool2d: PoolAll;
  /**
   * Mean of each plane; spatial sizes become 1.
   * @returns (N, C, 1, 1).
   * @throws PoolingError "invalid_argument" for an empty channel or spatial size.
   * @see ONNX [GlobalAveragePool](https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html); adaptiveAvgPool2d with
   * outputSize 1.
   */
  globalAvgPool2d: PoolAll;
}
