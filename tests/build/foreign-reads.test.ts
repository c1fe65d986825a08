import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { foreignReads } from "../../web/build/foreign-reads.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

it("the module asks a caller's array for nothing but through the platform's getters", () => {
  expect(foreignReads(root)).toEqual([]);
});

it("each way of asking is found where it is planted, and the module's own lists are left alone", () => {
  const planted: [file: string, line: string, text?: string][] = [
    ["tensor.ts", "export const planted1 = (data: TypedArray) => data.byteLength;", "data.byteLength"],
    [
      "tensor.ts",
      "export const planted2 = (x: Given | string) => (x as Given).data.buffer;",
      "(x as Given).data.buffer",
    ],
    ["call.ts", "export const planted3 = (x: any[]) => x.length;", "x.length"],
    ["call.ts", "export const planted4 = ({ data: { length } }: Given) => length;", "{ length }"],
    ["image.ts", 'export const planted5 = (x: Tensor) => x.data["byteOffset"];', 'x.data["byteOffset"]'],
    [
      "image.ts",
      "export const planted6 = (x: unknown) => { const { constructor: c } = x as any; return c; };",
      "{ constructor: c } = x as any",
    ],
    ["shapes.ts", "export const planted7 = (a: readonly number[], b: string) => a.length + b.length;"],
  ];
  const sources: Record<string, string> = {};
  const wanted: string[] = [];
  for (const [file, line, text] of planted) {
    const before = sources[file] ?? readFileSync(join(root, "web/module", file), "utf8");
    sources[file] = `${before}${line}\n`;
    if (text) wanted.push(`web/module/${file}:${before.split("\n").length}: ${text}`);
  }
  expect(foreignReads(root, sources).sort()).toEqual(wanted.sort());
});
