/** What this repository takes from others: nothing of it runs when it is installed, and every licence is a known one. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Package {
  license?: string;
  hasInstallScript?: boolean;
  integrity?: string;
  link?: boolean;
}

/** Licences under which a tool may be used to build and test. Of what is published, THIRD-PARTY.md has the notices. */
const known = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC-BY-4.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MPL-2.0",
  "Zlib",
]);
/** An expression is known where one side of each OR, and both of each AND, is. */
const isKnown = (license: string): boolean =>
  license
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((side) => side.split(" AND ").every((name) => known.has(name)));

/** Packages whose entry in the lock file says no licence, with the one in their own files. */
const unsaid: Record<string, string> = {
  "parse-cache-control": "BSD-3-Clause",
  "node-20": "MIT",
  exit: "MIT",
};

/** Packages that have a script for their installation. They belong to the benchmark and to the bundlers that are tried out. */
const scripted: Record<string, string[]> = {
  "package-lock.json": [],
  // Prints a warning about version schemes.
  "tests/bench/package-lock.json": ["protobufjs"],
  // Checks that the binary, which is a package of its own, starts.
  "tests/embed/package-lock.json": ["esbuild"],
  "tests/lighthouse/package-lock.json": [],
  "tests/nodes/package-lock.json": [],
};

describe.each(Object.keys(scripted))("%s", (file) => {
  const { packages } = JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")) as {
    packages: Record<string, Package>;
  };
  const all = Object.entries(packages).flatMap(([path, entry]) =>
    path && !entry.link ? [{ name: path.replace(/.*node_modules\//, ""), entry }] : [],
  );

  it("lists packages, each by its hash", () => {
    expect(all.length).toBeGreaterThan(3);
    expect(all.filter(({ entry }) => !entry.integrity?.startsWith("sha512-")).map(({ name }) => name)).toEqual([]);
  });

  it("has known licences only", () => {
    const strange = all.flatMap(({ name, entry }) => {
      const license = entry.license ?? unsaid[name] ?? "none";
      return isKnown(license) ? [] : [`${name}: ${license}`];
    });
    expect(strange).toEqual([]);
  });

  it("runs no script on installation but those that are listed", () => {
    const found = new Set(all.filter(({ entry }) => entry.hasInstallScript).map(({ name }) => name));
    expect([...found].toSorted()).toEqual(scripted[file]);
  });
});

it("a licence that nobody has read is not known", () => {
  expect(isKnown("GPL-3.0-or-later")).toBe(false);
  expect(isKnown("MIT AND GPL-3.0-or-later")).toBe(false);
  expect(isKnown("(MIT OR GPL-3.0-or-later)")).toBe(true);
  expect(isKnown("none")).toBe(false);
});
