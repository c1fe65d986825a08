/** What bundlers make of the tarball, in Chromium, under the policy everything has to work under. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { createServer, build as vite } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../web/build/chromium.mjs";
import { contentSecurityPolicy, serve } from "../../web/build/serve.mjs";
import { loadPooling } from "../../web/module/index";
import { digest } from "./digest.js";
import { consumer, esbuild, load, page } from "./prepare";

const sites = join(consumer, "sites");
const built = (name: string) => join(consumer, "built", name);
const withoutTrustedTypes = contentSecurityPolicy.replace(/; require-trusted-types-for 'script'/, "");

let browser: Browser;
let lines: string[];
beforeAll(async () => {
  browser = await launchChromium();
  lines = await digest(await loadPooling());
});
afterAll(() => browser?.close());

/** Opens an address, waits for the page's answer and holds it to what Node says; nothing may be complained of. */
async function visit(address: string): Promise<void> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const complaints: string[] = [];
  tab.on("pageerror", (error) => complaints.push(error.message));
  tab.on("console", (message) => {
    if (/error|warning/.test(message.type())) complaints.push(message.text());
  });
  await tab.goto(address);
  try {
    await tab.waitForFunction(() => document.documentElement.dataset.state !== "loading", undefined, {
      timeout: 20_000,
    });
    const answer = await tab.evaluate(
      () => (window as unknown as { answer?: { lines: string[]; svg: string } }).answer,
    );
    expect(answer?.lines).toEqual(lines);
    if (!address.endsWith("nowasm.html")) expect(answer?.svg).toMatch(/^<svg .*<title>nn\.MaxPool2d/s);
    expect(await tab.evaluate(() => (window as unknown as { worker?: boolean }).worker)).toBe(
      // Where poolscope/worker is used, it has found its worker and not fallen back to this thread.
      address.endsWith("thread.html") ? true : undefined,
    );
  } finally {
    expect(complaints).toEqual([]);
    await context.close();
  }
}

async function visitServed(directory: string, policy: string | null = contentSecurityPolicy, path = ""): Promise<void> {
  const server = await serve(directory, { policy });
  try {
    await visit(new URL(path, server.url).href);
  } finally {
    await server.close();
  }
}

function write(name: string, file: string, text: string): void {
  mkdirSync(built(name), { recursive: true });
  writeFileSync(join(built(name), file), text);
}

test("Vite builds it, with a worker too", async () => {
  await vite({
    root: sites,
    base: "./",
    configFile: false,
    logLevel: "error",
    worker: { format: "es" },
    build: {
      outDir: built("vite"),
      emptyOutDir: true,
      rolldownOptions: { input: ["index", "worker", "thread"].map((name) => join(sites, `${name}.html`)) },
    },
  });
  await visitServed(built("vite"));
  await visitServed(built("vite"), withoutTrustedTypes, "worker.html");
  await visitServed(built("vite"), contentSecurityPolicy, "thread.html");
});

test("Vite serves it while one develops, with a worker too", async () => {
  const server = await createServer({
    root: consumer,
    configFile: false,
    logLevel: "error",
    server: { port: 0, host: "127.0.0.1" },
  });
  try {
    await server.listen();
    const address = server.resolvedUrls?.local[0];
    if (!address) throw new Error("Vite listens nowhere");
    await visit(new URL("sites/index.html", address).href);
    await visit(new URL("sites/thread.html", address).href);
  } finally {
    await server.close();
  }
});

test("in a service worker poolscope/worker says that poolscope itself is to be imported, which works there", async () => {
  write("service", "index.html", page(""));
  const server = await serve(consumer, { policy: withoutTrustedTypes });
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    await tab.goto(new URL("built/service/", server.url).href);
    const answer = await tab.evaluate(async () => {
      const { installing, waiting, active } = await navigator.serviceWorker.register("/sites/service.js", {
        type: "module",
      });
      const { port1, port2 } = new MessageChannel();
      const heard = new Promise((resolve) => {
        port1.onmessage = ({ data }) => resolve(data);
      });
      (installing ?? waiting ?? active)?.postMessage("pool", [port2]);
      return heard;
    });
    expect(answer).toEqual({
      itself: [4],
      refused: [
        true,
        "wasm_unavailable",
        expect.stringMatching(/import\(\).*; a service worker imports "poolscope" itself$/),
      ],
    });
  } finally {
    await context.close();
    await server.close();
  }
});

test("webpack 5 builds it, with a worker too", async () => {
  const webpack = load("webpack");
  const stats = await new Promise<{ toString(): string; hasErrors(): boolean; hasWarnings(): boolean }>((done, fail) =>
    webpack(
      {
        mode: "production",
        context: sites,
        entry: { main: "./main.js", page: "./worker-main.js", thread: "./thread-main.js" },
        output: { path: built("webpack") },
        // Terser takes most of the time, and neither finds nor breaks anything in what is minified already.
        optimization: { minimize: false },
        // The core is inside: its 80 kB are no surprise.
        performance: { hints: false },
      },
      (error: Error | null, result: never) => (error ? fail(error) : done(result)),
    ),
  );
  expect(stats.hasErrors() || stats.hasWarnings(), stats.toString()).toBe(false);
  write("webpack", "index.html", page('<script defer src="main.js"></script>'));
  write("webpack", "worker.html", page('<script defer src="page.js"></script>'));
  await visitServed(built("webpack"));
  await visitServed(built("webpack"), withoutTrustedTypes, "worker.html");
  write("webpack", "thread.html", page('<script defer src="thread.js"></script>'));
  await visitServed(built("webpack"), contentSecurityPolicy, "thread.html");
});

test("Rollup builds it, with nothing but its resolver", async () => {
  const { rollup } = load("@rollup/wasm-node");
  const resolver = load("@rollup/plugin-node-resolve");
  const warnings: string[] = [];
  const bundle = await rollup({
    input: join(sites, "main.js"),
    plugins: [(resolver.default ?? resolver)({ browser: true })],
    onwarn: ({ message }: { message: string }) => warnings.push(message),
  });
  await bundle.write({ dir: built("rollup"), format: "es" });
  await bundle.close();
  expect(warnings).toEqual([]);
  write("rollup", "index.html", page('<script type="module" src="main.js"></script>'));
  await visitServed(built("rollup"));
});

test("esbuild builds it", async () => {
  write("esbuild", "main.js", await esbuild("esm"));
  write("esbuild", "index.html", page('<script type="module" src="main.js"></script>'));
  await visitServed(built("esbuild"));
});

test("a plain script with an import map, without any bundler", async () => {
  const folder = "../../node_modules/poolscope/dist/module/";
  const map = JSON.stringify({
    imports: {
      poolscope: `${folder}index.js`,
      "poolscope/figure": `${folder}figure.js`,
      "poolscope/element": `${folder}element.js`,
    },
  });
  const module = '<script type="module" src="../../sites/main.js"></script>';
  write("map", "index.html", page(`<script type="importmap">${map}</script>${module}`));
  const hash = createHash("sha256").update(map).digest("base64");
  const policy = contentSecurityPolicy.replace("script-src 'self'", `script-src 'self' 'sha256-${hash}'`);
  await visitServed(consumer, policy, "built/map/");
});

test("poolscope/nowasm works where a policy forbids WebAssembly, and says nothing", async () => {
  const policy = contentSecurityPolicy.replace(" 'wasm-unsafe-eval'", "");
  expect(policy).not.toBe(contentSecurityPolicy);
  await visitServed(consumer, policy, "sites/nowasm.html");
});
