/** Lines of every framework of the list, whole models, and what is said of layers that are not drawn. */
import { describe, expect, test } from "vitest";
import { callee, DEFAULTS, type Layer, print } from "../../web/figure/code";
import { FRAMEWORKS } from "../../web/figure/frameworks/index";
import { translations } from "../../web/figure/frameworks/translations";
import { CodeError, explain, findLayers, parse } from "../../web/figure/read";
import { WORDS } from "../../web/figure/texts/index";

const max = (settings: Partial<Layer> = {}): Layer => ({ ...DEFAULTS, name: "MaxPool2d", ...settings });
const mean = (settings: Partial<Layer> = {}): Layer => ({ ...DEFAULTS, name: "AvgPool2d", ...settings });
const adaptive = (name: Layer["name"], outputSize: Layer["outputSize"]): Layer => ({ ...DEFAULTS, name, outputSize });

test("each framework is listed once", () => {
  expect(new Set(FRAMEWORKS.map(({ name }) => name)).size).toBe(FRAMEWORKS.length);
});

describe("readers", () => {
  test.each<[string, Layer]>(
    [
      // PyTorch.
      ["torch.max_pool2d(x, 3, 2)", max({ kernelSize: 3, stride: 2 })],
      ["torch.nn.functional.avg_pool2d(x, 2, count_include_pad=False)", mean({ countIncludePad: false })],
      [
        "torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions(3).stride(2).padding(1))",
        max({ kernelSize: 3, stride: 2, padding: 1 }),
      ],
      ["torch::nn::MaxPool2d(MaxPool2dOptions(3).stride(2))", max({ kernelSize: 3, stride: 2 })],
      [
        "MaxPool2d pool(MaxPool2dOptions({3, 2}).stride({2, 1}).ceil_mode(true));",
        max({ kernelSize: [3, 2], stride: [2, 1], ceilMode: true }),
      ],
      [
        "F::avg_pool2d(x, F::AvgPool2dFuncOptions(3).count_include_pad(false))",
        mean({ kernelSize: 3, countIncludePad: false }),
      ],
      ["torch::nn::LPPool2dOptions(2, 3)", { ...DEFAULTS, name: "LPPool2d", kernelSize: 3 }],
      ["torch::nn::AdaptiveAvgPool2dOptions({7, 5})", adaptive("AdaptiveAvgPool2d", [7, 5])],
      // What is laid round the input first.
      ['nn.MaxPool2d(2)(F.pad(x, (1, 0, 2, 0), value=float("-inf")))', max({ kernelSize: 2, padding: [2, 1, 0, 0] })],
      [
        '-nn.MaxPool2d(2)(F.pad(-x, (0, 1, 0, 1), value=float("-inf")))',
        { ...max({ padding: [0, 0, 1, 1] }), name: "MinPool2d" },
      ],
      ["-nn.MaxPool2d(3)(-x)", { ...max({ kernelSize: 3 }), name: "MinPool2d" }],
      ["nn.AvgPool2d(2)(F.pad(x, (0, 1, 0, 1)))", mean({ padding: [0, 0, 1, 1] })],
      // Keras.
      ["keras.ops.max_pool(x, 2)", max()],
      [
        "keras.ops.average_pool(x, (3, 2), strides=1, padding='same')",
        mean({ kernelSize: [3, 2], stride: 1, padding: "same", countIncludePad: false }),
      ],
      ["keras.layers.AdaptiveAveragePooling2D((4, 3))", adaptive("AdaptiveAvgPool2d", [4, 3])],
      ["layers.AdaptiveMaxPooling2D(output_size=2)", adaptive("AdaptiveMaxPool2d", 2)],
      ["tf.keras.layers.MaxPool2D()", max()],
      ["keras.layers.GlobalMaxPooling2D(keepdims=True)", adaptive("AdaptiveMaxPool2d", 1)],
      // ONNX.
      [
        "%4 : Float(1, 64, 56, 56) = onnx::MaxPool[kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2], ceil_mode=0](%3)",
        max({ kernelSize: [3, 3], stride: [2, 2], padding: 1 }),
      ],
      [
        'input: "x"\noutput: "y"\nop_type: "MaxPool"\nattribute {\n  name: "kernel_shape"\n  ints: 3\n  ints: 2\n  type: INTS\n}\nattribute {\n  name: "auto_pad"\n  s: "SAME_UPPER"\n  type: STRING\n}\n',
        max({ kernelSize: [3, 2], stride: 1, padding: "same" }),
      ],
      [
        'make_node("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], pads=[2, 2, 2, 2])',
        mean({ kernelSize: [3, 3], stride: 1, padding: [2, 2, 2, 2], countIncludePad: false }),
      ],
      [
        'MaxPool(kernel_shape=[2, 2], strides=[2, 2], auto_pad="VALID", ceil_mode=1)',
        max({ kernelSize: [2, 2], stride: [2, 2] }),
      ],
      ["y = op.MaxPool(x, kernel_shape=[2, 2])", max({ kernelSize: [2, 2], stride: 1 })],
      // TensorFlow.
      ['tf.nn.max_pool2d(x, ksize=2, strides=2, padding="SAME")', max({ stride: 2, padding: "same" })],
      ['tf.nn.max_pool(x, [1, 3, 2, 1], [1, 2, 1, 1], "VALID")', max({ kernelSize: [3, 2], stride: [2, 1] })],
      [
        'tf.nn.avg_pool2d(x, [1, 1, 3, 2], 2, "SAME", data_format="NCHW")',
        mean({ kernelSize: [3, 2], stride: 2, padding: "same", countIncludePad: false }),
      ],
      [
        "tf.nn.max_pool2d(x, 3, 2, [[0, 0], [1, 2], [0, 1], [0, 0]])",
        max({ kernelSize: 3, stride: 2, padding: [1, 0, 2, 1] }),
      ],
      ['tf.compat.v1.nn.max_pool(value=x, ksize=2, strides=2, padding="VALID")', max({ stride: 2 })],
      ['tf.nn.pool(x, [2, 2], "AVG", dilations=[2, 2])', mean({ kernelSize: [2, 2], stride: 1, dilation: [2, 2] })],
      ['nn.max_pool2d(x, ksize=2, strides=1, padding="SAME")', max({ stride: 1, padding: "same" })],
      // TensorFlow.js.
      ["tf.layers.maxPooling2d({ poolSize: 2 })", max()],
      [
        "tf.layers.averagePooling2d({ poolSize: [3, 2], strides: [2, 2], padding: 'same' })",
        mean({ kernelSize: [3, 2], stride: [2, 2], padding: "same", countIncludePad: false }),
      ],
      ["tf.maxPool(x, 2, 2, 'same')", max({ stride: 2, padding: "same" })],
      ["x.maxPool([3, 3], 2, 1)", max({ kernelSize: [3, 3], stride: 2, padding: 1 })],
      ["a.relu().avgPool(2, 2, 'valid')", mean({ stride: 2 })],
      ["tf.maxPool(x, 3, 2, 0, 'ceil')", max({ kernelSize: 3, stride: 2, ceilMode: true })],
      ["tf.layers.globalAveragePooling2d({})", adaptive("AdaptiveAvgPool2d", 1)],
      // Tensors' own methods.
      ["x.max_pool2d((2,2))", max({ kernelSize: [2, 2] })],
      ["x.conv2d(w).relu().max_pool2d()", max()],
      ["x.avg_pool2d(3, 2, 1, (1, 0, 2, 0))", mean({ kernelSize: 3, stride: 2, padding: [2, 1, 0, 0] })],
      // Flax: a stride left out is 1.
      ["nn.max_pool(x, (2, 2), strides=(2, 2))", max({ kernelSize: [2, 2], stride: [2, 2] })],
      [
        "flax.linen.avg_pool(x, (3, 3), padding=((1, 0), (0, 1)))",
        mean({ kernelSize: [3, 3], stride: 1, padding: [1, 0, 0, 1] }),
      ],
      ['nn.max_pool(x, window_shape=(2, 2), padding="SAME")', max({ kernelSize: [2, 2], stride: 1, padding: "same" })],
      // WebNN.
      ["builder.maxPool2d(x, { windowDimensions: [2,2] })", max({ kernelSize: [2, 2], stride: 1 })],
      [
        "builder.averagePool2d(x, { windowDimensions: [3, 3], strides: [2, 2], padding: [1, 2, 0, 1], roundingType: 'ceil' })",
        mean({ kernelSize: [3, 3], stride: [2, 2], padding: [1, 0, 2, 1], ceilMode: true, countIncludePad: false }),
      ],
      ["builder.maxPool2d(x)", adaptive("AdaptiveMaxPool2d", 1)],
      [
        "builder.l2Pool2d(x, { windowDimensions: [2, 2], strides: [2, 2] })",
        { ...DEFAULTS, name: "LPPool2d", kernelSize: [2, 2], stride: [2, 2] },
      ],
      // MLX.
      ["mlx.nn.AvgPool2d(kernel_size=3, stride=2, padding=1)", mean({ kernelSize: 3, stride: 2, padding: 1 })],
      // Paddle: four paddings are top, bottom, left, right.
      [
        "paddle.nn.functional.avg_pool2d(x, kernel_size=4, padding=[1,2,1,2], exclusive=False)",
        mean({ kernelSize: 4, padding: [1, 1, 2, 2] }),
      ],
      [
        "MaxPool2D(kernel_size=3, stride=2, padding=[0,1,0,1])",
        max({ kernelSize: 3, stride: 2, padding: [0, 0, 1, 1] }),
      ],
      ['paddle.nn.MaxPool2D(3, 2, padding="SAME")', max({ kernelSize: 3, stride: 2, padding: "same" })],
      [
        "paddle.nn.MaxPool2D(3, 2, [[0, 0], [0, 0], [1, 0], [0, 1]])",
        max({ kernelSize: 3, stride: 2, padding: [1, 0, 0, 1] }),
      ],
      ["paddle.nn.functional.max_pool2d(x, 3, 2, 1, False, True)", undefined as never],
      ["paddle.nn.MaxPool2D(3, 2, 0, False, True)", max({ kernelSize: 3, stride: 2, ceilMode: true })],
      // Links that were made before PyTorch's words were kept for PyTorch.
      ['nn.MaxPool2d(kernel_size=3, stride=2, padding="same")', max({ kernelSize: 3, stride: 2, padding: "same" })],
      ["nn.AvgPool2d(kernel_size=3, dilation=2)", mean({ kernelSize: 3, dilation: 2 })],
      ["nn.MaxPool2d(kernel_size=3, padding=(0, 0, 1, 1))", max({ kernelSize: 3, padding: [0, 0, 1, 1] })],
      ['nn.MaxPool2d(kernel_size=2, padding="valid", ceil_mode=True)', max({})],
      ["pooling.maxPool2d(x, { kernelSize: 2, padding: 'valid', ceilMode: true })", max({})],
      [
        "make_node('MaxPool', kernel_shape=[2, 2], strides=[2, 2], auto_pad='VALID', ceil_mode=1)",
        max({ kernelSize: [2, 2], stride: [2, 2] }),
      ],
    ].filter(([, layer]) => layer !== undefined) as [string, Layer][],
  )("%s", (line, layer) => {
    expect(parse(line)).toEqual(layer);
  });

  test.each([
    ["nn.MaxPool2d(2.0)", "argument 'kernel_size' must be tuple of ints, not float"],
    ["nn.MaxPool2d(2, ceil_mode=1)", "argument 'ceil_mode' must be bool, not int"],
    ["nn.AvgPool2d(2, count_include_pad=0)", "argument 'count_include_pad' must be bool, not int"],
    ["nn.AvgPool2d(2, divisor_override=2.0)", "argument 'divisor_override' must be int, not float"],
    ["nn.MaxPool2d(True)", "argument 'kernel_size' must be tuple of ints, not bool"],
    ["nn.MaxPool2d(2, padding=None)", "argument 'padding' must be tuple of ints, not NoneType"],
    ["nn.AdaptiveAvgPool2d((2,))", "adaptive_avg_pool2d: output_size must be 2"],
    ["nn.LPPool2d(2, [2])", "not enough values to unpack"],
    ["torch::nn::MaxPool2dOptions(3).strides(2)", "no member named 'strides'"],
    ["tf.nn.max_pool2d(x, 2)", "missing 1 required positional argument: 'strides'"],
    ["tf.nn.max_pool2d(x, 2, 2, 'FULL')", 'padding must be "valid" or "same"'],
    ["keras.layers.MaxPooling2D((2,))", "must be a tuple of 2 integers"],
    ["keras.layers.AveragePooling2D()", "missing 1 required positional argument"],
    [
      "paddle.nn.MaxPool2D(2, 2, 1, ceil_mode=True)",
      "Paddle's ceil_mode keeps a last window that begins in the padding",
    ],
    ['MaxPool(kernel_shape=[2, 2], strides=[3, 3], auto_pad="SAME_UPPER")', "ONNX's SAME takes cells away"],
    ['make_node("MaxPool", ["x"], ["y"], kernel_shape=[2])', "of 1 dimensions is not drawn here"],
    ["nn.MaxPool2d(2)(F.pad(x, (1, 1, 1, 1)))", "'F.pad' with this value before this layer is not drawn here"],
    ["nn.AvgPool2d(2, count_include_pad=False)(F.pad(x, (1, 1, 1, 1), mode='reflect'))", "is not drawn here"],
    ["builder.maxPool2d(x, { windowDimensions: [2, 2], outputSizes: [3, 3] })", "outputSizes are not drawn here"],
  ])("%s is refused in words", (line, message) => {
    expect(() => parse(line)).toThrow(message);
    expect(() => parse(line)).toThrow(CodeError);
  });
});

