/**
 * The attacks: wrong and strange inputs, each put to every entry that can take it. A row is
 *   cause      what is wrong or strange about it; a name of its own
 *   entry      who is asked: the module, the module in a worker, the figure (entries/known.ts says how each is asked)
 *   input      a call of an operator, or a line of code and the size or tensor under it
 *   expected   an error by the words in it, and its code; or a result, to the bit; or text that the drawing holds
 * After each the entry must answer a good input as if nothing had been, and what the caller handed over must be as it was.
 */
import type { PoolingErrorCode, Tensor } from "../../web/module/index.js";

export interface Call {
  call: string;
  given: () => unknown[];
}
export interface Line {
  code: string;
  on: readonly [number, number] | Tensor;
  more?: object;
}
export type Expected =
  | { error: string | RegExp; code?: PoolingErrorCode }
  | { shape: readonly number[]; data: readonly number[] }
  | { holds: readonly (string | RegExp)[] };

export type Attack =
  | { cause: string; entry: readonly ("module" | "worker")[]; input: Call; expected: Expected }
  | { cause: string; entry: readonly "figure"[]; input: Line; expected: Expected };

const ramp = (...shape: number[]): Tensor => ({
  data: Float32Array.from({ length: shape.reduce((all, size) => all * size, 1) }, (_, at) => at),
  shape,
});
const floats = (shape: number[], ...data: number[]): Tensor => ({ data: Float32Array.from(data), shape });
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const calls: [cause: string, call: string, given: () => unknown[], expected: Expected][] = [
  // What PyTorch refuses, in its words.
  [
    "a window larger than the picture",
    "maxPool2d",
    () => [ramp(1, 2, 2), { kernelSize: 3 }],
    {
      error: "Given input size: (1x2x2). Calculated output size: (1x0x0). Output size is too small",
      code: "invalid_argument",
    },
  ],
  [
    "padding of more than half a window",
    "maxPool2d",
    () => [ramp(1, 4, 4), { kernelSize: 3, padding: 2 }],
    { error: "pad should be at most half of effective kernel size, but got pad=2, kernel_size=3 and dilation=1" },
  ],
  [
    "a window of nothing",
    "maxPool2d",
    () => [ramp(1, 4, 4), { kernelSize: 0 }],
    { error: "stride should not be zero" },
  ],
  ["a step of nothing", "avgPool2d", () => [ramp(1, 4, 4), { kernelSize: 2, stride: 0 }], { error: "stride" }],
  ["a negative dilation", "maxPool2d", () => [ramp(1, 4, 4), { kernelSize: 2, dilation: -1 }], { error: "dilation" }],
  [
    "a divisor of nothing",
    "avgPool2d",
    () => [ramp(1, 4, 4), { kernelSize: 2, divisorOverride: 0 }],
    { error: "divisor" },
  ],
  // What PyTorch never sees.
  [
    "a misspelt option",
    "maxPool2d",
    () => [ramp(1, 4, 4), { kernel_size: 2 }],
    { error: /kernel_size/, code: "invalid_argument" },
  ],
  ["no options at all", "maxPool2d", () => [ramp(1, 4, 4)], { error: /kernelSize/ }],
  ["no tensor at all", "maxPool2d", () => [undefined, { kernelSize: 2 }], { error: /argument 'x'/ }],
  [
    "a list instead of an array with a type",
    "maxPool2d",
    () => [{ data: [1, 2, 3, 4], shape: [1, 2, 2] }, { kernelSize: 2 }],
    { error: /data/ },
  ],
  [
    "elements of a type that is none of ours",
    "maxPool2d",
    () => [{ data: new BigUint64Array(4), shape: [1, 2, 2] }, { kernelSize: 2 }],
    { error: /not implemented for/, code: "unsupported_dtype" },
  ],
  [
    "fewer elements than the shape says",
    "maxPool2d",
    () => [{ data: new Float32Array(3), shape: [1, 2, 2] }, { kernelSize: 2 }],
    { error: /shape|elements/ },
  ],
  [
    "a shape that overflows",
    "maxPool2d",
    () => [{ data: new Float32Array(4), shape: [2 ** 31, 2 ** 31, 4] }, { kernelSize: 2 }],
    { error: /shape|elements/ },
  ],
  [
    "a negative size",
    "maxPool2d",
    () => [{ data: new Float32Array(4), shape: [1, -2, -2] }, { kernelSize: 2 }],
    { error: /shape/ },
  ],
  ["a fraction for a size", "maxPool2d", () => [ramp(1, 4, 4), { kernelSize: 2.5 }], { error: /kernelSize/ }],
  ["NaN for a size", "maxPool2d", () => [ramp(1, 4, 4), { kernelSize: nan }], { error: /kernelSize/ }],
  ["a size beyond every integer", "maxPool2d", () => [ramp(1, 4, 4), { kernelSize: 2 ** 60 }], { error: /kernelSize/ }],
  [
    "indices that point outside the plane",
    "maxUnpool2d",
    () => [floats([1, 1, 1], 5), { data: new Int32Array([99]), shape: [1, 1, 1] }, { kernelSize: 2 }],
    { error: /99|indices/ },
  ],
  // Strange, and right.
  [
    "NaN among numbers wins",
    "maxPool2d",
    () => [floats([1, 2, 2], 1, nan, 3, inf), { kernelSize: 2 }],
    { shape: [1, 1, 1], data: [nan] },
  ],
  [
    "−0 stands before +0 and stays",
    "maxPool2d",
    () => [floats([1, 1, 2], -0, 0), { kernelSize: [1, 2] }],
    { shape: [1, 1, 1], data: [-0] },
  ],
  [
    "nothing but −∞",
    "maxPool2d",
    () => [floats([1, 2, 2], -inf, -inf, -inf, -inf), { kernelSize: 2 }],
    { shape: [1, 1, 1], data: [-inf] },
  ],
  [
    "∞ and −∞ have no average",
    "avgPool2d",
    () => [floats([1, 1, 2], inf, -inf), { kernelSize: [1, 2] }],
    { shape: [1, 1, 1], data: [nan] },
  ],
  [
    "padding counts in an average",
    "avgPool2d",
    () => [floats([1, 1, 1], 9), { kernelSize: 3, padding: 1 }],
    { shape: [1, 1, 1], data: [1] },
  ],
  [
    "padding never wins",
    "maxPool2d",
    () => [floats([1, 1, 1], -9), { kernelSize: 3, padding: 1 }],
    { shape: [1, 1, 1], data: [-9] },
  ],
  [
    "a batch of nothing",
    "maxPool2d",
    () => [{ data: new Float32Array(0), shape: [0, 1, 4, 4] }, { kernelSize: 2 }],
    { shape: [0, 1, 2, 2], data: [] },
  ],
  [
    "an empty stride is the window",
    "maxPool2d",
    () => [ramp(1, 2, 2), { kernelSize: 2, stride: [] }],
    { shape: [1, 1, 1], data: [3] },
  ],
  [
    "the smallest number that is no zero",
    "maxPool2d",
    () => [floats([1, 1, 2], 2 ** -149, 0), { kernelSize: [1, 2] }],
    { shape: [1, 1, 1], data: [2 ** -149] },
  ],
  [
    "a ceil window that would begin in the padding is dropped",
    "maxPool2d",
    () => [ramp(1, 1, 3), { kernelSize: [1, 1], stride: [1, 3], ceilMode: true }],
    { shape: [1, 1, 1], data: [0] },
  ],
];

