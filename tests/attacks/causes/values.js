/**
 * Hostile values. They know nothing of an entry: each is made from what an honest caller would put in the same place, if it takes
 * anything from it, and is put there by the entry. Runs as it is in Node and in browsers.
 *
 * @typedef {object} World what the inputs may aim at
 * @property {string} address of a server that nobody may ask
 * @property {() => unknown} again makes another, honest call of the same entry
 *
 * @typedef {object} Value
 * @property {string} name
 * @property {(honest: any, world: World) => unknown} make
 * @property {() => () => void} [around] what is done to the realm before the call, and what undoes it
 */

/** @param {string} name @param {(honest: any, world: World) => unknown} make @returns {Value} */
const of = (name, make) => ({ name, make });

/** @type {Value[]} */
export const numbers = [
  ...[Number.NaN, -0, 0, -1, -(2 ** 31), 0.5, 2.5, 1e-300, 5e-324, 255, 256, 30001, 65536, 1000001],
  ...[2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 40, 2 ** 53 - 1, 2 ** 53, 2 ** 63, 1e308],
  ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
].map((number) => of(`the number ${Object.is(number, -0) ? "-0" : number}`, () => number));

/** @type {Value[]} */
export const primitives = [
  of("undefined", () => undefined),
  of("null", () => null),
  of("true", () => true),
  of("false", () => false),
  of("the BigInt 2", () => 2n),
  of("a BigInt of 10,000 digits", () => 10n ** 10000n),
  of("a BigInt of a million bits", () => 1n << 1000000n),
  of("a symbol", () => Symbol("2")),
  of("Symbol.iterator", () => Symbol.iterator),
  of("a function", () => () => 2),
  of("a class", () => class {}),
  of("a generator", () =>
    (function* () {
      for (;;) yield 2;
    })(),
  ),
  of("a Number object", () => Object(2)),
  of("a String object", () => Object("2")),
  of("a BigInt object", () => Object(2n)),
  of("a date", () => new Date(2)),
  of("a regular expression", () => /2/),
  of("a map", () => new Map([["data", 2]])),
  of("an endless promise", () => new Promise(() => {})),
  of("a weak map", () => new WeakMap()),
  of("an error", () => new RangeError("2")),
  of("the global object", () => globalThis),
];

/** Texts of JSON, in the forms that messages between threads have or had, and with the names that objects are made of. */
const envelopes = [
  '{"stand":"resident","id":1}',
  '{"stand":"array","className":"WebSocket","length":"ws://ADDRESS/socket"}',
  '{"stand":"array","className":"EventSource","length":"http://ADDRESS/events"}',
  '{"stand":"array","className":"Worker","length":"data:text/javascript,fetch(`http://ADDRESS/worker`)"}',
  '{"stand":"array","className":"Function","length":"globalThis.attackRan=1"}',
  '{"path":[0],"tensor":1}',
  '{"path":[0],"kind":"Function","length":"globalThis.attackRan=1"}',
  '{"path":["__proto__","polluted"],"kind":"Float32Array","length":1}',
  '{"place":[1,"out"],"id":0}',
  '{"id":0,"method":"close","given":[]}',
  '{"result":{"data":[],"shape":[]},"id":1}',
  '{"type":"module","url":"http://ADDRESS/module.js"}',
  '{"wasm":"http://ADDRESS/pool.wasm","worker":"http://ADDRESS/worker.js"}',
  '{"__proto__":{"kernelSize":2,"data":1,"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"prototype":{"polluted":1},"toString":1,"valueOf":1}',
  '{"then":{"data":1},"toJSON":1,"catch":1}',
  '{"length":4294967295,"0":1}',
  '{"length":9007199254740991}',
  '{"length":-1,"buffer":{},"byteLength":1e308}',
  '{"data":{"data":{"data":{}}},"shape":{"shape":[]}}',
  '{"data":[1,2,3,4],"shape":[1,2,2],"dtype":"float32"}',
  '{"data":"AAAAAA==","shape":"1,2,2"}',
  '{"output":{"output":{}},"indices":{"indices":{}}}',
  '{"width":1e9,"height":1e9,"data":[]}',
  '{"type":"Buffer","data":[1,2,3,4]}',
  '{"$ref":"#","@type":"Tensor"}',
  "[[[[[[[[1]]]]]]]]",
  "[1,[1,[1,[1]]]]",
  "[null,null]",
  '["2","2"]',
  "[{},{}]",
  "{}",
  "[]",
];

