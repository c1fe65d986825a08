import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokenRules, withoutComments } from "../../web/build/import-rule.mjs";

let root = "";
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "poolscope rule "));
  // A small tree that breaks nothing.
  write("cpp/core/simd.h", "#pragma once\n#include <xsimd/xsimd.hpp>\n");
  write("cpp/core/pool.h", '#include <cstdint>\n#include "axis.h"\n#include "core/simd.h"\n');
  write("cpp/core/axis.h", "// nothing\n");
  write("cpp/binding/binding.cpp", '#include <emscripten/bind.h>\n#include "core/pool.h"\n');
  write(
    "web/module/glue.ts",
    'import factory from "poolscope-glue";\nimport { base64 } from "virtual:poolscope-wasm";\n',
  );
  write("web/module/index.ts", 'export * from "./glue.js";\n');
  write("web/figure/index.ts", 'import { a } from "../module/index.js";\n');
  write("web/element/index.ts", 'import { a } from "../figure/index.js";\nimport { html } from "lit";\n');
  write(
    "web/cli/main.ts",
    'import "node:fs";\nimport { PNG } from "pngjs";\nimport { a } from "../element/index.js";\n',
  );
  write("web/page/main.ts", 'import "../element/index.js";\nimport picture from "./pictures/ship.png";\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the import rule", () => {
  it("is kept by this repository", () => {
    expect(brokenRules(fileURLToPath(new URL("../..", import.meta.url)))).toEqual([]);
  });

  it("finds nothing in a tree that keeps it", () => {
    expect(brokenRules(root)).toEqual([]);
  });

  const breaks: [path: string, text: string, sentence: RegExp][] = [
    [
      "cpp/core/rows.h",
      "\n#include <xsimd/xsimd.hpp>\n",
      /^cpp\/core\/rows\.h:2: only cpp\/core\/simd\.h may include xsimd/,
    ],
    ["cpp/binding/fast.cpp", '#include "xsimd/xsimd.hpp"\n', /^cpp\/binding\/fast\.cpp:1: only .* may include xsimd/],
    ["cpp/core/pool.cpp", "#include <emscripten.h>\n", /^cpp\/core\/pool\.cpp:1: cpp\/core knows no Emscripten/],
    ["cpp/core/pool.cpp", '#include "binding/block.h"\n', /:1: cpp\/core may include nothing outside cpp\/core/],
    ["cpp/core/pool.cpp", '#include "../binding/block.h"\n', /:1: cpp\/core may include nothing outside cpp\/core/],
    [
      "web/module/load.ts",
      '// first\nimport { base64 } from "virtual:poolscope-wasm";\n',
      /load\.ts:2: only web\/module\/glue\.ts/,
    ],
    [
      "web/module/load.ts",
      'const f = await import("../../build/wasm/poolscope.mjs");\n',
      /load\.ts:1: only web\/module\/glue\.ts/,
    ],
    ["web/page/app.ts", 'import factory from "poolscope-glue";\n', /app\.ts:1: only web\/module\/glue\.ts/],
    [
      "web/module/a.ts",
      '/* one\ntwo */ export * from "../figure/index.js";\n',
      /a\.ts:2: web\/module may not import from web\/figure/,
    ],
    [
      "web/figure/a.ts",
      'import type { T } from "../page/main.js";\n',
      /a\.ts:1: web\/figure may not import from web\/page/,
    ],
    ["web/cli/a.ts", 'import "../page/main.js";\n', /a\.ts:1: web\/cli may not import from web\/page/],
    ["web/page/a.ts", 'import "../cli/main.js";\n', /a\.ts:1: web\/page may not import from outside/],
    ["web/element/a.ts", 'import "../page/main.js";\n', /a\.ts:1: web\/element may not import from web\/page/],
    [
      "web/figure/a.ts",
      'import {\n  x,\n} from "../element/index.js";\n',
      /a\.ts:3: web\/figure may not import from web\/element/,
    ],
    [
      "web/figure/a.ts",
      'new Worker(new URL("../page/w.ts", import.meta.url));\n',
      /a\.ts:1: web\/figure may not import from web\/page/,
    ],
    [
      "web/page/a.ts",
      'import { serve } from "../build/serve.mjs";\n',
      /a\.ts:1: web\/page may not import from outside/,
    ],
    ["web/module/a.ts", 'import { readFileSync } from "node:fs";\n', /a\.ts:1: web\/module runs in browsers/],
    ["web/module/a.ts", 'import pako from "pako";\n', /a\.ts:1: web\/module has no dependencies/],
  ];
  it.each(breaks)("sees %s: %j", (path, text, sentence) => {
    write(path, text);
    const broken = brokenRules(root);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toMatch(sentence);
  });

  it("does not take comments and strings for imports", () => {
    write(
      "web/module/a.ts",
      '// import "../page/main.js"\n/* from "../page/main.js" */\nconst url = "http://x"; // from "../page/a"\n',
    );
    write("cpp/core/pool.cpp", "// #include <xsimd/xsimd.hpp>\n/*\n#include <emscripten.h>\n*/\n");
    expect(brokenRules(root)).toEqual([]);
  });

  it("blanks comments without moving a character", () => {
    const source = 'a /* b\n c */ "// d" // e\nf';
    expect(withoutComments(source)).toBe('a     \n      "// d"     \nf');
  });
});
