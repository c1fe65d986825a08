/** What crosses between `poolscope/worker` and its worker. */
import { className, fill, isArray, isDetached, lengthOf } from "./arrays.js";
import { mustBe, type PoolingErrorCode, refuse } from "./errors.js";
import { fromNode } from "./node.js";
import type { Tensor, TypedArray } from "./types.js";

/** In the place of an argument that does not cross itself. */
export type Stand =
  /** A resident tensor of the worker's. */
  | { stand: "resident"; id: number }
  /** An array of the caller's that is only written: one of its class and length. */
  | { stand: "array"; className: string; length: number };

/** The first message: what the core is made of, when it is not the worker's own copy. */
export interface Start {
  wasm: unknown;
}

export interface Call {
  id: number;
  method: string;
  given: unknown[];
}

export interface Refused {
  code: PoolingErrorCode;
  message: string;
  cause?: unknown;
}

/** The worker's answers: to Start what there is to call, to a call its result. */
export interface Answer {
  id: number;
  value?: unknown;
  refused?: Refused;
}

/** A tensor's array and shape, or a picture's sizes; nothing else of the object crosses. */
export interface Parts {
  data: TypedArray | undefined;
  shape?: unknown;
  width?: unknown;
  height?: unknown;
  colorSpace?: unknown;
}

/** The two shapes a message port has: a browser's, and that of Node's worker_threads. */
export interface Port {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  addEventListener?(kind: string, listener: (event: { data: never }) => void): void;
  on?(kind: string, listener: (message: never) => void): void;
  terminate?(): unknown;
  ref?(): void;
  unref?(): void;
}

export function listen(port: Port, kind: string, listener: (message: unknown) => void): void {
  if (port.on) port.on(kind, listener);
  else port.addEventListener?.(kind, (event) => listener(event.data));
}

/** Node's worker_threads, undefined elsewhere. */
export const nodeThreads = (): Promise<Threads> | undefined => fromNode<Threads>("node:worker_threads");

interface Threads {
  readonly Worker: new (address: URL) => Port;
  readonly parentPort: Port | null;
}

/** What can be written to a resident tensor: an array of its class and length. */
export interface Room {
  readonly kind: string;
  readonly length: number;
}

export const roomOf = (data: TypedArray): Room => ({ kind: className.call(data) as string, length: data.length });

/** Refuses what does not fill the room. */
export function checkWritten(room: Room, data: unknown): asserts data is TypedArray {
  const wanted = `a ${room.kind} of ${room.length} elements`;
  if (!isArray(data)) mustBe("write", "data", wanted, data);
  if (isDetached(data)) refuse("write", "data", "is detached");
  const [kind, length] = [className.call(data), lengthOf.call(data)];
  if (kind !== room.kind || length !== room.length) {
    refuse("write", "data", `must be ${wanted}, not a ${kind} of ${length}`);
  }
}

/** Writes the elements of a resident tensor. */
export function overwrite({ data: to }: Tensor, data: unknown): void {
  checkWritten(roomOf(to), data);
  fill(to, data);
}