/** @type {Value[]} */
export const json = envelopes.map((text) =>
  of(text, (_, { address }) =>
    JSON.parse(text.replaceAll("http://ADDRESS", address).replaceAll("ADDRESS", address.replace(/^http:../, ""))),
  ),
);

const isObject = (/** @type {unknown} */ value) => typeof value === "object" && value !== null;
/** What an honest caller would put there, or an object that stands for it. @param {any} honest */
const boxed = (honest) =>
  isObject(honest)
    ? honest
    : { valueOf: () => honest, toString: () => String(honest), length: 2, 0: honest, 1: honest };

/** As `honest`, but each property is asked of `answer`. @param {any} honest @param {(key: PropertyKey, value: unknown) => unknown} answer */
function asked(honest, answer) {
  const from = boxed(honest);
  /** @type {any} */
  const made = Array.isArray(from) ? [] : {};
  for (const key of [...Reflect.ownKeys(from), "kernelSize", "data", "shape", "out", "width", "height"]) {
    if (key === "length" && Array.isArray(made)) continue;
    Object.defineProperty(made, key, {
      enumerable: Object.hasOwn(from, key),
      configurable: true,
      get: () => answer(key, /** @type {any} */ (from)[key]),
    });
  }
  return made;
}
/** @param {unknown} value @returns {never} */
const raise = (value) => {
  throw value;
};
/** @param {any} honest @param {ProxyHandler<any>} traps */
const proxied = (honest, traps) => new Proxy(isObject(honest) ? honest : boxed(honest), traps);

/** Things that throw when they are asked for their words. */
const unspeakable = {
  "an error": () => new TypeError("boom"),
  nothing: () => undefined,
  "a symbol": () => Symbol("boom"),
  "an error whose message throws": () =>
    Object.defineProperty(new Error("boom"), "message", { get: () => raise(new Error("again")) }),
  "an error whose message is a symbol": () => Object.assign(new Error("boom"), { message: Symbol("boom") }),
  "a proxy without a prototype": () =>
    new Proxy(new Error("boom"), { getPrototypeOf: () => raise(new Error("again")) }),
  "an object whose toString throws": () => ({
    toString: () => raise(new Error("again")),
    [Symbol.toPrimitive]: () => raise(1),
  }),
};

/** @type {Value[]} */
export const throwing = [
  ...Object.entries(unspeakable).map(([name, error]) =>
    of(`getters that throw ${name}`, (honest) => asked(honest, () => raise(error()))),
  ),
  ...["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"].map((trap) =>
    of(`a proxy whose ${trap} throws`, (honest) => proxied(honest, { [trap]: () => raise(new TypeError("boom")) })),
  ),
  of("a revoked proxy", (honest) => {
    const { proxy, revoke } = Proxy.revocable(isObject(honest) ? honest : {}, {});
    revoke();
    return proxy;
  }),
  of("a revoked proxy of a list", () => {
    const { proxy, revoke } = Proxy.revocable([2, 2], {});
    revoke();
    return proxy;
  }),
  of("a value that throws when it becomes a number", () => ({
    [Symbol.toPrimitive]: () => raise(new TypeError("boom")),
  })),
];

