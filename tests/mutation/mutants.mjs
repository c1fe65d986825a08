// The small mistakes: a token of C++ becomes its neighbour. Only tokens between blanks are taken for operators, which the
// formatter guarantees, so that `<` of a template is none.

/** @typedef {{ line: number, change: string, text: string, mutated: string }} Mutant */

/** @type {[string, string][]} */
const swaps = [
  [" < ", " <= "],
  [" <= ", " < "],
  [" > ", " >= "],
  [" >= ", " > "],
  [" == ", " != "],
  [" != ", " == "],
  [" && ", " || "],
  [" || ", " && "],
  [" + ", " - "],
  [" - ", " + "],
  [" * ", " / "],
  [" / ", " * "],
  [" % ", " / "],
  [" += ", " -= "],
  [" -= ", " += "],
  [" << ", " >> "],
  [" >> ", " << "],
  ["std::min", "std::max"],
  ["std::max", "std::min"],
  ["true", "false"],
  ["false", "true"],
  ["if (", "if (!"],
];

/** Comments and strings as blanks, so that positions stay. @param {string} source */
const blanked = (source) =>
  source.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"/g, (found) => found.replace(/[^\n]/g, " "));

// As the native build of an x86 processor has them; every other name is unknown to it.
const defined = new Set(["POOLSCOPE_BYTES_IN_VECTORS", "__SSE2__", "__SSE4_1__"]);

/** @param {string} condition of an #if */
const holds = (condition) =>
  condition.split("||").some((part) =>
    part.split("&&").every((term) => {
      const name = /(!?)\s*defined\((\w+)\)/.exec(term);
      return !name || defined.has(name[2] ?? "") !== (name[1] === "!");
    }),
  );

/** Which lines the native build compiles: no test of it can tell what happens to the others. @param {string[]} lines */
function compiled(lines) {
  /** @type {{ on: boolean, taken: boolean }[]} */
  const nest = [];
  return lines.map((line) => {
    const [, directive = "", rest = ""] = /^\s*#\s*(\w+)\s*(.*)/.exec(line) ?? [];
    const innermost = nest.at(-1);
    if (directive === "if") nest.push({ on: holds(rest), taken: holds(rest) });
    else if (directive === "ifdef") nest.push({ on: defined.has(rest), taken: defined.has(rest) });
    else if (directive === "ifndef") nest.push({ on: !defined.has(rest), taken: !defined.has(rest) });
    else if (directive === "endif") nest.pop();
    else if (innermost && (directive === "elif" || directive === "else")) {
      innermost.on = !innermost.taken && (directive === "else" || holds(rest));
      innermost.taken ||= innermost.on;
    }
    return nest.every(({ on }) => on);
  });
}

/**
 * Every mutant of a file, in the order of its text.
 * @param {string} source
 * @returns {Mutant[]}
 */
export function mutantsOf(source) {
  const code = blanked(source);
  const lines = source.split("\n");
  const seen = compiled(lines);
  /** @type {{ at: number, from: string, to: string }[]} */
  const edits = [];
  for (const [from, to] of swaps) {
    for (let at = code.indexOf(from); at >= 0; at = code.indexOf(from, at + 1)) {
      if (/^\w/.test(from) && !from.endsWith("(")) {
        if (/\w/.test(code[at - 1] ?? "") || /\w/.test(code[at + from.length] ?? "")) continue;
      }
      if (from !== "if (") edits.push({ at, from, to });
      else {
        // The whole condition: `if (a && b)` becomes `if (!(a && b))`. A declaration in it does not compile and is not counted.
        let depth = 1;
        let close = at + from.length;
        while (depth > 0 && close < code.length) depth += { "(": 1, ")": -1 }[code[close++] ?? ""] ?? 0;
        const condition = source.slice(at + from.length, close - 1);
        edits.push({ at, from: `if (${condition})`, to: `if (!(${condition}))` });
      }
    }
  }
  for (const found of code.matchAll(/(?<![\w.])\d+(?![\w.])/g)) {
    edits.push({ at: found.index, from: found[0], to: String(Number(found[0]) + 1) });
  }
  edits.sort((a, b) => a.at - b.at || a.to.localeCompare(b.to));
  return edits.flatMap(({ at, from, to }) => {
    const line = source.slice(0, at).split("\n").length;
    const text = /** @type {string} */ (lines[line - 1]);
    if (!seen[line - 1] || /^\s*(#|static_assert)/.test(text)) return [];
    const mutated = source.slice(0, at) + to + source.slice(at + from.length);
    const column = at - source.lastIndexOf("\n", at - 1);
    const change = `${from.trim().replace(/\s+/g, " ")} → ${to.trim().replace(/\s+/g, " ")} at ${column}`;
    return [{ line, change, text, mutated }];
  });
}
