import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callee, DEFAULTS, LAYER_NAMES, type Layer, parameters, print, simplify, tokens } from "../../web/figure/code";
import { compute, type Pooling } from "../../web/figure/compute";
import { digits } from "../../web/figure/digits";
import { translations } from "../../web/figure/frameworks/translations";
import { CodeError, parse, withTyped } from "../../web/figure/read";
import { loadPooling } from "../../web/module/index";
import { layers } from "./layers";

const pooling = (await loadPooling()) as unknown as Pooling;

const max = (settings: Partial<Layer> = {}): Layer => ({ ...DEFAULTS, name: "MaxPool2d", ...settings });

describe("the line of code", () => {
  test("comes back as it was written", () => {
    fc.assert(
      fc.property(layers, (layer) => {
        expect(parse(print(layer))).toEqual(layer);
      }),
      { numRuns: 1000 },
    );
  });

  test("shown in full says the same as shown short, and is the text of its tokens", () => {
    fc.assert(
      fc.property(layers, (layer) => {
        const shown = `${callee(layer)}${tokens(layer)
          .map(({ text }) => text)
          .join("")}`;
        const { stride, ...rest } = parse(shown);
        const { stride: given, ...others } = layer;
        expect(rest).toEqual(others);
        expect(stride ?? layer.kernelSize).toEqual(given ?? layer.kernelSize);
      }),
    );
  });

  test("reads anything without harm: a layer or a CodeError", () => {
    const scraps = fc.constantFrom(
      "nn.",
      "MaxPool2d",
      "(",
      ")",
      "[",
      ",",
      "=",
      "kernel_size",
      "3",
      "-",
      "2.5",
      "'",
      '"',
      "{",
      "None",
      "F.max_pool2d(x,",
      " ",
    );
    const good = layers.chain((layer) =>
      fc.constantFrom(print(layer), ...translations(layer).flatMap(({ code }) => code ?? [])),
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(scraps, { maxLength: 40 }).map((list) => list.join("")),
      // A good line with something cut out and put in.
      fc
        .tuple(good, fc.nat(), fc.nat(12), fc.oneof(fc.string({ maxLength: 4 }), scraps))
        .map(([line, at, length, more]) => {
          const from = at % (line.length + 1);
          return line.slice(0, from) + more + line.slice(from + length);
        }),
    );
    let read = 0;
    fc.assert(
      fc.property(text, (line) => {
        let layer: Layer;
        try {
          layer = parse(line);
        } catch (error) {
          expect(error).toBeInstanceOf(CodeError);
          return;
        }
        read++;
        expect(LAYER_NAMES).toContain(layer.name);
        expect(parse(print(layer))).toEqual(layer);
      }),
      { numRuns: 6000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  test("a typed value replaces one setting", () => {
    const [kernel] = parameters(max());
    if (!kernel) throw new Error("no parameter");
    expect(withTyped(max(), kernel, "5").kernelSize).toBe(5);
    expect(withTyped(max(), kernel, "3, 2").kernelSize).toEqual([3, 2]);
    expect(withTyped(max(), kernel, "(3, 2)").kernelSize).toEqual([3, 2]);
    const pair = max({ kernelSize: [3, 2] });
    expect(withTyped(pair, kernel, "3").kernelSize).toBe(3);
    expect(withTyped(pair, kernel, "（３，５）").kernelSize).toEqual([3, 5]);
    expect(withTyped(pair, kernel, "7 // 2").kernelSize).toBe(3);
    for (const nothing of ["", "  "]) expect(withTyped(pair, kernel, nothing)).toEqual(pair);
    expect(() => withTyped(max(), kernel, "(3, 2")).toThrow("SyntaxError: '(' was never closed");
    expect(() => withTyped(max(), kernel, "3), (4")).toThrow(CodeError);
    expect(() => withTyped(max(), kernel, "2.5")).toThrow("must be tuple of ints, not float");
    expect(() => withTyped(max(), kernel, "3 4")).toThrow(CodeError);
  });
});

describe("other people's lines", () => {
  test.each<[string, Layer]>([
    ["nn.MaxPool2d(3, 2, 1)", max({ kernelSize: 3, stride: 2, padding: 1 })],
    [
      "self.pool = torch.nn.MaxPool2d((3, 2), stride=(2, 1))  # pool of non-square window",
      max({ kernelSize: [3, 2], stride: [2, 1] }),
    ],
    ["MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)", max({ stride: 2 })],
    ["nn.MaxPool2d(3, padding=-0)", max({ kernelSize: 3 })],
    ["nn.MaxPool2d(3, None, 0, 1, True, True)", max({ kernelSize: 3, ceilMode: true })],
    ["F.max_pool2d(x, 3, 2, 1, 1, True)", max({ kernelSize: 3, stride: 2, padding: 1, ceilMode: true })],
    ["x = F.max_pool2d(F.relu(self.conv1(x)), 2)", max()],
    ["x = F.max_pool2d(input=x, kernel_size=[3], stride=[])", max({ kernelSize: 3 })],
    [
      "nn.AvgPool2d(3, stride=2, count_include_pad=False, divisor_override=4)",
      { ...DEFAULTS, name: "AvgPool2d", kernelSize: 3, stride: 2, countIncludePad: false, divisorOverride: 4 },
    ],
    ["nn.LPPool2d(1.5, 3)", { ...DEFAULTS, name: "LPPool2d", normType: 1.5, kernelSize: 3 }],
    ["nn.AdaptiveAvgPool2d((None, 7))", { ...DEFAULTS, name: "AdaptiveAvgPool2d", outputSize: [null, 7] }],
    [
      "keras.layers.MaxPooling2D(pool_size=(3, 3), strides=2, padding='same')",
      max({ kernelSize: [3, 3], stride: 2, padding: "same" }),
    ],
    ["layers.MaxPooling2D()", max()],
    [
      "tf.keras.layers.AveragePooling2D(2, padding='same')",
      { ...DEFAULTS, name: "AvgPool2d", padding: "same", countIncludePad: false },
    ],
    ["GlobalAveragePooling2D()", { ...DEFAULTS, name: "AdaptiveAvgPool2d", outputSize: 1 }],
    [
      'onnx.helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1)',
      max({ kernelSize: [3, 3], stride: [2, 2], padding: 1, ceilMode: true }),
    ],
    [
      'helper.make_node("MaxPool", inputs=["x"], outputs=["y"], kernel_shape=[2, 2])',
      max({ kernelSize: [2, 2], stride: 1 }),
    ],
    [
      "y = MaxPool <kernel_shape = [3, 3], pads = [0, 0, 1, 1]> (x)",
      max({ kernelSize: [3, 3], stride: 1, padding: [0, 0, 1, 1] }),
    ],
    [
      'AveragePool(kernel_shape=[2,2], auto_pad="SAME_LOWER")',
      { ...DEFAULTS, name: "AvgPool2d", kernelSize: [2, 2], stride: 1, padding: "same_lower", countIncludePad: false },
    ],
    ["pooling.maxPool2d(x, { kernelSize: 6, stride: 2 })", max({ kernelSize: 6, stride: 2 })],
    [
      "pooling.lpPool2d(x, { normType: 2, kernelSize: [2, 3], ceilMode: true });",
      { ...DEFAULTS, name: "LPPool2d", kernelSize: [2, 3], ceilMode: true },
    ],
    // Anything may be the tensor.
    ["F.max_pool2d(F.relu(x, inplace=True), 2)", max()],
    ["F.max_pool2d(x[0], 3)", max({ kernelSize: 3 })],
    ["F.max_pool2d(x[:, 0] + y / 2, 2)", max()],
    ["F.max_pool2d('a, (' if x > 0 else z, 2)", max()],
    ["F.max_pool2d(self.conv(x), kernel_size=2)", max()],
    ["F.max_pool2d(kernel_size=2, input=x - y)", max()],
    ["pooling.maxPool2d(a < b ? f(a, { b }) : c, { kernelSize: 6 })", max({ kernelSize: 6 })],
    [
      "pooling.maxPool2d(x, {\n  kernelSize: 6, // it's wide, (very\n  stride: 2 // half\n})",
      max({ kernelSize: 6, stride: 2 }),
    ],
    ["nn.MaxPool2d(3,  # it's wide, (very\n  2)", max({ kernelSize: 3, stride: 2 })],
    // Sums and products.
    ["MaxPool2d(kernel_size=5, stride=1, padding=5 // 2)", max({ kernelSize: 5, stride: 1, padding: 2 })],
    [
      "MaxPool2d(5, padding=(5 - 1) // 2, stride=(1 + 2 * 3 - 1, 9 - 5 // 2))",
      max({ kernelSize: 5, stride: [6, 7], padding: 2 }),
    ],
    ["nn.MaxPool2d(3, padding=0 * -1)", max({ kernelSize: 3 })],
    // As Chinese keyboards and word processors write.
    ["ｎｎ．ＭａｘＰｏｏｌ２ｄ（３，２，padding＝１）", max({ kernelSize: 3, stride: 2, padding: 1 })],
    ["pooling.maxPool2d(x， { kernelSize： 6， stride： 2 })", max({ kernelSize: 6, stride: 2 })],
    ["MaxPooling2D(3, padding=“same”)", max({ kernelSize: 3, padding: "same" })],
    ["MaxPooling2D(3, padding=‘same’)", max({ kernelSize: 3, padding: "same" })],
    ["nn.MaxPool2d(3, padding=−1)", max({ kernelSize: 3, padding: -1 })],
    // Paddle's, and PyTorch's spelt wrong.
    ["paddle.nn.MaxPool2D(kernel_size=3, stride=2, padding=1)", max({ kernelSize: 3, stride: 2, padding: 1 })],
    ["nn.MaxPool2D(3, 2, padding=1)", max({ kernelSize: 3, stride: 2, padding: 1 })],
    ["MaxPool2D(3, ceil_mode=True, return_mask=True)", max({ kernelSize: 3, ceilMode: true })],
    [
      "paddle.nn.AvgPool2D(3, padding=1)",
      { ...DEFAULTS, name: "AvgPool2d", kernelSize: 3, padding: 1, countIncludePad: false },
    ],
    ["nn.AvgPool2D(3, padding=1, exclusive=False)", { ...DEFAULTS, name: "AvgPool2d", kernelSize: 3, padding: 1 }],
    [
      "paddle.nn.functional.avg_pool2d(x=x, kernel_size=3, padding=1)",
      { ...DEFAULTS, name: "AvgPool2d", kernelSize: 3, padding: 1, countIncludePad: false },
    ],
    ["paddle.nn.AdaptiveAvgPool2D(output_size=3)", { ...DEFAULTS, name: "AdaptiveAvgPool2d", outputSize: 3 }],
    ["AdaptiveMaxPool2D((None, 7))", { ...DEFAULTS, name: "AdaptiveMaxPool2d", outputSize: [null, 7] }],
    // Keras's by the same name.
    ["layers.MaxPool2D(3, 2, padding='same')", max({ kernelSize: 3, stride: 2, padding: "same" })],
    ["nn.MaxPool2D(pool_size=3, strides=2)", max({ kernelSize: 3, stride: 2 })],
    [
      'MaxPooling2D(3, padding="VALID", data_format=f, name="p" + str(1), input_shape=(28, 28, 1))',
      max({ kernelSize: 3 }),
    ],
  ])("%s", (line, layer) => {
    expect(parse(line)).toEqual(layer);
  });

  test.each([
    [
      "nn.MaxPool2d(3, kernel_sise=2)",
      "TypeError: MaxPool2d.__init__() got an unexpected keyword argument 'kernel_sise'",
    ],
    ["nn.MaxPool2d()", "TypeError: MaxPool2d.__init__() missing 1 required positional argument: 'kernel_size'"],
    [
      "nn.MaxPool2d(3, kernel_size=2)",
      "TypeError: MaxPool2d.__init__() got multiple values for argument 'kernel_size'",
    ],
    ["nn.MaxPool2d((1, 2, 3))", "kernel_size must either be a single int, or a tuple of two ints"],
    ["nn.MaxPool2d(2.5)", "argument 'kernel_size' must be tuple of ints, not float"],
    [
      'helper.make_node("LpPool", ["x"], ["y"], kernel_shape=[3, 3], pads=[1, 1, 1, 1])',
      "NotImplementedError: LpPool is drawn here as PyTorch has it, without pads and dilations",
    ],
    ["nn.MaxPool1d(3)", "NotImplementedError: 'nn.MaxPool1d' is not one of the layers drawn here: MaxPool2d"],
    ["nn.Conv2d(3, 3, 1)", "NameError: name 'nn.Conv2d' is not a pooling layer"],
    ["hello", "SyntaxError: no call in this line"],
    ["nn.MaxPool2d(3", "SyntaxError: '(' was never closed"],
    ["nn.MaxPool2d([3, 2", "SyntaxError: '[' was never closed"],
    ["nn.MaxPool2d(3 4)", "SyntaxError: invalid syntax at '4'"],
    ["nn.MaxPool2d(3,,2)", "SyntaxError: invalid syntax"],
    ["nn.MaxPool2d(3, stride=(a=2))", "SyntaxError: invalid syntax"],
    ["nn.MaxPool2d(3, padding=k // 2)", "NameError: name 'k' is not defined"],
    ["nn.MaxPool2d((3, 2) // 2)", "SyntaxError: invalid syntax"],
    ["pooling.maxPool2d(x, { kernelSize: 3, stride })", "NameError: name 'stride' is not defined"],
    [
      "MaxPooling2D(kernel_size=3)",
      "TypeError: MaxPooling2D.__init__() got an unexpected keyword argument 'kernel_size'",
    ],
    [
      "GlobalMaxPooling2D(stride=3)",
      "TypeError: GlobalMaxPooling2D.__init__() got an unexpected keyword argument 'stride'",
    ],
    ["MaxPooling2D(3, padding=1)", 'ValueError: MaxPooling2D: padding must be "valid" or "same"'],
    ["MaxPool2D(3, 2, 1)", 'ValueError: MaxPool2D: padding must be "valid" or "same"'],
    ["nn.MaxPool2D(3, size=2)", "TypeError: MaxPool2D.__init__() got an unexpected keyword argument 'size'"],
    [
      "paddle.nn.AvgPool2D(3, 2, 1, False, True, None, 'NCHW', 'a', 9)",
      "TypeError: AvgPool2D.__init__() takes from 2 to 9 positional",
    ],
    ["nn.MaxPool2d(3, name='a')", "TypeError: MaxPool2d.__init__() got an unexpected keyword argument 'name'"],
    [`nn.MaxPool2d(${"(".repeat(99)}`, "SyntaxError: too many nested parentheses"],
    ["pooling.maxPool2d(x, { kernel_size: 6 })", 'PoolingError: maxPool2d has no option "kernel_size"'],
  ])("%s is refused in words", (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  test("a text without a pooling layer is told from a layer written wrong", () => {
    const found = (text: string) => {
      try {
        return parse(text);
      } catch (error) {
        return (error as CodeError).found;
      }
    };
    for (const text of ["hello", "", "nn.Conv2d(3, 3, 1)"]) expect(found(text)).toBe(false);
    for (const text of ["nn.MaxPool2d()", "nn.MaxPool2d(3", "nn.MaxPool1d(3)"]) expect(found(text)).toBe(true);
  });

  test("every translation that exists pools as the layer does, once it is read back", () => {
    const small = fc.integer({ min: 1, max: 4 });
    const pad = fc.integer({ min: 0, max: 2 });
    const some = fc.record({
      name: fc.constantFrom(...LAYER_NAMES),
      kernelSize: fc.oneof(small, fc.tuple(small, small)),
      stride: fc.option(fc.oneof(small, fc.tuple(small, small))),
      padding: fc.oneof(
        pad,
        fc.tuple(pad, pad),
        fc.tuple(pad, pad, pad, pad),
        fc.constantFrom("same" as const, "same_lower" as const),
      ),
      dilation: fc.constantFrom(1, 1, 1, 2),
      ceilMode: fc.boolean(),
      countIncludePad: fc.boolean(),
      divisorOverride: fc.constantFrom(null, null, 3),
      normType: fc.constantFrom(1, 2, 3, Number.POSITIVE_INFINITY),
      outputSize: fc.oneof(small, fc.tuple(fc.option(small), small)),
    });
    /** Negative numbers too: padding with zeros would show. */
    const inputOf = (height: number, width: number) => {
      const plane = digits(height, width);
      return { ...plane, data: (plane.data as Float32Array).map((value) => value - 5) };
    };
    const pooled = (layer: Layer, height: number, width: number) => {
      try {
        const { output } = compute(pooling, layer, inputOf(height, width));
        return { height: output.height, width: output.width, data: [...(output.data as Float32Array)] };
      } catch (error) {
        return (error as Error).name;
      }
    };
    const counts: Record<string, number> = {};
    fc.assert(
      fc.property(some, fc.integer({ min: 4, max: 9 }), fc.integer({ min: 4, max: 9 }), (settings, height, width) => {
        const layer = simplify({ ...DEFAULTS, ...settings });
        const wanted = pooled(layer, height, width);
        if (typeof wanted === "string") return;
        for (const { framework, code, note } of translations(layer, [height, width])) {
          if (!code) {
            expect(note).toBeDefined();
            continue;
          }
          counts[framework] = (counts[framework] ?? 0) + 1;
          expect(pooled(parse(code), height, width), code).toEqual(wanted);
        }
        // Without a size nothing is said that holds for one only.
        for (const { code, note } of translations(layer)) {
          expect(note).not.toBe("pad_this_size");
          if (code) expect(pooled(parse(code), height, width), code).toEqual(wanted);
        }
      }),
      { numRuns: 1500 },
    );
    for (const framework of ["PyTorch", "ONNX", "Keras", "poolscope"]) expect(counts[framework]).toBeGreaterThan(100);
  });
});
