// Where the module asks a caller's array for its length or its buffer by name. A subclass may define those itself, so they run the
// caller's code, or lie; web/module/arrays.ts has the platform's own getters.
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { files } from "./steps.mjs";

// The compiler of the project has no API; the one that api-extractor brings has.
const require = createRequire(import.meta.url);
/** @type {any} */
const ts = createRequire(require.resolve("@microsoft/api-extractor"))("typescript");

const names = new Set(["buffer", "byteOffset", "byteLength", "length", "constructor"]);

/** Reads of what is the module's own, by file, as they are written. Nothing else of an array's or of an unknown type may be read. */
const own = {
  // Its own copy, and the WebAssembly memory.
  "call.ts": ["samples.byteLength", "heap.buffer"],
  // What Node's zlib made of the module's own bytes.
  "glue.ts": ["new Uint8Array(zlib.inflateSync(packed)).buffer"],
  "glue-nowasm.ts": ["memory.buffer", "{ buffer } = memory"],
  "heap.ts": ["memory.buffer", "{ buffer } = this.#memory", "this.buffer"],
  "pooling.ts": ["heap.buffer", "heap.buffer.byteLength"],
  "resident.ts": ["{ buffer } = heap"],
  "tensor.ts": ["heap.buffer", "{ length } = shape"],
  // Options, read before the plan; an array that is not an array of numbers is refused.
  "options.ts": ["value.length", "values.length", "{ length } = given", "{ length } = value"],
  // The list of a chain's stages: a length that is no number, or above 32, is refused.
  "shapes.ts": ["{ length } = stages"],
  // What is sent instead of an array, and the worker's own copies: nothing of a caller's class crosses to it.
  "worker/client.ts": ["copy.buffer"],
  "worker/protocol.ts": ["room.length", "{ kind, length } = roomOf(data)"],
  "worker/thread.ts": ["what.length", "tensor.data.buffer", "data.buffer"],
};

/** @param {any} type @param {any} checker */
function mayBeForeign(type, checker) {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return true;
  if (type.isUnion()) return type.types.some((/** @type {any} */ part) => mayBeForeign(part, checker));
  if (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.Null | ts.TypeFlags.Undefined)) return false;
  // A list of the module's own; what Array.isArray has found in an unknown value is any[].
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    return checker.getTypeArguments(type).some((/** @type {any} */ part) => part.flags & ts.TypeFlags.Any);
  }
  return true;
}

/**
 * Each such read as "file:line: text".
 * @param {string} root
 * @param {Record<string, string>} [planted] sources to be read in the place of files, by their name in web/module
 * @returns {string[]}
 */
export function foreignReads(root, planted = {}) {
  const folder = join(root, "web/module");
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const places = [...files("web/module").filter((file) => file.endsWith(".ts")), ...files("web/build/modules.d.ts")];
  const host = ts.createCompilerHost(options);
  const { readFile } = host;
  host.readFile = (/** @type {string} */ path) => planted[relative(folder, path)] ?? readFile(path);
  const program = ts.createProgram(
    places.map((file) => join(root, file)),
    options,
    host,
  );
  const checker = program.getTypeChecker();
  /** @type {string[]} */
  const found = [];
  for (const source of program.getSourceFiles()) {
    const name = relative(folder, source.fileName);
    if (name.startsWith("..") || name === "arrays.ts") continue;
    const allowed = /** @type {Record<string, string[]>} */ (own)[name] ?? [];
    const report = (/** @type {any} */ node, /** @type {any} */ object, /** @type {string} */ text) => {
      if (allowed.includes(text) || !mayBeForeign(checker.getTypeAtLocation(object), checker)) return;
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push(`web/module/${name}:${line + 1}: ${text}`);
    };
    const visit = (/** @type {any} */ node) => {
      if (ts.isPropertyAccessExpression(node) && names.has(node.name.text)) {
        report(node, node.expression, node.getText(source));
      } else if (
        ts.isElementAccessExpression(node) &&
        ts.isStringLiteralLike(node.argumentExpression) &&
        names.has(node.argumentExpression.text)
      ) {
        report(node, node.expression, node.getText(source));
      } else if (ts.isBindingElement(node) && names.has((node.propertyName ?? node.name).getText(source))) {
        const { parent } = node;
        const whole = parent.parent.initializer;
        const from = whole ? ` = ${whole.getText(source)}` : "";
        report(node, parent, `${parent.getText(source)}${from}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}
