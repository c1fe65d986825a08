/**
 * What a stranger has: the tarball of `npm pack`, installed in an empty package, and the examples beside it. Everything in
 * this folder uses that copy and never the sources.
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fingerprint } from "../../web/build/steps.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = join(root, "tests/embed");
/** The package that has poolscope installed; its parent is served in the browser tests. */
export const consumer = join(root, "build/embed/consumer");
export const tarball = (): string => {
  const [file] = readdirSync(join(root, "build/embed")).filter((name) => name.endsWith(".tgz"));
  if (!file) throw new Error("npm pack left no tarball");
  return join(root, "build/embed", file);
};

// Not the root's: these are installed beside this file when the stage runs.
export const load = createRequire(import.meta.url);
const sites = join(consumer, "sites");

/** A page of the sites with another script. */
export const page = (script: string) =>
  readFileSync(join(sites, "index.html"), "utf8").replace(/<script.*<\/script>/, () => script);

/** What esbuild makes of the sites' script; it may not warn. */
export async function esbuild(format: "esm" | "iife"): Promise<string> {
  const { outputFiles, warnings } = await load("esbuild").build({
    entryPoints: [join(sites, "main.js")],
    bundle: true,
    minify: true,
    write: false,
    format,
    target: "es2022",
    logLevel: "silent",
  });
  if (warnings.length > 0) throw new Error(JSON.stringify(warnings));
  return outputFiles[0].text;
}

/** One HTML file that holds it all; its address on the disk. */
export async function single(): Promise<string> {
  const script = (await esbuild("iife")).replaceAll("</script", "<\\/script");
  const file = join(consumer, "built/single/index.html");
  mkdirSync(join(file, ".."), { recursive: true });
  const text = page("").replace("</body>", () => `<script>${script}</script></body>`);
  // At once: another engine may be reading it.
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
  return pathToFileURL(file).href;
}

/** @param cwd where npm runs */
function npm(cwd: string, ...args: string[]): string {
  const own = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const [command = "npm", ...before] = own;
  return execFileSync(
    command,
    [...before, ...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
}

export default function prepare(): void {
  if (!existsSync(join(root, "dist/module/index.js"))) throw new Error("dist/module is not built: npm run build");
  const stamp = join(here, "node_modules/.installed");
  const wanted = fingerprint(["tests/embed/package-lock.json"]);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    console.log("embed: installing bundlers and checkers in tests/embed");
    npm(here, "ci");
    writeFileSync(stamp, wanted);
  }
  // Three engines look at one and the same package.
  const packed = join(root, "build/embed/.packed");
  const own = ["sites", "examples", "typings", "digest.js", "violations.js"].map((name) => `tests/embed/${name}`);
  const documents = readdirSync(root).filter((name) => name.endsWith(".md"));
  const state = fingerprint(["dist/module", "docs", "package.json", ...documents, ...own]);
  if (existsSync(packed) && readFileSync(packed, "utf8") === state) return;
  rmSync(join(root, "build/embed"), { recursive: true, force: true });
  mkdirSync(consumer, { recursive: true });
  npm(root, "pack", "--pack-destination", join(root, "build/embed"));
  writeFileSync(join(consumer, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }\n');
  // Offline: a package that needs another one fails here.
  npm(consumer, "install", "--offline", "--no-package-lock", tarball());
  for (const folder of ["sites", "examples", "typings"]) {
    if (existsSync(join(here, folder))) cpSync(join(here, folder), join(consumer, folder), { recursive: true });
  }
  // The frameworks whose typings are extended; a link is followed to where their own dependencies are.
  mkdirSync(join(consumer, "node_modules/@types"), { recursive: true });
  for (const name of ["@types/react", "vue", "svelte"]) {
    symlinkSync(join(here, "node_modules", name), join(consumer, "node_modules", name));
  }
  for (const file of ["digest.js", "violations.js"]) cpSync(join(here, file), join(consumer, file));
  for (const name of readdirSync(join(consumer, "examples")).filter((file) => file.endsWith(".html"))) {
    const file = join(consumer, "examples", name);
    const watch = '<head>\n    <script src="../violations.js"></script>\n    <link rel="icon" href="data:,">';
    writeFileSync(file, readFileSync(file, "utf8").replace("<head>", watch));
  }
  writeFileSync(packed, state);
}
