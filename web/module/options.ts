/** From an options object to the numbers of a request. Every property is read once, before anything is touched. */

import { isArray } from "./arrays.js";
import { checkNames, list, refuse, show, torchSays, wrap } from "./errors.js";
import type { BoundOperator, Fields, Heap } from "./heap.js";
import { readShape } from "./tensor.js";

/** One call while it is read: what was asked for, in numbers. */
export interface Call {
  readonly heap: Heap;
  readonly fields: Fields;
  readonly operator: BoundOperator;
  readonly numbers: number[];
  channelsLast: boolean;
  out: unknown;
  /** Of the backward operators: the shape of the forward one's input. */
  inputShape: number[] | undefined;
  /** Fractional: part of each size, depth first. */
  outputRatio: number[] | undefined;
  randomSamples: unknown;
}

/** How an option's numbers are read one by one. */
type Element = (value: unknown, name: string, option: string) => number;

const integer: Element = (value, name, option) => {
  if (!Number.isSafeInteger(value)) refuse(name, option, `must be an integer, not ${show(value)}`);
  return (value as number) + 0;
};

const real: Element = (value, name, option) => {
  if (typeof value !== "number") refuse(name, option, `must be a number, not ${show(value)}`);
  return value;
};

const ratio: Element = (value, name, option) => {
  const part = real(value, name, option);
  return part > 0 && part < 1 ? part : torchSays(`output_ratio must be between 0 and 1 (got ${part})`);
};

/** In the core −1 asks for the input's (or the default) size; a caller's own negative number moves out of its way. */
const asked: Element = (value, name, option) => {
  const size = integer(value, name, option);
  return size < 0 ? size - 1 : size;
};
export const unasked = (value: number): number => (value < -1 ? value + 1 : value);
const askedOrKept: Element = (value, name, option) => (value === null ? -1 : asked(value, name, option));

/** PyTorch's sentence for a list that is neither one number nor one per axis. */
function wrongCount({ torch, rank }: BoundOperator, option: string, count: number): never {
  const snake = option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (rank === 1) torchSays(`${torch}() argument '${snake}' should contain one int (got ${count})`);
  const must = option === "dilation" ? "must be either" : "must either be";
  const omitted = option === "stride" ? "omitted, " : "";
  torchSays(`${torch}: ${snake} ${must} ${omitted}a single int, or a tuple of ${rank === 2 ? "two" : "three"} ints`);
}

/** One number for all axes or one per axis, written to the last `rank` positions `at`. */
function sizes(
  to: number[],
  at: readonly number[],
  value: unknown,
  operator: BoundOperator,
  option: string,
  element: Element = integer,
): void {
  const { name, rank } = operator;
  const many = Array.isArray(value);
  const count = many ? value.length : 1;
  if (count !== 1 && count !== rank) wrongCount(operator, option, count);
  let size = 0;
  for (let i = 0; i < rank; i++) {
    if (i < count) size = element(many ? value[i] : value, name, option);
    to[at[3 - rank + i] as number] = size;
  }
}

const flag = (value: unknown, { name }: BoundOperator, option: string): number => {
  if (typeof value !== "boolean") refuse(name, option, `must be true or false, not ${show(value)}`);
  return value ? 1 : 0;
};

