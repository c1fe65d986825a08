/** What is asked of every answer, whatever was put to whichever entry. Runs as it is in Node and in browsers. */

export const CODES = ["invalid_argument", "unsupported_dtype", "out_of_memory", "wasm_unavailable", "disposed"];

/** Milliseconds that a call may take: a limit for work without a bound, not for a slow machine. */
export const PATIENCE = 60_000;

const prototype = Object.getPrototypeOf(Uint8Array.prototype);
/** What the platform knows of an array, whatever its class says. @param {unknown} array @param {PropertyKey} key */
const known = (array, key) => /** @type {any} */ (Object.getOwnPropertyDescriptor(prototype, key)?.get?.call(array));

/** Of many elements a checksum, of few each, to the bit. @param {unknown} array */
function writtenElements(array) {
  const name = known(array, Symbol.toStringTag);
  if (name === undefined) return "a DataView";
  const own = new /** @type {any} */ (globalThis)[name](
    known(array, "buffer"),
    known(array, "byteOffset"),
    known(array, "length"),
  );
  if (own.length <= 300) return `${name}[${Array.from(own, (value) => (Object.is(value, -0) ? "-0" : String(value)))}]`;
  let sum = 2166136261;
  for (const byte of new Uint8Array(own.buffer, own.byteOffset, own.byteLength)) sum = Math.imul(sum ^ byte, 16777619);
  return `${name}(${own.length}, ${sum})`;
}

/**
 * A result as text, so that two can be compared. An object that was given is named, and not read.
 * @param {unknown} value @param {unknown} [given] @returns {string}
 */
export function written(value, given) {
  if (ArrayBuffer.isView(value)) return writtenElements(value);
  if (typeof value === "object" && value !== null && value === given) return "what was given";
  if (Array.isArray(value)) return `[${value.map((each) => written(each, given))}]`;
  if (typeof value === "object" && value !== null) {
    const read = /** @type {Record<string, unknown>} */ (value);
    const own = ["output", "indices", "data", "shape", "width", "height", "rows", "columns"].filter((key) =>
      Object.hasOwn(read, key),
    );
    return `{${(own.length ? own : Object.keys(read)).map((key) => `${key}: ${written(read[key], given)}`)}}`;
  }
  return typeof value === "string" ? value : Object.is(value, -0) ? "-0" : String(value);
}

/**
 * @typedef {{ result: string } | { code: unknown, name: string, message: string }} Outcome
 * @param {() => unknown} call @param {unknown} [given] what was put there @returns {Promise<Outcome>}
 */
export async function outcomeOf(call, given) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE} ms`)), PATIENCE);
    });
    return { result: written(await Promise.race([call(), late]), given) };
  } catch (error) {
    try {
      const { code, name, message } = /** @type {any} */ (error);
      return { code, name: String(name), message: String(message) };
    } catch {
      return { code: undefined, name: "something that cannot be asked", message: "" };
    }
  } finally {
    clearTimeout(timer);
  }
}

/** A refusal of an entry that throws none, such as a sentence that is shown. @param {string} message */
export const refusal = (message) =>
  Object.assign(new Error(message), { name: "PoolingError", code: "invalid_argument" });

/** What is wrong with a refusal; nothing if it is a PoolingError of a known code with one sentence. @param {Outcome} outcome */
export function wrongRefusal(outcome) {
  if ("result" in outcome) return "";
  if (outcome.name !== "PoolingError")
    return `not a PoolingError but ${outcome.name}: ${outcome.message.slice(0, 200)}`;
  if (!CODES.includes(/** @type {string} */ (outcome.code)))
    return `a PoolingError of the code ${String(outcome.code)}: ${outcome.message}`;
  if (outcome.message === "" || outcome.message.length > 1000)
    return `a message of ${outcome.message.length} characters`;
  return "";
}

const TAGS =
  "svg title desc g path rect text tspan image clipPath defs line circle polyline polygon pattern use style marker linearGradient stop".split(
    " ",
  );

/** What a drawing must not hold: scripts, events, addresses, tags of other languages, text that is not well formed. @param {string} svg */
export function wrongDrawing(svg) {
  /** @type {string[]} */
  const open = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none of them
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(svg) || /\p{Surrogate}/u.test(svg))
    return "a character that XML has not";
  for (const [part, ends, tag, inside, closes] of svg.matchAll(
    /<(\/?)([\w:-]*)((?:[^"'<>]|"[^"<]*"|'[^'<]*')*?)(\/?)>|[^<]+|</g,
  )) {
    if (part === "<") return `a < at '${svg.slice(svg.indexOf(part)).slice(0, 40)}'`;
    if (tag === undefined) {
      if (/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(part)) return `an entity in '${part.slice(0, 80)}'`;
      continue;
    }
    if (!TAGS.includes(tag)) return `the tag '${part.slice(0, 80)}'`;
    for (const [, name = "", value = ""] of (inside ?? "").matchAll(/([\w:-]+)\s*=\s*("[^"]*"|'[^']*')/g)) {
      if (/^on/i.test(name)) return `the attribute ${name}`;
      if (/href|src/.test(name) && !/^.(#|data:image\/png;base64,)/.test(value))
        return `the address ${value.slice(0, 80)}`;
      if (/url\((?!#)|NaN|Infinity|undefined/.test(value) && !/^data-|^aria-/.test(name))
        return `${name}=${value.slice(0, 80)}`;
    }
    if (ends) {
      if (open.pop() !== tag) return `the end ${part}`;
    } else if (!closes) open.push(tag);
  }
  return open.length ? `no end of ${open}` : "";
}
