// What is measured: shapes, operators, the data and an answer of its own to compare every contender with.

/**
 * @typedef {object} Workload
 * @property {string} id
 * @property {"max" | "min" | "avg"} op
 * @property {"float32" | "uint8"} dtype
 * @property {number[]} shape (N, C, H, W); (H, W, C) for a picture
 * @property {number} kernel
 * @property {number} stride
 * @property {number} padding
 * @property {number} dilation
 * @property {boolean} countIncludePad
 * @property {boolean} indices
 * @property {boolean} global the kernel is the whole plane
 */

/** @param {string} id @param {string} op @param {number[]} shape @param {Partial<Workload>} window */
const workload = (id, op, shape, window) =>
  /** @type {Workload} */ ({
    id,
    op,
    shape,
    dtype: shape.length === 3 ? "uint8" : "float32",
    kernel: 2,
    stride: window.kernel ?? 2,
    padding: 0,
    dilation: 1,
    countIncludePad: true,
    indices: false,
    global: false,
    ...window,
  });

/** S: tensors as networks have them. R: pictures as a canvas has them. */
export const workloads = [
  workload("S1", "max", [1, 3, 201, 250], { kernel: 6, stride: 2 }),
  workload("S2", "max", [1, 64, 112, 112], { kernel: 3, stride: 2, padding: 1 }),
  workload("S3", "max", [1, 64, 224, 224], { kernel: 2, stride: 2 }),
  workload("S4", "max", [1, 256, 20, 20], { kernel: 5, stride: 1, padding: 2 }),
  workload("S5", "max", [1, 512, 13, 13], { kernel: 13, stride: 1, padding: 6 }),
  workload("S6", "max", [1, 16, 128, 128], { kernel: 3, stride: 1, padding: 2, dilation: 2 }),
  workload("S7", "max", [1, 3, 256, 256], { kernel: 5, stride: 1, padding: 16, dilation: 8 }),
  workload("S8", "avg", [1, 64, 112, 112], { kernel: 3, stride: 2, padding: 1, countIncludePad: false }),
  workload("S9", "avg", [1, 256, 56, 56], { kernel: 2, stride: 2 }),
  workload("S10", "avg", [1, 2048, 7, 7], { kernel: 7, stride: 7, global: true }),
  workload("S11", "max", [1, 3, 512, 512], { kernel: 31, stride: 1, padding: 15 }),
  workload("S12", "max", [1, 64, 112, 112], { kernel: 2, stride: 2, indices: true }),
  workload("R1", "max", [1080, 1920, 4], { kernel: 2, stride: 2 }),
  workload("R2", "max", [1080, 1920, 4], { kernel: 3, stride: 1, padding: 1 }),
  workload("R3", "max", [1080, 1920, 4], { kernel: 15, stride: 1, padding: 7 }),
  workload("R4", "avg", [2160, 3840, 4], { kernel: 2, stride: 2 }),
  workload("R5", "avg", [1080, 1920, 4], { kernel: 9, stride: 1, padding: 4 }),
  workload("R6", "max", [1080, 1920, 4], { kernel: 6, stride: 2 }),
  workload("R7", "min", [1080, 1920, 4], { kernel: 31, stride: 1, padding: 15 }),
];

/** One 3×3 pool of 64 numbers: what a call costs. */
export const smallCall = workload("small", "max", [1, 1, 8, 8], { kernel: 3, stride: 3 });

const flat = [3, 5, 7, 9, 15, 31, 63];

/** Rows of equal work: the window alone grows, or the taps move apart. @type {{ name: string, from: Workload, to: Workload[], most: number }[]} */
export const flatness = [
  ["max", [1080, 1920, 4]],
  ["avg", [1080, 1920, 4]],
  ["max", [1, 3, 512, 512]],
  ["avg", [1, 3, 512, 512]],
].map(([op, shape]) => {
  const of = (/** @type {number} */ kernel, dilation = 1) =>
    workload(dilation === 1 ? `k=${kernel}` : `k=${kernel} d=${dilation}`, op, shape, {
      kernel,
      stride: 1,
      dilation,
      padding: ((kernel - 1) * dilation) / 2,
    });
  return { name: describeInput(of(3)), op, kernels: flat.map((k) => of(k)), dilations: [of(5), of(5, 8)] };
});

/** Equal windows over 64 times the pixels. */
export const linearity = ["max", "avg"].flatMap((op) =>
  [1, 2].map((stride) => {
    const of = (/** @type {number} */ side) =>
      workload(`${side}²`, op, [1, 1, side, side], { kernel: 3, stride, padding: 1 });
    return { name: `${op} k3 s${stride} p1 of one float32 plane`, small: of(1024), large: of(8192) };
  }),
);

/** @param {Workload} w */
export function extents(w) {
  const [batch, channels, rows, columns] = w.shape.length === 3 ? [1, w.shape[2], w.shape[0], w.shape[1]] : w.shape;
  const out = (/** @type {number} */ size) =>
    Math.floor((size + 2 * w.padding - w.dilation * (w.kernel - 1) - 1) / w.stride) + 1;
  return { planes: batch * channels, batch, channels, rows, columns, outRows: out(rows), outColumns: out(columns) };
}

/** @param {Workload} w */
export const outputShape = (w) => {
  const { batch, channels, outRows, outColumns } = extents(w);
  return w.shape.length === 3 ? [outRows, outColumns, channels] : [batch, channels, outRows, outColumns];
};
/** @param {readonly number[]} shape */
export const count = (shape) => shape.reduce((product, size) => product * size, 1);
/** @param {Workload} w */
export function isPicture(w) {
  return w.shape.length === 3;
}

