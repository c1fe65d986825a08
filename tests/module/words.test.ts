/** What PyTorch refuses is refused in its words: sentences as torch 2.13 prints them for the same calls. */
import { describe, expect, it } from "vitest";
import { sentences } from "../../web/module/sentences.js";
import { call, pooling, refusal } from "./support.js";

const zeros = (shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });
const x1 = zeros([1, 2, 8]);
const x2 = zeros([1, 2, 8, 9]);
const x3 = zeros([1, 2, 6, 7, 8]);

const said: [name: string, x: unknown, options: object, sentence: string][] = [
  // 2-d
  ["maxPool2d", x2, { kernelSize: 2, stride: 0 }, "stride should not be zero"],
  ["maxPool2d", x2, { kernelSize: 0 }, "stride should not be zero"],
  ["maxPool2d", x2, { kernelSize: 2, padding: -1 }, "pad must be non-negative, but got pad: -1"],
  [
    "maxPool2d",
    x2,
    { kernelSize: 3, padding: 2 },
    "pad should be at most half of effective kernel size, but got pad=2, kernel_size=3 and dilation=1",
  ],
  [
    "maxPool2d",
    x2,
    { kernelSize: 3, dilation: 2, padding: 3 },
    "pad should be at most half of effective kernel size, but got pad=3, kernel_size=3 and dilation=2",
  ],
  ["maxPool2d", x2, { kernelSize: 0, stride: 1 }, "kernel size should be greater than zero, but got kH: 0 kW: 0"],
  [
    "maxPool2d",
    x2,
    { kernelSize: [2, -1], stride: 1 },
    "kernel size should be greater than zero, but got kH: 2 kW: -1",
  ],
  ["maxPool2d", x2, { kernelSize: 2, stride: -1 }, "stride should be greater than zero, but got dH: -1 dW: -1"],
  [
    "maxPool2d",
    x2,
    { kernelSize: 2, dilation: 0 },
    "dilation should be greater than zero, but got dilationH: 0 dilationW: 0",
  ],
  [
    "maxPool2d",
    x2,
    { kernelSize: 20 },
    "Given input size: (2x8x9). Calculated output size: (2x0x0). Output size is too small",
  ],
  [
    "maxPool2d",
    x2,
    { kernelSize: [2, 20] },
    "Given input size: (2x8x9). Calculated output size: (2x4x0). Output size is too small",
  ],
  [
    "maxPool2d",
    x2,
    { kernelSize: [2, 2, 2] },
    "max_pool2d: kernel_size must either be a single int, or a tuple of two ints",
  ],
  [
    "maxPool2d",
    x2,
    { kernelSize: 2, stride: [2, 2, 2] },
    "max_pool2d: stride must either be omitted, a single int, or a tuple of two ints",
  ],
  [
    "maxPool2d",
    x2,
    { kernelSize: 2, padding: [0, 0, 0] },
    "max_pool2d: padding must either be a single int, or a tuple of two ints",
  ],
  [
    "maxPool2d",
    x2,
    { kernelSize: 2, dilation: [1, 1, 1] },
    "max_pool2d: dilation must be either a single int, or a tuple of two ints",
  ],
  [
    "maxPool2dWithIndices",
    x2,
    { kernelSize: 3, padding: 2 },
    "pad should be at most half of effective kernel size, but got pad=2, kernel_size=3 and dilation=1",
  ],
  [
    "maxPool2d",
    zeros([1, 0, 8, 8]),
    { kernelSize: 2 },
    "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:[1, 0, 8, 8]",
  ],
  [
    "maxPool2d",
    zeros([1, 2, 8, 0]),
    { kernelSize: 2 },
    "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:[1, 2, 8, 0]",
  ],
  [
    "avgPool2d",
    zeros([0, 8, 8]),
    { kernelSize: 2 },
    "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:[0, 8, 8]",
  ],
  ["avgPool2d", x2, { kernelSize: 2, divisorOverride: 0 }, "divisor must be not zero"],
  [
    "avgPool2d",
    x2,
    { kernelSize: [1, 2, 3] },
    "avg_pool2d: kernel_size must either be a single int, or a tuple of two ints",
  ],
  [
    "lpPool2d",
    x2,
    { normType: 2, kernelSize: 30 },
    "Given input size: (2x8x9). Calculated output size: (2x0x0). Output size is too small",
  ],
  [
    "adaptiveAvgPool2d",
    x2,
    { outputSize: -1 },
    "adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but received {-1, -1}",
  ],
  [
    "adaptiveAvgPool2d",
    x2,
    { outputSize: [2, -1] },
    "adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but received {2, -1}",
  ],
  [
    "adaptiveMaxPool2d",
    zeros([1, 0, 8, 8]),
    { outputSize: 2 },
    "adaptive_max_pool2d(): Expected input to have non-zero size for non-batch dimensions, but input has sizes [1, 0, 8, 8] with dimension 1 being empty",
  ],
  [
    "adaptiveAvgPool2d",
    zeros([1, 2, 8, 0]),
    { outputSize: 2 },
    "adaptive_avg_pool2d(): Expected input to have non-zero size for non-batch dimensions, but input has sizes [1, 2, 8, 0] with dimension 3 being empty",
  ],
  [
    "adaptiveMaxPool2d",
    zeros([1, 1, 1, 8, 8]),
    { outputSize: 2 },
    "adaptive_max_pool2d(): Expected 3D or 4D tensor, but got: [1, 1, 1, 8, 8]",
  ],
  [
    "fractionalMaxPool2dWithIndices",
    x2,
    { kernelSize: 2 },
    "fractional_max_pool2d requires specifying either an output_size or an output_ratio",
  ],
  [
    "fractionalMaxPool2dWithIndices",
    x2,
    { kernelSize: 2, outputSize: 2, outputRatio: 0.5 },
    "only one of output_size and output_ratio may be specified",
  ],
  [
    "fractionalMaxPool2dWithIndices",
    x2,
    { kernelSize: 2, outputRatio: 1.5 },
    "output_ratio must be between 0 and 1 (got 1.5)",
  ],
  [
    "fractionalMaxPool2dWithIndices",
    x2,
    { kernelSize: 2, outputSize: [3, -1] },
    "fractional_max_pool2d: elements of output_size must be greater than or equal to 0 but received {3, -1}",
  ],
  [
    "fractionalMaxPool2dWithIndices",
    x2,
    { kernelSize: 2, outputSize: 9 },
    "fractional_max_pool2d(): pool height 2 too large relative to input height 8",
  ],
  [
    "fractionalMaxPool2dWithIndices",
    x2,
    { kernelSize: [2, 20], outputSize: 2 },
    "fractional_max_pool2d(): pool width 20 too large relative to input width 9",
  ],
  // 1-d: max_pool1d has words of its own, with indices it has those of 2-d
  ["maxPool1d", x1, { kernelSize: 2, stride: 0 }, "max_pool1d() stride must be greater than zero, but got 0"],
  ["maxPool1d", x1, { kernelSize: 2, stride: -1 }, "max_pool1d() stride must be greater than zero, but got -1"],
  ["maxPool1d", x1, { kernelSize: 2, padding: -1 }, "max_pool1d() padding must be non-negative, but got -1"],
  [
    "maxPool1d",
    x1,
    { kernelSize: 3, padding: 2 },
    "max_pool1d() padding should be at most half of kernel size, but got padding=2 and kernel_size=3",
  ],
  ["maxPool1d", x1, { kernelSize: 0 }, "max_pool1d() kernel_size must be greater than zero, but got 0"],
  ["maxPool1d", x1, { kernelSize: -1, stride: 1 }, "max_pool1d() kernel_size must be greater than zero, but got -1"],
  ["maxPool1d", x1, { kernelSize: 20 }, "max_pool1d() Invalid computed output size: 0"],
  ["maxPool1d", x1, { kernelSize: 2, dilation: 0 }, "max_pool1d() dilation must be greater than zero, but got 0"],
  [
    "maxPool1d",
    zeros([1, 0, 8]),
    { kernelSize: 2 },
    "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:[1, 0, 8]",
  ],
  [
    "maxPool1d",
    zeros([8]),
    { kernelSize: 2 },
    "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:[8]",
  ],
  [
    "maxPool1dWithIndices",
    x1,
    { kernelSize: 0, stride: 1 },
    "kernel size should be greater than zero, but got kH: 1 kW: 0",
  ],
  [
    "maxPool1dWithIndices",
    x1,
    { kernelSize: 2, dilation: -1 },
    "dilation should be greater than zero, but got dilationH: 1 dilationW: -1",
  ],
  [
    "maxPool1dWithIndices",
    x1,
    { kernelSize: [2, 2] },
    "max_pool1d() argument 'kernel_size' should contain one int (got 2)",
  ],
  [
    "avgPool1d",
    x1,
    { kernelSize: 20 },
    "Given input size: (2x1x8). Calculated output size: (2x1x0). Output size is too small",
  ],
  ["avgPool1d", x1, { kernelSize: 2, stride: -1 }, "stride should be greater than zero, but got dH: 1 dW: -1"],
  [
    "adaptiveAvgPool1d",
    x1,
    { outputSize: [2, 2] },
    "adaptive_avg_pool1d() argument 'output_size' should contain one int (got 2)",
  ],
  [
    "adaptiveMaxPool1d",
    zeros([1, 2, 0]),
    { outputSize: 2 },
    "adaptive_max_pool1d(): Expected input to have non-zero size for non-batch dimensions, but input has sizes [1, 2, 0] with dimension 2 being empty",
  ],
  // 3-d
  ["maxPool3d", x3, { kernelSize: 2, stride: [2, 0, 2] }, "stride should not be zero"],
  ["maxPool3d", x3, { kernelSize: 0, stride: 1 }, "kernel size should be greater than zero, but got kT: 0 kH: 0 kW: 0"],
  ["maxPool3d", x3, { kernelSize: 2, stride: -1 }, "stride should be greater than zero, but got dT: -1 dH: -1 dW: -1"],
  [
    "maxPool3d",
    x3,
    { kernelSize: 2, dilation: 0 },
    "dilation should be greater than zero, but got dilationT: 0 dilationH: 0 dilationW: 0",
  ],
  [
    "maxPool3d",
    x3,
    { kernelSize: 20 },
    "Given input size: (2x6x7x8). Calculated output size: (2x0x0x0). Output size is too small",
  ],
  [
    "maxPool3d",
    x3,
    { kernelSize: [1, 2] },
    "max_pool3d: kernel_size must either be a single int, or a tuple of three ints",
  ],
  ["avgPool3d", x3, { kernelSize: 20 }, "input image (T: 6 H: 7 W: 8) smaller than kernel size (kT: 20 kH: 20 kW: 20)"],
  [
    "adaptiveAvgPool3d",
    zeros([8, 8, 8]),
    { outputSize: 1 },
    "adaptive_avg_pool3d(): Expected 4D or 5D tensor, but got: [8, 8, 8]",
  ],
  [
    "fractionalMaxPool3dWithIndices",
    x3,
    { kernelSize: 20, outputSize: 2 },
    "fractional_max_pool3d(): pool time 20 too large relative to input time 6",
  ],
];

