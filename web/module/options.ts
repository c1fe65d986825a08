/** From an options object to the numbers of a request. Every property is read once, before anything is touched. */

import { isArray } from "./arrays.js";
import { checkNames, has, isObject, list, mustBe, property, refuse, torchSays, wrap } from "./errors.js";
import type { Accepted, BoundOperator, Fields, Heap, Scalars, Triple } from "./heap.js";
import { snake } from "./operators.js";
import { readShape } from "./tensor.js";

/** One call while it is read: what was asked for, in numbers. */
export interface Call {
  readonly heap: Heap;
  readonly fields: Fields;
  readonly operator: BoundOperator;
  numbers: number[];
  /** Of each option but `out`, where none is an object. */
  values: readonly unknown[] | undefined;
  /** The operator's last accepted call, where it had these values. */
  last: Accepted | undefined;
  out: unknown;
  /** Of the backward operators: the shape of the forward one's input. */
  inputShape: number[] | undefined;
  /** Unpooling: the sizes asked for, spatial or all. */
  wanted: readonly unknown[] | undefined;
  /** Fractional: part of each size, depth first. */
  outputRatio: number[] | undefined;
  randomSamples: unknown;
}

/** How an option's numbers are read one by one. */
type Element = (value: unknown, name: string, option: string) => number;

const integer: Element = (value, name, option) => {
  if (!Number.isSafeInteger(value)) mustBe(name, option, "an integer", value);
  return (value as number) + 0;
};

