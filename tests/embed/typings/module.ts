// A strict program without the DOM's types.
import { loadPooling, type Pooling, PoolingError, type Tensor } from "poolscope";
import { figureSVG } from "poolscope/figure";

const pooling: Pooling = await loadPooling();
const x: Tensor<Float32Array> = { data: new Float32Array(64), shape: [1, 8, 8] };
const { output, indices } = pooling.maxPool2dWithIndices(x, { kernelSize: 2 });
export const sizes: readonly number[] = output.shape;
export const winners: Int32Array = indices;
export const svg: string = await figureSVG({ code: "nn.MaxPool2d(2)", input: x, at: [0, 0], lang: "zh" });
export const refused = (error: unknown): boolean => error instanceof PoolingError && error.code === "invalid_argument";
// @ts-expect-error misspelt
pooling.maxPool2d(x, { kernel_size: 2 });
// @ts-expect-error an unknown language
figureSVG({ code: "nn.MaxPool2d(2)", input: [8, 9], lang: "fr" });