describe("a line behind a framework's name is that framework's", () => {
  test.each<[Layer, string]>([
    [
      max({ kernelSize: 3, stride: 2, padding: "same" }),
      'keras.layers.MaxPooling2D(pool_size=3, strides=2, padding="same")',
    ],
    [mean({ padding: "same", countIncludePad: false }), 'keras.layers.AveragePooling2D(pool_size=2, padding="same")'],
    [mean({ padding: "same" }), 'pooling.avgPool2d(x, { kernelSize: 2, padding: "same" })'],
    [
      max({ kernelSize: 3, padding: "same", dilation: 2 }),
      'pooling.maxPool2d(x, { kernelSize: 3, padding: "same", dilation: 2 })',
    ],
    [
      mean({ kernelSize: 3, stride: 2, padding: 1, dilation: 2 }),
      "pooling.avgPool2d(x, { kernelSize: 3, stride: 2, padding: 1, dilation: 2 })",
    ],
    [max({ padding: [0, 0, 1, 1] }), "pooling.maxPool2d(x, { kernelSize: 2, padding: [0, 0, 1, 1] })"],
    [{ ...max({ padding: "same" }), name: "MinPool2d" }, 'pooling.minPool2d(x, { kernelSize: 2, padding: "same" })'],
    [mean({ kernelSize: [2, 2], dilation: [1, 1] }), "nn.AvgPool2d(kernel_size=(2, 2))"],
    [max({ kernelSize: 3, dilation: 2 }), "nn.MaxPool2d(kernel_size=3, dilation=2)"],
    [{ ...max(), name: "MinPool2d" }, "MinPool2d(kernel_size=2)"],
  ])("%j", (layer, line) => {
    expect(print(layer)).toBe(line);
    expect(line.startsWith(callee(layer))).toBe(true);
    expect(print(parse(line))).toBe(line);
  });

  const code = (layer: Layer, framework: string, input?: readonly [number, number]) =>
    translations(layer, input).find((one) => one.framework === framework);

  test("lines that exist are given", () => {
    expect(code(parse('MaxPooling2D(3, strides=1, padding="same")'), "PyTorch")?.code).toBe(
      "nn.MaxPool2d(kernel_size=3, stride=1, padding=1)",
    );
    expect(code(max({ kernelSize: 3, stride: 1, padding: 1 }), "Keras")?.code).toBe(
      'keras.layers.MaxPooling2D(pool_size=3, strides=1, padding="same")',
    );
    expect(code(mean({ kernelSize: 3, stride: 1, padding: 1, countIncludePad: false }), "Keras")?.code).toBe(
      'keras.layers.AveragePooling2D(pool_size=3, strides=1, padding="same")',
    );
    // 7 of stride 2 take one cell on every side, 8 take theirs at the end.
    for (const [name, line] of [
      ["MaxPool2d", "nn.MaxPool2d(kernel_size=3, stride=2, padding=1)"],
      ["MinPool2d", "-nn.MaxPool2d(kernel_size=3, stride=2, padding=1)(-x)"],
    ] as const)
      expect(code({ ...max({ kernelSize: 3, stride: 2, padding: "same" }), name }, "PyTorch", [7, 7])).toMatchObject({
        code: line,
        note: "pad_this_size",
      });
    expect(code(parse('nn.MaxPool2d(2, padding="valid")'), "PyTorch")?.code).toBe("nn.MaxPool2d(kernel_size=2)");
    expect(code(parse("nn.MaxPool2d(2, padding=(1, 1, 1, 1))"), "PyTorch")?.code).toBe(
      "nn.MaxPool2d(kernel_size=2, padding=1)",
    );
    expect(code(adaptive("AdaptiveAvgPool2d", [1, 1]), "ONNX")?.code).toContain('"GlobalAveragePool"');
    expect(code(adaptive("AdaptiveAvgPool2d", [1, 1]), "Keras")?.code).toBe(
      "keras.layers.GlobalAveragePooling2D(keepdims=True)",
    );
    expect(code(adaptive("AdaptiveAvgPool2d", [4, 3]), "Keras")?.code).toBe(
      "keras.layers.AdaptiveAveragePooling2D(output_size=(4, 3))",
    );
    expect(code(adaptive("AdaptiveMaxPool2d", [4, 3]), "ONNX", [8, 9])?.code).toBe(
      'onnx.helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 3], strides=[2, 3])',
    );
    expect(code(adaptive("AdaptiveMaxPool2d", [4, 3]), "ONNX", [8, 10])).toMatchObject({
      code: undefined,
      note: "onnx_adaptive",
    });
  });

  test("what PyTorch cannot say is padded first, with −∞ where a maximum is sought", () => {
    expect(code(max({ padding: [0, 0, 1, 1] }), "PyTorch")).toMatchObject({
      code: 'nn.MaxPool2d(kernel_size=2)(F.pad(x, (0, 1, 0, 1), value=float("-inf")))',
      note: "pad_infinity",
    });
    expect(code(mean({ padding: [0, 0, 1, 1] }), "PyTorch")?.code).toBe(
      "nn.AvgPool2d(kernel_size=2)(F.pad(x, (0, 1, 0, 1)))",
    );
    expect(code(mean({ padding: [0, 0, 1, 1], countIncludePad: false }), "PyTorch")).toMatchObject({
      code: undefined,
      note: "torch_average_pad",
    });
    expect(code({ ...max({ padding: "same" }), name: "MinPool2d" }, "PyTorch")).toMatchObject({
      code: undefined,
      note: "torch_same",
    });
    expect(code(max({ kernelSize: 3, stride: 2, padding: "same" }), "PyTorch", [8, 9])).toMatchObject({
      code: 'nn.MaxPool2d(kernel_size=3, stride=2)(F.pad(x, (1, 1, 0, 1), value=float("-inf")))',
      note: "pad_this_size",
    });
    expect(code(max({ padding: [1, 1, 1, 1] }), "Keras")?.code).toBe(
      'keras.layers.MaxPooling2D(pool_size=2)(keras.ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-float("inf")))',
    );
  });
});