const real: Element = (value, name, option) => {
  if (typeof value !== "number") mustBe(name, option, "a number", value);
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

const flag: Element = (value, name, option) => {
  if (typeof value !== "boolean") mustBe(name, option, "true or false", value);
  return value ? 1 : 0;
};

/** 0 for the first word, 1 for the second. */
const either =
  (first: string, second: string): Element =>
  (value, name, option) => {
    if (value !== first && value !== second) mustBe(name, option, `"${first}" or "${second}"`, value);
    return value === second ? 1 : 0;
  };

const counts = ["", "one", "two", "three"] as const;

/** PyTorch's sentence for a list of the wrong length. */
function wrongCount({ torch, rank, group, core }: BoundOperator, option: string, count: number): never {
  const word = snake(option);
  if (rank === 1) torchSays(`${torch}() argument '${word}' should contain one int (got ${count})`);
  if (group === "adaptive") {
    torchSays(
      core === "adaptive_avg"
        ? `${torch}: output_size must be ${rank}`
        : `${torch}(): internal error: output_size.size() must be ${rank}`,
    );
  }
  if (group === "fractional") {
    torchSays(
      option === "outputRatio"
        ? `${torch} requires output_ratio to either be a single Int or tuple of Ints.`
        : `${torch}: ${word} must either be a single Int or tuple of ${rank === 3 ? "three " : ""}Ints`,
    );
  }
  const must = option === "dilation" ? "must be either" : "must either be";
  const omitted = option === "stride" ? "omitted, " : "";
  torchSays(`${torch}: ${word} ${must} ${omitted}a single int, or a tuple of ${counts[rank]} ints`);
}

/** Whether a list of one number stands for every axis: PyTorch's sliding windows read it so, and the stride of lp_pool. */
const spreads = ({ group }: BoundOperator, option: string): boolean =>
  group === "window" || group === "average" || (group === "norm" && option !== "kernelSize");

/** One number for all axes or one per axis, into the operator's places of triples, which are the last. */
function sizes(
  { numbers, operator }: Pick<Call, "numbers" | "operator">,
  value: unknown,
  option: string,
  element: Element,
  ...to: Triple[]
): void {
  const { name, rank } = operator;
  const many = Array.isArray(value);
  const count = many ? value.length : 1;
  if (count !== rank && !(count === 1 && (!many || spreads(operator, option)))) wrongCount(operator, option, count);
  let size = 0;
  for (let i = 0; i < rank; i++) {
    if (i < count) size = element(many ? value[i] : value, name, option);
    for (const at of to) numbers[at[(3 - rank + i) as 0]] = size;
  }
}

/** Some elements of a caller's list, read one by one: its own slice() may be anything, and of any length. */
const part = (values: readonly unknown[], from: number, to: number): unknown[] =>
  Array.from({ length: to - from }, (_, i) => values[from + i]);

/** What an option that was given does to the call. null is Python's None: not given. */
type Reader = (call: Call, value: unknown, option: string) => void;

/** Of an option that is one number of the request. */
const number =
  (field: Scalars, element: Element): Reader =>
  ({ numbers, fields, operator }, value, option) => {
    numbers[fields[field]] = element(value, operator.name, option);
  };

const readers: Record<string, Reader> = {
  layout: number("channels_last", either("channels_first", "channels_last")),
  out(call, value) {
    call.out = value;
  },
  inputShape(call, value, option) {
    call.inputShape = readShape(value, call.operator.name, option);
  },
  kernelSize(call, value, option) {
    sizes(call, value, option, integer, call.fields.kernel, call.fields.stride);
  },
  stride(call, value, option) {
    const omitted = value === null || (Array.isArray(value) && value.length === 0);
    if (!omitted) sizes(call, value, option, integer, call.fields.stride);
  },
  padding(call, value, option) {
    const { heap, numbers, fields, operator } = call;
    const { name, rank } = operator;
    let mode = "symmetric";
    if (typeof value === "string") {
      mode = value;
      if (mode !== "valid" && mode !== "same" && mode !== "same_lower") {
        mustBe(name, option, 'numbers, "valid", "same" or "same_lower"', value);
      }
    } else if (Array.isArray(value) && value.length === 2 * rank) {
      mode = "explicit";
      sizes(call, part(value, 0, rank), option, integer, fields.pad_before);
      sizes(call, part(value, rank, 2 * rank), option, integer, fields.pad_after);
    } else {
      sizes(call, value, option, integer, fields.pad_before, fields.pad_after);
    }
    numbers[fields.padding] = heap.description.paddings.indexOf(mode);
  },
  dilation(call, value, option) {
    sizes(call, value, option, integer, call.fields.dilation);
  },
  ceilMode: number("ceil_mode", flag),
  countIncludePad: number("count_include_pad", flag),
  divisorOverride(call, value, option) {
    if (value === null) return;
    number("divisor", integer)(call, value, option);
    call.numbers[call.fields.has_divisor] = 1;
  },
  normType: number("norm_type", real),
  convention: number("onnx_lp", either("pytorch", "onnx")),
  outputSize(call, value, option) {
    const { name, rank, group } = call.operator;
    if (group !== "adaptive" && value === null) return;
    if (group === "unpool") {
      // What the sizes mean follows from x's shape: setShape.
      if (typeof value === "number" && rank === 1) call.wanted = [value];
      else if (Array.isArray(value)) {
        const { length } = value;
        if (typeof length !== "number" || length > rank + 2) wrongWanted(rank, length);
        call.wanted = part(value, 0, length);
      } else mustBe(name, option, "an array of sizes", value);
      for (const size of call.wanted) integer(size, name, option);
      return;
    }
    sizes(call, value, option, group === "adaptive" ? askedOrKept : asked, call.fields.size);
  },
  outputRatio(call, value, option) {
    if (value === null) return;
    call.outputRatio = [1, 1, 1];
    sizes({ ...call, numbers: call.outputRatio }, value, option, ratio, [0, 1, 2]);
  },
  randomSamples(call, value) {
    call.randomSamples = value;
  },
};

/** Reads the options of one call. `given` may be anything. */
export function readOptions(heap: Heap, operator: BoundOperator, given: unknown): Call {
  const { name, required } = operator;
  const call: Call = {
    heap,
    fields: heap.fields,
    operator,
    numbers: [],
    values: undefined,
    last: undefined,
    // Each is its own, so that nothing on Object.prototype stands in for it.
    out: undefined,
    inputShape: undefined,
    wanted: undefined,
    outputRatio: undefined,
    randomSamples: undefined,
  };
  if (given === undefined && !required.length) {
    call.numbers = operator.blank.slice();
    return call;
  }
  let reading = "options";
  if (!isObject(given)) mustBe(name, reading, `an object such as { ${required[0] ?? "layout"}: … }`, given);
  try {
    checkNames(name, given, operator.options);
    const { last } = operator.memory;
    const { options } = operator;
    let at = 0;
    for (; last && at < last.values.length; at++) {
      reading = options[at] as string;
      const value = property(given, reading);
      if (value === last.values[at]) continue;
      const values = last.values.slice(0, at);
      takeAll(call, values);
      values.push(value);
      take(call, value, reading);
      return readRest(call, given, values);
    }
    if (!last) {
      call.numbers = operator.blank.slice();
      return readRest(call, given, []);
    }
    call.last = last;
    call.values = last.values;
    reading = "out";
    call.out = property(given, reading);
    return call;
  } catch (error) {
    throw wrap(error, name, reading);
  }
}

/** What an option says to the call, or that it says nothing. */
function take(call: Call, value: unknown, option: string): void {
  const { name, required } = call.operator;
  if (value !== undefined) (readers[option] as Reader)(call, value, option);
  else if (required.includes(option)) torchSays(`${name}() missing required argument: '${option}'`);
}

/** The numbers of the first options from their values, which were accepted before. */
export function takeAll(call: Call, values: readonly unknown[]): void {
  call.numbers = call.operator.blank.slice();
  for (let i = 0; i < values.length; i++) take(call, values[i], call.operator.options[i] as string);
}

/** Reads the options that follow those whose `values` are read. */
function readRest(call: Call, given: object, values: unknown[]): Call {
  const { name, options, group, backward } = call.operator;
  let reading = "options";
  try {
    for (let i = values.length; i < options.length; i++) {
      reading = options[i] as string;
      const value = property(given, reading);
      take(call, value, reading);
      if (reading !== "out") values.push(value);
    }
  } catch (error) {
    throw wrap(error, name, reading);
  }
  checkTogether(call);
  if (!backward && group !== "fractional" && group !== "unpool" && !values.some(isObject)) call.values = values;
  return call;
}

/** What one option forbids another. */
function checkTogether({ heap, numbers, fields, operator, outputRatio, wanted }: Call): void {
  const { name, torch, rank, group } = operator;
  const mode = heap.description.paddings[numbers[fields.padding] as number] as string;
  if (group === "unpool" && !wanted && mode.startsWith("same")) {
    refuse(name, "padding", `${JSON.stringify(mode)} does not say which size was pooled: outputSize must be given`);
  }
  if (group === "fractional") {
    if ((numbers[fields.size[2]] !== -1) === (outputRatio !== undefined)) {
      torchSays(
        outputRatio
          ? "only one of output_size and output_ratio may be specified"
          : `${torch} requires specifying either an output_size or an output_ratio`,
      );
    }
  } else if (group === "norm" && !numbers[fields.onnx_lp]) {
    const unlike = (at: Triple, neutral: number) => at.slice(3 - rank).some((i) => numbers[i] !== neutral);
    const onnx = `needs convention: "onnx", PyTorch's lp_pool has none`;
    if (numbers[fields.padding] || unlike(fields.pad_before, 0)) refuse(name, "padding", onnx);
    if (unlike(fields.dilation, 1)) refuse(name, "dilation", onnx);
  }
}

/** The output's size of a fractional pooling where a ratio was given. */
export function setRatio({ numbers, fields, operator: { rank }, outputRatio }: Call): void {
  for (let axis = 3 - rank; outputRatio && axis < 3; axis++) {
    const input = numbers[fields.in[axis as 0]] as number;
    numbers[fields.size[axis as 0]] = Math.trunc(input * (outputRatio[axis] as number));
  }
}

/**
 * N·C·axes samples: the caller's, read and checked for kind, or random ones. Both may run the caller's code, for Math.random may
 * be anybody's. The call is planned before, so that there are no more of them than the input has elements.
 */
export function readSamples({ numbers, fields, operator, randomSamples: given }: Call): Float64Array {
  const { name, rank } = operator;
  const argument = "randomSamples";
  const count = (numbers[fields.batch] as number) * (numbers[fields.channels] as number) * rank;
  try {
    const values = isObject(given) && !isArray(given) && has(given, "data") ? given.data : given;
    // As in PyTorch, samples of a larger batch do no harm.
    const each = (numbers[fields.channels] as number) * rank;
    const length = isObject(values) && "length" in values ? (values.length as number) : 0;
    if (values && !(length >= count && (length === count || length % each === 0))) {
      refuse(name, argument, `must hold N·C·${rank} = ${count} numbers in [0, 1), or those of a larger N`);
    }
    const read = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      read[i] = values ? real((values as ArrayLike<unknown>)[i], name, argument) : Math.random();
    }
    return read;
  } catch (error) {
    throw wrap(error, name, argument);
  }
}

