/** From an options object to the numbers of a request. Every property is read once, before anything is touched. */
import { list, PoolingError, refuse, show, suggest, wrap } from "./errors.js";
import type { BoundOperator, Heap } from "./heap.js";
import type { Operator } from "./operators.js";
import { isArray, readShape } from "./tensor.js";

/** What was asked for, in numbers; the tensors' shapes are still missing. */
export interface Call {
  readonly numbers: number[];
  readonly channelsLast: boolean;
  readonly out: unknown;
  /** Of the backward operators. */
  readonly inputShape: number[] | undefined;
  readonly outputRatio: number[] | undefined;
  readonly randomSamples: unknown;
}

const words = ["", "one", "two", "three"];

function integer(value: unknown, name: string, option: string): number {
  if (!Number.isSafeInteger(value)) refuse(name, option, `must be an integer, not ${show(value)}`);
  return (value as number) + 0;
}

function flag(value: unknown, name: string, option: string): number {
  if (typeof value !== "boolean") refuse(name, option, `must be true or false, not ${show(value)}`);
  return value ? 1 : 0;
}

/** Throws a refusal in PyTorch's own words. */
export function torchSays(sentence: string): never {
  throw new PoolingError("invalid_argument", sentence);
}

/** PyTorch's sentence for a list that is neither one number nor one per axis. */
function wrongCount({ torch, rank }: Operator, option: string, count: number): never {
  const snake = option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (rank === 1) return torchSays(`${torch}() argument '${snake}' should contain one int (got ${count})`);
  const must = option === "dilation" ? "must be either" : "must either be";
  const omitted = option === "stride" ? "omitted, " : "";
  return torchSays(`${torch}: ${snake} ${must} ${omitted}a single int, or a tuple of ${words[rank]} ints`);
}

type Element = (value: unknown, name: string, option: string) => number;

/** One number for all axes or one per axis, written to the last `rank` positions of `at`. */
function size(
  call: number[],
  at: readonly number[],
  value: unknown,
  operator: Operator,
  option: string,
  element: Element = integer,
): void {
  const { name, rank } = operator;
  if (Array.isArray(value)) {
    const { length } = value;
    if (length !== 1 && length !== rank) wrongCount(operator, option, length);
    for (let i = 0; i < length; i++) call[at[3 - rank + i] as number] = element(value[i], name, option);
    if (length === rank) return;
    value = call[at[3 - rank] as number];
  } else {
    value = element(value, name, option);
  }
  for (let axis = 3 - rank; axis < 3; axis++) call[at[axis] as number] = value as number;
}

const ratio: Element = (value, name, option) => {
  if (typeof value !== "number") refuse(name, option, `must be a number, not ${show(value)}`);
  return value > 0 && value < 1 ? value : torchSays(`output_ratio must be between 0 and 1 (got ${value})`);
};

/** In the core −1 asks for the input's (or the default) size; a caller's own negative number moves out of its way. */
const asked = (value: number): number => (value < 0 ? value - 1 : value);
export const unasked = (value: number): number => (value < -1 ? value + 1 : value);
const adaptiveSize: Element = (value, name, option) => (value === null ? -1 : asked(integer(value, name, option)));

function padding(heap: Heap, call: number[], value: unknown, operator: Operator): void {
  const { name, rank, core } = operator;
  const { fields } = heap;
  const { paddings } = heap.description;
  let mode = "symmetric";
  if (typeof value === "string") {
    mode = value;
    if (mode !== "valid" && mode !== "same" && mode !== "same_lower") {
      refuse(name, "padding", `must be numbers, "valid", "same" or "same_lower", not ${show(value)}`);
    }
  } else if (Array.isArray(value) && value.length === 2 * rank) {
    mode = "explicit";
    for (let i = 0; i < rank; i++) {
      const axis = 3 - rank + i;
      call[fields.pad_before[axis as 0]] = integer(value[i], name, "padding");
      call[fields.pad_after[axis as 0]] = integer(value[rank + i], name, "padding");
    }
  } else {
    size(call, fields.pad_before, value, operator, "padding");
    for (let axis = 3 - rank; axis < 3; axis++) {
      call[fields.pad_after[axis as 0]] = call[fields.pad_before[axis as 0]] as number;
    }
  }
  if (mode !== "symmetric" && core === "max_unpool") {
    refuse(name, "padding", "must be one number, or one per axis: only symmetric pooling can be undone");
  }
  call[fields.padding] = paddings.indexOf(mode);
}