describe("a layer that is not drawn", () => {
  const why = (text: string, lang: "en" | "zh" = "en"): string => {
    try {
      parse(text);
      return "";
    } catch (error) {
      return explain(error as CodeError, WORDS[lang]);
    }
  };

  test.each([
    [
      "self.pool = nn.MaxPool1d(3)",
      "'nn.MaxPool1d' is not one of the layers drawn here",
      "It pools along one axis; drawn are two.",
      "只沿一个轴",
    ],
    ["nn.AdaptiveAvgPool3d(1)", "'nn.AdaptiveAvgPool3d'", "three axes", "三个轴"],
    ["keras.layers.MaxPooling1D(2)", "'keras.layers.MaxPooling1D'", "one axis", "一个轴"],
    ["nn.FractionalMaxPool2d(3, output_size=2)", "'nn.FractionalMaxPool2d'", "chosen at random", "随机"],
    ["nn.MaxUnpool2d(2)", "'nn.MaxUnpool2d'", "undoes a pooling", "逆操作"],
    ["F.max_unpool2d(x, i, 2)", "'F.max_unpool2d'", "undoes a pooling", "逆操作"],
    [
      "timm.layers.SelectAdaptivePool2d(1)",
      "'timm.layers.SelectAdaptivePool2d'",
      "not one of the layers",
      "不在这里能画的层",
    ],
    ["nn.MaxPool2d(2.5)", "This pooling layer cannot be read: TypeError: ", "not float", "这个池化层无法读取"],
    ["nn.MaxPool2d(2, foo=1)", "cannot be read: TypeError: ", "unexpected keyword argument 'foo'", "无法读取"],
    ["nn.Conv2d(3, 3, 1)", "There is no pooling layer in this text: ", "nn.Conv2d", "没有池化层"],
  ])("%s", (text, start, reason, chinese) => {
    expect(why(text)).toContain(start);
    expect(why(text)).toContain(reason);
    expect(why(text, "zh")).toContain(chinese);
  });

  test("stands behind one that is drawn, and behind one that is wrong", () => {
    expect(parse("nn.MaxPool1d(2); nn.MaxPool2d(3)")).toEqual(max({ kernelSize: 3 }));
    expect(parse("nn.MaxPool2d(k)\nnn.MaxPool2d(3)")).toEqual(max({ kernelSize: 3 }));
    expect(why("nn.MaxPool1d(2); nn.MaxPool2d(k)")).toContain("name 'k' is not defined");
  });
});

