/** The same layer in other people's words. */
import { isAdaptive, type Layer, type LayerName, operator, type Padding, print, type Size } from "./code.js";

export interface Translation {
  framework: "PyTorch" | "ONNX" | "Keras" | "poolscope";
  /** undefined: that framework cannot say it. */
  code: string | undefined;
  /** A text key of the page that says what differs. */
  note?:
    | "keras_dilation"
    | "keras_ceil"
    | "keras_padding"
    | "keras_lp"
    | "onnx_adaptive"
    | "onnx_lp"
    | "torch_min"
    | "torch_padding"
    | "torch_dilation"
    | "keras_divisor"
    | "onnx_divisor"
    | "onnx_min"
    | "keras_min"
    | "keras_adaptive"
    | "keras_count";
}

const pair = (size: Size): readonly [number, number] => (typeof size === "number" ? [size, size] : size);

function pads(padding: Padding): [number, number, number, number] {
  if (typeof padding === "string") return [0, 0, 0, 0];
  if (typeof padding === "number") return [padding, padding, padding, padding];
  if (padding.length === 4) return [...padding];
  return [padding[0], padding[1], padding[0], padding[1]];
}

const same = (a: readonly number[], b: readonly number[]): boolean => a.every((value, at) => value === b[at]);

function onnx(layer: Layer): Translation {
  const none = (note: Translation["note"]): Translation => ({
    framework: "ONNX",
    code: undefined,
    ...(note ? { note } : {}),
  });
  if (layer.name === "MinPool2d") return none("onnx_min");
  if (isAdaptive(layer)) {
    if (layer.outputSize !== 1) return none("onnx_adaptive");
    const operation = layer.name === "AdaptiveMaxPool2d" ? "GlobalMaxPool" : "GlobalAveragePool";
    return { framework: "ONNX", code: `onnx.helper.make_node("${operation}", ["x"], ["y"])` };
  }
  if (layer.divisorOverride !== null) return none("onnx_divisor");
  if (layer.name === "LPPool2d" && !(layer.normType > 0 && Number.isInteger(layer.normType))) return none("onnx_lp");
  const operation: Partial<Record<LayerName, string>> = {
    MaxPool2d: "MaxPool",
    AvgPool2d: "AveragePool",
    LPPool2d: "LpPool",
  };
  const list = (values: readonly number[]) => `[${values.join(", ")}]`;
  const words = [
    `kernel_shape=${list(pair(layer.kernelSize))}`,
    `strides=${list(pair(layer.stride ?? layer.kernelSize))}`,
  ];
  if (layer.padding === "same") words.push('auto_pad="SAME_UPPER"');
  else if (layer.padding === "same_lower") words.push('auto_pad="SAME_LOWER"');
  else if (pads(layer.padding).some((side) => side !== 0)) words.push(`pads=${list(pads(layer.padding))}`);
  if (!same(pair(layer.dilation), [1, 1])) words.push(`dilations=${list(pair(layer.dilation))}`);
  if (layer.ceilMode) words.push("ceil_mode=1");
  if (layer.name === "AvgPool2d" && layer.countIncludePad) words.push("count_include_pad=1");
  if (layer.name === "LPPool2d") words.push(`p=${layer.normType}`);
  return {
    framework: "ONNX",
    code: `onnx.helper.make_node("${operation[layer.name]}", ["x"], ["y"], ${words.join(", ")})`,
    ...(layer.name === "LPPool2d" ? { note: "onnx_lp" as const } : {}),
  };
}

function keras(layer: Layer): Translation {
  const none = (note: Translation["note"]): Translation => ({
    framework: "Keras",
    code: undefined,
    ...(note ? { note } : {}),
  });
  if (layer.name === "MinPool2d") return none("keras_min");
  if (layer.name === "LPPool2d") return none("keras_lp");
  if (isAdaptive(layer)) {
    if (layer.outputSize !== 1) return none("keras_adaptive");
    const global = layer.name === "AdaptiveMaxPool2d" ? "GlobalMaxPooling2D" : "GlobalAveragePooling2D";
    return { framework: "Keras", code: `keras.layers.${global}(keepdims=True)` };
  }
  if (!same(pair(layer.dilation), [1, 1])) return none("keras_dilation");
  if (layer.ceilMode) return none("keras_ceil");
  if (layer.divisorOverride !== null) return none("keras_divisor");
  const name = layer.name === "MaxPool2d" ? "MaxPooling2D" : "AveragePooling2D";
  const zero =
    layer.padding === "valid" || (typeof layer.padding !== "string" && same(pads(layer.padding), [0, 0, 0, 0]));
  if (!zero && layer.padding !== "same") return none("keras_padding");
  if (layer.padding === "same" && layer.name === "AvgPool2d" && layer.countIncludePad) return none("keras_count");
  const tuple = (size: Size) => (typeof size === "number" ? String(size) : `(${size.join(", ")})`);
  const words = [`pool_size=${tuple(layer.kernelSize)}`];
  if (layer.stride !== null) words.push(`strides=${tuple(layer.stride)}`);
  if (layer.padding === "same") words.push('padding="same"');
  return { framework: "Keras", code: `keras.layers.${name}(${words.join(", ")})` };
}

function torch(layer: Layer): Translation {
  if (layer.name === "MinPool2d") {
    const line = print({ ...layer, name: "MaxPool2d" });
    return { framework: "PyTorch", code: `-${line}(-x)`, note: "torch_min" };
  }
  if (typeof layer.padding === "string" || (Array.isArray(layer.padding) && layer.padding.length === 4)) {
    return { framework: "PyTorch", code: undefined, note: "torch_padding" };
  }
  if (layer.name === "AvgPool2d" && !same(pair(layer.dilation), [1, 1])) {
    return { framework: "PyTorch", code: undefined, note: "torch_dilation" };
  }
  return { framework: "PyTorch", code: print(layer) };
}

function ours(layer: Layer): Translation {
  const { call, options } = operator(layer);
  const text = (value: unknown): string =>
    Array.isArray(value) ? `[${value.map(text).join(", ")}]` : typeof value === "string" ? `"${value}"` : String(value);
  const words = Object.entries(options).map(([key, value]) => `${key}: ${text(value)}`);
  return { framework: "poolscope", code: `pooling.${call}(x, { ${words.join(", ")} })` };
}

export const translations = (layer: Layer): Translation[] => [torch(layer), onnx(layer), keras(layer), ours(layer)];
