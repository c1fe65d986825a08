/** The one list of frameworks; reading and finding fold over it. */
import { LAYER_NAMES, type Layer, type Parameter, simplify } from "../code.js";
import { applied } from "./applied.js";
import { type Call, callAt, type Head, heads, LONGEST_TEXT } from "./calls.js";
import { flax } from "./flax.js";
import { bind, type Framework, setting } from "./framework.js";
import { keras } from "./keras.js";
import { mlx } from "./mlx.js";
import { onnx } from "./onnx.js";
import { paddle } from "./paddle.js";
import { CodeError, evaluate, plain, readArguments } from "./parse.js";
import { poolscope, unknownOption } from "./poolscope.js";
import { pytorch } from "./pytorch.js";
import { tensorflow } from "./tensorflow.js";
import { tfjs } from "./tfjs.js";
import { tinygrad } from "./tinygrad.js";
import { webnn } from "./webnn.js";

export { CodeError };

/** Of equally good readers of a call the first one reads it. */
export const FRAMEWORKS: readonly Framework[] = [
  pytorch,
  keras,
  onnx,
  poolscope,
  paddle,
  flax,
  tensorflow,
  tfjs,
  webnn,
  tinygrad,
  mlx,
];

/** Words before a call that name a module; what is none of them is a tensor. */
const MODULES = new Set(FRAMEWORKS.flatMap(({ roots, hints }) => [...roots, ...hints]));
MODULES.add("self");
MODULES.add("this");

/** How well a framework fits a call: its own name before it, then arguments that it knows, then a name it shares. */
function fit(framework: Framework, call: Call, name: string): number {
  const { order, also = [], object } = framework.names[name] as Framework["names"][string];
  const before = call.path.slice(0, -1);
  const keys = object ? [...objectOf(call).named.keys()] : [...call.named.keys()];
  const unknown = keys.filter((key) => !order.includes(key) && !also.includes(key)).length;
  const tensor = call.method || (before.length > 0 && !before.some((word) => MODULES.has(word)));
  return (
    (before.some((word) => framework.roots.includes(word)) ? 100 : 0) -
    10 * unknown +
    (object && call.positional.at(-1)?.trim().startsWith("{") ? 5 : 0) +
    (tensor && framework.methods ? 4 : 0) +
    (before.some((word) => framework.hints.includes(word)) ? 2 : 0)
  );
}

/** JavaScript's settings: the object that comes last, or nothing. */
function objectOf(call: Call): Pick<Call, "positional" | "named"> {
  const last = call.positional.at(-1)?.trim();
  if (!last?.startsWith("{")) return { positional: call.positional, named: call.named };
  const { positional, named } = readArguments(last, 0);
  // `{ stride }` says no number.
  positional.forEach(evaluate);
  return { positional: call.positional.slice(0, -1), named };
}

function readCall(call: Call): Layer | undefined {
  const name = call.path.at(-1) as string;
  let best: Framework | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const framework of FRAMEWORKS) {
    if (!Object.hasOwn(framework.names, name)) continue;
    const value = fit(framework, call, name);
    if (value > most) [best, most] = [framework, value];
  }
  if (!best) return undefined;
  const signature = best.names[name] as Framework["names"][string];
  const label = /^[A-Z]/.test(name) && !best.names[name]?.object && best !== onnx ? `${name}.__init__` : name;
  const { order, object } = signature;
  let { positional, named } = object ? objectOf(call) : call;
  if (best === poolscope) {
    for (const key of named.keys()) if (!signature.also?.includes(key)) throw unknownOption(name, key);
  }
  // A method's tensor stands before it; one given by name is not the first argument.
  const [first = ""] = order;
  const tensor = ["input", "inputs", "x", "value"].includes(first);
  const method =
    best.methods &&
    (call.method || (call.path.length > 1 && !call.path.slice(0, -1).some((word) => MODULES.has(word))));
  if (tensor && method) positional = ["", ...positional];
  if (object) positional = positional.slice(0, order.length);
  return best.read(bind(call, signature, label, positional, named));
}

const known = (name: string): boolean => FRAMEWORKS.some(({ names }) => Object.hasOwn(names, name));

/** Pooling layers that are not drawn, by what they are called. */
function notDrawn({ callee, path }: Head): CodeError | undefined {
  const name = path.at(-1) as string;
  if (!/pool/i.test(name) || /options$/i.test(name)) return undefined;
  const why = /unpool/i.test(name)
    ? "unpooling"
    : /fractional/i.test(name)
      ? "fractional"
      : /1d\b|1d(?=_)/i.test(name)
        ? "one"
        : /3d\b|3d(?=_)/i.test(name)
          ? "three"
          : "other";
  const error = new CodeError(
    `NotImplementedError: '${callee}' is not one of the layers drawn here: ${LAYER_NAMES.join(", ")}`,
  );
  error.notDrawn = { call: callee, why };
  return error;
}

