import { SourceMap } from "node:module";
import { expect, it } from "vitest";
import { breakMappings, breaks } from "../../web/build/short-lines-plugin.js";

/** Broken as the plugin breaks it. */
const broken = (code: string) => [0, ...breaks(code)].map((start, i, all) => code.slice(start, all[i + 1])).join("\n");

it("long lines are broken between statements and after commas, and mean the same", () => {
  const code = `const text=\`${"x".repeat(900)}\`;let sum=0;${"sum+=1,sum-=3;".repeat(80)}const list=[${"1,".repeat(500)}];export default{text,sum,length:list.length};`;
  const short = broken(code);
  const lines = short.split("\n");
  expect(lines.length).toBeGreaterThan(5);
  // A text is not broken.
  expect(lines.filter((line) => line.length > 400).map((line) => line.slice(0, 12))).toEqual(["const text=`"]);
  expect(lines.join("")).toBe(code);
  const value = (source: string) => new Function(source.replace("export default", "return"))();
  expect(value(short)).toEqual(value(code));
  expect(broken(short)).toBe(short);
});

it("their source map still leads to the same places", () => {
  const statement = "call(12345678,9012);";
  const count = 100;
  const code = `// first\n${statement.repeat(count)}\n`;
  // Each statement of the one line comes from the same column of the first line: 20 is "oB".
  const mappings = `;AAAA${",oBAAoB".repeat(count - 1)};`;
  const lines = broken(code).split("\n");
  const map = new SourceMap({
    file: "a.js",
    version: 3,
    sources: ["a.ts"],
    sourcesContent: [],
    names: [],
    sourceRoot: "",
    mappings: breakMappings(mappings, code, breaks(code)),
  });
  let original = 0;
  lines.slice(1, -1).forEach((line, i) => {
    for (let column = 0; column < line.length; column += statement.length) {
      const found = map.findEntry(i + 1, column) as { originalColumn: number; generatedLine: number };
      expect([found.generatedLine, found.originalColumn]).toEqual([i + 1, original]);
      original += statement.length;
    }
  });
  expect(original).toBe(count * statement.length);
});