/** PyTorch's max_unpool takes the spatial sizes or the whole shape, and uses the former. */
function unpooledSize(heap: Heap, call: number[], value: unknown, { name, rank }: Operator): void {
  const sizes: unknown = typeof value === "number" && rank === 1 ? [value] : value;
  if (!Array.isArray(sizes)) refuse(name, "outputSize", `must be an array of sizes, not ${show(value)}`);
  const { length } = sizes;
  if (length !== rank && length !== rank + 2) {
    torchSays(
      `output_size should be a sequence containing ${rank} or ${rank + 2} elements, but it has a length of '${length}'`,
    );
  }
  for (let i = 0; i < rank; i++) {
    call[heap.fields.size[(3 - rank + i) as 0]] = asked(integer(sizes[length - rank + i], name, "outputSize"));
  }
}

function norm(heap: Heap, call: number[], normType: unknown, convention: unknown, { name, rank }: Operator): void {
  const { fields } = heap;
  if (typeof normType !== "number") refuse(name, "normType", `must be a number, not ${show(normType)}`);
  call[fields.norm_type] = normType;
  if (convention === "onnx") {
    call[fields.onnx_lp] = 1;
    return;
  }
  if (convention !== undefined && convention !== "pytorch") {
    refuse(name, "convention", `must be "pytorch" or "onnx", not ${show(convention)}`);
  }
  const unlike = (at: readonly number[], neutral: number) =>
    at.some((i, axis) => axis >= 3 - rank && call[i] !== neutral);
  const onnx = `needs convention: "onnx", PyTorch's lp_pool has none`;
  if (call[fields.padding] !== 0 || unlike(fields.pad_before, 0)) refuse(name, "padding", onnx);
  if (unlike(fields.dilation, 1)) refuse(name, "dilation", onnx);
}

/** A misspelt option is refused, not ignored. */
export function checkNames(name: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      torchSays(`${name}() got an unexpected keyword argument '${key.slice(0, 40)}'; ${suggest(key, known)}`);
    }
  }
}

/** Reads the options of one call. `given` may be anything. */
export function readOptions(heap: Heap, operator: BoundOperator, given: unknown): Call {
  const { name, group, needs } = operator;
  const { fields } = heap;
  const call = operator.blank.slice();
  let reading = "options";
  const options = (given === undefined && !needs ? {} : given) as Record<string, unknown>;
  if (typeof options !== "object" || options === null) {
    refuse(name, reading, `must be an object such as { ${needs ?? "layout"}: … }, not ${show(given)}`);
  }
  const take = (option: string): unknown => {
    reading = option;
    return options[option];
  };
  const need = (option: string): unknown =>
    take(option) ?? torchSays(`${name}() missing required argument: '${option}'`);

  let channelsLast = false;
  let out: unknown;
  let inputShape: number[] | undefined;
  let outputRatio: number[] | undefined;
  let randomSamples: unknown;
  try {
    checkNames(name, options, operator.options);
    const layout = take("layout");
    if (layout !== undefined && layout !== "channels_first") {
      if (layout !== "channels_last") {
        refuse(name, reading, `must be "channels_first" or "channels_last", not ${show(layout)}`);
      }
      channelsLast = true;
    }
    out = take("out");
    if (operator.backward) inputShape = readShape(need("inputShape"), name, "inputShape");

    if (group === "adaptive") {
      const wanted = take("outputSize");
      size(call, fields.size, wanted === undefined ? need("outputSize") : wanted, operator, reading, adaptiveSize);
    } else if (group !== "none") {
      size(call, fields.kernel, need("kernelSize"), operator, reading);
      const stride = group === "fractional" ? undefined : take("stride");
      if (stride === undefined || stride === null) {
        for (let a = 0; a < 3; a++) call[fields.stride[a as 0]] = call[fields.kernel[a as 0]] as number;
      } else {
        size(call, fields.stride, stride, operator, reading);
      }
      if (group === "fractional") {
        const wanted = take("outputSize") ?? undefined;
        const part = take("outputRatio") ?? undefined;
        if (wanted !== undefined && part !== undefined) {
          torchSays("only one of output_size and output_ratio may be specified");
        }
        if (wanted !== undefined) {
          size(call, fields.size, wanted, operator, "outputSize");
        } else if (part !== undefined) {
          outputRatio = [1, 1, 1];
          size(outputRatio, [0, 1, 2], part, operator, "outputRatio", ratio);
        } else {
          torchSays(`${operator.torch} requires specifying either an output_size or an output_ratio`);
        }
        randomSamples = take("randomSamples");
      } else {
        const pad = take("padding");
        if (pad !== undefined) padding(heap, call, pad, operator);
        if (group === "unpool") {
          const wanted = take("outputSize");
          if (wanted !== undefined && wanted !== null) unpooledSize(heap, call, wanted, operator);
        } else {
          const dilation = take("dilation");
          if (dilation !== undefined) size(call, fields.dilation, dilation, operator, reading);
          const ceilMode = take("ceilMode");
          if (ceilMode !== undefined) call[fields.ceil_mode] = flag(ceilMode, name, reading);
          if (group === "average") {
            const count = take("countIncludePad");
            if (count !== undefined) call[fields.count_include_pad] = flag(count, name, reading);
            const divisor = take("divisorOverride");
            if (divisor !== undefined && divisor !== null) {
              call[fields.has_divisor] = 1;
              call[fields.divisor] = integer(divisor, name, reading);
            }
          } else if (group === "norm") {
            const normType = need("normType");
            norm(heap, call, normType, take("convention"), operator);
          }
        }
      }
    }
  } catch (error) {
    throw wrap(error, name, reading);
  }
  call[fields.channels_last] = channelsLast ? 1 : 0;
  return { numbers: call, channelsLast, out, inputShape, outputRatio, randomSamples };
}

