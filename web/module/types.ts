/** The public types. They name nothing of the DOM, so they hold in Node and in a consumer without the DOM library. */

/** `Float16Array` where the consumer's library knows it. */
type Float16 = typeof globalThis extends { Float16Array: { prototype: infer F } } ? F : never;

/** The classes of array a tensor can have. Uint8ClampedArray pools as Uint8Array does. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Float16;

/**
 * A new array of A's dtype, a plain one over an ArrayBuffer, whatever A is: a Buffer's is a Uint8Array. Named by what slice() returns,
 * as TypeScript before 5.7 knows no other buffers.
 */
export type NewArray<A extends TypedArray> = A extends Float32Array
  ? ReturnType<Float32Array["slice"]>
  : A extends Float64Array
    ? ReturnType<Float64Array["slice"]>
    : A extends Uint8Array
      ? ReturnType<Uint8Array["slice"]>
      : A extends Uint8ClampedArray
        ? ReturnType<Uint8ClampedArray["slice"]>
        : A extends Int8Array
          ? ReturnType<Int8Array["slice"]>
          : A extends Uint16Array
            ? ReturnType<Uint16Array["slice"]>
            : A extends Int16Array
              ? ReturnType<Int16Array["slice"]>
              : A extends Int32Array
                ? ReturnType<Int32Array["slice"]>
                : A extends Float16 & { slice(): infer F extends TypedArray }
                  ? F
                  : A;

/** An array of A's dtype over any buffer. */
type AnyArray<A extends TypedArray> = { [K in DType]: A extends DTypes[K] ? DTypes[K] : never }[DType];

/** Dense, row-major. The array's class is the dtype. */
export interface Tensor<A extends TypedArray = TypedArray> {
  /** As many elements as the product of the shape. An input's are never changed or kept; `out` is written, `transfer` detaches. */
  readonly data: A;
  /** Sizes, the last axis being the one whose neighbours lie side by side. */
  readonly shape: readonly number[];
  /** "float16" where a Uint16Array holds halves, as a result of such a tensor says too. Else the array's class is the dtype. */
  readonly dtype?: string | undefined;
}

/** The dtypes by name, as resident tensors are asked for, and the class of array each is. */
export interface DTypes {
  /** Sums are kept in float32, as in PyTorch. */
  float32: Float32Array;
  /** Sums are kept in float64. */
  float64: Float64Array;
  /** Sums of integers are exact. */
  uint8: Uint8Array;
  /** As uint8: the class of a canvas's pixels. */
  uint8clamped: Uint8ClampedArray;
  /** Sums of integers are exact. */
  int8: Int8Array;
  /** Sums of integers are exact. */
  uint16: Uint16Array;
  /** Sums of integers are exact. */
  int16: Int16Array;
  /** Sums of integers are exact. */
  int32: Int32Array;
  /**
   * Where the engine has Float16Array; everywhere as a Uint16Array of `dtype: "float16"`. Computed in float32, rounded to nearest
   * even at the end.
   */
  float16: Float16;
}
/** The name of a dtype. */
export type DType = keyof DTypes;

type Dispose = SymbolConstructor extends { readonly dispose: infer S extends symbol }
  ? { [K in S]: () => void }
  : unknown;

/** Number of spatial axes: the 1, 2 or 3 in an operator's name. */
export type Rank = 1 | 2 | 3;
/** One value per spatial axis, in the order depth, row, column. */
type Each<D extends Rank, T> = D extends 1 ? readonly [T] : D extends 2 ? readonly [T, T] : readonly [T, T, T];
/** Padding of every side: the beginnings of all axes, then their ends, in ONNX's order. */
type Sides<D extends Rank> = D extends 1
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

/** Where an operator may write its result. */
export interface Out<A extends TypedArray> {
  /**
   * Receives the result instead of a new array: a tensor of the result's shape, or an array of its length, of the
   * input's class.
   * @defaultValue a new array
   */
  out?: Tensor<AnyArray<A>> | AnyArray<A> | undefined;
}

/** Where an operator with indices may write its results. */
export interface OutWithIndices<A extends TypedArray> {
  /**
   * Receives the output, or output and indices, instead of new arrays.
   * @defaultValue new arrays
   */
  out?:
    | Tensor<AnyArray<A>>
    | AnyArray<A>
    | { output?: Tensor<AnyArray<A>> | AnyArray<A> | undefined; indices?: Tensor<Int32Array> | Int32Array | undefined }
    | undefined;
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
  kernelSize: number | Each<D, number>;
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
  outputSize: number | null | Each<D, number | null>;
}

