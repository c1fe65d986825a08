import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { entries } from "../../web/build/entries.mjs";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("package.json"));

type Kinds = "dependencies" | "optionalDependencies" | "devDependencies";
type Entry = Record<Kinds, Record<string, string> | undefined> & { integrity?: string };

// The root's, and those of the tests that bring much along.
describe.each(["", "tests/bench/", "tests/embed/", "tests/lighthouse/"])(
  "%spackage.json and its lock file",
  (folder) => {
    const { dependencies, devDependencies } = JSON.parse(read(`${folder}package.json`)) as Entry;
    const packages: Record<string, Entry> = JSON.parse(read(`${folder}package-lock.json`)).packages;

    /** Where Node finds a package that one at `from` asks for, among the paths of the lock file. */
    const resolved = (from: string, name: string) => {
      for (let place = from; ; place = place.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, "")) {
        const path = `${place ? `${place}/` : ""}node_modules/${name}`;
        if (packages[path]) return path;
        if (!place) return undefined;
      }
    };

    it("ask for the same packages, each at one exact version", () => {
      expect(packages[""]?.devDependencies).toEqual(devDependencies);
      expect(packages[""]?.dependencies).toEqual(dependencies);
      const versions = Object.values({ ...dependencies, ...devDependencies });
      expect(versions).not.toHaveLength(0);
      // A second version of a package goes by another name: "npm:typescript@5.9.3".
      for (const version of versions) expect(version).toMatch(/^(npm:[@/\w-]+@)?\d+\.\d+\.\d+$/);
    });

    it("holds every package that a package asks for, those of other systems too, or npm ci refuses it", () => {
      const missing: string[] = [];
      for (const [path, entry] of Object.entries(packages)) {
        const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...(path ? {} : entry.devDependencies) };
        for (const name of Object.keys(wanted)) if (!resolved(path, name)) missing.push(`${path} → ${name}`);
      }
      expect(missing).toEqual([]);
    });

    it("names no registry, and every package by its hash", () => {
      expect(read(`${folder}package-lock.json`)).not.toMatch(/"resolved"|registry\./);
      for (const [path, { integrity }] of Object.entries(packages)) {
        if (path) expect(integrity, path).toMatch(/^sha512-/);
      }
    });
  },
);

describe("package.json", () => {
  it("tells those who read no exports the same: Node 10's resolution, old bundlers", () => {
    const { exports, main, types, typesVersions } = manifest;
    expect({ default: main, types }).toEqual(exports["."]);
    const typed = Object.entries<{ types?: string; default?: string }>(exports).filter(([, { types: t }]) => t);
    const older = Object.entries<string[]>(typesVersions["*"]).map(([name, [file]]) => [`./${name}`, file]);
    expect(Object.fromEntries(older)).toEqual(
      Object.fromEntries(typed.filter(([name]) => name !== ".").map(([name, { types: file }]) => [name, file])),
    );
    // An import that is not of types alone finds something to run.
    expect(typed.filter(([, entry]) => !entry.default)).toEqual([]);
  });

  it("runs nothing on install and brings nothing along", () => {
    expect(Object.keys(manifest.scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/install|prepare/)]),
    );
    expect(manifest.dependencies).toBeUndefined();
  });

  it("exports what is built, types first", () => {
    for (const name of Object.keys(entries)) {
      const place = manifest.exports[name === "index" ? "." : `./${name}`];
      expect(Object.entries(place)).toEqual([
        ["types", `./dist/module/${name}.d.ts`],
        ["default", `./dist/module/${name}.js`],
      ]);
    }
    expect(manifest.sideEffects).toEqual([
      "./dist/module/element.js",
      "./dist/module/element.min.js",
      "./dist/module/worker-thread.js",
    ]);
    expect(existsSync(new URL("../../LICENSE", import.meta.url))).toBe(true);
  });
});
