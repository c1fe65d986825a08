import { type Plugin, parseAst } from "vite";

/** A line is broken where it would be longer. Node prints the line that threw before the error's own words. */
const MOST = 400;

type Node = Record<string, unknown> & { type: string; start: number };
const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** Where a line may end: before a statement, and after the commas of a sequence, a list, an object or arguments. */
function places(code: string): number[] {
  const found: number[] = [];
  const visit = (node: Node) => {
    for (const [key, value] of Object.entries(node)) {
      if (isNode(value)) visit(value);
      if (!Array.isArray(value)) continue;
      const statements = (key === "body" || key === "consequent") && node.type !== "ClassBody";
      const listed =
        ["expressions", "elements", "properties", "arguments"].includes(key) && node.type !== "TemplateLiteral";
      value.forEach((part, i) => {
        if (!isNode(part)) return;
        if (statements || (listed && i > 0)) found.push(part.start);
        visit(part);
      });
    }
  };
  visit(parseAst(code) as unknown as Node);
  return found.sort((a, b) => a - b);
}

/** Ends of lines to put in: the last place before a line grows too long. */
export function breaks(code: string): number[] {
  const made: number[] = [];
  let start = 0;
  let last = 0;
  for (const place of places(code)) {
    const newline = code.lastIndexOf("\n", place - 1) + 1;
    if (newline > start) {
      start = newline;
      last = newline;
    }
    if (place - start > MOST && last > start) {
      made.push(last);
      start = last;
    }
    last = place;
  }
  return made;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The first number of a segment of a source map, and what follows it. */
function decode(segment: string): [value: number, rest: string] {
  let bits = 0;
  for (let i = 0, shift = 0; ; i++, shift += 5) {
    const digit = DIGITS.indexOf(segment[i] as string);
    bits += (digit & 31) << shift;
    if (digit < 32) return [bits & 1 ? -(bits >> 1) : bits >> 1, segment.slice(i + 1)];
  }
}

function encode(value: number): string {
  let bits = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = bits & 31;
    bits >>>= 5;
    text += DIGITS[bits ? digit | 32 : digit];
  } while (bits);
  return text;
}

/** The mappings of `code` once its lines are broken. Only the columns, the first number of a segment, begin anew in each line. */
export function breakMappings(mappings: string, code: string, at: readonly number[]): string {
  const left = [...at];
  const lines = code.split("\n");
  let offset = 0;
  const broken = mappings.split(";").map((line, i) => {
    const end = offset + (lines[i] ?? "").length;
    let column = 0;
    let previous = 0;
    const parts: string[][] = [[]];
    const begin = (until: number) => {
      while (left[0] !== undefined && left[0] <= until) {
        previous = (left.shift() as number) - offset;
        parts.push([]);
      }
    };
    for (const segment of line ? line.split(",") : []) {
      const [step, rest] = decode(segment);
      column += step;
      begin(offset + column);
      parts.at(-1)?.push(encode(column - previous) + rest);
      previous = column;
    }
    begin(end);
    offset = end + 1;
    return parts.map((part) => part.join(",")).join(";");
  });
  return broken.join(";");
}

/** Breaks the lines of every chunk, and its source map with them. */
export const shortLines: Plugin = {
  name: "poolscope-short-lines",
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      const { code } = chunk;
      const at = breaks(code);
      const map = bundle[`${chunk.fileName}.map`];
      if (map?.type === "asset") {
        const content = JSON.parse(String(map.source));
        content.mappings = breakMappings(content.mappings, code, at);
        map.source = JSON.stringify(content);
      }
      chunk.code = [0, ...at].map((start, i) => code.slice(start, at[i])).join("\n");
    }
  },
};
