/** Where windows lie. */
import type { AdaptiveOptions, AverageOptions, NormOptions, Rank } from "./options.js";

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

/** The windowed operators' options. */
export type SlidingOptions<D extends Rank = Rank> =
  | (AverageOptions<D> & { normType?: undefined; convention?: undefined })
  | NormOptions<D>;

/** The windowed operators' options, or an adaptive operator's, to ask for shapes and geometry with. */
export type ShapeOptions<D extends Rank = Rank> = SlidingOptions<D> | AdaptiveOptions<D>;

/**
 * One stage of layers in a row: its output's size, and what its cells depend on. Each list has one number per axis, in the order
 * depth, row, column, in cells of the chain's input; padding counts as cells of its own.
 */
export interface ChainStage {
  /** Cells of the stage's output. */
  output: number[];
  /** From the first to the last cell that one output cell depends on, gaps of dilation included. */
  receptiveField: number[];
  /** From one output cell's receptive field to its neighbour's. */
  jump: number[];
  /** Where the receptive field of the first output cell begins; negative in padding. */
  start: number[];
}
