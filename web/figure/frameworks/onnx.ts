/** ONNX: `make_node("MaxPool", …)`, its text form, a printed NodeProto, torch.onnx's print `onnx::MaxPool[kernel_shape=[3, 3]](%3)`. */
import { isAdaptive, type Layer, type LayerName } from "../code.js";
import { bare } from "./calls.js";
import { explicitSides, isDilated, pairOf, roundsUp } from "./explicit.js";
import { type Framework, type Given, layerOf, type Note, type Signature, type Translation } from "./framework.js";
import { CodeError, type Value } from "./parse.js";
import { flag, sides } from "./values.js";

const ATTRIBUTES = [
  "kernel_shape",
  "strides",
  "pads",
  "dilations",
  "auto_pad",
  "ceil_mode",
  "count_include_pad",
  "storage_order",
  "p",
  // What a node is called and made of.
  "name",
  "inputs",
  "outputs",
  "domain",
  "doc_string",
  "overload",
  "x",
  "X",
];
const node = (layer: LayerName): Signature => ({ layer, order: ["x", "y", "z"], also: ATTRIBUTES });
const names: Record<string, Signature> = {
  MaxPool: node("MaxPool2d"),
  AveragePool: node("AvgPool2d"),
  LpPool: node("LPPool2d"),
  GlobalMaxPool: node("AdaptiveMaxPool2d"),
  GlobalAveragePool: node("AdaptiveAvgPool2d"),
  make_node: {
    layer: "MaxPool2d",
    order: ["op_type", "inputs", "outputs", "name", "doc_string", "domain"],
    also: ATTRIBUTES,
  },
};

const NODES: Partial<Record<LayerName, string>> = {
  MaxPool2d: "MaxPool",
  AvgPool2d: "AveragePool",
  LPPool2d: "LpPool",
};

function read(given: Given): Layer | undefined {
  if (given.texts.has("op_type")) {
    const type = bare(given.texts.get("op_type"));
    const signature = Object.hasOwn(names, type) ? names[type] : undefined;
    return signature && signature !== names.make_node
      ? read({ ...given, texts: rest(given), signature, layer: signature.layer })
      : undefined;
  }
  const { layer: name, value } = given;
  if (name.startsWith("Adaptive")) return layerOf(given, { output_size: 1 });
  const shape = value("kernel_shape");
  const call = given.call.callee;
  if (Array.isArray(shape) && shape.length !== 2) {
    const error = new CodeError(`NotImplementedError: '${call}' of ${shape.length} dimensions is not drawn here`);
    error.notDrawn = { call, why: shape.length === 1 ? "one" : "three" };
    throw error;
  }
  const auto = bare(given.texts.get("auto_pad")).toLowerCase();
  const pads = value("pads");
  const named = auto === "same_upper" ? "same" : auto === "same_lower" ? "same_lower" : undefined;
  if (name === "LPPool2d") {
    // PyTorch's has neither.
    const beyond = (key: string, usual: Value) => [value(key) ?? []].flat().some((one) => one !== usual);
    if (beyond("pads", 0) || beyond("dilations", 1) || named) {
      throw new CodeError("NotImplementedError: LpPool is drawn here as PyTorch has it, without pads and dilations");
    }
  }
  if (!named && pads !== undefined && !(Array.isArray(pads) && pads.length === 4 && pads.every(Number.isInteger))) {
    throw new CodeError("ONNX: pads must be four ints: [top, left, bottom, right]");
  }
  const [top, left, bottom, right] = (pads ?? [0, 0, 0, 0]) as number[];
  const layer = layerOf(given, {
    kernel_size: shape,
    // ONNX's strides are 1 where PyTorch's follow the kernel.
    stride: value("strides") ?? 1,
    dilation: value("dilations"),
    ceil_mode: flag(value("ceil_mode")),
    norm_type: value("p") ?? 2,
    count_include_pad: flag(value("count_include_pad") ?? false),
    padding:
      auto === "valid" ? "valid" : (named ?? sides(top as number, bottom as number, left as number, right as number)),
  });
  const stride = pairOf(layer.stride ?? 1);
  const kernel = pairOf(layer.kernelSize);
  if (named && stride.some((step, axis) => step > (kernel[axis] as number) && kernel[axis] !== 1)) {
    throw new CodeError(
      "NotImplementedError: ONNX's SAME takes cells away where a stride exceeds the kernel, which is not drawn here",
    );
  }
  return layer;
}

