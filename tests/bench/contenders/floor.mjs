// FLOOR: the input read once and the output written once, with SIMD and nothing in between (floor.c).
import { count, outputShape } from "../workloads.mjs";

/** @param {BufferSource} bytes */
export async function load(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const { exports } = instance;
  const touch = /** @type {Function} */ (exports.touch);
  const memory = /** @type {WebAssembly.Memory} */ (exports.memory);
  const page = 65536;
  const base = memory.buffer.byteLength;
  const room = (/** @type {number} */ bytes) => {
    const pages = Math.ceil((base + bytes - memory.buffer.byteLength) / page);
    if (pages > 0) memory.grow(pages);
  };
  const library = "FLOOR";
  return {
    library,
    about: {},
    /** @param {import("../workloads.mjs").Workload} w @param {any} data @param {import("../harness.mjs").Kind[]} kinds */
    prepare(w, data, kinds = ["out", "operator"]) {
      const outBytes = count(outputShape(w)) * data.BYTES_PER_ELEMENT * (w.indices ? 2 : 1);
      const vectorsIn = data.byteLength >> 4;
      const vectorsOut = outBytes >> 4;
      const output = (base + data.byteLength + 15) & -16;
      room(data.byteLength + outBytes + 64);
      const bytesIn = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      const bytesOut = kinds.includes("out") ? new Uint8Array(outBytes) : undefined;
      const run = {
        operator(/** @type {number} */ calls) {
          for (let i = 0; i < calls; i++) touch(base, vectorsIn, output, vectorsOut);
        },
        out(/** @type {number} */ calls) {
          for (let i = 0; i < calls; i++) {
            new Uint8Array(memory.buffer, base, bytesIn.length).set(bytesIn);
            touch(base, vectorsIn, output, vectorsOut);
            bytesOut.set(new Uint8Array(memory.buffer, output, outBytes));
          }
        },
      };
      return { contenders: kinds.map((kind) => ({ library, kind, run: run[kind] })), free() {} };
    },
  };
}
