/** One sentence per Status of the core, in PyTorch's words where it has words. */
import { list, PoolingError } from "./errors.js";
import { type Call, unasked } from "./options.js";

/** What a sentence is made of: the call, the input's shape, and what the core said of it. */
interface Refusal extends Call {
  shape: readonly number[];
  /** 0 depth, 1 row, 2 column, −1 channels. */
  axis: number;
  detail: number;
}

type Triple = "in" | "kernel" | "stride" | "dilation" | "size" | "result";

/** The numbers of the last `rank` axes; two at least when `wide`, as PyTorch's 1-d operators speak of rows too. */
function axes({ heap, fields, operator, numbers }: Refusal, field: Triple, wide = true): number[] {
  const at = fields[field].slice(3 - (wide ? Math.max(2, operator.rank) : operator.rank));
  return at.map((i) => (field === "result" ? heap.get(i) : (numbers[i] as number)));
}

/** "kH: 0 kW: 3" */
function named(refusal: Refusal, prefix: string, field: Triple): string {
  const values = axes(refusal, field);
  return values.map((value, i) => `${prefix}${"THW"[3 - values.length + i]}: ${value}`).join(" ");
}

const along = (refusal: Refusal, field: Triple): number => axes(refusal, field, false).at(refusal.axis - 3) as number;

const letters = ["time", "height", "width"];

/** Which size of the shape, in the caller's layout, an axis of the core is. */
function dimension({ numbers, fields, operator, shape, axis }: Refusal): number {
  const last = numbers[fields.channels_last] as number;
  if (axis < 0) return shape.length - 1 - (last ? 0 : operator.rank);
  return shape.length - 3 + axis - last;
}

/** max_pool1d without indices has words of its own. */
const isPlain1d = ({ operator: { rank, core, returnsIndices } }: Refusal) =>
  rank === 1 && (core === "max" || core === "min") && !returnsIndices;

/** What PyTorch says of a plain 1-d window, after the operator's name, or of any other. */
const either = (refusal: Refusal, plain: string, other: string): string =>
  isPlain1d(refusal) ? `${refusal.operator.torch}() ${plain}` : other;

const notPositive = (refusal: Refusal, option: string, words: string, prefix: string, field: Triple): string =>
  either(
    refusal,
    `${option} must be greater than zero, but got ${along(refusal, field)}`,
    `${words} should be greater than zero, but got ${named(refusal, prefix, field)}`,
  );

const padTooLarge = (refusal: Refusal) => {
  const { detail } = refusal;
  const kernel = along(refusal, "kernel");
  const dilation = along(refusal, "dilation");
  const [effective, dilated] = dilation === 1 ? ["", ""] : ["effective ", `, dilation=${dilation}`];
  return either(
    refusal,
    `padding should be at most half of ${effective}kernel size, but got padding=${detail}${dilated} and kernel_size=${kernel}`,
    `pad should be at most half of effective kernel size, but got pad=${detail}, kernel_size=${kernel} and dilation=${dilation}`,
  );
};

const inputEmpty = (refusal: Refusal) => {
  const { operator, shape } = refusal;
  const { core, torch, rank } = operator;
  const at = dimension(refusal);
  const sizes = list(shape);
  if (core === "max_unpool") {
    return `max_unpooling${rank}d(): Expected input to have non-zero size for non-batch dimensions, but got ${sizes} with dimension ${at} being empty.`;
  }
  if (/^(adaptive|fractional)/.test(core)) {
    return `${torch}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${sizes} with dimension ${at} being empty`;
  }
  if (rank === 3) {
    return `${torch}(): Expected input's non-batch dimensions to have positive length, but input has a shape of ${sizes} and non-batch dimension ${at} has length zero!`;
  }
  const prefix = isPlain1d(refusal) ? `${torch}: ` : "";
  return `${prefix}Expected ${rank + 1}D or ${rank + 2}D (batch mode) tensor with optional 0 dim batch size for input, but got:${sizes}`;
};