/** N·C·axes samples, the caller's, checked for kind, or random ones; and the output's size when a ratio was given. */
export function readSamples(heap: Heap, call: Call, rank: number, name: string): Float64Array {
  const { fields } = heap;
  const { numbers, randomSamples: given, outputRatio } = call;
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
    const samples = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const value = values ? (values as ArrayLike<unknown>)[i] : Math.random();
      if (typeof value !== "number") refuse(name, argument, `must hold numbers in [0, 1), but has ${show(value)}`);
      samples[i] = value;
    }
    return samples;
  } catch (error) {
    throw wrap(error, name, argument);
  }
}

/** Which of the shape's sizes is the first spatial one. */
export const firstAxis = ({ channelsLast }: Call, { rank }: Operator, { length }: readonly number[]): number =>
  length - rank - (channelsLast ? 1 : 0);

/** Puts a tensor's shape into the request: batch, channels and spatial sizes by rank and layout. */
export function setShape(heap: Heap, call: Call, shape: readonly number[], operator: Operator): void {
  const { numbers, channelsLast } = call;
  const { fields } = heap;
  const { rank } = operator;
  const { length } = shape;
  if (!(length === rank + 2 || length === rank + 1 || (length === 2 && rank === 2 && !channelsLast))) {
    torchSays(rankSentence(operator, shape, channelsLast));
  }
  const first = firstAxis(call, operator, shape);
  numbers[fields.batch] = length === rank + 2 ? (shape[0] as number) : 1;
  numbers[fields.channels] = length === rank ? 1 : (shape[channelsLast ? length - 1 : first - 1] as number);
  for (let i = 0; i < rank; i++) numbers[fields.in[(3 - rank + i) as 0]] = shape[first + i] as number;
}

function rankSentence({ torch, core, rank }: Operator, shape: readonly number[], channelsLast: boolean): string {
  const tensor = `${rank + 1}D or ${rank + 2}D`;
  const got = `but got: ${list(shape)}${channelsLast ? ' with layout "channels_last"' : ""}`;
  if (core === "max_unpool") {
    const { length } = shape;
    return `Input to max_unpooling${rank}d should be a ${tensor.toLowerCase()} Tensor, but got a tensor with ${length} dimensions.`;
  }
  if (/^(adaptive|fractional)/.test(core)) return `${torch}(): Expected ${tensor} tensor, ${got}`;
  if (rank > 1) return `non-empty ${tensor} (batch mode) tensor expected for input, ${got}`;
  return `${torch}: Expected ${tensor} (batch mode) tensor with optional 0 dim batch size for input, ${got.replace(" [", "[")}`;
}