/** Which of the shape's sizes is the first spatial one. */
export const firstAxis = ({ numbers, fields, operator }: Call, { length }: readonly number[]): number =>
  length - operator.rank - (numbers[fields.channels_last] as number);

/** Puts a tensor's shape into the request: batch, channels and spatial sizes by rank and layout. */
export function setShape(call: Call, shape: readonly number[]): void {
  const { numbers, fields, operator } = call;
  const { rank } = operator;
  const { length } = shape;
  const last = numbers[fields.channels_last];
  if (!(length === rank + 2 || length === rank + 1 || (length === 2 && rank === 2 && !last))) {
    torchSays(rankSentence(operator, `${list(shape)}${last ? ' with layout "channels_last"' : ""}`, length));
  }
  const first = firstAxis(call, shape);
  if (length === rank + 2) numbers[fields.batch] = shape[0] as number;
  if (length > rank) numbers[fields.channels] = shape[last ? length - 1 : first - 1] as number;
  for (let i = 0; i < rank; i++) numbers[fields.in[(3 - rank + i) as 0]] = shape[first + i] as number;
  // PyTorch's adaptive and fractional operators take the channels of an unbatched tensor for its batch.
  if (length === rank + 1 && !numbers[fields.channels] && /^(adaptive|fractional)/.test(operator.core)) {
    numbers[fields.batch] = 0;
    numbers[fields.channels] = 1;
  }
  if (call.wanted) setWanted(call, shape, call.wanted);
}

