/**
 * Cuts a call's arguments and evaluates literals. It knows the punctuation that Python, JavaScript, C++ and ONNX's prints have in
 * common, and no framework. Its time grows in proportion to the text.
 */

/** A line that cannot be read, in Python's words where it has words. */
export class CodeError extends Error {
  override name = "CodeError";
  /** The text holds a pooling layer: what is wrong is how it is written, or that it is not drawn here. */
  found = true;
  /** Why the readers that the text needs could not be loaded. */
  unread?: string;
  /** A pooling layer that is not drawn here: its call, and why. */
  notDrawn?: { call: string; why: "one" | "three" | "fractional" | "unpooling" | "other" };
}

/** A number that Python calls a float although it is whole, `2.0`. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}
export type Value = number | Float | boolean | null | string | Value[];

/** What stands in a pair of brackets, cut at its commas. Evaluated is only what the layer needs: the rest is anything. */
export interface Arguments {
  positional: string[];
  named: Map<string, string>;
  /** Where the text goes on after the closing bracket. */
  end: number;
}

/** In UTF-16 units, and in brackets. */
export const LONGEST_CALL = 4000;
export const DEEPEST = 16;

/** Chinese keyboards write （３，２）, word processors “same” and −1. Every place of the text keeps its number. */
export const plain = (text: string): string =>
  text
    .replace(/[‘-”]/g, "'")
    .replace(/−/g, "-")
    .replace(/[\u00a0\u3000]/g, " ")
    .replace(/[！-～]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0xfee0));

/** As Python, JavaScript, C++ and ONNX's text form write them, without their comments; the bracket opens at `start`. */
export function readArguments(source: string, start: number): Arguments {
  const positional: string[] = [];
  const named = new Map<string, string>();
  const part = /"[^"\n]*"|'[^'\n]*'|#.*|\/\/|[\w\s]+|[\s\S]/y;
  part.lastIndex = start + 1;
  // The innermost is the first.
  let open = source[start] as string;
  let text = "";
  for (;;) {
    const [mark] = part.exec(source) ?? [];
    if (!mark) throw new CodeError(`SyntaxError: '${open[0]}' was never closed`);
    if (part.lastIndex - start > LONGEST_CALL) throw new CodeError("SyntaxError: the call is too long");
    const closes = mark === ")]}>"["([{<".indexOf(open[0] as string)];
    if (closes) open = open.slice(1);
    else if ("([{".includes(mark)) open = mark + open;
    if (open.length > DEEPEST) throw new CodeError("SyntaxError: too many nested parentheses");
    if (!open || (mark === "," && !open[1])) {
      const [, , word, value = ""] = /^\s*(["']?)([A-Za-z_]\w*)\1\s*[=:](?![=:])([\s\S]*)/.exec(text) ?? [];
      if (word) named.set(word, value);
      else if (open || text.trim()) positional.push(text);
      if (!open) return { positional, named, end: part.lastIndex };
      text = "";
    } else if (mark === "//" && (open.includes("{") || !/[\w)\]]\s*$/.test(text.slice(-80)))) {
      // A comment: Python's division stands after a value.
      const newline = source.indexOf("\n", part.lastIndex);
      part.lastIndex = newline < 0 ? source.length : newline;
    } else if (mark[0] !== "#") {
      text += mark;
    }
  }
}

/** The value of a literal, or of sums and products of literals. */
export function evaluate(source: string): Value {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [whole = "", found] = pattern.exec(source) ?? [];
    at += whole.length;
    return found;
  };
  const invalid = (): CodeError => {
    const rest = source.slice(at, at + 12).trim();
    return new CodeError(`SyntaxError: invalid syntax${rest && ` at '${rest}'`}`);
  };
  const atom = (): Value => {
    const text = take(/\s*("[^"\n]*"|'[^'\n]*')/y);
    if (text) return text.slice(1, -1);
    const bracket = take(/\s*([([{])/y);
    if (bracket) {
      const { positional, named, end } = readArguments(source, at - 1);
      if (named.size > 0) throw invalid();
      at = end;
      const values = positional.map(evaluate);
      return bracket === "(" && values.length === 1 && !/,\s*\)$/.test(source.slice(0, at))
        ? (values[0] as Value)
        : values;
    }
    const number = take(/\s*([-+]?\s*(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/y);
    if (number) {
      // Python's whole numbers know no -0.
      const value = Number(number.replace(/[\s_]/g, "")) + 0;
      return /[.eE]/.test(number) && Number.isInteger(value) ? new Float(value) : value;
    }
    const word = take(/\s*(-?\s*float\(\s*["'][-+]?(?:inf|nan)["']\s*\)|-?\s*[A-Za-z_][\w.:]*)/y);
    if (!word) throw invalid();
    if (/^[Tt]rue$/.test(word)) return true;
    if (/^[Ff]alse$/.test(word)) return false;
    if (/^(None|null|undefined|nullptr)$/.test(word)) return null;
    const [, minus, own, name] =
      /^(-?)\s*(?:float\(\s*["']([-+]?)|(?:(?:math|torch|np|numpy|jnp)\.)?)(inf|nan|Infinity|NaN)\b/.exec(word) ?? [];
    if (/^n/i.test(name ?? "")) return Number.NaN;
    if (name) return minus || own === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    throw new CodeError(`NameError: name '${word}' is not defined`);
  };
  const operation = (operators: RegExp, operand: () => Value): Value => {
    let left = operand();
    for (let mark = take(operators); mark; mark = take(operators)) {
      const right = operand();
      if (typeof left !== "number" || typeof right !== "number") throw invalid();
      if (mark === "+") left += right;
      else if (mark === "-") left -= right;
      else left = (mark === "*" ? left * right : Math.floor(left / right)) + 0;
    }
    return left;
  };
  const value = operation(/\s*([-+])/y, () => operation(/\s*(\*|\/\/)/y, atom));
  if (source.slice(at).trim()) throw invalid();
  return value;
}

/** Whether whole or not, a number. JavaScript and C++ know one kind. */
export const loose = (value: Value): Value =>
  value instanceof Float ? value.value : Array.isArray(value) ? value.map(loose) : value;

export const kindOf = (value: Value): string => {
  if (value === null) return "NoneType";
  if (value instanceof Float) return "float";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return "tuple";
};
