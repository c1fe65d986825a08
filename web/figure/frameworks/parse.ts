/**
 * The lexer of pasted code: finds calls, cuts their arguments, evaluates literals. It knows the punctuation that Python, JavaScript,
 * C++ and ONNX's prints have in common, and no framework. Its time grows in proportion to the text.
 */

/** A line that cannot be read, in Python's words where it has words. */
export class CodeError extends Error {
  override name = "CodeError";
  /** The text holds a pooling layer: what is wrong is how it is written, or that it is not drawn here. */
  found = true;
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

export interface Call extends Arguments {
  /** The names before the bracket, `["torch", "nn", "MaxPool2d"]`. */
  path: readonly string[];
  /** As it stands in the text. */
  callee: string;
  /** It is called on the value of an expression: `f(x).max_pool2d(2)`. */
  method: boolean;
  /** What is called on the result at once: `MaxPool2dOptions(3).stride(2)`. */
  chain(): Call[];
}

/** The longest text that is searched, in UTF-16 units, and the longest call in it. */
export const LONGEST_TEXT = 2 ** 20;
const LONGEST_CALL = 4000;
const DEEPEST = 16;

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

/** A text without its quotes. */
export const bare = (text = ""): string => text.replace(/["'\s]/g, "");

export interface Head {
  callee: string;
  path: readonly string[];
  method: boolean;
  /** Where the callee begins, and where its bracket opens. */
  start: number;
  open: number;
  /** A node of a printed ONNX model: no bracket, its attributes follow. */
  node?: true;
}

const SPACE = /\s*/y;
/** Where what follows white space begins. */
const skipSpace = (text: string, at: number): number => {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return SPACE.lastIndex;
};

const WORD = String.raw`op_type:\s*"\w+"|[A-Za-z_$][\w$]*(?:(?:\.|::)[A-Za-z_$][\w$]*)*|\d\w*|\s+|[\s\S]`;
const SKIPPED = String.raw`"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\n]*"|'[^'\n]*'|#.*|//.*`;

/**
 * The calls of a text in their order, nested ones too. `code`: what stands in comments and strings is left out.
 * Nodes of a printed ONNX model, `op_type: "MaxPool"`, are calls as well, whose arguments follow them.
 */
export function* heads(text: string, code: boolean): Generator<Head> {
  const token = new RegExp(code ? `(${SKIPPED})|${WORD}` : `($^)|${WORD}`, "y");
  let before = "";
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const [word = "", skipped] = token.exec(text) ?? [];
    if (word.startsWith("op_type:")) {
      const name = bare(word.slice(8));
      yield { callee: name, path: ["onnx", name], method: false, start: at, open: token.lastIndex, node: true };
    } else if (/^[A-Za-z_$]/.test(word)) {
      const open = skipSpace(text, token.lastIndex);
      const bracket = text[open] as string;
      if (bracket === "(" || bracket === "<" || (bracket === "[" && word.includes("onnx::"))) {
        yield { callee: word, path: word.split(/\.|::/), method: before === ".", start: at, open };
      }
    }
    if (!skipped && word.trim()) before = word;
  }
}

/** What follows `op_type: "MaxPool"`: `attribute { name: "kernel_shape" ints: 3 ints: 3 type: INTS }`, and so on. */
function readAttributes(text: string, start: number): Arguments {
  const named = new Map<string, string>();
  const attribute = /\s*(?:domain:\s*"[^"\n]*"|attribute\s*\{([^{}]{0,400})\})/y;
  attribute.lastIndex = skipSpace(text, start);
  let end = start;
  for (let found = attribute.exec(text); found && end - start < LONGEST_CALL; found = attribute.exec(text)) {
    end = attribute.lastIndex;
    const field = (name: string) =>
      [...(found?.[1] ?? "").matchAll(new RegExp(`\\b${name}:\\s*("[^"]*"|\\S+)`, "g"))].map(
        ([, value]) => value as string,
      );
    const [name = ""] = field("name");
    const ints = field("ints");
    const [one = ""] = [...field("i"), ...field("s")];
    named.set(bare(name), ints.length > 0 ? `[${ints.join(", ")}]` : one);
  }
  return { positional: [], named, end };
}

export function callAt(text: string, head: Head): Call {
  const { path, callee, method, open } = head;
  const read = head.node ? readAttributes(text, open) : readArguments(text, open);
  return {
    ...read,
    path,
    callee,
    method,
    chain() {
      const calls: Call[] = [];
      const next = /\s*\.\s*(\w+)\s*(?=\()/y;
      for (let at = read.end; calls.length < DEEPEST; at = (calls.at(-1) as Call).end) {
        next.lastIndex = at;
        const [, name] = next.exec(text) ?? [];
        if (!name) break;
        calls.push(callAt(text, { callee: name, path: [name], method: true, start: at, open: next.lastIndex }));
      }
      return calls;
    },
  };
}
