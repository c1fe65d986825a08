/** What markup may write on `<pool-view>`, for the typings of each framework beside this file. */
import type { PoolChange, PoolCursor, PoolError, PoolView } from "../element-class.js";

/** The attributes of `<pool-view>`; `lang` is every element's. */
export interface PoolViewAttributes {
  /** The layer, as PyTorch, ONNX, Keras or poolscope writes it. Default: `nn.MaxPool2d(kernel_size=3, stride=2)`. */
  code?: string | undefined;
  /** A picture's address; without it there are numbers. */
  src?: string | undefined;
  /** "rows x columns" of digits, or "columns:value,value,…", nan, inf and -inf among them. Default: "8x9". */
  input?: string | undefined;
  /** The cell under the cursor, "row,column" or "channel,row,column". Default: "0,0". */
  at?: string | undefined;
  /** The side that `at` is a cell of. Default: "output". */
  side?: "output" | "input" | undefined;
  /** Absent, the system's. */
  theme?: "light" | "dark" | undefined;
}

/** Another layer or another input was drawn. */
export type PoolChangeListener = (event: CustomEvent<PoolChange>) => void;
/** The cursor moved. */
export type PoolCursorListener = (event: CustomEvent<PoolCursor>) => void;
/** A layer, a picture or an input was refused. */
export type PoolErrorListener = (event: CustomEvent<PoolError>) => void;
/** The property `data`, which frameworks set as one: a tensor or an ImageData instead of `src` and `input`. */
export type PoolViewData = PoolView["data"] | undefined;