function wrongWanted(rank: number, length: number): never {
  const lengths = `${rank} or ${rank + 2} elements`;
  torchSays(`output_size should be a sequence containing ${lengths}, but it has a length of '${length}'`);
}

/** max_unpool's output_size: the spatial sizes, or those of a whole shape in the tensor's own layout, as it is or with a batch. */
function setWanted(call: Call, shape: readonly number[], wanted: readonly unknown[]): void {
  const { fields, operator } = call;
  const { rank } = operator;
  const { length } = wanted;
  let given = wanted;
  if (length !== rank) {
    if (length !== shape.length && length !== rank + 2) {
      wrongWanted(rank, length);
    }
    const first = firstAxis(call, wanted as number[]);
    given = wanted.slice(first, first + rank);
  }
  sizes(call, given, "outputSize", asked, fields.size);
}

function rankSentence({ torch, group, rank }: BoundOperator, shape: string, length: number): string {
  const tensor = `${rank + 1}D or ${rank + 2}D`;
  if (group === "unpool") {
    return `Input to max_unpooling${rank}d should be a ${tensor.toLowerCase()} Tensor, but got a tensor with ${length} dimensions.`;
  }
  if (/adaptive|fractional/.test(torch)) return `${torch}(): Expected ${tensor} tensor, but got: ${shape}`;
  if (rank > 1) return `non-empty ${tensor} (batch mode) tensor expected for input, but got: ${shape}`;
  return `${torch}: Expected ${tensor} (batch mode) tensor with optional 0 dim batch size for input, but got:${shape}`;
}
