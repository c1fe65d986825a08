/** Shapes and geometry without pooling. The core works them out; here they are only asked for and given names. */
import { plan } from "./call.js";
import { has, isObject, isPoolingError, mustBe, PoolingError, refuse, torchSays, wrap } from "./errors.js";
import type { BoundOperator, Heap, Scalars } from "./heap.js";
import { type Call, readOptions, setShape } from "./options.js";
import { copyNew, readOwnShape } from "./tensor.js";
import type { Axis, ChainStage } from "./types.js";

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

/** The axes of an input of these sizes, in the order depth, row, column. */
function axesOf(heap: Heap, operator: BoundOperator, sizes: readonly number[], options: unknown): Record<string, Axis> {
  const call = readOptions(heap, operator, options);
  call.numbers[heap.fields.channels_last] = 0;
  const shape = [1, 1, ...sizes];
  setShape(call, shape);
  const result = plan(call, shape);
  const axes: Record<string, Axis> = {};
  for (let which = 3 - operator.rank, at = 2; which < 3; which++, at++) {
    const key = ["depths", "rows", "columns"][which] as string;
    axes[key] = oneAxis(call, which, result[at] as number, shape[at] as number);
  }
  return axes;
}

export function geometry(heap: Heap, rank: number, size: unknown, options: unknown): Record<string, Axis> {
  const name = `geometry${rank}d`;
  const sizes = readOwnShape(size, name, "size");
  if (sizes.length !== rank) refuse(name, "size", `must hold ${rank} numbers, got ${sizes.length}`);
  return axesOf(heap, operatorFor(heap, name, rank, options), sizes, options);
}

const MAX_STAGES = 32;

/** The stages of a chain, each read once. */
function readStages(name: string, stages: unknown): unknown[] {
  const wanted = `an array of at most ${MAX_STAGES} stages' options`;
  try {
    if (!Array.isArray(stages)) mustBe(name, "stages", wanted, stages);
    const { length } = stages;
    if (typeof length !== "number") mustBe(name, "stages", wanted, stages);
    if (length > MAX_STAGES) refuse(name, "stages", `must hold at most ${MAX_STAGES} stages, got ${length}`);
    return Array.from({ length }, (_, i) => stages[i]);
  } catch (error) {
    throw wrap(error, name, "stages");
  }
}

/** A refusal that says at which stage, counted from 1. */
function atStage(error: unknown, stage: number): unknown {
  if (!isPoolingError(error) || error.code === "internal" || error.code === "disposed") return error;
  const options = error.cause === undefined ? undefined : { cause: error.cause };
  return new PoolingError(error.code, `stage ${stage}: ${error.message}`, options);
}

export function geometryChain(heap: Heap, inputSize: unknown, stages: unknown): ChainStage[] {
  const name = "geometryChain";
  const sizes = readOwnShape(inputSize, name, "inputSize");
  const rank = sizes.length;
  if (rank < 1 || rank > 3) refuse(name, "inputSize", `must hold 1, 2 or 3 numbers, got ${rank}`);
  // What one cell of the input is to itself.
  let last: ChainStage = {
    output: sizes,
    receptiveField: sizes.map(() => 1),
    jump: sizes.map(() => 1),
    start: sizes.map(() => 0),
  };
  return readStages(name, stages).map((options, i) => {
    try {
      const operator = operatorFor(heap, name, rank, options);
      if (operator.group === "adaptive") {
        torchSays(`${name}() got an unexpected keyword argument 'outputSize'; adaptive windows have no one stride`);
      }
      last = addStage(name, Object.values(axesOf(heap, operator, last.output, options)), last);
      return last;
    } catch (error) {
      throw atStage(error, i + 1);
    }
  });
}

/** A window of a stage begins and ends `jump` times as far away in cells of the chain's input as in its own. */
function addStage(name: string, axes: readonly Axis[], last: ChainStage): ChainStage {
  const each = (number: (axis: Axis, jump: number, at: number) => number): number[] =>
    axes.map((axis, at) => number(axis, last.jump[at] as number, at));
  const stage: ChainStage = {
    output: each(({ output }) => output),
    receptiveField: each(({ span }, jump, at) => (last.receptiveField[at] as number) + ((span as number) - 1) * jump),
    jump: each(({ stride }, jump) => jump * (stride as number)),
    start: each(({ padBefore }, jump, at) => (last.start[at] as number) - padBefore * jump),
  };
  if (!Object.values(stage).flat().every(Number.isSafeInteger)) {
    refuse(name, "stages", "must have receptive fields, jumps and starts below 2^53");
  }
  return stage;
}

/** The table holds start, valid and counted of each output, then coverage of each input. */
function oneAxis(call: Call, which: number, outputs: number, inputs: number): Axis {
  const entries = outputs * 3 + inputs;
  const { heap, fields, operator } = call;
  const { int32 } = heap;
  const table = heap.borrow(entries * 4);
  try {
    heap.axis(which, table);
    const part = (from: number, to: number) => copyNew(heap, int32, table + from * 4, to - from) as Int32Array;
    // Adaptive windows differ in size and in distance.
    const isAdaptive = operator.group === "adaptive";
    const ofWindow = (field: Scalars) => (isAdaptive ? null : heap.get(fields[field]));
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
      formula: isAdaptive
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
