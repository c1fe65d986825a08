import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const tests = (row: string) => [...row.matchAll(/`(tests\/[\w./-]+)`/g)].map((found) => found[1] as string);
/** Of the first table; what follows are reports. */
const rows = (file: string) =>
  read(file)
    .split("\n## ")[0]
    ?.match(/^\| (?!---).*\|$/gm)
    ?.slice(1) ?? [];

const pages = ["docs/guarantees.md", "docs/guarantees.zh.md"] as const;

describe.each(pages)("%s", (file) => {
  it("names a test for each promise, and every one exists", () => {
    expect(rows(file).length).toBeGreaterThan(10);
    for (const row of rows(file)) {
      expect(tests(row), row).not.toEqual([]);
      for (const test of tests(row)) expect(existsSync(join(root, test)), test).toBe(true);
    }
  });
});

it("both languages promise the same by the same tests", () => {
  expect(rows(pages[1]).map(tests)).toEqual(rows(pages[0]).map(tests));
});

it.each([...pages, "SECURITY.md", "SECURITY.zh.md"])("%s links to files that are there", (file) => {
  const links = [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].map((found) => found[1] as string);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => !existsSync(join(root, dirname(file), link)))).toEqual([]);
});

/** Of each promise the files and titles of its tests. */
const promises = (file: string) =>
  (read(file).split("\n## ")[1] ?? "").split(/\n(?=- \*\*)/).map((promise) =>
    [...promise.matchAll(/^ {2}- `(tests\/[\w./-]+)`[:：]\s*(.*)$/gm)].map(([, test, titles]) => ({
      test: test as string,
      titles: [...(titles as string).matchAll(/["“](.*?)["”]/g)].map(([, title]) => title as string),
    })),
  );

describe.each(["SECURITY.md", "SECURITY.zh.md"])("%s", (file) => {
  it("names tests under each promise, by files and titles that are there", () => {
    const [, ...each] = promises(file);
    expect(each.length).toBeGreaterThan(5);
    for (const proofs of each) {
      expect(proofs).not.toEqual([]);
      for (const { test, titles } of proofs) {
        expect(titles, test).not.toEqual([]);
        const text = read(test);
        for (const title of titles) expect(text.includes(title), `${test}: ${title}`).toBe(true);
      }
    }
  });
});

it("both languages promise the same security by the same tests", () => {
  expect(promises("SECURITY.zh.md")).toEqual(promises("SECURITY.md"));
});
