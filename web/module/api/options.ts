/** What the operators can be told. */
import type { Tensor } from "./tensors.js";

/** Number of spatial axes: the 1, 2 or 3 in an operator's name. */
export type Rank = 1 | 2 | 3;
/** One value per spatial axis, in the order depth, row, column. */
export type Each<D extends Rank, T> = D extends 1 ? readonly [T] : D extends 2 ? readonly [T, T] : readonly [T, T, T];
/** One number for every axis, or exactly one per axis. A list of another length is refused in the call. */
export type EachSize<D extends Rank = Rank> = number | Each<D, number> | readonly number[];
/** Padding of every side: the beginnings of all axes, then their ends, in ONNX's order. */
export type Sides<D extends Rank> = D extends 1
  ? readonly [begin: number, end: number]
  : D extends 2
    ? readonly [top: number, left: number, bottom: number, right: number]
    : readonly [front: number, top: number, left: number, back: number, bottom: number, right: number];

/** One number for every axis, or one per axis in the order depth, row, column. A list of another length is refused in the call. */
export type Size<D extends Rank = Rank> = number | readonly [number] | Each<D, number> | readonly number[];
/**
 * A number or one per axis pads both sides alike and is held to half the effective kernel, (kernel − 1)·dilation + 1;
 * the form with every side is held to (effective kernel − 1) per side, as ONNX does. "valid" pads nothing. "same" gives
 * ⌈size / stride⌉ windows, the odd cell at the end (TensorFlow's "same", ONNX's SAME_UPPER); "same_lower" puts it at
 * the beginning. The words ignore ceilMode. Another word is refused in the call.
 */
export type Padding<D extends Rank = Rank> = Size<D> | Sides<D> | "valid" | "same" | "same_lower" | (string & {});
/** A number, or [row, column]. */
export type Size2 = Size<2>;
/** A number, [row, column], [top, left, bottom, right] or a word. */
export type Padding2 = Padding<2>;

/** "channels_first" is PyTorch's and ONNX's (N, C, H, W); "channels_last" is TensorFlow's and a picture's (N, H, W, C). */
export type Layout = "channels_first" | "channels_last";

/** What every operator takes. */
export interface LayoutOption {
  /**
   * Where the channels are: (N, C, H, W) or (N, H, W, C).
   * @defaultValue "channels_first"
   */
  layout?: Layout | undefined;
}

/** The window of max, min, average and Lp pooling. */
export interface WindowOptions<D extends Rank = Rank> extends LayoutOption {
  /** Taps along each axis, at least 1. */
  kernelSize: Size<D>;
  /**
   * Cells from one window to the next, at least 1.
   * @defaultValue kernelSize
   */
  stride?: Size<D> | null | undefined;
  /**
   * Cells around the input. Max and min never choose them; averages count them or not, see `countIncludePad`.
   * @defaultValue 0
   */
  padding?: Padding<D> | undefined;
  /**
   * Cells from one tap to the next, at least 1.
   * @defaultValue 1
   */
  dilation?: Size<D> | undefined;
  /**
   * Rounds the output's size up, so that a last window may hang over the padded edge; one that would start past the
   * input and its left padding is dropped.
   * @defaultValue false
   */
  ceilMode?: boolean | undefined;
}

/** The window of average pooling, and what it divides by. */
export interface AverageOptions<D extends Rank = Rank> extends WindowOptions<D> {
  /**
   * Counts padding in the divisor; the overhang of ceilMode never counts. PyTorch's default, not ONNX's or
   * TensorFlow's.
   * @defaultValue true
   */
  countIncludePad?: boolean | undefined;
  /**
   * An integer other than 0 that replaces the divisor of every window, whatever it holds.
   * @defaultValue null
   */
  divisorOverride?: number | null | undefined;
}

/** The window of Lp pooling, and its norm. */
export interface NormOptions<D extends Rank = Rank> extends WindowOptions<D> {
  /** Taps along each axis. */
  kernelSize: EachSize<D>;
  /** The p of (Σ xᵖ)^(1/p); Infinity is max |x|. Not 0, NaN or −Infinity. */
  normType: number;
  /**
   * "pytorch": signed powers, a window cut short by ceilMode is scaled up, no padding and no dilation.
   * "onnx": |x| and a true norm over the real taps, with padding and dilation.
   * @defaultValue "pytorch"
   */
  convention?: "pytorch" | "onnx" | undefined;
}

/** The result's size, from which the windows follow. */
export interface AdaptiveOptions<D extends Rank = Rank> extends LayoutOption {
  /** Windows along each axis; null keeps the input's size, 0 gives an empty result. */
  outputSize: number | null | Each<D, number | null> | readonly (number | null)[];
}

/** Windows of one size at random places. */
export interface FractionalOptions<D extends Rank = Rank> extends LayoutOption {
  /** Taps along each axis, at least 1. */
  kernelSize: EachSize<D>;
  /** Windows along each axis, 0 gives an empty result. Exactly one of outputSize and outputRatio is given. */
  outputSize?: EachSize<D> | null | undefined;
  /** Between 0 and 1, both excluded; the output's size is the integer part of size · ratio. */
  outputRatio?: EachSize<D> | null | undefined;
  /**
   * N·C·axes numbers in [0, 1), in PyTorch's order: (column, row) in 2-d, (depth, row, column) in 3-d. Equal samples
   * give equal windows; those of a larger N will do.
   * @defaultValue random
   */
  randomSamples?: ArrayLike<number> | Tensor | null | undefined;
}

/** The pooling to undo: only the result's size follows from it. */
export interface UnpoolOptions<D extends Rank = Rank> extends LayoutOption {
  /** Of the pooling. */
  kernelSize: EachSize<D>;
  /**
   * Of the pooling.
   * @defaultValue kernelSize
   */
  stride?: EachSize<D> | null | undefined;
  /**
   * Of the pooling. "same" and "same_lower" do not say which size was pooled: they need outputSize.
   * @defaultValue 0
   */
  padding?: EachSize<D> | Sides<D> | "valid" | "same" | "same_lower" | (string & {}) | undefined;
  /**
   * The spatial sizes, or a full shape in x's own layout, batched or not; in 1-d a number alone will do. Any sizes that
   * hold every index; where the pooling had dilation, "same" or ceilMode, those it came from.
   * @defaultValue (size − 1)·stride − padding on both sides + kernelSize
   */
  outputSize?: readonly number[] | number | null | undefined;
}

/** What a gradient needs to know of the forward operator. */
export interface InputShape extends LayoutOption {
  /** The shape of the forward operator's input, and so of the gradient. */
  inputShape: readonly number[];
}