const outputTooSmall = (refusal: Refusal) => {
  const { fields, operator, numbers, detail, axis } = refusal;
  if (operator.core === "max_unpool") {
    const size = along(refusal, "size");
    return `max_unpooling: output_size must contain non-negative spatial dimensions, but got output_size[${axis - 3 + operator.rank}]=${size === -1 ? detail : unasked(size)}`;
  }
  const size = (field: Triple) => `(${[numbers[fields.channels], ...axes(refusal, field)].join("x")})`;
  return either(
    refusal,
    `Invalid computed output size: ${detail}`,
    `Given input size: ${size("in")}. Calculated output size: ${size("result")}. Output size is too small`,
  );
};

const sizeNegative = (refusal: Refusal) => {
  const kept = axes(refusal, "in", false);
  const sizes = axes(refusal, "size", false).map((size, i) => (size === -1 ? kept[i] : unasked(size)));
  return `${refusal.operator.torch}: elements of output_size must be greater than or equal to 0 but received {${sizes.join(", ")}}`;
};

type Sentence = (refusal: Refusal) => string;

/** By the core's names; a test holds the two lists against each other. */
export const sentences: Record<string, Sentence> = {
  unknown_operator: () => "this build of the core does not know the operator",
  divisor_zero: () => "divisor must be not zero",
  stride_zero: () => "stride should not be zero",
  pad_negative: (refusal) =>
    either(
      refusal,
      `padding must be non-negative, but got ${refusal.detail}`,
      `pad must be non-negative, but got pad: ${refusal.detail}`,
    ),
  pad_too_large: padTooLarge,
  pad_beyond_kernel: (refusal) =>
    `pad should be smaller than the effective kernel size, but got pad=${refusal.detail}, kernel_size=${along(refusal, "kernel")} and dilation=${along(refusal, "dilation")}`,
  kernel_not_positive: (refusal) => notPositive(refusal, "kernel_size", "kernel size", "k", "kernel"),
  stride_not_positive: (refusal) =>
    refusal.operator.core === "max_unpool"
      ? `strides should be greater than zero, but got stride: ${list(axes(refusal, "stride", false))}`
      : notPositive(refusal, "stride", "stride", "d", "stride"),
  dilation_not_positive: (refusal) => notPositive(refusal, "dilation", "dilation", "dilation", "dilation"),
  input_empty: inputEmpty,
  output_too_small: outputTooSmall,
  input_smaller_than_kernel: (refusal) =>
    `input image (${named(refusal, "", "in")}) smaller than kernel size (${named(refusal, "k", "kernel")})`,
  size_negative: sizeNegative,
  size_too_large: (refusal) => {
    const { operator, axis } = refusal;
    const what = letters[axis];
    return `${operator.torch}(): pool ${what} ${along(refusal, "kernel")} too large relative to input ${what} ${along(refusal, "in")}`;
  },
  sample_out_of_range: ({ detail }) => `random_samples must lie in [0, 1), but got ${detail}`,
  index_out_of_range: (refusal) => {
    const sizes = axes(refusal, "result", false);
    if (sizes.length === 1) sizes.push(1);
    return `Found an invalid max index: ${refusal.detail} (output volumes are of size ${sizes.join("x")})`;
  },
  norm_not_supported: ({ detail }) => `norm_type must be a number other than 0 and -inf, but got ${detail}`,
  number_too_large: () => "value cannot be converted to type int without overflow",
  too_large: () => "the tensor is too large: more than 2147483647 elements",
  out_of_memory: () => "out of memory: no room to work in",
};

/** The error for a Status that is not ok, read from the request block the core has just left. */
export function refusalOf(call: Call, status: number, shape: readonly number[]): PoolingError {
  const { heap, fields } = call;
  const name = heap.description.statuses[status] ?? "unknown_operator";
  const refusal = { ...call, shape, axis: heap.get(fields.axis), detail: heap.get(fields.detail) };
  const sentence = (sentences[name] ?? (() => name))(refusal);
  return new PoolingError(name === "out_of_memory" ? name : "invalid_argument", sentence);
}
