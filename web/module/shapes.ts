/** Shapes and geometry without pooling. The core works them out; here they are only asked for and given names. */
import { plan } from "./call.js";
import { has, isObject, mustBe, refuse, wrap } from "./errors.js";
import type { BoundOperator, Heap, Scalars } from "./heap.js";
import { type Call, readOptions, setShape } from "./options.js";
import { copyNew, readOwnShape } from "./tensor.js";
import type { Axis } from "./types.js";

/** By the options that only one kind of operator takes: the one whose rules hold. */
function operatorFor(heap: Heap, name: string, rank: number, options: unknown): BoundOperator {
  if (!isObject(options)) mustBe(name, "options", "an object such as { kernelSize: … }", options);
  const asks = (...keys: string[]) => keys.some((key) => has(options, key));
  let core = "max";
  try {
    if (asks("normType", "convention")) core = "lp";
    else if (asks("countIncludePad", "divisorOverride")) core = "avg";
    else if (asks("outputSize")) core = "adaptive_avg";
  } catch (error) {
    throw wrap(error, name, "options");
  }
  const found = heap.operators.find((operator) => operator.core === core && operator.rank === rank) as BoundOperator;
  return { ...found, memory: {}, name, options: found.options.filter((option) => option !== "out") };
}

export function outputShape(heap: Heap, rank: number, inputShape: unknown, options: unknown): number[] {
  const name = `outputShape${rank}d`;
  const shape = readOwnShape(inputShape, name, "inputShape");
  const operator = operatorFor(heap, name, rank, options);
  const call = readOptions(heap, operator, options);
  setShape(call, shape);
  return plan(call, shape);
}

export function geometry(heap: Heap, rank: number, size: unknown, options: unknown): Record<string, Axis> {
  const name = `geometry${rank}d`;
  const sizes = readOwnShape(size, name, "size");
  if (sizes.length !== rank) refuse(name, "size", `must hold ${rank} numbers, got ${sizes.length}`);
  const operator = operatorFor(heap, name, rank, options);
  const call = readOptions(heap, operator, options);
  call.numbers[heap.fields.channels_last] = 0;
  const shape = [1, 1, ...sizes];
  setShape(call, shape);
  const result = plan(call, shape);
  const axes: Record<string, Axis> = {};
  for (let which = 3 - rank; which < 3; which++) {
    const at = which - 3 + rank + 2;
    const outputs = result[at] as number;
    const key = ["depths", "rows", "columns"][which] as string;
    axes[key] = oneAxis(call, which, outputs, outputs * 3 + (shape[at] as number));
  }
  return axes;
}

/** The table holds start, valid and counted of each output, then coverage of each input. */
function oneAxis(call: Call, which: number, outputs: number, entries: number): Axis {
  const { heap, fields, operator } = call;
  const { int32 } = heap;
  const table = heap.borrow(entries * 4);
  try {
    heap.axis(which, table);
    const part = (from: number, to: number) => copyNew(heap, int32, table + from * 4, to - from) as Int32Array;
    // Adaptive windows differ in size and in distance.
    const ofWindow = (field: Scalars) => (operator.group === "adaptive" ? null : heap.get(fields[field]));
    return {
      input: heap.get(fields.axis_input),
      output: heap.get(fields.axis_output),
      kernel: ofWindow("axis_kernel"),
      stride: ofWindow("axis_stride"),
      dilation: ofWindow("axis_dilation"),
      padBefore: heap.get(fields.axis_pad_before),
      padAfter: heap.get(fields.axis_pad_after),
      span: ofWindow("axis_span"),
      start: part(0, outputs),
      valid: part(outputs, outputs * 2),
      counted: part(outputs * 2, outputs * 3),
      coverage: part(outputs * 3, entries),
      overhang: heap.get(fields.axis_overhang),
      formula:
        operator.group === "adaptive"
          ? null
          : {
              numerator: heap.get(fields.axis_numerator),
              quotient: heap.get(fields.axis_quotient),
              dropped: heap.get(fields.axis_dropped) !== 0,
            },
    };
  } finally {
    heap.giveBack(table);
  }
}
