/**
 * Hostile typed arrays and buffers, made from the one that an honest caller would give.
 *
 * @typedef {import("./values.js").Value} Value
 * @typedef {import("./values.js").World} World
 * @typedef {Float32Array | Int32Array | Uint8Array | Uint8ClampedArray} Elements
 */

/** @param {string} name @param {(honest: Elements, world: World) => unknown} make @returns {Value} */
const of = (name, make) => ({
  name,
  make: (honest, world) => make(ArrayBuffer.isView(honest) ? /** @type {any} */ (honest) : new Float32Array(16), world),
});
/** @param {Elements} honest */
const kindOf = (honest) => /** @type {any} */ (Object.getPrototypeOf(honest).constructor);
const getters = [
  "buffer",
  "byteOffset",
  "byteLength",
  "length",
  "BYTES_PER_ELEMENT",
  "constructor",
  Symbol.toStringTag,
];

/** A copy that answers for itself. @param {Elements} honest @param {(key: PropertyKey) => unknown} answer @param {PropertyKey[]} keys */
function answering(honest, answer, keys = getters) {
  const made = kindOf(honest).from(honest);
  for (const key of keys) Object.defineProperty(made, key, { get: () => answer(key), configurable: true });
  return made;
}
const resizable = (/** @type {number} */ bytes, /** @type {number} */ max) =>
  new /** @type {any} */ (ArrayBuffer)(bytes, { maxByteLength: max });

/** @type {Value[]} */
export const views = [
  of("an array that says it is long", (honest) =>
    answering(honest, (key) => (key === "length" ? 2 ** 31 : key === "byteLength" ? 2 ** 33 : undefined)),
  ),
  of("an array that says it is empty", (honest) => answering(honest, () => 0)),
  of("an array that names another buffer", (honest) => {
    const other = new ArrayBuffer(8);
    return answering(honest, (key) => (key === "buffer" ? other : key === "byteOffset" ? 4 : undefined), [
      "buffer",
      "byteOffset",
    ]);
  }),
  of("an array that says it is of another class", (honest) =>
    answering(honest, (key) => (key === "constructor" ? Uint8Array : key === "BYTES_PER_ELEMENT" ? 1 : "Uint8Array"), [
      "constructor",
      "BYTES_PER_ELEMENT",
      Symbol.toStringTag,
    ]),
  ),
  of("an array whose getters throw", (honest) =>
    answering(honest, () => {
      throw new TypeError("boom");
    }),
  ),
  of("an array whose getters call the same entry again", (honest, { again }) =>
    answering(honest, () => again() && undefined),
  ),
  of("an array whose getters take its memory away", (honest) => {
    /** @type {any} */
    const made = kindOf(honest).from(honest);
    const { buffer } = made;
    for (const key of getters) {
      Object.defineProperty(made, key, {
        get: () => buffer.byteLength && structuredClone(null, { transfer: [buffer] }),
      });
    }
    return made;
  }),
  of("an array of a class with methods of its own", (honest) => {
    const kind = kindOf(honest);
    class Own extends kind {
      static get [Symbol.species]() {
        return Array;
      }
      /** @returns {any} */
      set() {
        throw new Error("boom");
      }
      subarray() {
        return new kind(1);
      }
      slice() {
        return [];
      }
      get [Symbol.iterator]() {
        throw new Error("boom");
      }
    }
    return Own.from(honest);
  }),
  of("an array with the prototype of another class", (honest) =>
    Object.setPrototypeOf(kindOf(honest).from(honest), Float64Array.prototype),
  ),
  of("an array without a prototype", (honest) => Object.setPrototypeOf(kindOf(honest).from(honest), null)),
  of("an object with the prototype of an array", (honest) => Object.create(Object.getPrototypeOf(honest))),
  of("a proxy of an array", (honest) => new Proxy(kindOf(honest).from(honest), {})),
  of("a frozen view of nothing", (honest) => Object.freeze(new (kindOf(honest))(0))),
  of("a plain list of the same numbers", (honest) => Array.from(honest)),
  of("a list-like object of the same numbers", (honest) => ({ ...Array.from(honest), length: honest.length })),
];

/** @type {Value[]} */
export const memories = [
  of("a detached array", (honest) => {
    const made = kindOf(honest).from(honest);
    structuredClone(null, { transfer: [made.buffer] });
    return made;
  }),
  of("one element less", (honest) => new (kindOf(honest))(honest.length - 1)),
  of("one element more", (honest) => new (kindOf(honest))(honest.length + 1)),
  of("a view into the middle of a larger buffer", (honest) => {
    const { BYTES_PER_ELEMENT: size } = kindOf(honest);
    const made = new (kindOf(honest))(new ArrayBuffer(size * (honest.length + 16)), 8 * size, honest.length);
    made.set(honest);
    return made;
  }),
  of("a resizable buffer", (honest) => {
    const made = new (kindOf(honest))(resizable(honest.byteLength, 4 * honest.byteLength));
    made.set(honest);
    return made;
  }),
  of("a resizable buffer that has shrunk", (honest) => {
    const buffer = resizable(honest.byteLength, honest.byteLength);
    const made = new (kindOf(honest))(buffer);
    buffer.resize(honest.byteLength / 2);
    return made;
  }),
  of("a view that a shrunk buffer no longer holds", (honest) => {
    const buffer = resizable(honest.byteLength, honest.byteLength);
    const made = new (kindOf(honest))(buffer, 0, honest.length);
    buffer.resize(0);
    return made;
  }),
  of("a resizable buffer that has grown", (honest) => {
    const buffer = resizable(honest.byteLength, 4 * honest.byteLength);
    const made = new (kindOf(honest))(buffer);
    buffer.resize(2 * honest.byteLength);
    return made;
  }),
  of("a shared buffer", (honest) => {
    if (typeof SharedArrayBuffer === "undefined") return [];
    const made = new (kindOf(honest))(new SharedArrayBuffer(honest.byteLength));
    made.set(honest);
    return made;
  }),
  of("a DataView", () => new DataView(new ArrayBuffer(64))),
  of("a buffer", () => new ArrayBuffer(64)),
  of("64-bit integers without a sign", () => new BigUint64Array(16)),
  of("64-bit integers as indices have them elsewhere", (honest) =>
    BigInt64Array.from(honest, (value) => BigInt(Math.trunc(value))),
  ),
  of("floats where integers belong", (honest) => Float64Array.from(honest)),
  of("bytes where floats belong", (honest) => new Uint8Array(honest.length).fill(200)),
  of("NaN with every payload", (honest) => {
    const made = new (kindOf(honest))(honest.length);
    new Uint8Array(made.buffer).fill(255);
    return made;
  }),
  of("the largest of 32 bits", (honest) => new (kindOf(honest))(honest.length).fill(2147483647)),
  of("the least of 32 bits", (honest) => new (kindOf(honest))(honest.length).fill(-2147483648)),
];