/** Windows of one size at random places. */
export interface FractionalOptions<D extends Rank = Rank> extends LayoutOption {
  /** Taps along each axis, at least 1. */
  kernelSize: number | Each<D, number>;
  /** Windows along each axis, 0 gives an empty result. Exactly one of outputSize and outputRatio is given. */
  outputSize?: number | Each<D, number> | null | undefined;
  /** Between 0 and 1, both excluded; the output's size is the integer part of size · ratio. */
  outputRatio?: number | Each<D, number> | null | undefined;
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
  kernelSize: number | Each<D, number>;
  /**
   * Of the pooling.
   * @defaultValue kernelSize
   */
  stride?: number | Each<D, number> | null | undefined;
  /**
   * Of the pooling. "same" and "same_lower" do not say which size was pooled: they need outputSize.
   * @defaultValue 0
   */
  padding?: number | Each<D, number> | Sides<D> | "valid" | "same" | "same_lower" | undefined;
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

/** A pooling's output, and where it came from. */
export interface WithIndices<A extends TypedArray> {
  /** The picked elements, in the input's class, rank and layout. */
  output: Tensor<A>;
  /**
   * Of each output the flat position of its element in the unpadded input plane, −1 for a window with no real tap. An
   * Int32Array that is a tensor as well: it carries `shape`, and its `data` is itself.
   */
  indices: NewArray<Int32Array> & Tensor<NewArray<Int32Array>>;
}

/** A pooling of one tensor: the result's class is that of x's dtype. */
export type Pool<O> = <A extends TypedArray>(x: Tensor<A>, options: O & Out<A>) => Tensor<NewArray<A>>;
/** A pooling that also says where each result comes from. */
export type PoolWithIndices<O> = <A extends TypedArray>(
  x: Tensor<A>,
  options: O & OutWithIndices<A>,
) => WithIndices<NewArray<A>>;
/** A pooling of whole planes, which needs no options. */
export type PoolAll = <A extends TypedArray>(x: Tensor<A>, options?: LayoutOption & Out<A>) => Tensor<NewArray<A>>;
/** What goes back by indices: unpooling and gradients. `indices` are a tensor of x's shape, or an array of its length. */
export type Scatter<O> = <A extends TypedArray>(
  x: Tensor<A>,
  indices: Tensor<Int32Array> | Int32Array,
  options: O & Out<A>,
) => Tensor<NewArray<A>>;

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

type InRank<D extends Rank> = {
  [K in keyof Operators<D> as K extends `${infer Before}2d${infer After}`
    ? `${Before}${D}d${After}`
    : never]: Operators<D>[K];
};

/** One axis of a window's geometry, for drawings. */
export interface Axis {
  /** Cells of the input. */
  input: number;
  /** Windows. */
  output: number;
  /** Taps of a window; null where each adaptive window has its own number. */
  kernel: number | null;
  /** Cells from one window to the next; null where they follow no one step (adaptive). */
  stride: number | null;
  /** Cells from one tap to the next; null as kernel is. */
  dilation: number | null;
  /** Padding cells before the input; "same" is resolved into numbers. */
  padBefore: number;
  /** Padding cells after the input. */
  padAfter: number;
  /** (kernel − 1)·dilation + 1; null as kernel is. */
  span: number | null;
  /** [output] first tap of each window, may be negative */
  start: Int32Array;
  /** [output] taps that are real input cells */
  valid: Int32Array;
  /** [output] taps inside input + declared padding: the average's divisor with countIncludePad */
  counted: Int32Array;
  /** [input] how many windows read this cell; 0 = never read */
  coverage: Int32Array;
  /** Cells past the padded edge that the last window reaches (ceilMode), else 0. */
  overhang: number;
  /**
   * The size formula with its numbers: ⌊quotient⌋ + 1, where quotient = numerator / stride; `dropped` says that
   * ceilMode made one window more and the rule of the start took it back. Null for an adaptive axis, whose size is asked
   * for.
   */
  formula: { numerator: number; quotient: number; dropped: boolean } | null;
}

/** The windowed operators' options, or an adaptive operator's, to ask for shapes and geometry with. */
export type ShapeOptions<D extends Rank = Rank> =
  | (AverageOptions<D> & { normType?: undefined; convention?: undefined })
  | NormOptions<D>
  | AdaptiveOptions<D>;

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

/** Lives on the WASM heap: a call that reads or writes it copies nothing. */
export type ResidentTensor<A extends TypedArray = TypedArray> = Tensor<A> & {
  /** A view on the tensor, valid until the next call: read it anew each time. After free() a PoolingError "disposed". */
  readonly data: A;
  /** Gives the memory back; a second time does nothing. A forgotten tensor is freed when it is collected. */
  free(): void;
} & Dispose;

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
export interface PoolingMethods extends Operators<2>, InRank<1>, InRank<3> {
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

interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}
type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M & object : object;

/** poolscope's own pool.wasm: its bytes, compiled module, response, or address. In Node an address may be a file. */
export type WasmSource =
  | ArrayBuffer
  | ArrayBufferView
  | WasmModule
  | ResponseLike
  | PromiseLike<ResponseLike>
  | { readonly href: string }
  | string;

/** How to load. */
export interface LoadOptions {
  /**
   * Where the core's WASM comes from.
   * @defaultValue the copy inside this module, which asks nobody for anything
   */
  wasm?: WasmSource | undefined;
}