describe("PyTorch's words", () => {
  it.each(said)("%s %#", (name, x, options, sentence) => {
    expect(refusal(() => call(name, x, options)).message.replace("{2, 2,-1}", "{2, 2, -1}")).toBe(sentence);
  });

  const pooled = zeros([1, 2, 4, 4]);
  const indices = { data: new Int32Array(32), shape: [1, 2, 4, 4] };
  const bad = (value: number) => ({ data: new Int32Array(32).fill(value), shape: [1, 2, 4, 4] });
  const unpooled: [unknown, unknown, object, string][] = [
    [
      pooled,
      indices,
      { kernelSize: 2, outputSize: [-1, -1] },
      "max_unpooling: output_size must contain non-negative spatial dimensions, but got output_size[0]=-1",
    ],
    [
      pooled,
      indices,
      { kernelSize: 2, outputSize: [8, 8, 8] },
      "output_size should be a sequence containing 2 or 4 elements, but it has a length of '3'",
    ],
    [
      pooled,
      indices,
      { kernelSize: 2, padding: 20 },
      "max_unpooling: output_size must contain non-negative spatial dimensions, but got output_size[0]=-32",
    ],
    [pooled, bad(1000), { kernelSize: 2 }, "Found an invalid max index: 1000 (output volumes are of size 8x8)"],
    [pooled, bad(-5), { kernelSize: 2 }, "Found an invalid max index: -5 (output volumes are of size 8x8)"],
    [
      pooled,
      { data: new Int32Array(8), shape: [1, 2, 4, 1] },
      { kernelSize: 2 },
      "Expected shape of indices to be same as that of the input tensor ([1, 2, 4, 4]) but got indices tensor with shape: [1, 2, 4, 1]",
    ],
    [
      zeros([1, 1, 1, 2, 2]),
      new Int32Array(4),
      { kernelSize: 2 },
      "Input to max_unpooling2d should be a 3d or 4d Tensor, but got a tensor with 5 dimensions.",
    ],
  ];
  it.each(unpooled)("maxUnpool2d %#", (x, given, options, sentence) => {
    expect(refusal(() => call("maxUnpool2d", x, given, options)).message).toBe(sentence);
  });

  it("indices of a class that no tensor has", () => {
    const must = (argument: string, name = "maxUnpool2d") =>
      `"${name}" not implemented for 'Uint32': argument '${argument}' must be an Int32Array`;
    const said = (given: unknown) => refusal(() => call("maxUnpool2d", pooled, given, { kernelSize: 2 }));
    expect(said(new Uint32Array(32))).toMatchObject({ code: "unsupported_dtype", message: must("indices") });
    expect(said({ data: new Uint32Array(32), shape: [1, 2, 4, 4] }).message).toBe(must("indices.data"));
    expect(said(new Int16Array(32)).message).toBe("elements in indices should be type int32 but got: Int16Array");
    const out = { indices: new Uint32Array(32) };
    expect(refusal(() => call("maxPool2dWithIndices", zeros([1, 2, 8, 8]), { kernelSize: 2, out })).message).toBe(
      must("out.indices", "maxPool2dWithIndices"),
    );
  });

  it("lpPool3d refuses an input smaller than the kernel where a window would fit, as avgPool3d does; ONNX's does not", () => {
    const options = { kernelSize: 3, stride: 2, ceilMode: true, normType: 2 };
    expect(refusal(() => call("lpPool3d", zeros([1, 2, 2, 2]), options)).message).toBe(
      "input image (T: 2 H: 2 W: 2) smaller than kernel size (kT: 3 kH: 3 kW: 3)",
    );
    const { shape } = call("lpPool3d", zeros([1, 2, 2, 2]), { ...options, convention: "onnx" });
    expect(shape).toEqual([1, 1, 1, 1]);
  });

  it("maxUnpool1d and maxUnpool3d", () => {
    const line = () => call("maxUnpool1d", zeros([1, 2, 4]), new Int32Array(8).fill(1000), { kernelSize: 2 });
    expect(refusal(line).message).toBe("Found an invalid max index: 1000 (output volumes are of size 8x1)");
    const box = () => call("maxUnpool3d", zeros([1, 2, 2, 2]), new Int32Array(8), { kernelSize: 2, stride: 0 });
    expect(refusal(box).message).toBe("strides should be greater than zero, but got stride: [0, 0, 0]");
  });

  it("gradients", () => {
    const gradient = zeros([1, 2, 3, 3]);
    const average = () => pooling.avgPool2dBackward(gradient, { kernelSize: 2, inputShape: [1, 2, 8, 9] });
    expect(refusal(average).message).toBe(
      "Expected a tensor of dimension 4 and tensor.size[2] == 4 but got: dimension 4 and tensor.size[2] = 3",
    );
  });

  it("the first of two refusals is PyTorch's", () => {
    const both = (options: object) => refusal(() => call("maxPool2d", x2, options)).message;
    expect(both({ kernelSize: 0, stride: [1, 0] })).toBe("stride should not be zero");
    expect(both({ kernelSize: 2, stride: -1, dilation: 0 })).toMatch(/^stride/);
    expect(both({ kernelSize: [3, 3], padding: [2, -1] })).toMatch(/^pad should/);
    expect(refusal(() => call("avgPool2d", x2, { kernelSize: 0, divisorOverride: 0 })).message).toMatch(/^divisor/);
  });
});

it("every status of the core has a sentence, and there is no other", async () => {
  const { inlinedBytes, instantiate } = await import("../../web/module/glue.js");
  const { Heap } = await import("../../web/module/heap.js");
  const { statuses } = new Heap(await instantiate(await inlinedBytes())).description;
  expect(statuses[0]).toBe("ok");
  expect(Object.keys(sentences).toSorted()).toEqual(statuses.slice(1).toSorted());
});