/** What each option that was given does to the call. null is Python's None: not given. */
const readers: Record<string, (call: Call, value: unknown, option: string) => void> = {
  layout(call, value, option) {
    call.channelsLast = value === "channels_last";
    if (!call.channelsLast && value !== "channels_first") {
      refuse(call.operator.name, option, `must be "channels_first" or "channels_last", not ${show(value)}`);
    }
    call.numbers[call.fields.channels_last] = call.channelsLast ? 1 : 0;
  },
  out(call, value) {
    call.out = value;
  },
  inputShape(call, value, option) {
    call.inputShape = readShape(value, call.operator.name, option);
  },
  kernelSize({ numbers, fields, operator }, value, option) {
    sizes(numbers, fields.kernel, value, operator, option);
    for (let axis = 0; axis < 3; axis++)
      numbers[fields.stride[axis as 0]] = numbers[fields.kernel[axis as 0]] as number;
  },
  stride({ numbers, fields, operator }, value, option) {
    const omitted = value === null || (Array.isArray(value) && value.length === 0);
    if (!omitted) sizes(numbers, fields.stride, value, operator, option);
  },
  padding({ heap, numbers, fields, operator }, value, option) {
    const { name, rank, group } = operator;
    let mode = "symmetric";
    if (typeof value === "string") {
      mode = value;
      if (mode !== "valid" && mode !== "same" && mode !== "same_lower") {
        refuse(name, option, `must be numbers, "valid", "same" or "same_lower", not ${show(value)}`);
      }
    } else if (Array.isArray(value) && value.length === 2 * rank) {
      mode = "explicit";
      sizes(numbers, fields.pad_before, value.slice(0, rank), operator, option);
      sizes(numbers, fields.pad_after, value.slice(rank), operator, option);
    } else {
      sizes(numbers, fields.pad_before, value, operator, option);
      for (let i = 0; i < 3; i++) numbers[fields.pad_after[i as 0]] = numbers[fields.pad_before[i as 0]] as number;
    }
    if (mode !== "symmetric" && group === "unpool") {
      refuse(name, option, "must be one number, or one per axis: only symmetric pooling can be undone");
    }
    numbers[fields.padding] = heap.description.paddings.indexOf(mode);
  },
  dilation({ numbers, fields, operator }, value, option) {
    sizes(numbers, fields.dilation, value, operator, option);
  },
  ceilMode({ numbers, fields, operator }, value, option) {
    numbers[fields.ceil_mode] = flag(value, operator, option);
  },
  countIncludePad({ numbers, fields, operator }, value, option) {
    numbers[fields.count_include_pad] = flag(value, operator, option);
  },
  divisorOverride({ numbers, fields, operator }, value, option) {
    if (value === null) return;
    numbers[fields.divisor] = integer(value, operator.name, option);
    numbers[fields.has_divisor] = 1;
  },
  normType({ numbers, fields, operator }, value, option) {
    numbers[fields.norm_type] = real(value, operator.name, option);
  },
  convention({ numbers, fields, operator }, value, option) {
    if (value !== "onnx" && value !== "pytorch") {
      refuse(operator.name, option, `must be "pytorch" or "onnx", not ${show(value)}`);
    }
    numbers[fields.onnx_lp] = value === "onnx" ? 1 : 0;
  },
  outputSize({ numbers, fields, operator }, value, option) {
    const { rank, group } = operator;
    if (group === "adaptive") {
      sizes(numbers, fields.size, value, operator, option, askedOrKept);
    } else if (value === null) {
    } else if (group === "fractional") {
      sizes(numbers, fields.size, value, operator, option, asked);
    } else {
      // max_unpool takes the spatial sizes or the whole shape, and uses the former.
      const given: unknown = typeof value === "number" && rank === 1 ? [value] : value;
      if (!Array.isArray(given)) refuse(operator.name, option, `must be an array of sizes, not ${show(value)}`);
      const { length } = given;
      if (length !== rank && length !== rank + 2) {
        const wanted = `${rank} or ${rank + 2} elements`;
        torchSays(`output_size should be a sequence containing ${wanted}, but it has a length of '${length}'`);
      }
      sizes(numbers, fields.size, given.slice(-rank), operator, option, asked);
    }
  },
  outputRatio(call, value, option) {
    if (value === null) return;
    call.outputRatio = [1, 1, 1];
    sizes(call.outputRatio, [0, 1, 2], value, call.operator, option, ratio);
  },
  randomSamples(call, value) {
    call.randomSamples = value;
  },
};

/** Reads the options of one call. `given` may be anything. */
export function readOptions(heap: Heap, operator: BoundOperator, given: unknown): Call {
  const { name, required } = operator;
  const { fields } = heap;
  const call: Call = {
    heap,
    fields,
    operator,
    numbers: operator.blank.slice(),
    channelsLast: false,
    out: undefined,
    inputShape: undefined,
    outputRatio: undefined,
    randomSamples: undefined,
  };
  if (given === undefined && !required.length) return call;
  let reading = "options";
  if (typeof given !== "object" || given === null) {
    refuse(name, reading, `must be an object such as { ${required[0] ?? "layout"}: … }, not ${show(given)}`);
  }
  try {
    checkNames(name, given, operator.options);
    for (reading of operator.options) {
      const value: unknown = (given as Record<string, unknown>)[reading];
      if (value !== undefined) (readers[reading] as (typeof readers)[string])(call, value, reading);
      else if (required.includes(reading)) torchSays(`${name}() missing required argument: '${reading}'`);
    }
  } catch (error) {
    throw wrap(error, name, reading);
  }
  checkTogether(call);
  return call;
}

