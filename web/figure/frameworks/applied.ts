/** What a layer is applied to at once: `nn.MaxPool2d(2)(F.pad(x, …))` pools a padded input, `-nn.MaxPool2d(2)(-x)` is a minimum. */
import { isAdaptive, isMean, type Layer } from "../code.js";
import { type Call, callAt, type Head } from "./calls.js";
import { padsNothing, roundsUp } from "./explicit.js";
import { bind } from "./framework.js";
import { CodeError, loose, type Value } from "./parse.js";
import { fromPairs, sides } from "./values.js";

const ORDER = ["x", "pad_width", "mode", "constant_values"];
const TORCH_ORDER = ["input", "pad", "mode", "value"];

function paddingOf(call: Call): { padding: Value; value: Value; negative: boolean } {
  const keras = call.path.includes("ops") || call.named.has("pad_width") || call.named.has("constant_values");
  const given = bind(
    call,
    { layer: "MaxPool2d", order: keras ? ORDER : TORCH_ORDER },
    call.callee,
    call.positional,
    call.named,
  );
  const mode = given.value("mode") ?? "constant";
  const value = loose(given.value(keras ? "constant_values" : "value") ?? 0);
  const list = given.value(keras ? "pad_width" : "pad");
  const four =
    Array.isArray(list) && list.length === 4 && list.every(Number.isInteger) ? (list as number[]) : undefined;
  const padding = keras
    ? fromPairs(list, false)
    : four && sides(four[2] as number, four[3] as number, four[0] as number, four[1] as number);
  if (!Array.isArray(padding) || padding.length !== 4 || !padding.every(Number.isInteger) || mode !== "constant") {
    throw new CodeError(`NotImplementedError: what '${call.callee}' lays round the input is not drawn here`);
  }
  return { padding, value, negative: /^\s*-/.test(call.positional[0] ?? "") };
}

export function applied(text: string, head: Head, call: Call, layer: Layer): Layer {
  const next = /\s*\(\s*(-?)\s*(?:((?:[A-Za-z_]\w*\.)*pad)\s*(?=\())?/y;
  next.lastIndex = call.end;
  const [whole, minus, name] = next.exec(text) ?? [];
  if (whole === undefined) return layer;
  let made = layer;
  let negative = minus === "-";
  if (name && !isAdaptive(layer)) {
    const {
      padding,
      value,
      negative: inside,
    } = paddingOf(
      callAt(text, { callee: name, path: name.split("."), method: false, start: call.end, open: next.lastIndex }),
    );
    negative ||= inside;
    const identity = isMean(layer) ? 0 : Number.NEGATIVE_INFINITY;
    if (
      value !== identity ||
      !padsNothing(layer) ||
      layer.name === "LPPool2d" ||
      (roundsUp(layer) && (padding as number[]).slice(2).some((side) => side > 0))
    ) {
      throw new CodeError(`NotImplementedError: '${name}' with this value before this layer is not drawn here`);
    }
    made = { ...layer, padding: padding as Layer["padding"], countIncludePad: true };
  }
  const negated = negative && /-\s*$/.test(text.slice(Math.max(0, head.start - 9), head.start));
  return negated && layer.name === "MaxPool2d" ? { ...made, name: "MinPool2d" } : made;
}
