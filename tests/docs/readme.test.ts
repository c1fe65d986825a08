import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const pages = ["README", "CONTRIBUTING", "CHANGELOG", "docs/differences"]
  .flatMap((name) => [`${name}.md`, `${name}.zh.md`])
  .concat("ARCHITECTURE.md");

const blocks = (text: string) => [...text.matchAll(/^```js\n(.*?)^```$/gms)].map((found) => found[1] as string);
/** What the example promises to print: the comment behind each console.log. */
const promised = (code: string) => [...code.matchAll(/^.*console\.log\(.*; \/\/ (.*)$/gm)].map((found) => found[1]);
const withoutComments = (code: string) => code.replace(/(^| )\/\/ .*$/gm, "").replace(/, lang: "zh"/, "");
const headings = (text: string) => text.match(/^#+ /gm);

describe.each(["README.md", "README.zh.md"])("%s", (file) => {
  it.each(blocks(read(file)))("its example %# prints what it says", (code) => {
    // Inside the repository the package is known by its own name, as it is to who installs it.
    const directory = join(root, "build/readme");
    mkdirSync(directory, { recursive: true });
    const example = join(directory, "example.mjs");
    writeFileSync(example, code);
    const { stdout, stderr } = spawnSync(process.execPath, [example], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(promised(code)).not.toHaveLength(0);
    expect(stdout.trim().split("\n")).toEqual(promised(code));
  });
});

describe("both languages", () => {
  it("have the same examples and as many headings", () => {
    const [english, chinese] = [read("README.md"), read("README.zh.md")];
    expect(blocks(chinese).map(withoutComments)).toEqual(blocks(english).map(withoutComments));
    expect(headings(chinese)).toEqual(headings(english));
    for (const page of ["docs/differences", "CONTRIBUTING", "CHANGELOG"])
      expect(headings(read(`${page}.zh.md`)), page).toEqual(headings(read(`${page}.md`)));
  });
});

describe.each(pages)("%s", (file) => {
  const text = read(file);
  it("links to files that are there", () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((found) => found[1] as string);
    const local = links.filter((link) => !/^(https:|#)/.test(link)).map((link) => link.replace(/#.*/, ""));
    expect(local.filter((link) => !existsSync(join(root, dirname(file), link)))).toEqual([]);
  });

  it("names files and folders that are there", () => {
    const named = [...text.matchAll(/`((?:cpp|web|tests|docs)\/[\w./-]*)`/g)].map((found) => found[1] as string);
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });
});

it("has pictures that a page can afford", () => {
  for (const picture of ["docs/page.webp", "docs/page.zh.webp"]) {
    expect(statSync(join(root, picture)).size).toBeLessThan(200_000);
  }
});
