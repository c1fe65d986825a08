/** What an editor shows where the pointer rests on a method of poolscope/worker: the docstring of the module's method. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { pooling } from "./support.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Part {
  text: string;
}
interface LanguageService {
  getQuickInfoAtPosition(file: string, at: number): { documentation?: Part[] } | undefined;
}
/** TypeScript 7 has no stable programming interface: the reference's own compiler has the service that editors ask. */
interface Compiler {
  createLanguageService(host: object): LanguageService;
  ScriptSnapshot: { fromString(text: string): unknown };
  sys: { readFile(file: string): string | undefined; fileExists(file: string): boolean };
  getDefaultLibFilePath(options: object): string;
  ModuleKind: { ESNext: number };
  ModuleResolutionKind: { Bundler: number };
  ScriptTarget: { ES2022: number };
}
const require = createRequire(createRequire(import.meta.url).resolve("@microsoft/api-extractor"));
const compiler = require("typescript") as Compiler;

/** The docstring that is shown at each mark of the source. */
function hover(source: string, marks: readonly string[]): string[] {
  const file = join(root, "web/hover.ts");
  const text = (name: string) => (name === file ? source : compiler.sys.readFile(name));
  const service = compiler.createLanguageService({
    getCompilationSettings: () => ({
      strict: true,
      target: compiler.ScriptTarget.ES2022,
      module: compiler.ModuleKind.ESNext,
      moduleResolution: compiler.ModuleResolutionKind.Bundler,
      types: [],
    }),
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name: string) => {
      const found = text(name);
      return found === undefined ? undefined : compiler.ScriptSnapshot.fromString(found);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (options: object) => compiler.getDefaultLibFilePath(options),
    fileExists: (name: string) => name === file || compiler.sys.fileExists(name),
    readFile: text,
  });
  return marks.map((mark) => {
    const info = service.getQuickInfoAtPosition(file, source.indexOf(mark) + mark.indexOf(".") + 1);
    return (info?.documentation ?? []).map((part) => part.text).join("");
  });
}

it("shows the module's docstrings on the worker's methods", () => {
  const names = Object.keys(pooling).filter((name) => !/^(info|tensor|close)$/.test(name));
  const marks = (of: string) => names.map((name) => `${of}.${name};`);
  const source = `import type { Pooling } from "./module/index.js";
    import type { WorkerPooling } from "./module/worker.js";
    declare const here: Pooling;
    declare const there: WorkerPooling;
    ${[...marks("here"), ...marks("there")].join("\n")}
    there.info; there.tensor; there.close;`;
  const own = ["there.info;", "there.tensor;", "there.close;"];
  const texts = hover(source, [...marks("here"), ...marks("there"), ...own]);
  const [module, worker] = [texts.slice(0, names.length), texts.slice(names.length, 2 * names.length)];
  // Of poolImage the worker has a docstring of its own.
  const entries = (of: string[]) =>
    Object.fromEntries(names.map((name, i) => [name, of[i]]).filter(([name]) => name !== "poolImage"));
  expect(entries(worker)).toEqual(entries(module));
  expect(worker[names.indexOf("maxPool2d")]).toMatch(/^Largest of each window/);
  expect(worker[names.indexOf("poolImage")]).toBe("As the module's poolImage.");
  for (const text of texts.slice(2 * names.length)) expect(text).not.toBe("");
});
