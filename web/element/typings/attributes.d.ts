/** What markup may write on `<pool-view>`, for the typings of each framework beside this file. */
import type { PoolChange, PoolCursor } from "../element-class.js";

/** The attributes of `<pool-view>`; `lang` is every element's. */
export interface PoolViewAttributes {
  /** The layer, as PyTorch, ONNX, Keras or poolscope writes it. Default: `nn.MaxPool2d(kernel_size=3, stride=2)`. */
  code?: string | undefined;
  /** A picture's address; without it there are numbers. */
  src?: string | undefined;
  /** "rows x columns" of digits, or "columns:value,value,…". Default: "8x9". */
  input?: string | undefined;
  /** The output cell under the cursor, "row,column". Default: "0,0". */
  at?: string | undefined;
  /** Absent, the system's. */
  theme?: "light" | "dark" | undefined;
}

/** Another layer or another input was drawn. */
export type PoolChangeListener = (event: CustomEvent<PoolChange>) => void;
/** The cursor moved. */
export type PoolCursorListener = (event: CustomEvent<PoolCursor>) => void;
