/** The messages between poolscope/worker and its worker. */
import { className, fill, isArray, isDetached, lengthOf } from "../arrays.js";
import { mustBe, type PoolingErrorCode, refuse } from "../errors.js";
import type { ClassName } from "../heap.js";
import { fromNode } from "../node.js";
import { listOperators, type Operator } from "../operators.js";
import type { Tensor, TypedArray } from "../types.js";

/**
 * What the worker puts at `path` of the arguments before it calls the method: a resident tensor, or an array for a result. These
 * lie beside the arguments, because no property inside them may mean anything but the caller's own data.
 */
export type Substitute = { readonly path: readonly (string | number)[] } & (
  | { readonly tensor: number }
  | { readonly kind: ClassName; readonly length: number }
);

/** The first message: what the core is made of, when it is not the worker's own copy. */
export interface Start {
  wasm: unknown;
}

export interface Call {
  id: number;
  method: string;
  given: unknown[];
  substitutes: readonly Substitute[];
}

export interface Refused {
  code: PoolingErrorCode;
  message: string;
  cause?: unknown;
}

/** The worker's answers: to Start the names of the methods, to a call its result. */
export interface Answer {
  id: number;
  value: unknown;
  refused: Refused | undefined;
}

/** A result as it crosses: a tensor's array and shape, or a picture's sizes. Without data where it was written to a resident tensor. */
export interface Parts {
  data: TypedArray | undefined;
  shape?: unknown;
  dtype?: unknown;
  width?: unknown;
  height?: unknown;
  colorSpace?: unknown;
  pixelFormat?: unknown;
}

/** A method that takes tensors (or a picture) and then options; the others take plain data only. */
export interface Pooler {
  /** How many arguments come before the options. */
  readonly inputs: number;
  /** What is read of a tensor or a picture, in this order. */
  readonly parts: readonly string[];
  readonly operator?: Operator;
}

const tensorParts = ["data", "shape", "dtype", "dims"];
const poolImage: Pooler = { inputs: 1, parts: ["data", "width", "height", "colorSpace", "pixelFormat"] };
let poolers: Map<string, Pooler> | undefined;

export function poolerOf(method: string): Pooler | undefined {
  poolers ??= new Map([
    ...listOperators().map((operator): [string, Pooler] => [
      operator.name,
      { inputs: operator.takesIndices ? 2 : 1, parts: tensorParts, operator },
    ]),
    ["poolImage", poolImage],
  ]);
  return poolers.get(method);
}

/** The two shapes a message port has: a browser's, and that of Node's worker_threads. */
export interface Port {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  addEventListener?(kind: string, listener: (event: { data?: never; message?: string }) => void): void;
  on?(kind: string, listener: (message: never) => void): void;
  terminate?(): unknown;
  ref?(): void;
  unref?(): void;
}

export function listen(port: Port, kind: string, listener: (message: unknown) => void): void {
  if (port.on) port.on(kind, listener);
  else port.addEventListener?.(kind, (event) => listener(kind === "error" ? event : event.data));
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

export const roomOf = (data: TypedArray): Room => ({
  kind: className.call(data) as string,
  length: lengthOf.call(data),
});

/** Refuses what does not fill the room. */
export function checkWritten(room: Room, data: unknown): asserts data is TypedArray {
  const wanted = `a ${room.kind} of ${room.length} elements`;
  if (!isArray(data)) mustBe("write", "data", wanted, data);
  if (isDetached(data)) refuse("write", "data", "is detached");
  const { kind, length } = roomOf(data);
  if (kind !== room.kind || length !== room.length) {
    refuse("write", "data", `must be ${wanted}, not a ${kind} of ${length}`);
  }
}

/** Writes the elements of a resident tensor. */
export function overwrite({ data: to }: Tensor, data: unknown): void {
  checkWritten(roomOf(to), data);
  fill(to, data);
}
