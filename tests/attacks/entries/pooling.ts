/** The places of the module's calls; the worker has the same. */
import type { Tensor } from "../../../web/module/index.js";
import type { Entry, Place } from "./entry.js";

type Method = (...given: unknown[]) => unknown;
type Instance = Record<string, Method>;

export const image = () => ({ data: Float32Array.from({ length: 64 }, (_, at) => at), shape: [1, 8, 8] });
const pooled = () => ({ data: Float32Array.from({ length: 16 }, (_, at) => at), shape: [1, 4, 4] });
const winners = () => Int32Array.from({ length: 16 }, (_, at) => 9 + 2 * (at % 4) + 16 * (at >> 2));
const picture = () => ({ data: Uint8ClampedArray.from({ length: 64 }, (_, at) => 4 * at), width: 4, height: 4 });
const two = { kernelSize: 2 };

export function placesOf(instance: Instance): Place[] {
  const call = (name: string, ...given: unknown[]) => instance[name]?.(...given);
  const options: [name: string, method: string, honest: () => unknown, more?: object][] = [
    ["kernelSize", "maxPool2d", () => 2],
    ["stride", "avgPool2d", () => [2, 2], two],
    ["padding", "maxPool2d", () => [1, 1], two],
    ["dilation", "minPool2d", () => 1, two],
    ["ceilMode", "maxPool2d", () => true, two],
    ["layout", "maxPool2d", () => "channels_first", two],
    ["countIncludePad", "avgPool2d", () => true, two],
    ["divisorOverride", "avgPool2d", () => 3, two],
    ["normType", "lpPool2d", () => 2, two],
    ["convention", "lpPool2d", () => "torch", { ...two, normType: 2 }],
    ["outputSize", "adaptiveAvgPool1d", () => 2],
    ["outputRatio", "fractionalMaxPool2dWithIndices", () => 0.5, { ...two, randomSamples: [0.5, 0.5] }],
    ["randomSamples", "fractionalMaxPool2dWithIndices", () => [0.5, 0.5], { ...two, outputSize: 4 }],
    ["out", "maxPool2d", () => new Float32Array(16), two],
    ["out", "maxPool2d", () => pooled(), two],
    ["out", "maxPool2dWithIndices", () => ({ output: new Float32Array(16), indices: new Int32Array(16) }), two],
  ];
  const flat = () => ({ data: image().data, shape: [1, 64] });
  const data = (make: () => { data: unknown }) => () => make().data;
  return [
    ...options.map(
      ([name, method, honest, more]): Place => ({
        name: `${name} of ${method}`,
        honest,
        put: (value) => call(method, method.includes("1d") ? flat() : image(), { ...more, [name]: value }),
        texts: /padding|layout|convention/.test(name),
      }),
    ),
    { name: "x", honest: image, put: (x) => call("maxPool2d", x, two) },
    { name: "data of x", honest: data(image), put: (data) => call("maxPool2d", { data, shape: [1, 8, 8] }, two) },
    { name: "shape of x", honest: () => [1, 8, 8], put: (shape) => call("avgPool2d", { ...image(), shape }, two) },
    { name: "options", honest: () => ({ ...two }), put: (given) => call("maxPool2dWithIndices", image(), given) },
    {
      name: "an option's name",
      honest: () => "kernelSize",
      put: (name) => call("maxPool2d", image(), { ...two, [name as string]: 2 }),
      texts: "only",
    },
    { name: "indices", honest: winners, put: (indices) => call("maxUnpool2d", pooled(), indices, two) },
    {
      name: "indices of a gradient",
      honest: () => ({ data: winners(), shape: [1, 4, 4] }),
      put: (indices) => call("maxPool2dBackward", pooled(), indices, { inputShape: [1, 8, 8] }),
    },
    {
      name: "gradOutput",
      honest: pooled,
      put: (x) => call("avgPool2dBackward", x, { ...two, inputShape: [1, 8, 8] }),
    },
    {
      name: "inputShape",
      honest: () => [1, 8, 8],
      put: (inputShape) => call("avgPool2dBackward", pooled(), { ...two, inputShape }),
    },
    { name: "a picture", honest: picture, put: (x) => call("poolImage", x, { op: "max", ...two }) },
    {
      name: "a picture's pixels",
      honest: data(picture),
      put: (data) => call("poolImage", { ...picture(), data }, { op: "avg", ...two }),
    },
    {
      name: "a picture's width",
      honest: () => 4,
      put: (width) => call("poolImage", { ...picture(), width }, { op: "max", ...two }),
    },
    { name: "op", honest: () => "max", put: (op) => call("poolImage", picture(), { op, ...two }), texts: true },
    {
      name: "out of a picture",
      honest: () => ({ data: new Uint8ClampedArray(16), width: 2, height: 2 }),
      put: (out) => call("poolImage", picture(), { op: "max", ...two, out }),
    },
    { name: "a size to ask for", honest: () => [8, 8], put: (size) => call("geometry2d", size, two) },
    { name: "a shape to ask for", honest: () => [1, 8, 8], put: (shape) => call("outputShape2d", shape, two) },
    { name: "options to ask for", honest: () => ({ ...two }), put: (given) => call("geometry2d", [8, 8], given) },
    { name: "a size of a chain", honest: () => [8, 8], put: (size) => call("geometryChain", size, [two, two]) },
    {
      name: "stages of a chain",
      honest: () => [{ ...two }, { ...two }],
      put: (all) => call("geometryChain", [8, 8], all),
    },
    {
      name: "options of a stage",
      honest: () => ({ ...two }),
      put: (given) => call("geometryChain", [8, 8], [two, given]),
    },
    {
      name: "dtype of a tensor",
      honest: () => "float32",
      put: (dtype) => made(call("tensor", dtype, [2])),
      texts: true,
    },
    { name: "shape of a tensor", honest: () => [1, 2], put: (shape) => made(call("tensor", "uint8", shape)) },
  ];
}

/** A tensor that is asked for is given back. */
async function made(asked: unknown): Promise<unknown> {
  const tensor = (await asked) as { dtype: string; shape: readonly number[]; free(): void };
  const { dtype, shape } = tensor;
  tensor.free();
  return { dtype, shape };
}

/** Only a worker's tensor is written by a call. */
export const writing = (instance: Instance): Place => ({
  name: "data for a tensor",
  honest: () => pooled().data,
  async put(value) {
    const tensor = (await instance.tensor?.("float32", [1, 4, 4])) as Instance;
    try {
      await tensor.write?.(value);
      return await tensor.read?.();
    } finally {
      tensor.free?.();
    }
  },
});

/** A tensor that nobody names, and an honest call: both stay as they are. */
export async function watching(instance: Instance): Promise<Entry["check"]> {
  const secret = (await instance.tensor?.("float32", [4])) as { data: Float32Array } & Instance;
  const values = [7, -0, 3, 1];
  if (secret.write) await secret.write(Float32Array.from(values));
  else secret.data.set(values);
  const x = image();
  return async () => {
    const kept = secret.read ? await secret.read() : secret.data;
    if (!Array.from(kept as Float32Array).every((value, at) => Object.is(value, values[at])))
      return "a tensor of another was written";
    const { data, shape } = (await instance.maxPool2d!(x, { kernelSize: 3, stride: 2, padding: 1 })) as Tensor;
    const good = "9,11,13,15,25,27,29,31,41,43,45,47,57,59,61,63";
    if (data.join() !== good || shape.join() !== "1,4,4") return `an honest call gives ${data} of ${shape}`;
    return x.data.every((value, at) => value === at) ? "" : "the input was written";
  };
}
