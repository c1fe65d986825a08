/**
 * One line of code: in PyTorch's words, or this package's own, it is read at once; for all others the readers of eleven frameworks are
 * loaded, which who draws a line of PyTorch's need not download.
 */
import { LAYER_NAMES, type Layer, type LayerName, simplify } from "./code.js";
import { bind, type Framework, type Signature } from "./frameworks/framework.js";
import { CodeError, LONGEST_CALL, readArguments } from "./frameworks/parse.js";
import { poolscope } from "./frameworks/poolscope.js";
import { readClass, signatureOf } from "./frameworks/pytorch-class.js";

const OURS = new RegExp(String.raw`^\s*(?:(?:torch\.)?nn\.)?(${LAYER_NAMES.join("|")})\s*(?=\()`);
const METHOD = /^\s*pooling\.(\w+)\(\s*x\s*,\s*(?=\{)/;

/** Reads the call whose brackets open here and end the line. */
function readCall(text: string, start: number, end: RegExp, signature: Signature, read: Framework["read"]) {
  const call = readArguments(text, start);
  if (!end.test(text.slice(call.end))) return undefined;
  const { positional, named } = signature.object ? { positional: ["x", ...call.positional], named: call.named } : call;
  const callee = text.slice(0, start).trim();
  const whole = { ...call, callee, path: [], method: false, chain: () => [] };
  return read(bind(whole, signature, callee, positional, named));
}

/** The layer of a line that is one call in PyTorch's words or this package's; undefined where the line needs the other readers. */
export function readOwnLine(text: string): Layer | undefined {
  if (text.length > LONGEST_CALL) return undefined;
  try {
    const [head, name] = OURS.exec(text) ?? [];
    if (head) return simplified(readCall(text, head.length, /^\s*$/, signatureOf(name as LayerName), readClass));
    const [before, method = ""] = METHOD.exec(text) ?? [];
    if (!before || !Object.hasOwn(poolscope.names, method)) return undefined;
    const signature = poolscope.names[method] as Signature;
    return simplified(readCall(text, before.length, /^\s*\)[\s;]*$/, signature, poolscope.read));
  } catch (error) {
    if (error instanceof CodeError) return undefined;
    throw error;
  }
}

const simplified = (layer: Layer | undefined): Layer | undefined => layer && simplify(layer);

/**
 * Reads the first pooling layer of a text that can be drawn, in the words of any framework.
 * @throws {CodeError} when there is none, and where the readers that it needs cannot be loaded.
 */
export async function readLine(text: string): Promise<Layer> {
  const own = readOwnLine(text);
  if (own) return own;
  let readers: typeof import("./frameworks/index.js");
  try {
    readers = await import("./frameworks/index.js");
  } catch (cause) {
    const { message } = cause as Error;
    const error = new CodeError(`the readers of other frameworks' code could not be loaded: ${message}`, { cause });
    error.unread = message;
    throw error;
  }
  return readers.parse(text);
}
