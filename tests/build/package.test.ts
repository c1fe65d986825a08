import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { entries } from "../../web/build/entries.mjs";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("package.json"));
const lock = JSON.parse(read("package-lock.json"));

type Entry = Record<"dependencies" | "optionalDependencies" | "devDependencies", Record<string, string> | undefined>;

/** Where Node finds a package that one at `from` asks for, among the paths of the lock file. */
const resolved = (from: string, name: string) => {
  for (let place = from; ; place = place.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, "")) {
    const path = `${place ? `${place}/` : ""}node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (!place) return undefined;
  }
};

describe("package.json and the lock file", () => {
  it("ask for the same packages, each at one exact version", () => {
    expect(lock.packages[""].devDependencies).toEqual(manifest.devDependencies);
    expect(lock.packages[""].dependencies).toEqual(manifest.dependencies);
    for (const version of Object.values(manifest.devDependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("holds every package that a package asks for, those of other systems too, or npm ci refuses it", () => {
    const missing: string[] = [];
    for (const [path, entry] of Object.entries<Entry>(lock.packages)) {
      const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...(path ? {} : entry.devDependencies) };
      for (const name of Object.keys(wanted)) if (!resolved(path, name)) missing.push(`${path} → ${name}`);
    }
    expect(missing).toEqual([]);
  });

  it("names no registry, and every package by its hash", () => {
    expect(read("package-lock.json")).not.toMatch(/"resolved"|registry\./);
    for (const [path, { integrity }] of Object.entries<{ integrity?: string }>(lock.packages)) {
      if (path) expect(integrity, path).toMatch(/^sha512-/);
    }
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
    expect(manifest.sideEffects).toEqual(["./dist/module/element.js"]);
    expect(existsSync(new URL("../../LICENSE", import.meta.url))).toBe(true);
  });
});
