/** Finds calls in pasted code: lines, whole sources, printed models. Its time grows in proportion to the text. */
import { type Arguments, DEEPEST, LONGEST_CALL, readArguments } from "./parse.js";

/** The longest text that is searched, in UTF-16 units. */
export const LONGEST_TEXT = 2 ** 20;

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
