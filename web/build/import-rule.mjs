// Who may know whom. A folder's name is an import licence:
//   cpp/core  ←  cpp/binding  ←(wasm)←  web/module  ←  web/figure  ←  web/element  ←  web/page
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** In this order: a room may import from itself and from those before it. */
const webRooms = ["module", "figure", "element", "page"];

/** The command knows what the page knows, and Node; nobody knows the command. */
const command = "cli";

/**
 * The source with comments blanked out, of the same length, so that lines and columns stay.
 * @param {string} source
 */
export function withoutComments(source) {
  // Strings, template literals and comments, whichever starts first; only the comments go.
  const pieces = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replace(pieces, (piece) => (/^\/[/*]/.test(piece) ? piece.replace(/[^\n]/g, " ") : piece));
}

/** @param {string} source @returns {{ line: number, name: string, angle: boolean }[]} */
function cppIncludes(source) {
  return [...withoutComments(source).matchAll(/^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]/gm)].map((found) => ({
    line: lineOf(source, found.index),
    name: found[2],
    angle: found[1] === "<",
  }));
}

/** @param {string} source @returns {{ line: number, name: string }[]} */
function scriptImports(source) {
  const text = withoutComments(source);
  const forms = [
    /\bfrom\s*(["'])([^"'\n]+)\1/g,
    /\bimport\s*(["'])([^"'\n]+)\1/g,
    /\bimport\s*\(\s*(["'])([^"'\n]+)\1/g,
    /\brequire\s*\(\s*(["'])([^"'\n]+)\1/g,
    /\bnew\s+URL\s*\(\s*(["'])([^"'\n]+)\1\s*,\s*import\.meta\.url/g,
  ];
  return forms
    .flatMap((form) => [...text.matchAll(form)].map((found) => ({ line: lineOf(source, found.index), name: found[2] })))
    .sort((a, b) => a.line - b.line);
}

/** @param {string} source @param {number} index */
const lineOf = (source, index) => source.slice(0, index).split("\n").length;

/** @param {string} root @param {string} place @param {RegExp} kind @returns {string[]} */
function sources(root, place, kind) {
  const full = join(root, place);
  if (!existsSync(full)) return [];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && kind.test(entry.name))
    .map((entry) =>
      relative(root, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join("/"),
    )
    .sort();
}

/**
 * Every place where a rule is broken, each as `file:line: sentence`.
 * @param {string} root
 * @returns {string[]}
 */
export function brokenRules(root) {
  /** @type {string[]} */
  const broken = [];
  /** @param {string} file @param {number} line @param {string} sentence */
  const report = (file, line, sentence) => broken.push(`${file}:${line}: ${sentence}`);

  for (const file of sources(root, "cpp", /\.(h|hpp|c|cc|cpp)$/)) {
    for (const { line, name, angle } of cppIncludes(readFileSync(join(root, file), "utf8"))) {
      if (/^xsimd\b/.test(name) && file !== "cpp/core/simd.h") {
        report(file, line, `only cpp/core/simd.h may include xsimd (here ${name})`);
      }
      if (!file.startsWith("cpp/core/")) continue;
      if (/^emscripten\b/.test(name)) report(file, line, `cpp/core knows no Emscripten (here ${name})`);
      if (angle) continue;
      // Quoted names are looked up beside the file first, then from cpp/.
      const beside = posix.normalize(posix.join(posix.dirname(file), name));
      const target = existsSync(join(root, beside)) ? beside : posix.normalize(posix.join("cpp", name));
      if (!target.startsWith("cpp/core/"))
        report(file, line, `cpp/core may include nothing outside cpp/core (here ${name})`);
    }
  }

  for (const [place, room] of [...webRooms, command].entries()) {
    const rank = room === command ? webRooms.indexOf("page") : place;
    for (const file of sources(root, `web/${room}`, /\.(ts|tsx|mts|js|mjs)$/)) {
      const text = readFileSync(join(root, file), "utf8");
      const tool = file.endsWith(".mjs");
      for (const { line, name } of scriptImports(text)) {
        const glue =
          /^poolscope-(nowasm-)?glue$/.test(name) ||
          name === "virtual:poolscope-wasm" ||
          /(^|\/)build\/wasm|poolscope\.(mjs|wasm)$/.test(name);
        if (glue) {
          if (!/^web\/module\/glue(-nowasm)?\.ts$/.test(file)) {
            report(
              file,
              line,
              `only web/module/glue.ts and glue-nowasm.ts may import the generated glue (here ${name})`,
            );
          }
          continue;
        }
        if (name.startsWith("node:") && !tool && room !== command) {
          report(file, line, `web/${room} runs in browsers and may not import Node's modules (here ${name})`);
        }
        if (!name.startsWith(".")) {
          if (!tool && rank < 2 && !name.startsWith("node:")) {
            report(file, line, `web/${room} has no dependencies (here ${name})`);
          }
          continue;
        }
        const target = posix.normalize(posix.join(posix.dirname(file), name));
        const inside = target.match(/^web\/(\w+)\//)?.[1];
        if (inside === room) continue;
        const other = inside ? webRooms.indexOf(inside) : -1;
        if (other < 0) report(file, line, `web/${room} may not import from outside the rooms of web (here ${name})`);
        else if (other > rank || webRooms[other] === "page")
          report(file, line, `web/${room} may not import from web/${inside} (here ${name}): ${webRooms.join(" ← ")}`);
      }
    }
  }
  return broken;
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const broken = brokenRules(fileURLToPath(new URL("../..", import.meta.url)));
  for (const sentence of broken) console.error(sentence);
  process.exitCode = broken.length ? 1 : 0;
}