/** What one option forbids another. */
function checkTogether({ numbers, fields, operator, outputRatio }: Call): void {
  const { name, torch, rank, group } = operator;
  if (group === "fractional") {
    if ((numbers[fields.size[2]] !== -1) === (outputRatio !== undefined)) {
      torchSays(
        outputRatio
          ? "only one of output_size and output_ratio may be specified"
          : `${torch} requires specifying either an output_size or an output_ratio`,
      );
    }
  } else if (group === "norm" && !numbers[fields.onnx_lp]) {
    const unlike = (at: readonly number[], neutral: number) =>
      at.some((i, axis) => axis >= 3 - rank && numbers[i] !== neutral);
    const onnx = `needs convention: "onnx", PyTorch's lp_pool has none`;
    if (numbers[fields.padding] || unlike(fields.pad_before, 0)) refuse(name, "padding", onnx);
    if (unlike(fields.dilation, 1)) refuse(name, "dilation", onnx);
  }
}

/** N·C·axes samples, the caller's, checked for kind, or random ones; and the output's size when a ratio was given. */
export function readSamples({ numbers, fields, operator, outputRatio, randomSamples: given }: Call): Float64Array {
  const { name, rank } = operator;
  for (let axis = 3 - rank; outputRatio && axis < 3; axis++) {
    const input = numbers[fields.in[axis as 0]] as number;
    numbers[fields.size[axis as 0]] = Math.trunc(input * (outputRatio[axis] as number));
  }
  const argument = "randomSamples";
  const count = (numbers[fields.batch] as number) * (numbers[fields.channels] as number) * rank;
  try {
    const values = given && typeof given === "object" && !isArray(given) && "data" in given ? given.data : given;
    if (values && (typeof values !== "object" || !("length" in values) || values.length !== count)) {
      refuse(name, argument, `must hold N·C·${rank} = ${count} numbers in [0, 1)`);
    }
    return Float64Array.from({ length: count }, (_, i) =>
      values ? real((values as ArrayLike<unknown>)[i], name, argument) : Math.random(),
    );
  } catch (error) {
    throw wrap(error, name, argument);
  }
}

/** Which of the shape's sizes is the first spatial one. */
export const firstAxis = ({ channelsLast, operator }: Call, { length }: readonly number[]): number =>
  length - operator.rank - (channelsLast ? 1 : 0);

/** Puts a tensor's shape into the request: batch, channels and spatial sizes by rank and layout. */
export function setShape(call: Call, shape: readonly number[]): void {
  const { numbers, fields, channelsLast, operator } = call;
  const { rank } = operator;
  const { length } = shape;
  if (!(length === rank + 2 || length === rank + 1 || (length === 2 && rank === 2 && !channelsLast))) {
    torchSays(rankSentence(operator, shape, channelsLast));
  }
  const first = firstAxis(call, shape);
  if (length === rank + 2) numbers[fields.batch] = shape[0] as number;
  if (length > rank) numbers[fields.channels] = shape[channelsLast ? length - 1 : first - 1] as number;
  for (let i = 0; i < rank; i++) numbers[fields.in[(3 - rank + i) as 0]] = shape[first + i] as number;
}

function rankSentence({ torch, group, rank }: BoundOperator, shape: readonly number[], channelsLast: boolean): string {
  const tensor = `${rank + 1}D or ${rank + 2}D`;
  const got = `but got: ${list(shape)}${channelsLast ? ' with layout "channels_last"' : ""}`;
  if (group === "unpool") {
    const { length } = shape;
    return `Input to max_unpooling${rank}d should be a ${tensor.toLowerCase()} Tensor, but got a tensor with ${length} dimensions.`;
  }
  if (/adaptive|fractional/.test(torch)) return `${torch}(): Expected ${tensor} tensor, ${got}`;
  if (rank > 1) return `non-empty ${tensor} (batch mode) tensor expected for input, ${got}`;
  return `${torch}: Expected ${tensor} (batch mode) tensor with optional 0 dim batch size for input, ${got.replace(" [", "[")}`;
}
