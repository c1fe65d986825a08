/** The tarball itself: what checkers of packages say of it, its types in strict programs, its manifest of the element. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { THEMES } from "../../web/figure/theme";
import { consumer, tarball } from "./prepare";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const installed = join(consumer, "node_modules/poolscope");
const load = createRequire(import.meta.url);
const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

test("publint finds nothing at all", async () => {
  const { publint } = await import(/* @vite-ignore */ pathToFileURL(load.resolve("publint")).href);
  const bytes = readFileSync(tarball());
  const pack = { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) };
  const { messages } = await publint({ pack, level: "suggestion", strict: true });
  expect(messages.map(({ code }: { code: string }) => code)).toEqual([]);
});

test("the types are right in every way of resolving them that ES modules have", () => {
  const program = join(here, "node_modules/.bin/attw");
  const entries = Object.keys(manifest.exports).filter((name) => manifest.exports[name].types);
  const options = ["--profile", "esm-only", "--no-color", "--entrypoints", ...entries];
  const { status, stdout, stderr } = spawnSync(program, [tarball(), ...options], { encoding: "utf8" });
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
  // One line for each entry, found as an ES module; what CommonJS makes of it is left out.
  expect(stdout.match(/🟢 \(ESM\)/g)).toHaveLength(entries.length);
});

test("every file it names is in it, and every map leads to its sources", () => {
  const named = JSON.stringify([manifest.exports, manifest.bin, manifest.types, manifest.customElements]);
  for (const [, file] of named.matchAll(/"(?:\.\/)?(dist\/[^"]+)"/g)) {
    expect(statSync(join(installed, file as string)).size, file).toBeGreaterThan(0);
  }
  expect(manifest.dependencies).toBeUndefined();
  const maps = readdirSync(join(installed, "dist/module"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".js.map"),
  );
  expect(maps.length).toBeGreaterThan(3);
  for (const name of maps) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(installed, "dist/module", name), "utf8"));
    expect(sourcesContent?.length, name).toBe(sources.length);
    const code = readFileSync(join(installed, "dist/module", name.replace(/\.map$/, "")), "utf8");
    expect(code, name).toContain(`//# sourceMappingURL=${name.split("/").at(-1)}`);
  }
});

test("its documents lead to documents that are in it, and it stays below 1.1 MB", () => {
  const documents = readdirSync(installed, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".md"),
  );
  expect(documents).toEqual(expect.arrayContaining(["README.md", "README.zh.md", "docs/reference/README.md"]));
  const lost: string[] = [];
  for (const name of documents.filter((file) => !file.startsWith("dist/"))) {
    for (const [, link = ""] of readFileSync(join(installed, name), "utf8").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|#|mailto:)/.test(link)) continue;
      if (!existsSync(join(installed, dirname(name), link.replace(/#.*/, "")))) lost.push(`${name}: ${link}`);
    }
  }
  expect(lost).toEqual([]);
  expect(statSync(tarball()).size).toBeLessThan(1_100_000);
});

test.each([
  ["without the DOM", ["module.ts"], "es2022", "bundler"],
  ["with the DOM", ["module.ts", "page.ts"], "es2022,dom,dom.iterable", "bundler"],
  ["as Node resolves", ["module.ts"], "es2022", "nodenext"],
  ["in React's TSX", ["react.tsx"], "es2022,dom,dom.iterable", "bundler"],
  ["in Vue", ["vue.ts"], "es2022,dom,dom.iterable", "bundler"],
  ["in Svelte", ["svelte.ts"], "es2022,dom,dom.iterable", "bundler"],
  ["the README's worker", ["readme-worker.ts"], "es2022,dom", "bundler"],
  // As Next.js writes it.
  ["the README's worker, not strict", ["readme-worker.ts"], "es2022,dom", "bundler", "false"],
])("tsc of %s", (_, files, lib, resolution, strict = "true") => {
  const readme = readFileSync(join(installed, "README.md"), "utf8");
  const example = readme.match(/^```js\n(import [^`]*"poolscope\/worker"[^`]*)^```$/m)?.[1];
  writeFileSync(join(consumer, "typings/readme-worker.ts"), example as string);
  const options = ["--ignoreConfig", "--strict", strict, "--noEmit", "--target", "es2022", "--types", "", "--lib", lib];
  const how = ["--module", resolution === "nodenext" ? "nodenext" : "esnext", "--moduleResolution", resolution];
  // Frameworks' own declarations are not ours to check.
  const more = files.some((file) => /module|page|worker/.test(file)) ? [] : ["--skipLibCheck", "--jsx", "react-jsx"];
  const places = files.map((file) => join(consumer, "typings", file));
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/lib/tsc.js"), ...options, ...how, ...more, ...places],
    { encoding: "utf8", cwd: consumer },
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

test("an import that is not of types alone runs", () => {
  for (const name of ["react", "vue", "svelte"]) {
    const args = ["--input-type=module", "--eval", `import "poolscope/${name}"; console.log("ran")`];
    expect(execFileSync(process.execPath, args, { cwd: consumer, encoding: "utf8" })).toBe("ran\n");
  }
});

test("the custom-elements manifest says what the element is", () => {
  const elements = JSON.parse(readFileSync(join(installed, manifest.customElements), "utf8"));
  const [{ declarations }, registering] = elements.modules;
  const [declared] = declarations;
  const names = (list: { name: string }[]) => list.map(({ name }) => name).sort();
  const script = `import { PoolView } from "poolscope/element-class";
    const own = Object.entries(Object.getOwnPropertyDescriptors(PoolView.prototype));
    const fields = own.filter(([, { get }]) => get).map(([name]) => name);
    console.log(JSON.stringify({ observed: PoolView.observedAttributes, fields }));`;
  const args = ["--input-type=module", "--eval", script];
  const { observed, fields } = JSON.parse(execFileSync(process.execPath, args, { cwd: consumer, encoding: "utf8" }));
  expect(names(declared.attributes)).toEqual([...observed].sort());
  expect(names(declared.members)).toEqual([...fields].sort());
  const source = readFileSync(join(root, "web/element/pool-view.ts"), "utf8");
  const fired = [...source.matchAll(/send\(this, "(\w+)"/g)].map(([, name]) => name);
  expect(names(declared.events)).toEqual([...new Set(fired)].sort());
  const { cssStates } = declared;
  expect(names(cssStates)).toEqual(["error", "loading", "ready"]);
  const style = readFileSync(join(root, "web/element/style.ts"), "utf8");
  const used = [...style.matchAll(/var\((--pool-\w+)/g)].map(([, name]) => name as string);
  const roles = Object.keys(THEMES.light).map((role) => `--pool-${role}`);
  expect(names(declared.cssProperties)).toEqual([...new Set([...roles, ...used])].sort());
  expect(declared.tagName).toBe("pool-view");
  expect(registering.exports.map(({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`)).toContain(
    "custom-element-definition pool-view",
  );
  for (const { path } of elements.modules) expect(statSync(join(installed, path)).isFile()).toBe(true);
});