const rest = ({ texts }: Given): Map<string, string> => {
  const others = new Map(texts);
  others.delete("op_type");
  return others;
};

const list = (values: readonly number[]) => `[${values.join(", ")}]`;

export function write(layer: Layer, input?: readonly [number, number]): Translation {
  const framework = "ONNX";
  const none = (note: Note): Translation => ({ framework, code: undefined, note });
  const make = (operation: string, words: readonly string[], note?: Note): Translation => ({
    framework,
    code: `onnx.helper.make_node(${[`"${operation}"`, '["x"]', '["y"]', ...words].join(", ")})`,
    ...(note ? { note } : {}),
  });
  if (layer.name === "MinPool2d") return none("onnx_min");
  if (isAdaptive(layer)) return writeAdaptive(layer, input, make, none);
  if (layer.divisorOverride !== null) return none("onnx_divisor");
  const lp = layer.name === "LPPool2d";
  if (lp && !(layer.normType > 0 && Number.isInteger(layer.normType))) return none("onnx_lp");
  if (lp && roundsUp(layer)) return none("onnx_lp_ceil");
  const kernel = pairOf(layer.kernelSize);
  const stride = pairOf(layer.stride ?? layer.kernelSize);
  const words = [`kernel_shape=${list(kernel)}`, `strides=${list(stride)}`];
  const own = explicitSides(layer);
  const around = own ?? explicitSides(layer, input);
  const beyond = stride.some((step, axis) => step > (kernel[axis] as number));
  if (!own && (isDilated(layer) || beyond) && !around) return none(beyond ? "onnx_same_stride" : "onnx_same_dilation");
  const sized = !own && (isDilated(layer) || beyond);
  if (!own && !sized) words.push(`auto_pad="${layer.padding === "same" ? "SAME_UPPER" : "SAME_LOWER"}"`);
  else if (around?.some((side) => side !== 0)) words.push(`pads=${list(around)}`);
  if (isDilated(layer)) words.push(`dilations=${list(pairOf(layer.dilation))}`);
  if (roundsUp(layer)) words.push("ceil_mode=1");
  if (layer.name === "AvgPool2d" && layer.countIncludePad) words.push("count_include_pad=1");
  if (lp) words.push(`p=${layer.normType}`);
  const note = lp && layer.normType % 2 === 1 ? "onnx_lp_odd" : sized ? "pad_this_size" : undefined;
  return make(NODES[layer.name] as string, words, note);
}

/** To 1 × 1 ONNX pools globally; where the sizes divide, windows of one size do the rest. */
function writeAdaptive(
  layer: Layer,
  input: readonly [number, number] | undefined,
  make: (operation: string, words: readonly string[], note?: Note) => Translation,
  none: (note: Note) => Translation,
): Translation {
  const kind = layer.name === "AdaptiveMaxPool2d" ? "Max" : "Average";
  const target = [layer.outputSize].flat();
  if (target.every((size) => size === 1)) return make(`Global${kind}Pool`, []);
  if (!input) return none("onnx_adaptive");
  const steps = input.map((size, axis) => size / (target[axis % target.length] ?? size));
  if (!steps.every((step) => Number.isInteger(step) && step > 0)) return none("onnx_adaptive");
  return make(`${kind}Pool`, [`kernel_shape=${list(steps)}`, `strides=${list(steps)}`], "onnx_adaptive_divides");
}

export const onnx: Framework = {
  name: "ONNX",
  roots: ["onnx", "helper", "op", "opset"],
  hints: [],
  names,
  read,
};
