/** What an editor shows where the pointer rests on a method of poolscope and of poolscope/worker. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { families } from "../../web/module/operators.js";
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

it("shows a docstring on every method of the module and of the worker", () => {
  const own = /^(info|tensor|poolImage|close)$/;
  const names = [...Object.keys(pooling)].sort((a, b) => Number(own.test(a)) - Number(own.test(b)));
  expect(names.filter((name) => /Pool[123]d|Unpool/.test(name))).toHaveLength(3 * families.length);
  const marks = (of: string) => names.map((name) => `${of}.${name};`);
  const source = `import type { Pooling } from "./module/index.js";
    import type { WorkerPooling } from "./module/worker.js";
    declare const here: Pooling;
    declare const there: WorkerPooling;
    ${[...marks("here"), ...marks("there")].join("\n")}`;
  const texts = hover(source, [...marks("here"), ...marks("there")]);
  const [module, worker] = [texts.slice(0, names.length), texts.slice(names.length)];
  names.forEach((name, i) => {
    expect(module[i]?.length, `the module's ${name}`).toBeGreaterThan(10);
    // Of what is not the same with a promise around it the worker has docstrings of its own.
    if (own.test(name)) expect(worker[i]?.length, `the worker's ${name}`).toBeGreaterThan(10);
    else expect(worker[i], `the worker's ${name}`).toBe(module[i]);
  });
  const text = (name: string) => worker[names.indexOf(name)];
  expect(text("maxPool2d")).toMatch(/^Largest of each window/);
  expect(text("maxPool1d")).toMatch(/^Largest of each window of \(N, C, L\)/);
  expect(text("maxPool3d")).toMatch(/^Largest of each window of \(N, C, D, H, W\)/);
  expect(text("poolImage")).toBe("As the module's poolImage.");
});
