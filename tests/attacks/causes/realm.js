/**
 * What a stranger's script does to the realm that the entry lives in: names on Object.prototype and Array.prototype, beside a call
 * that is honest.
 *
 * @typedef {import("./values.js").Value} Value
 */

/** @param {object} owner @param {PropertyKey} key @param {PropertyDescriptor} how */
function planted(owner, key, how) {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, { configurable: true, enumerable: false, ...how });
  return () => {
    if (before) Object.defineProperty(owner, key, before);
    else delete (/** @type {any} */ (owner)[key]);
  };
}

/** @type {Record<string, unknown>} */
const values = {
  out: new Float32Array(1),
  stride: 1,
  padding: "same",
  dilation: 3,
  ceilMode: true,
  layout: "channels_last",
  outputSize: 1,
  data: new Float32Array(4),
  shape: [1, 2, 2],
  output: new Float32Array(1),
  indices: new Int32Array(1),
  transfer: true,
  wasm: "data:,",
  worker: "data:,",
  normType: 3,
  op: "avg",
  at: [9, 9],
  side: "input",
  lang: "zh",
  theme: "dark",
  width: 10,
  height: 10,
  value: 7,
  next: 7,
  done: true,
  code: "nn.AvgPool2d(1)",
  input: [1, 1],
  kernelSize: 1,
  src: "data:,",
};

/** @type {Value[]} */
export const planting = [
  ...Object.entries(values).map(([name, value]) => ({
    name: `Object.prototype.${name}`,
    make: (/** @type {unknown} */ honest) => honest,
    around: () => planted(Object.prototype, name, { value, writable: true }),
  })),
  ...[0, 1, 2].map((at) => ({
    name: `Array.prototype[${at}]`,
    make: (/** @type {unknown} */ honest) => honest,
    around: () => planted(Array.prototype, at, { value: 2 ** 31, writable: true }),
  })),
];
