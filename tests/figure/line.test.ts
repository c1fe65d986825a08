/** A line in PyTorch's or this package's words is read without the other readers, and to the same layer. */
import fc from "fast-check";
import { beforeEach, expect, test, vi } from "vitest";
import { allParameters, DEFAULTS, LAYER_NAMES, type Layer, methodName, print, simplify } from "../../web/figure/code";
import { FRAMEWORKS, parse } from "../../web/figure/frameworks/index";
import { CodeError } from "../../web/figure/frameworks/parse";
import { figureSVG } from "../../web/figure/index";
import { readLine, readOwnLine } from "../../web/figure/line";

const all = (text: string): Layer | undefined => {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof CodeError) return undefined;
    throw error;
  }
};

test("every line that is printed in PyTorch's or this package's words is read at once", () => {
  const size = fc.oneof(
    fc.integer({ min: 1, max: 9 }),
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
  );
  const pad = fc.oneof(
    size,
    fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 4 }))),
    fc.constantFrom("same", "same_lower"),
  );
  const settings = fc.record({
    name: fc.constantFrom(...LAYER_NAMES),
    kernelSize: size,
    stride: fc.option(size),
    padding: pad,
    dilation: size,
    ceilMode: fc.boolean(),
    countIncludePad: fc.boolean(),
    divisorOverride: fc.option(fc.integer({ min: 1, max: 99 })),
    normType: fc.constantFrom(1, 2, 2.5, Number.POSITIVE_INFINITY),
    outputSize: size,
  });
  fc.assert(
    fc.property(settings, (given) => {
      const layer = simplify({ ...DEFAULTS, ...given } as Layer);
      for (const words of ["pytorch", "poolscope"] as const) {
        const line = print(layer, words);
        expect(readOwnLine(line), line).toEqual(parse(line));
      }
    }),
    { numRuns: 500 },
  );
});

test("what is read at once is what all readers together read", () => {
  const names = [...new Set(FRAMEWORKS.flatMap((framework) => Object.keys(framework.names)))];
  const before = [
    "",
    "nn.",
    "nn.",
    "pooling.",
    " ",
    "nn.",
    "torch.nn.",
    "torch.",
    "F.",
    "pooling.",
    "x.",
    "mx.nn.",
    "tf.nn.",
    "-",
    "self.pool = ",
    "# ",
    '"',
  ];
  const words = [
    ...new Set(LAYER_NAMES.flatMap((name) => allParameters(name).flatMap(({ name: own, key }) => [own, key]))),
  ];
  const value = fc.constantFrom(
    "3",
    "2.0",
    "(2, 1)",
    "[2, 3]",
    "(2,)",
    "None",
    "True",
    '"same"',
    '"valid"',
    "x",
    "f(2)",
    "nn.MaxPool2d(5)",
    "6 // 2",
    "-1",
    "inf",
    "２",
  );
  const argument = fc.oneof(
    value,
    fc
      .tuple(
        fc.constantFrom(...words, "strides", "return_indices", "data_format", "layout", "norm"),
        fc.constantFrom("=", " = ", ": "),
        value,
      )
      .map((parts) => parts.join("")),
    fc.constantFrom("# why\n", "{ kernelSize: 2 }", "x"),
  );
  const list = fc.array(argument, { maxLength: 2 }).map((parts) => parts.join(", "));
  const after = [
    "",
    "",
    "",
    "",
    " ",
    ";",
    "(x)",
    "(F.pad(x, (1, 1, 1, 1), value=-inf))",
    ".stride(2)",
    "\nnn.AvgPool2d(2)",
    ")",
    " # a comment",
    "\n",
  ];
  const ours = LAYER_NAMES.flatMap((name) => [name, methodName(name)]);
  let read = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...before),
      fc.oneof(fc.constantFrom(...ours), fc.constantFrom(...names)),
      fc.oneof(
        list,
        list.map((more) => `3, ${more}`),
        list.map((more) => `x, { kernelSize: 3, ${more} }`),
        list.map((inside) => `x, { ${inside} }`),
      ),
      fc.constantFrom(...after),
      (head, name, inside, tail) => {
        const line = `${head}${name}(${inside})${tail}`;
        const own = readOwnLine(line);
        if (!own) return;
        read++;
        expect(own, line).toEqual(all(line));
      },
    ),
    { numRuns: 100_000 },
  );
  // The words are there to be met.
  expect(read).toBeGreaterThan(100);
});

test("a line that is longer than any call is left to the readers, which refuse it", async () => {
  const line = `nn.MaxPool2d(2)${" ".repeat(2 ** 20)}`;
  expect(readOwnLine(line)).toBeUndefined();
  await expect(readLine(line)).rejects.toThrow("the text is too long");
});

beforeEach(() => vi.resetModules());

test("PyTorch's words ask for no other reader; where those cannot be loaded, other words are refused and PyTorch's drawn", async () => {
  const readers = "../../web/figure/frameworks/index";
  vi.doMock(readers, () => {
    throw new Error("offline");
  });
  try {
    const { figureSVG: draw } = await import("../../web/figure/index");
    expect(await draw({ code: "nn.MaxPool2d(2)", input: [4, 4] })).toContain("<svg");
    const refused = draw({ code: "keras.layers.MaxPooling2D(2)", input: [4, 4] });
    await expect(refused).rejects.toMatchObject({
      name: "PoolingError",
      code: "invalid_argument",
      message: expect.stringContaining("could not be loaded"),
    });
  } finally {
    vi.doUnmock(readers);
  }
  expect(await figureSVG({ code: "keras.layers.MaxPooling2D(2)", input: [4, 4] })).toContain("<svg");
});