/** @type {Value[]} */
export const lying = [
  of("a proxy that hides nothing", (honest) => proxied(honest, {})),
  of("a proxy that has every property", (honest) => proxied(honest, { has: () => true, get: () => 2 })),
  of("a proxy that is endlessly itself", () => {
    /** @type {any} */
    const self = new Proxy([], { get: (_, key) => (key === "length" ? 2 : self) });
    return self;
  }),
  of(
    "a proxy with 10,000 keys",
    () =>
      new Proxy(
        {},
        {
          ownKeys: () => Array.from({ length: 10000 }, (_, at) => `k${at}`),
          getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
        },
      ),
  ),
  of("a proxy of a function", () => new Proxy(() => 2, {})),
  of("getters that answer another time otherwise", (honest) => {
    const seen = new Set();
    return asked(honest, (key, value) => (seen.has(key) ? 2 ** 40 : seen.add(key) && value));
  }),
  of("getters that call the same entry again", (honest, { again }) =>
    asked(honest, (_, value) => {
      again();
      return value;
    }),
  ),
  of("values that call the same entry again when they become numbers", (_, { again }) => ({
    [Symbol.toPrimitive]() {
      again();
      return 2;
    },
  })),
  of("getters that take the honest array's memory away", (honest) =>
    asked(honest, (_, value) => {
      const { buffer } = /** @type {any} */ (honest)?.data ?? value ?? {};
      if (buffer instanceof ArrayBuffer) structuredClone(null, { transfer: [buffer] });
      return value;
    }),
  ),
  of("getters that pollute what they are asked for", (honest) =>
    asked(honest, (key, value) => {
      if (isObject(value)) Object.assign(/** @type {any} */ (value), { length: 2 ** 31, [key]: 1 });
      return value;
    }),
  ),
  of("a class of one's own", (honest) =>
    Object.setPrototypeOf(Object.assign(Array.isArray(honest) ? [] : {}, boxed(honest)), class Own {}.prototype),
  ),
  of("no prototype", (honest) => Object.assign(Object.create(null), boxed(honest))),
  of("a prototype that has it all", (honest) => Object.create(boxed(honest))),
  of("a frozen object", (honest) => Object.freeze(Array.isArray(honest) ? [...honest] : { ...boxed(honest) })),
  of("an object that holds itself", () => {
    /** @type {any} */
    const self = { kernelSize: 2 };
    self.data = self.shape = self.stride = self;
    return self;
  }),
  of("an object with a toJSON of its own", (honest) => ({ ...boxed(honest), toJSON: () => raise(new Error("boom")) })),
  of("a toStringTag of another class", () => ({
    [Symbol.toStringTag]: "Float32Array",
    length: 4,
    BYTES_PER_ELEMENT: 4,
  })),
];

/** @type {Value[]} */
export const lists = [
  of("a list with a hole", () => Object.assign(new Array(2), { 1: 2 })),
  of("a list of 2 ** 32 - 1 holes", () => new Array(2 ** 32 - 1)),
  of("a list of 100,000 ones", () => new Array(100000).fill(1)),
  of("a list whose iterator never ends", () =>
    Object.assign([2, 2], {
      *[Symbol.iterator]() {
        for (let at = 0; at < 1e5; at++) yield at;
      },
    }),
  ),
  of("a list whose iterator throws", () =>
    Object.assign([2, 2], { [Symbol.iterator]: () => raise(new Error("boom")) }),
  ),
  of("a list with methods of its own", () =>
    Object.assign([2, 2], {
      map: () => [2 ** 40],
      every: () => true,
      includes: () => true,
      reduce: () => 4,
      slice: () => [9],
      some: () => false,
      join: () => "<b>",
    }),
  ),
  of("a list whose class makes other lists", () => {
    class Odd extends Array {
      /** @override @returns {any} */
      static get [Symbol.species]() {
        return raise(new Error("boom"));
      }
    }
    return Odd.from([2, 2]);
  }),
  of("a list whose getter grows it", () => {
    const made = [2, 2];
    Object.defineProperty(made, 0, { get: () => made.push(2) && 2 });
    return made;
  }),
  of("a list whose getter empties it", () => {
    const made = [2, 2];
    Object.defineProperty(made, 0, {
      get: () => {
        made.length = 1;
        return 2;
      },
    });
    return made;
  }),
  of("a list 10,000 deep", () => {
    /** @type {unknown} */
    let made = 2;
    for (let depth = 0; depth < 10000; depth++) made = [made];
    return made;
  }),
  of("a list of NaN", () => [Number.NaN, Number.NaN]),
  of("a list of huge numbers", () => [2 ** 31, 2 ** 31]),
  of("a list of 2 ** 53", () => [1, 2 ** 53, 2 ** 53]),
  of("a list of negative numbers", () => [-2, -2]),
  of("a list of fractions", () => [1.5, 2.5]),
  of("a list of BigInts", () => [2n, 2n]),
  of("a list of symbols", () => [Symbol("2"), Symbol("2")]),
  of("arguments", () =>
    (function () {
      // biome-ignore lint/complexity/noArguments: the object itself is the attack
      return arguments;
    })(),
  ),
];
