import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokenIncludes } from "../../web/build/include-rule.mjs";
import { tools } from "../../web/build/steps.mjs";

const repository = fileURLToPath(new URL("../..", import.meta.url));
let root = "";
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Where Biome, with this repository's rules, sees an import that is not allowed: `file:line`. */
function brokenImports(): string[] {
  const rule = ["lint", "--vcs-enabled=false", "--only=style/noRestrictedImports", "--reporter=github", "."];
  const { stdout } = spawnSync(process.execPath, [tools.biome, ...rule], { cwd: root, encoding: "utf8" });
  return [...stdout.matchAll(/file=([^,]+),line=(\d+)/g)].map(
    ([, file = "", line]) => `${relative(root, file)}:${line}`,
  );
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "poolscope rule "));
  cpSync(join(repository, "biome.json"), join(root, "biome.json"));
  // A small tree that breaks nothing.
  write("cpp/core/simd.h", "#pragma once\n#include <xsimd/xsimd.hpp>\n");
  write("cpp/core/pool.h", '#include <cstdint>\n#include "axis.h"\n#include "core/simd.h"\n');
  write("cpp/core/axis.h", "// nothing\n");
  write("cpp/binding/binding.cpp", '#include <emscripten/bind.h>\n#include "core/pool.h"\n');
  write("web/module/glue.ts", 'import "poolscope-glue";\nimport "virtual:poolscope-wasm";\n');
  write("web/module/index.ts", 'export * from "./glue.js";\n');
  write("web/figure/index.ts", 'import "../module/index.js";\n');
  write("web/figure/layers/grid.ts", 'import "../../module/index.js";\nimport "../index.js";\n');
  write("web/element/index.ts", 'import "../figure/index.js";\nimport "lit";\n');
  write("web/cli/main.ts", 'import "node:fs";\nimport "pngjs";\nimport "../element/index.js";\n');
  write("web/page/main.ts", 'import "../element/index.js";\nimport "./pictures/ship.png";\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("what C++ includes", () => {
  it("is kept to the rule by this repository, and by a tree that keeps it", () => {
    expect(brokenIncludes(repository)).toEqual([]);
    expect(brokenIncludes(root)).toEqual([]);
  });

  it.each<[path: string, text: string, sentence: RegExp]>([
    ["cpp/core/rows.h", "\n#include <xsimd/xsimd.hpp>\n", /^cpp\/core\/rows\.h:2: only simd\.h .* may include xsimd/],
    ["cpp/binding/fast.cpp", '#include "xsimd/xsimd.hpp"\n', /^cpp\/binding\/fast\.cpp:1: only .* may include xsimd/],
    ["cpp/core/pool.cpp", "#include <emscripten.h>\n", /^cpp\/core\/pool\.cpp:1: cpp\/core knows no Emscripten/],
    ["cpp/core/pool.cpp", '#include "binding/block.h"\n', /:1: cpp\/core may include nothing outside cpp\/core/],
    ["cpp/core/pool.cpp", '#include "../binding/block.h"\n', /:1: cpp\/core may include nothing outside cpp\/core/],
  ])("is refused: %s: %j", (path, text, sentence) => {
    write(path, text);
    expect(brokenIncludes(root)).toEqual([expect.stringMatching(sentence)]);
  });

  it("is not read from comments", () => {
    write("cpp/core/pool.cpp", "// #include <xsimd/xsimd.hpp>\n/*\n#include <emscripten.h>\n*/\n");
    expect(brokenIncludes(root)).toEqual([]);
  });
});

describe("what the rooms of web import", () => {
  it("is found in order where it is", () => {
    expect(brokenImports()).toEqual([]);
  });

  it("is refused where it is not", () => {
    const breaks: [path: string, text: string][] = [
      ["web/module/load.ts", 'import "virtual:poolscope-wasm";\n'],
      ["web/module/compile.ts", 'await import("../../build/wasm/poolscope.mjs");\n'],
      ["web/page/app.ts", 'import "poolscope-glue";\n'],
      ["web/module/draw.ts", '/* one\ntwo */ export * from "../figure/index.js";\n'],
      ["web/figure/a.ts", 'import type { T } from "../page/main.js";\nexport type U = T;\n'],
      ["web/figure/layers/a.ts", 'import {\n  x,\n} from "../../element/index.js";\nx();\n'],
      ["web/cli/a.ts", 'import "../page/main.js";\n'],
      ["web/page/a.ts", 'import "../cli/main.js";\n'],
      ["web/page/b.ts", 'import "../build/serve.mjs";\n'],
      ["web/element/a.ts", 'import "../page/main.js";\n'],
      ["web/module/read.ts", 'import "node:fs";\n'],
      ["web/module/pack.ts", 'import "pako";\n'],
    ];
    for (const [path, text] of breaks) write(path, text);
    const seen = new Set(brokenImports().map((place) => place.replace(/:\d+$/, "")));
    expect([...seen].sort()).toEqual(breaks.map(([path]) => path).sort());
  });

  it("is not read from comments and strings", () => {
    write("web/module/a.ts", '// import "../page/main.js"\nexport const url = \'from "../page/a"\';\n');
    expect(brokenImports()).toEqual([]);
  });
});
