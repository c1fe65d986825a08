// What C++ may include: cpp/core knows nothing but itself, and only its simd.h knows xsimd. Here, as no linter of C++ that a Debian
// has can say it; the same rule of the rooms of web/ is Biome's (biome.json).
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { files } from "./steps.mjs";

/** Comments as blanks, so that lines stay. @param {string} source */
const withoutComments = (source) =>
  source.replace(/"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (piece) =>
    piece.startsWith('"') ? piece : piece.replace(/[^\n]/g, " "),
  );

/**
 * Every place where the rule is broken, as `file:line: sentence`.
 * @param {string} root
 */
export function brokenIncludes(root) {
  return files("cpp", root)
    .filter((file) => /\.(h|cpp)$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(root, file), "utf8");
      const includes = withoutComments(source).matchAll(/^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]/gm);
      return [...includes].flatMap(({ index, 1: quote, 2: name = "" }) => {
        const wrong = sentence(root, file, name, quote === '"');
        return wrong ? [`${file}:${source.slice(0, index).split("\n").length}: ${wrong} (here ${name})`] : [];
      });
    });
}

/** @param {string} root @param {string} file @param {string} name @param {boolean} quoted */
function sentence(root, file, name, quoted) {
  if (/^xsimd\b/.test(name))
    return /^cpp\/core\/(.*\/)?simd\.h$/.test(file) ? "" : "only simd.h of cpp/core may include xsimd";
  if (!file.startsWith("cpp/core/")) return "";
  if (/^emscripten\b/.test(name)) return "cpp/core knows no Emscripten";
  if (!quoted) return "";
  // Quoted names are looked up beside the file first, then from cpp/.
  const beside = posix.join(posix.dirname(file), name);
  const target = existsSync(join(root, beside)) ? beside : posix.join("cpp", name);
  return target.startsWith("cpp/core/") ? "" : "cpp/core may include nothing outside cpp/core";
}
