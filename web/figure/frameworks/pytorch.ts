/** PyTorch: `nn.MaxPool2d(3, 2)`, `F.max_pool2d(x, 3)`, `torch.max_pool2d`, and C++'s `torch::nn::MaxPool2d(MaxPool2dOptions(3).stride(2))`. */
import { snake } from "../../module/operators.js";
import {
  allParameters,
  isAdaptive,
  isMean,
  LAYER_NAMES,
  LAYERS,
  type Layer,
  methodName,
  print,
  withinHalf,
} from "../code.js";
import { explicitSides, numbersOf, roundsUp } from "./explicit.js";
import { bind, type Framework, type Given, layerOf, type Note, type Signature, type Translation } from "./framework.js";
import { CodeError, type Value } from "./parse.js";
import { readClass, signatureOf } from "./pytorch-class.js";

const names: Record<string, Signature> = {};
for (const layer of LAYER_NAMES) {
  const { positional, indicesAt } = LAYERS[layer];
  const own = positional.map(({ name }) => name);
  const signature = signatureOf(layer);
  const { also } = signature;
  names[layer] = signature;
  names[snake(methodName(layer))] = {
    layer,
    order: ["input", ...own, ...(indicesAt === undefined ? [] : ["return_indices"])],
    also,
  };
  for (const options of [`${layer}Options`, `${layer}FuncOptions`])
    names[options] = { layer, order: [own[0] as string] };
}
names.LPPool2dOptions = { layer: "LPPool2d", order: ["norm_type", "kernel_size"] };
names.LPPool2dFuncOptions = names.LPPool2dOptions;
names.max_pool2d_with_indices = names.max_pool2d as Signature;

/** The options of C++ are set one after another, each by a call of its own. */
function fromOptions(given: Given): Layer {
  const found: Record<string, Value | undefined> = {};
  for (const name of given.signature.order) found[name] = given.value(name);
  for (const call of given.call.chain()) {
    const [text] = call.positional;
    if (text === undefined || !allParameters(given.layer).some(({ name }) => name === call.callee)) {
      throw new CodeError(`error: no member named '${call.callee}' in '${given.call.callee}'`);
    }
    found[call.callee] = bind(call, { layer: given.layer, order: [call.callee] }, call.callee, [text], new Map()).value(
      call.callee,
    );
  }
  return layerOf(given, found);
}

function read(given: Given): Layer | undefined {
  const { call, texts } = given;
  if (/Options$/.test(call.callee)) return fromOptions(given);
  // What C++ is given are options, a call of their own.
  if ([...texts.values()].some((text) => /Options\s*\(/.test(text))) return undefined;
  return readClass(given);
}

export function write(layer: Layer, input?: readonly [number, number]): Translation {
  const framework = "PyTorch";
  const none = (note: Note): Translation => ({ framework, code: undefined, note });
  if (isAdaptive(layer)) return { framework, code: print(layer) };
  const min = layer.name === "MinPool2d";
  const mean = isMean(layer);
  if (mean && numbersOf(layer.dilation).some((one) => one !== 1)) return none("torch_dilation");
  const around = explicitSides(layer, input);
  if (!around) return none("torch_same");
  const [top, left, bottom, right] = around;
  const own = typeof layer.padding === "string" && !explicitSides(layer);
  const name = min ? "MaxPool2d" : layer.name;
  const fits = withinHalf(layer.kernelSize, [top, left]);
  const wrap = (line: string, x: string) => (min ? `-${line}(${x})` : `${line}(${x})`);
  if (top === bottom && left === right && fits) {
    const same = typeof layer.padding === "string" || layer.padding.toString().split(",").length === 4;
    const padding = same ? (top === left ? top : ([top, left] as const)) : layer.padding;
    const line = print({ ...layer, name, padding });
    if (min) return { framework, code: wrap(line, "-x"), note: own ? "pad_this_size" : "torch_min" };
    return own ? { framework, code: line, note: "pad_this_size" } : { framework, code: line };
  }
  if (mean && !layer.countIncludePad && layer.divisorOverride === null) return none("torch_average_pad");
  if (roundsUp(layer) && (bottom > 0 || right > 0)) return none("torch_pad_ceil");
  const value = mean ? "" : ', value=float("-inf")';
  const padded = `F.pad(${min ? "-x" : "x"}, (${[left, right, top, bottom].join(", ")})${value})`;
  const line = print({ ...layer, name, padding: 0, countIncludePad: true, ceilMode: roundsUp(layer) });
  return { framework, code: wrap(line, padded), note: own ? "pad_this_size" : mean ? "pad_zero" : "pad_infinity" };
}

export const pytorch: Framework = {
  name: "PyTorch",
  roots: ["torch"],
  hints: ["nn", "F", "functional", "_C", "_nn"],
  names,
  read,
};