/** A pooling layer in a text. */
export interface FoundLayer {
  /** Where its call begins and ends in the text. */
  start: number;
  end: number;
  /** Counted from 1. */
  line: number;
  /** What the text calls it: `layer1.0.pool` in a printed model, `self.pool` in a source, else empty. */
  label: string;
  /** Its call, on one line, shortened. */
  text: string;
  layer?: Layer;
  /** Why it cannot be drawn; absent where `layer` is there. */
  error?: CodeError;
}

const SHORT = 80;
/** No model has more pooling layers, and no menu. */
const MOST_LAYERS = 1000;

/** The calls of pooling layers, drawn here or not, in the order of the text. */
function* pools(text: string, code: boolean): Generator<Pick<FoundLayer, "start" | "end" | "layer" | "error">> {
  for (const head of heads(text, code)) {
    const { start, open } = head;
    if (!known(head.path.at(-1) as string)) {
      const error = notDrawn(head);
      if (error) yield { start, end: open, error };
      continue;
    }
    let end = open;
    try {
      const call = callAt(text, head);
      end = call.end;
      const layer = readCall(call);
      if (layer) yield { start, end, layer: simplify(applied(text, head, call, layer)) };
    } catch (error) {
      if (!(error instanceof CodeError)) throw error;
      yield { start, end, error };
    }
  }
}

const tooLong = (text: string): void => {
  if (text.length > LONGEST_TEXT)
    throw new CodeError("SyntaxError: the text is too long: more than 1,048,576 characters");
};

/** What stands in comments and strings counts only where nothing else does. */
function* everyPool(text: string): Generator<Pick<FoundLayer, "start" | "end" | "layer" | "error">> {
  let found = 0;
  for (const code of [true, false]) {
    if (found > 0) return;
    for (const pool of pools(text, code)) {
      yield pool;
      if (++found === MOST_LAYERS) return;
    }
  }
}

/** The names of a printed model's modules by the places of their lines: `(layer1): Sequential(`, indented in their parents. */
function labelsOf(text: string): (line: number) => string {
  const labels: string[] = [];
  const parents: { indent: number; name: string }[] = [];
  for (const line of text.split("\n")) {
    const [, indent, name] = /^([ \t]*)\(([\w.]+)\): /.exec(line.slice(0, 200)) ?? [];
    if (name === undefined) {
      const [, assigned] =
        /^\s*(?:const |let |var |auto )?((?:self\.|this\.)?[\w.]{1,60})\s*[=:](?![=:])/.exec(line.slice(0, 200)) ?? [];
      labels.push(assigned ?? "");
      continue;
    }
    while ((parents.at(-1)?.indent ?? -1) >= (indent as string).length) parents.pop();
    parents.push({ indent: (indent as string).length, name });
    labels.push(
      parents
        .slice(-8)
        .map((parent) => parent.name)
        .join("."),
    );
  }
  return (line) => labels[line - 1] ?? "";
}

/**
 * Every pooling layer of a text, of a line of code as of a whole source file or printed model, in time in proportion to the text; the first 1,000.
 * @throws {CodeError} for a text of more than 2²⁰ characters.
 */
export function findLayers(given: string): FoundLayer[] {
  tooLong(given);
  const text = plain(given);
  const found: FoundLayer[] = [];
  let line = 1;
  let counted = 0;
  let labels: ((line: number) => string) | undefined;
  for (const pool of everyPool(text)) {
    for (; counted < pool.start; counted++) if (text[counted] === "\n") line++;
    labels ??= labelsOf(text);
    const call = given.slice(pool.start, Math.min(pool.end, pool.start + 4 * SHORT)).replace(/\s+/g, " ");
    found.push({
      ...pool,
      line,
      label: labels(line),
      text: call.length > SHORT ? `${call.slice(0, SHORT - 1)}…` : call,
    });
  }
  return found;
}

/**
 * Reads the first pooling layer of a text that can be drawn, in the words of any framework of the list, wherever it stands.
 * @throws {CodeError} when there is none: why the first that is there cannot be drawn, or that there is none.
 */
export function parse(given: string): Layer {
  tooLong(given);
  const text = plain(given);
  let wrong: CodeError | undefined;
  for (const { layer, error } of everyPool(text)) {
    if (layer) return layer;
    if (!wrong || (wrong.notDrawn && !error?.notDrawn)) wrong = error;
  }
  if (wrong) throw wrong;
  const [first] = [...heads(text.slice(0, 4000), true)].filter(({ path }) => path[0] !== "onnx");
  const error = new CodeError(
    first ? `NameError: name '${first.callee}' is not a pooling layer` : "SyntaxError: no call in this line",
  );
  error.found = false;
  throw error;
}

/** `layer` with one argument typed anew, as Python writes it: `3`, `(3, 2)`, `3, 2`, `None`, `"same"`; nothing keeps it. */
export function withTyped(layer: Layer, entry: Parameter, text: string): Layer {
  if (!text.trim()) return layer;
  return simplify({ ...layer, [entry.key]: setting(layer.name, entry, evaluate(`(${plain(text)})`)) });
}