const lines: [cause: string, code: string, on: Line["on"], expected: Expected, more?: object][] = [
  ["a line that is none", "import torch", [4, 4], { error: "no call in this line" }],
  ["nothing", "", [4, 4], { error: /./ }],
  ["a layer that nobody has", "nn.MaxPool9d(2)", [4, 4], { error: /MaxPool9d/ }],
  ["a bracket that never closes", "nn.MaxPool2d(2", [4, 4], { error: /./ }],
  [
    "an argument that PyTorch does not know",
    "nn.MaxPool2d(kernel=2)",
    [4, 4],
    { error: "unexpected keyword argument 'kernel'" },
  ],
  ["an argument given twice", "nn.MaxPool2d(2, kernel_size=3)", [4, 4], { error: /kernel_size/ }],
  [
    "padding of more than half a window",
    "nn.MaxPool2d(2, padding=7)",
    [4, 4],
    { error: "pad should be at most half of effective kernel size, but got pad=7" },
  ],
  ["a window larger than the picture", "nn.MaxPool2d(9)", [4, 4], { error: "Output size is too small" }],
  ["brackets by the hundred", `nn.MaxPool2d(${"(".repeat(500)}2${")".repeat(500)})`, [4, 4], { error: /./ }],
  [
    "markup in the line",
    'nn.MaxPool2d(2)"><script>alert(1)</script>',
    [4, 4],
    { holds: ["becomes 1 × 2 × 2", /^(?!.*<script)/s] },
  ],
  ["more numbers than can be drawn", "nn.MaxPool2d(2)", [1000, 1000], { error: /512/ }],
  ["a cell that is not there", "nn.MaxPool2d(2)", [4, 4], { error: /at/ }, { at: [9, 9] }],
  [
    "full-width signs and Chinese commas",
    "nn.MaxPool2d（2，stride＝1）",
    [4, 4],
    { holds: ["<title>nn.MaxPool2d(kernel_size=2, stride=1): 1 × 4 × 4 becomes 1 × 3 × 3</title>"] },
  ],
  ["numbers that are none", "nn.MaxPool2d(2)", floats([2, 2], 1, nan, 3, 4), { holds: ["NaN", "= NaN"] }],
];

export const attacks: readonly Attack[] = [
  ...calls.map(
    ([cause, call, given, expected]): Attack => ({
      cause,
      entry: ["module", "worker"],
      input: { call, given },
      expected,
    }),
  ),
  ...lines.map(
    ([cause, code, on, expected, more]): Attack => ({
      cause,
      entry: ["figure"],
      input: { code, on, ...(more && { more }) },
      expected,
    }),
  ),
];
