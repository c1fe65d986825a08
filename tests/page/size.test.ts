import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const page = new URL("../../dist/page/", import.meta.url);
const read = (name: string, from: URL = page): Buffer => readFileSync(new URL(name, from));
const weigh = (bytes: Buffer): number => gzipSync(bytes, { level: 9 }).length;

/** What the npm module weighs as it is shipped, core and all: its entry and whatever that imports. */
function weighModule(name = "index.js", seen = new Set<string>()): number {
  const file = new URL(name, new URL("../../dist/module/", import.meta.url));
  if (seen.has(file.href)) return 0;
  seen.add(file.href);
  const text = readFileSync(file);
  const imports = [...text.toString().matchAll(/(?:from|import) ?"(\.[^"]+\.js)"/g)];
  return imports.reduce((sum, [, path]) => sum + weighModule(new URL(path as string, file).href, seen), weigh(text));
}

test("the page, without its pictures and the module, is at most 73 KB gzipped", () => {
  const files = readdirSync(new URL("assets/", page)).filter((name) => /\.(js|css)$/.test(name));
  const all = weigh(read("index.html")) + files.reduce((sum, name) => sum + weigh(read(`assets/${name}`)), 0);
  const own = all - weighModule();
  expect(own).toBeGreaterThan(10 * 1024);
  expect(own).toBeLessThanOrEqual(73 * 1024);
});

test("every address in the page is relative, and nothing in it is inline code or style", () => {
  const html = read("index.html").toString();
  const addresses = [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, address]) => address as string);
  expect(addresses.length).toBeGreaterThan(5);
  for (const address of addresses) expect(address).toMatch(/^(\.\/|#)/);
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
});
