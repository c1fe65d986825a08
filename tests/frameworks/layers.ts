/** The table of layers whose written lines are run in the frameworks, and the input they are run on. */
import { DEFAULTS, type Layer, type LayerName, simplify } from "../../web/figure/code";

/** Rows and columns; both parities, so that windows fit and do not fit. */
export const SIZES = [
  [8, 9],
  [7, 6],
] as const;

const sliding: Partial<Layer>[] = [
  {},
  { kernelSize: 3 },
  { kernelSize: [3, 2] },
  { kernelSize: 3, stride: 2 },
  { kernelSize: 3, stride: 2, ceilMode: true },
  { kernelSize: 3, stride: [2, 1], padding: 1 },
  { kernelSize: 3, stride: 2, padding: 1 },
  { kernelSize: 3, stride: 2, padding: 1, ceilMode: true },
  { kernelSize: 2, stride: 2, padding: 1, ceilMode: true },
  { kernelSize: 3, stride: 1, padding: 1 },
  { kernelSize: 5, stride: 1, padding: 2 },
  { kernelSize: [3, 5], stride: 1, padding: [1, 2] },
  { kernelSize: 3, stride: 3, ceilMode: true },
  { kernelSize: 1, stride: 2 },
  { kernelSize: 2, stride: 3 },
  { kernelSize: 3, stride: 1, dilation: 2 },
  { kernelSize: 3, stride: 2, padding: 2, dilation: 2 },
  { kernelSize: 2, stride: 2, dilation: [2, 1], ceilMode: true },
  { kernelSize: 2, padding: "same" },
  { kernelSize: 3, stride: 2, padding: "same" },
  { kernelSize: 3, stride: 1, padding: "same" },
  { kernelSize: 2, stride: 1, padding: "same" },
  { kernelSize: 2, stride: 3, padding: "same" },
  { kernelSize: 1, stride: 3, padding: "same" },
  { kernelSize: 3, stride: 2, padding: "same", dilation: 2 },
  { kernelSize: 3, stride: 1, padding: "same", dilation: 2 },
  { kernelSize: 3, stride: 2, padding: "same_lower" },
  { kernelSize: 2, stride: 1, padding: "same_lower" },
  { kernelSize: 2, padding: [0, 0, 1, 1] },
  { kernelSize: 3, stride: 2, padding: [1, 0, 2, 1] },
  { kernelSize: 3, stride: 2, padding: [1, 0, 0, 1], ceilMode: true },
  { kernelSize: 3, stride: 2, padding: [1, 1, 0, 0], ceilMode: true },
  { kernelSize: 3, stride: 2, padding: [2, 2, 2, 2] },
];

const adaptive: Partial<Layer>[] = [
  { outputSize: 1 },
  { outputSize: [1, 1] },
  { outputSize: 2 },
  { outputSize: 3 },
  { outputSize: [4, 3] },
  { outputSize: [5, 3] },
  { outputSize: [null, 3] },
];

const norms: Partial<Layer>[] = [
  { kernelSize: 2 },
  { kernelSize: 3, stride: 2 },
  { kernelSize: 3, stride: 2, ceilMode: true },
  { kernelSize: [2, 3], normType: 1 },
  { kernelSize: 2, normType: 3 },
  { kernelSize: 2, normType: 4, stride: 1 },
  { kernelSize: 2, normType: Number.POSITIVE_INFINITY },
];

const of = (name: LayerName, list: readonly Partial<Layer>[], more: Partial<Layer> = {}): Layer[] =>
  list.map((settings) => simplify({ ...DEFAULTS, ...settings, ...more, name }));

export const LAYERS: readonly Layer[] = [
  ...of("MaxPool2d", sliding),
  ...of("MinPool2d", sliding),
  ...of("AvgPool2d", sliding),
  ...of("AvgPool2d", sliding, { countIncludePad: false }),
  ...of("AvgPool2d", sliding.slice(0, 12), { divisorOverride: 3 }),
  ...of("AdaptiveMaxPool2d", adaptive),
  ...of("AdaptiveAvgPool2d", adaptive),
  ...of("LPPool2d", norms),
];

/** Numbers of both signs with no two alike, exact in float32; of the norms the absolute ones, for ONNX's odd powers. */
export function inputOf(height: number, width: number, positive: boolean): Float32Array {
  return Float32Array.from({ length: height * width }, (_, at) => {
    const value = ((at * 37) % 101) - 50;
    return (positive ? Math.abs(value) : value) / 4;
  });
}
