// node order.mjs FILE.wasm BINARYEN: puts the functions of a linked module in the order in which deflate makes the least of them. It
// finds a repetition in the last 32 KiB only, and templates stamped for several types lie further apart as the linker leaves
// them. Nothing else changes: a kilobyte less to download.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const features = ["simd", "bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals"].map(
  (name) => `--enable-${name}`,
);
const gram = 5; // bytes that count as a likeness
const reach = 16_000; // bytes back that a function is compared with

/** An unsigned LEB128 number and where it ends. @param {Uint8Array} bytes @param {number} at */
function leb(bytes, at) {
  for (let value = 0, shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, at };
  }
}

/** The code of each function. @param {Uint8Array} bytes */
export function functionsOf(bytes) {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at];
    const size = leb(bytes, at + 1);
    if (id === 10) {
      const count = leb(bytes, size.at);
      const functions = [];
      for (let from = count.at; functions.length < count.value; ) {
        const body = leb(bytes, from);
        functions.push(bytes.subarray(from, body.at + body.value));
        from = body.at + body.value;
      }
      return functions;
    }
    at = size.at + size.value;
  }
  return [];
}

/** Their places: the first, then each time the one that repeats most of what came before. @param {Uint8Array[]} functions */
export function alike(functions) {
  const grams = functions.map((body) => {
    const found = new Set();
    for (let i = 0; i + gram <= body.length; i++) {
      found.add(body.slice(i, i + gram).reduce((all, byte) => all * 256 + byte, 0));
    }
    return found;
  });
  if (functions.length === 0) return [];
  const order = [0];
  const left = new Set(functions.keys());
  left.delete(0);
  while (left.size > 0) {
    const seen = new Set();
    let bytes = 0;
    for (let i = order.length - 1; i >= 0 && bytes <= reach; i--) {
      bytes += functions[order[i]].length;
      for (const one of grams[order[i]]) seen.add(one);
    }
    let best = -1;
    let most = -1;
    for (const candidate of left) {
      let known = 0;
      for (const one of grams[candidate]) if (seen.has(one)) known++;
      const likeness = known / (grams[candidate].size + 8);
      if (likeness > most) [best, most] = [candidate, likeness];
    }
    order.push(best);
    left.delete(best);
  }
  return order;
}

/**
 * @param {string} file
 * @param {string} binaryen where its tools are
 * @param {(functions: Uint8Array[]) => number[]} [chosen] the order
 */
export function orderFunctions(file, binaryen, chosen = alike) {
  const work = mkdtempSync(join(dirname(resolve(file)), "order-"));
  const [text, made] = [join(work, "module.wat"), join(work, "module.wasm")];
  const tool = (/** @type {string} */ name, /** @type {string[]} */ ...args) =>
    execFileSync(join(binaryen, name), [...features, ...args], { stdio: ["ignore", "inherit", "inherit"] });
  try {
    tool("wasm-dis", file, "-o", text);
    const whole = readFileSync(text, "utf8").trimEnd();
    const forms = whole.slice(0, -1).split(/^(?= \()/m);
    const functions = forms.filter((form) => form.startsWith(" (func "));
    const order = chosen(functionsOf(readFileSync(file)));
    if (functions.length !== order.length) throw new Error(`${file}: ${functions.length} functions were read`);
    const others = forms.filter((form) => !form.startsWith(" (func "));
    writeFileSync(text, `${others.join("")}${order.map((i) => functions[i]).join("")})\n`);
    tool("wasm-as", text, "-o", made);
    tool("wasm-opt", "--dealign", "-Oz", made, "-o", made); // alignments are hints, and cost nothing when they are all the same
    renameSync(made, file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [file, binaryen] = process.argv.slice(2);
  orderFunctions(file, binaryen);
}
