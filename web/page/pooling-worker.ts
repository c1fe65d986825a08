/** The worker: pictures in, pooled ones out. It keeps the last picture, so that turning a number sends only the line. */

import { fromSource } from "../element/pictures.js";
import type { Layer } from "../figure/code.js";
import { compute, type Pooling } from "../figure/compute.js";
import type { Model, Plane } from "../figure/model.js";
import { loadMethods } from "../module/start.js";
import { isBroken } from "./broken.js";

export interface Job {
  layer: Layer;
  /** A new picture, or a film's frame; without them the last one is pooled again. */
  plane?: Plane;
  frame?: ImageBitmap;
}

export interface Answer {
  model?: Model;
  /** The module's sentence, where it refused. */
  error?: string;
  /** There is no core here, or no longer. */
  broken?: true;
}

const scope = globalThis as unknown as {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(kind: "message", listener: (event: MessageEvent<Job>) => void): void;
};

let last: Plane | undefined;
const ready = loadMethods() as unknown as Promise<Pooling>;
// Where it fails, the first job says so.
ready.catch(() => {});

scope.addEventListener("message", async ({ data: { layer, plane, frame } }) => {
  const answer: Answer = {};
  const transfer: Transferable[] = [];
  try {
    const pooling = await ready;
    if (plane) last = plane;
    const input = frame ? fromSource(frame, frame.width, frame.height) : last;
    frame?.close();
    if (!input) throw new Error("no picture");
    const model = compute(pooling, layer, input);
    for (const values of [frame ? model.input.data : undefined, model.output.data, model.indices])
      if (ArrayBuffer.isView(values)) transfer.push(values.buffer as ArrayBuffer);
    // What the sender has already need not be copied back.
    answer.model = frame ? model : { ...model, input: { ...input, data: [] } };
  } catch (error) {
    if (isBroken(error)) answer.broken = true;
    else answer.error = (error as Error).message;
  }
  scope.postMessage(answer, transfer);
});