/** @param {Workload} w */
export function describeInput(w) {
  return isPicture(w) ? `rgba8 ${w.shape[1]}×${w.shape[0]}` : `f32 ${w.shape.join("×")}`;
}
/** @param {Workload} w */
export function describe(w) {
  const window = w.global
    ? `global ${w.op}`
    : [
        `${w.op} k${w.kernel} s${w.stride}`,
        w.padding ? `p${w.padding}` : "",
        w.dilation > 1 ? `d${w.dilation}` : "",
        w.op === "avg" && !w.countIncludePad ? "pad not counted" : "",
        w.indices ? "with indices" : "",
      ]
        .filter(Boolean)
        .join(" ");
  return `${describeInput(w)} ${window}`;
}

/** The same numbers in every run. Pictures are slopes with noise, tensors noise; no NaN. @param {Workload} w */
export function makeData(w) {
  const data = w.dtype === "uint8" ? new Uint8Array(count(w.shape)) : new Float32Array(count(w.shape));
  let state = 0x9e3779b9 | 0;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 8;
  };
  if (isPicture(w)) {
    const [rows, columns, channels] = w.shape;
    for (let y = 0, i = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        for (let c = 0; c < channels; c++, i++) data[i] = 96 + 64 * Math.sin(x / 97 + y / 61 + c) + (random() & 63);
      }
    }
  } else {
    for (let i = 0; i < data.length; i++) data[i] = random() / (1 << 23) - 1;
  }
  return data;
}

/**
 * The right answer in double precision, one axis after the other, in the workload's layout; averages of integers
 * rounded, halves up. With indices (flat in the plane, the first of equals) window by window.
 * @param {Workload} w @param {ArrayLike<number>} data
 */
export function reference(w, data) {
  const { planes, channels, rows, columns, outRows, outColumns } = extents(w);
  const picture = isPicture(w);
  const [step, planeStep] = picture ? [channels, 1] : [1, rows * columns];
  const outPlane = picture ? 1 : outRows * outColumns;
  const output =
    w.dtype === "uint8"
      ? new Uint8Array(planes * outRows * outColumns)
      : new Float32Array(planes * outRows * outColumns);
  const sum = w.op === "avg";
  const better = w.op === "min" ? Math.min : Math.max;
  const start = sum ? 0 : w.op === "min" ? Infinity : -Infinity;
  const indices = w.indices ? new Int32Array(output.length) : undefined;
  const half = new Float64Array(rows * outColumns);
  const taps = (/** @type {number} */ at, /** @type {number} */ size) => {
    let real = 0;
    for (let k = 0; k < w.kernel; k++) {
      const i = at * w.stride - w.padding + k * w.dilation;
      if (i >= 0 && i < size) real++;
    }
    return real;
  };
  for (let p = 0; p < planes; p++) {
    const base = p * planeStep;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < outColumns; x++) {
        let value = start;
        for (let k = 0; k < w.kernel; k++) {
          const i = x * w.stride - w.padding + k * w.dilation;
          if (i < 0 || i >= columns) continue;
          const tap = data[base + (y * columns + i) * step];
          value = sum ? value + tap : better(value, tap);
        }
        half[y * outColumns + x] = value;
      }
    }
    for (let y = 0; y < outRows; y++) {
      for (let x = 0; x < outColumns; x++) {
        let value = start;
        for (let k = 0; k < w.kernel; k++) {
          const i = y * w.stride - w.padding + k * w.dilation;
          if (i < 0 || i >= rows) continue;
          const tap = half[i * outColumns + x];
          value = sum ? value + tap : better(value, tap);
        }
        if (sum) {
          value /= w.countIncludePad ? w.kernel * w.kernel : taps(y, rows) * taps(x, columns);
          if (w.dtype === "uint8") value = Math.floor(value + 0.5);
        }
        const at = p * outPlane + (y * outColumns + x) * step;
        output[at] = value;
        if (indices) indices[at] = firstPlace(y, x, base, value);
      }
    }
  }
  return { output, indices };

  /** @param {number} y @param {number} x @param {number} base @param {number} value */
  function firstPlace(y, x, base, value) {
    for (let i = 0; i < w.kernel; i++) {
      for (let j = 0; j < w.kernel; j++) {
        const row = y * w.stride - w.padding + i * w.dilation;
        const column = x * w.stride - w.padding + j * w.dilation;
        if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
        if (data[base + row * columns + column] === value) return row * columns + column;
      }
    }
    return -1;
  }
}

/** From (N, C, H, W) to (N, H, W, C). @template {Float32Array | Uint8Array} A @param {A} data @param {number} planes @param {number} cells @returns {A} */
export function interleave(data, planes, cells) {
  const result = /** @type {any} */ (new /** @type {any} */ (data.constructor)(data.length));
  for (let p = 0; p < planes; p++) for (let i = 0; i < cells; i++) result[i * planes + p] = data[p * cells + i];
  return result;
}
/** From (N, H, W, C) to (N, C, H, W). @template {Float32Array | Uint8Array} A @param {A} data @param {number} planes @param {number} cells @returns {A} */
export function separate(data, planes, cells) {
  const result = /** @type {any} */ (new /** @type {any} */ (data.constructor)(data.length));
  for (let p = 0; p < planes; p++) for (let i = 0; i < cells; i++) result[p * cells + i] = data[i * planes + p];
  return result;
}
