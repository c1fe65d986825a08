/**
 * Every operator, in every rank and dtype, on fixed numbers: one line each, the same in every engine or something is wrong.
 * Runs as it is in Node and in browsers.
 */

const CLASSES = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  uint8clamped: Uint8ClampedArray,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
};

/** FNV-1a in two lanes of 32 bits: pages from a disk have no crypto.subtle everywhere. @param {ArrayBufferView} view */
function hash(view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let [high, low] = [0x811c9dc5, 0x1234567];
  for (const byte of bytes) {
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte ^ (high >>> 15), 0x01000193);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

/** WebAssembly leaves the sign and the payload of a NaN open. @param {any} data */
const canonical = (data) => {
  const copy = data.slice();
  if (copy instanceof Float32Array || copy instanceof Float64Array) {
    for (let at = 0; at < copy.length; at++) if (Number.isNaN(copy[at])) copy[at] = Number.NaN;
  }
  return copy;
};

/** @param {number} seed */
function numbers(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const SHAPES = { 1: [2, 37], 2: [2, 19, 23], 3: [2, 7, 9, 11] };

/** @param {keyof typeof CLASSES} dtype @param {number[]} shape @param {boolean} special NaN, zeros of both signs, infinity */
function tensor(dtype, shape, special = false) {
  const size = shape.reduce((product, length) => product * length, 1);
  const next = numbers(20261123 + size);
  const data = new CLASSES[dtype](size);
  for (let at = 0; at < size; at++) {
    const bits = next();
    data[at] = data instanceof Float32Array || data instanceof Float64Array ? ((bits >>> 8) - 2 ** 23) / 2 ** 18 : bits;
    if (special && bits % 11 === 0) data[at] = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY][(bits >>> 4) % 4] ?? 0;
  }
  return { data, shape };
}

/** @param {any} made every array of a result, with its shape */
function describe(made) {
  const parts = made.output ? [made.output, made.indices] : [made];
  return parts
    .map((part) => `${part.shape ? part.shape.join("x") : part.length}:${hash(canonical(part.data ?? part))}`)
    .join(" ");
}

/** @param {any} pooling of the module or of a worker @returns {Promise<string[]>} */
export async function digest(pooling) {
  /** @type {string[]} */
  const lines = [];
  /** @param {string} name @param {() => any} action */
  const note = async (name, action) => {
    try {
      lines.push(`${name} ${describe(await action())}`);
    } catch (error) {
      const { name: kind, message } = /** @type {Error} */ (error);
      if (kind !== "PoolingError") throw error;
      lines.push(`${name} refused: ${message}`);
    }
  };
  for (const operator of (await pooling.info()).operators) {
    const [, family, digit, suffix] = /^([a-zA-Z]+?)(\d)d(\w*)$/.exec(operator) ?? [];
    const rank = /** @type {1 | 2 | 3} */ (Number(digit));
    const shape = SHAPES[rank];
    for (const dtype of /** @type {(keyof typeof CLASSES)[]} */ (Object.keys(CLASSES))) {
      const call = pooling[operator].bind(pooling);
      const x = tensor(dtype, shape, suffix === "WithIndices" || /^(max|min|globalMax)/.test(family ?? ""));
      const window = { kernelSize: 3, stride: 2, padding: 1 };
      const pool = () => pooling[`maxPool${rank}dWithIndices`](tensor(dtype, shape), window);
      /** @type {Record<string, (() => any)[]>} */
      const recipes = {
        maxPool: [
          () => call(x, { kernelSize: 3, stride: 2, padding: 1, dilation: 1, ceilMode: true }),
          () => call(x, { kernelSize: 2, dilation: 3, stride: 1, padding: "same" }),
        ],
        avgPool: [
          () => call(x, { kernelSize: 3, stride: 2, padding: 1, ceilMode: true }),
          () => call(x, { kernelSize: 5, stride: 1, padding: 2, countIncludePad: false }),
          () => call(x, { kernelSize: 2, divisorOverride: 3 }),
        ],
        lpPool: [
          () => call(x, { kernelSize: 3, stride: 2, normType: 2, ceilMode: true }),
          () => call(x, { kernelSize: 3, normType: 3, convention: "onnx", padding: 1 }),
        ],
        adaptiveMaxPool: [() => call(x, { outputSize: 5 })],
        adaptiveAvgPool: [() => call(x, { outputSize: 5 })],
        fractionalMaxPool: [
          () =>
            call(x, { kernelSize: 2, outputSize: 4, randomSamples: [0.1, 0.9, 0.3, 0.7, 0.5, 0.2].slice(0, 2 * rank) }),
        ],
        maxUnpool: [
          async () => {
            const { output, indices } = await pool();
            return call(output, indices, { ...window, outputSize: shape.slice(1) });
          },
        ],
        maxPoolBackward: [
          async () => {
            const { output, indices } = await pool();
            return call(output, indices, { inputShape: shape });
          },
        ],
        avgPoolBackward: [async () => call((await pool()).output, { ...window, inputShape: shape })],
        adaptiveAvgPoolBackward: [
          () => call(tensor(dtype, [2, ...shape.slice(1).map(() => 5)]), { inputShape: shape }),
        ],
        globalMaxPool: [() => call(x)],
        globalAvgPool: [() => call(x)],
      };
      recipes.minPool = recipes.maxPool ?? [];
      const recipe = recipes[suffix === "Backward" ? `${family}Backward` : (family ?? "")];
      if (!recipe) throw new Error(`The digest does not know ${operator}`);
      for (const [at, action] of recipe.entries()) await note(`${operator} ${dtype} ${at}`, action);
    }
  }
  const { data } = tensor("uint8clamped", [31, 29, 4]);
  for (const op of ["max", "min", "avg", "lp"]) {
    await note(`poolImage ${op}`, async () => {
      const options = { op, kernelSize: 3, stride: 2, ...(op === "lp" ? { normType: 2 } : { padding: 1 }) };
      const made = await pooling.poolImage({ data, width: 29, height: 31 }, options);
      return { data: made.data, shape: [made.height, made.width, 4] };
    });
  }
  return lines;
}
