// Writes ONNX models: the little of protobuf and of onnx.proto that a handful of nodes needs.

export const types = { float32: 1, uint8: 2, int64: 7 };
const opset = 17;
const irVersion = 8;

/** @param {number} value */
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.of(...bytes, Number(rest));
}

/** @param {(Uint8Array | Uint8Array[])[]} parts */
function join(...parts) {
  const flat = parts.flat();
  const bytes = new Uint8Array(flat.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of flat) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const number = (/** @type {number} */ field, /** @type {number} */ value) => join(varint(field << 3), varint(value));
const bytes = (/** @type {number} */ field, /** @type {Uint8Array} */ value) =>
  join(varint((field << 3) | 2), varint(value.length), value);
const text = (/** @type {number} */ field, /** @type {string} */ value) =>
  bytes(field, new TextEncoder().encode(value));

/** @param {string} name @param {number | number[]} value */
function attribute(name, value) {
  const [int, ints] = [2, 7]; // AttributeProto.AttributeType
  return Array.isArray(value)
    ? join(text(1, name), ...value.map((item) => number(8, item)), number(20, ints))
    : join(text(1, name), number(3, value), number(20, int));
}

/** @param {string} type @param {string[]} inputs @param {string[]} outputs @param {Record<string, number | number[]>} [attributes] */
export const node = (type, inputs, outputs, attributes = {}) =>
  join(
    inputs.map((name) => text(1, name)),
    outputs.map((name) => text(2, name)),
    text(4, type),
    Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
  );

/** @param {string} name @param {number} type @param {readonly number[]} shape @param {ArrayBufferView} data */
export const constant = (name, type, shape, data) =>
  join(
    shape.map((size) => number(1, size)),
    number(2, type),
    text(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );

/** @param {string} name @param {number} type @param {readonly number[]} [shape] */
export const value = (name, type, shape) =>
  join(
    text(1, name),
    bytes(
      2,
      bytes(1, join(number(1, type), shape ? bytes(2, join(shape.map((size) => bytes(1, number(1, size))))) : [])),
    ),
  );

/** @param {{ nodes: Uint8Array[], inputs: Uint8Array[], outputs: Uint8Array[], constants?: Uint8Array[] }} graph */
export const model = ({ nodes, inputs, outputs, constants = [] }) =>
  join(
    number(1, irVersion),
    bytes(
      7,
      join(
        nodes.map((item) => bytes(1, item)),
        text(2, "pool"),
        constants.map((item) => bytes(5, item)),
        inputs.map((item) => bytes(11, item)),
        outputs.map((item) => bytes(12, item)),
      ),
    ),
    bytes(8, number(2, opset)),
  );
