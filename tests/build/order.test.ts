/** The order of a module's functions: what deflate makes of it, and that nothing else changes. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { alike, functionsOf, orderFunctions } from "../../cpp/toolchain/order.mjs";
import { which } from "../../cpp/toolchain/setup.mjs";
import { wasmDirectory } from "../../web/build/wasm-plugin";

const work = mkdtempSync(join(tmpdir(), "poolscope-order-"));
afterAll(() => rmSync(work, { recursive: true }));
const linked = join(wasmDirectory(), "poolscope.wasm");

const bytesOf = (text: string) => new TextEncoder().encode(text);

test("a function follows the one whose bytes it repeats", () => {
  const order = alike(
    ["first words", "something else", "the first words again", "and something else too"].map(bytesOf),
  );
  expect(order).toEqual([0, 2, 1, 3]);
});

test("no function is lost, and none comes twice", () => {
  const functions = functionsOf(readFileSync(linked));
  expect(functions.length).toBeGreaterThan(150);
  expect(alike(functions).sort((a, b) => a - b)).toEqual([...functions.keys()]);
  expect(alike([])).toEqual([]);
});

test("a module in any order becomes as small again, with the same imports and exports", () => {
  const [mixed, ordered] = [join(work, "mixed.wasm"), join(work, "ordered.wasm")];
  const size = (file: string) => deflateSync(readFileSync(file), { level: 9 }).length;
  const binaryen = dirname(which("wasm-as") ?? "");
  copyFileSync(linked, mixed);
  orderFunctions(mixed, binaryen, (functions) => {
    const step = 89; // shares no factor with the number of functions
    expect(functions.length % step).not.toBe(0);
    return functions.map((_, i) => (i * step) % functions.length);
  });
  copyFileSync(mixed, ordered);
  orderFunctions(ordered, binaryen);
  expect(size(mixed) - size(ordered)).toBeGreaterThan(1000);
  expect(size(ordered)).toBeLessThan(size(linked) * 1.005);
  const [before, after] = [linked, ordered].map((file) => new WebAssembly.Module(readFileSync(file)));
  expect(WebAssembly.Module.exports(after)).toEqual(WebAssembly.Module.exports(before));
  expect(WebAssembly.Module.imports(after)).toEqual(WebAssembly.Module.imports(before));
});