describe("findLayers", () => {
  const MODEL = `ResNet(
  (conv1): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
  (maxpool): MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False)
  (layer1): Sequential(
    (0): Bottleneck(
      (pool): AvgPool2d(kernel_size=2, stride=2, padding=0)
    )
    (1): Sequential(
      (down): MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    )
  )
  (avgpool): AdaptiveAvgPool2d(output_size=(1, 1))
)`;

  test("names the layers of a printed model by their places in it", () => {
    expect(
      findLayers(MODEL).map(({ label, line, layer, error }) => [label, line, layer?.name ?? error?.notDrawn?.why]),
    ).toEqual([
      ["maxpool", 3, "MaxPool2d"],
      ["layer1.0.pool", 6, "AvgPool2d"],
      ["layer1.1.down", 9, "one"],
      ["avgpool", 12, "AdaptiveAvgPool2d"],
    ]);
    for (const { start, end, text } of findLayers(MODEL)) expect(MODEL.slice(start, end)).toContain(text.slice(0, 9));
    expect(parse(MODEL)).toEqual(max({ kernelSize: 3, stride: 2, padding: 1 }));
  });

  test("names the layers of a source by what they are assigned to; comments, strings and arguments apart", () => {
    const source = `class Net(nn.Module):
    """Like nn.MaxPool2d(9), it's said."""
    def __init__(self, k):
        self.pool = nn.MaxPool2d(2)  # was nn.AvgPool2d(2)
        self.other = nn.AvgPool2d(k, 2)
    def forward(self, x):
        x = F.max_pool2d(F.avg_pool2d(x, 3), 2)
        print("nn.MaxPool2d(7)")
        return F.adaptive_avg_pool2d(x, （1， 1）)
`;
    expect(findLayers(source).map(({ label, line, text, error }) => [label, line, text, error?.message])).toEqual([
      ["self.pool", 4, "nn.MaxPool2d(2)", undefined],
      ["self.other", 5, "nn.AvgPool2d(k, 2)", "NameError: name 'k' is not defined"],
      ["x", 7, "F.max_pool2d(F.avg_pool2d(x, 3), 2)", undefined],
      ["x", 7, "F.avg_pool2d(x, 3)", undefined],
      ["", 9, "F.adaptive_avg_pool2d(x, （1， 1）)", undefined],
    ]);
    expect(findLayers("# nn.MaxPool2d(3)")).toHaveLength(1);
    expect(findLayers("nothing")).toEqual([]);
  });

  test("stops at a thousand", () => {
    expect(findLayers("nn.MaxPool2d(2);".repeat(3000))).toHaveLength(1000);
  });

  test("searches anything in steps that grow with the text alone, up to a megabyte", () => {
    const fill = (scrap: string, size: number) => scrap.repeat(Math.ceil(size / scrap.length)).slice(0, size);
    const scraps = [
      "a",
      "a.",
      "a(",
      "a ",
      " ",
      "\n",
      "'",
      '"',
      "'\"",
      '"""',
      "'''",
      "#",
      "//",
      "/",
      "(",
      "[",
      "{",
      "nn.MaxPool2d(",
      "nn.MaxPool2d(2) ",
      "nn.MaxPool2d(2)(F.pad(",
      "MaxPool2dOptions(2).stride(",
      "MaxPool2dOptions(2).stride(2)",
      'op_type: "MaxPool" attribute { ',
      'op_type: "MaxPool"',
      "max_pool2d('",
      "max_pool2d(a//",
      "(x): ",
      "onnx::MaxPool[",
      "-",
      "MaxPool<",
      "=",
      "a=",
      "1_",
      "F.max_pool2d(F.max_pool2d(x,2),2);",
      "nn.MaxPool1d(",
    ];
    // Each match of a regular expression is a step, wherever it is made.
    const { exec } = RegExp.prototype;
    let steps = 0;
    RegExp.prototype.exec = function (text) {
      steps++;
      return exec.call(this, text);
    };
    try {
      for (const scrap of scraps) {
        const [half, whole] = [2 ** 14, 2 ** 15].map((size) => {
          steps = 0;
          findLayers(fill(scrap, size));
          return steps;
        }) as [number, number];
        expect(whole, scrap).toBeLessThan(2.2 * half + 500);
      }
    } finally {
      RegExp.prototype.exec = exec;
    }
    const most = 2 ** 20;
    expect(() => findLayers("a".repeat(most + 1))).toThrow("the text is too long");
    expect(() => parse("a".repeat(most + 1))).toThrow(CodeError);
  });
});
