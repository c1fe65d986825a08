/** What the element tells its page. */
import type { Side } from "../figure/scene.js";

/** What `poolchange` carries: the layer as a line of code, and both shapes. */
export interface PoolChange {
  /** The layer, in full. */
  code: string;
  /** Channels, rows, columns. */
  inputShape: readonly [number, number, number];
  /** Channels, rows, columns. */
  outputShape: readonly [number, number, number];
}

/** What `poolcursor` carries: the cell under the cursor and its sentence. */
export interface PoolCursor {
  /** Whether the cell is the input's or the output's. */
  side: Side;
  /** Of the cell, from 0. */
  channel: number;
  /** Of the cell, from 0. */
  row: number;
  /** Of the cell, from 0. */
  column: number;
  /** What is said of it, in the element's language. */
  sentence: string;
}

/** What `poolerror` carries: a refusal, once for each value that is refused. */
export interface PoolError {
  /** The sentence that the part `error` shows. */
  message: string;
  /** What is refused: the layer (or the WebAssembly core that runs it), the picture, or the numbers of `input` or `data`. */
  what: "code" | "src" | "input";
}

/** Nothing drawn yet, all that was asked for is drawn, or something of it is refused. */
export type PoolState = "loading" | "ready" | "error";

/** The three events by name. */
export interface PoolEvents {
  poolchange: PoolChange;
  poolcursor: PoolCursor;
  poolerror: PoolError;
}

export function send<Name extends keyof PoolEvents>(from: HTMLElement, name: Name, detail: PoolEvents[Name]): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
