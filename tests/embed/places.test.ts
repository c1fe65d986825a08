/** The packed element in other people's places: a CDN, frameworks, slides, other versions of Vite, Jest, old TypeScript. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../../web/build/chromium.mjs";
import { serve } from "../../web/build/serve.mjs";
import type { PoolView } from "../../web/element/index";
import { consumer, load, page } from "./prepare";

const here = fileURLToPath(new URL(".", import.meta.url));
const installed = join(consumer, "node_modules/poolscope");
const built = join(consumer, "built/places");

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  mkdirSync(built, { recursive: true });
});
afterAll(() => browser?.close());

/** Opens an address, hands over the tab, and lets nothing be complained of. */
async function visit<Result>(address: string, look: (tab: Page) => Promise<Result>): Promise<Result> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 1600 } });
  const tab = await context.newPage();
  const complaints: string[] = [];
  tab.on("pageerror", (error) => complaints.push(error.message));
  tab.on("console", (message) => {
    if (/error|warning/.test(message.type())) complaints.push(message.text());
  });
  try {
    await tab.goto(address);
    return await look(tab);
  } finally {
    await context.close();
    expect(complaints).toEqual([]);
  }
}

const isReady = (tab: Page) =>
  tab.waitForFunction(() => (document.querySelector("pool-view") as PoolView | null)?.state === "ready");
const sentenceOf = (tab: Page, selector = "pool-view") =>
  tab.evaluate(
    (which) => document.querySelector(which)?.shadowRoot?.querySelector("[part=sentence]")?.textContent,
    selector,
  );

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await load("esbuild").build({
    entryPoints: [join(consumer, "sites/frameworks", `${name}.js`)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    nodePaths: [join(here, "node_modules")],
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

/** Serves a page that has nothing of its own but what its text says. */
async function servePage(html: string): Promise<{ url: string; close(): void }> {
  const server = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(html));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

describe("one file from another origin", () => {
  const files = ["element.min.js", "index.min.js"];

  test.each(files)("%s is an export with no import in it", (file) => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    const text = readFileSync(join(installed, manifest.exports[`./${file}`]), "utf8");
    expect(text).not.toMatch(/\bimport\s*[({"'`*\w]|\bfrom\s*["'`]|\brequire\s*\(|import\.meta/);
    expect([manifest.unpkg, manifest.jsdelivr]).toEqual(Array(2).fill("./dist/module/index.min.js"));
  });

  test.each([
    ["a plain script", (url: string) => `<script src="${url}element.min.js"></script>`, false],
    ["a module", (url: string) => `<script type="module" src="${url}element.min.js"></script>`, true],
  ])("the element works as %s", async (_, script, cors) => {
    // As CDNs do, this one allows every page to read its files; the plain script does not need it.
    const cdn = createServer((request, response) => {
      if (cors) response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Content-Type", "text/javascript");
      response.end(readFileSync(join(installed, "dist/module", request.url as string)));
    });
    await new Promise<void>((done) => cdn.listen(0, "127.0.0.1", done));
    const line = script(`http://127.0.0.1:${(cdn.address() as AddressInfo).port}/`);
    const own = await servePage(`<!doctype html><link rel="icon" href="data:,">${line}<pool-view></pool-view>`);
    try {
      await visit(own.url, async (tab) => {
        await isReady(tab);
        expect(await sentenceOf(tab)).toMatch(/^out\[0, 0\] = max\(/);
      });
    } finally {
      own.close();
      cdn.close();
    }
  });

  test("the module is imported from one, with an import map", async () => {
    const cdn = createServer((_, response) => {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Content-Type", "text/javascript");
      response.end(readFileSync(join(installed, "dist/module/index.min.js")));
    });
    await new Promise<void>((done) => cdn.listen(0, "127.0.0.1", done));
    const address = `http://127.0.0.1:${(cdn.address() as AddressInfo).port}/index.min.js`;
    const own = await servePage(`<!doctype html><link rel="icon" href="data:,">
      <script type="importmap">{ "imports": { "poolscope": "${address}" } }</script>
      <script type="module">
        import { loadPooling } from "poolscope";
        const pooling = await loadPooling();
        const x = { data: Float32Array.of(1, 2, 3, 4), shape: [1, 2, 2] };
        window.answer = pooling.maxPool2d(x, { kernelSize: 2 }).data[0];
      </script>`);
    try {
      await visit(own.url, (tab) => tab.waitForFunction(() => (window as unknown as { answer?: number }).answer === 4));
    } finally {
      own.close();
      cdn.close();
    }
  });
});

test("React 19 hydrates it without a mismatch, and React and Vue 3 hand `at` back without moving the reader", async () => {
  cpSync(join(consumer, "sites/frameworks/index.html"), join(built, "frameworks.html"));
  writeFileSync(join(built, "main.js"), await bundle("main"));
  const server = await serve(built, { policy: null });
  try {
    await visit(new URL("frameworks.html", server.url).href, async (tab) => {
      await tab.waitForSelector("html[data-state=ready]");
      for (const id of ["in-react", "in-vue"]) {
        await tab.waitForFunction((which) => (document.getElementById(which) as PoolView)?.state === "ready", id);
        await tab.evaluate((which) => {
          document.getElementById(which)?.shadowRoot?.querySelector<HTMLElement>("[part=figure]")?.focus();
        }, id);
        for (const key of ["i", "ArrowDown", "ArrowRight", "ArrowRight"]) await tab.keyboard.press(key);
        const sentence = (which: string) =>
          /^in\[2, 3\]/.test(
            document.getElementById(which)?.shadowRoot?.querySelector("[part=sentence]")?.textContent ?? "",
          );
        await tab.waitForFunction(sentence, id);
        // Another turn of the framework's own later on changes nothing.
        await tab.waitForTimeout(100);
        expect(await sentenceOf(tab, `#${id}`)).toMatch(/^in\[2, 3\]/);
        expect(await tab.getAttribute(`#${id}`, "at")).toBe("2,3");
      }
    });
  } finally {
    await server.close();
  }
});

test("in reveal.js its keys turn no slide", async () => {
  writeFileSync(join(built, "slides.js"), await bundle("slides"));
  const slide = '<section><pool-view code="nn.MaxPool2d(3, stride=2)"></pool-view></section>';
  const deck = `<div class="reveal"><div class="slides">${slide}<section>Next</section></div></div>`;
  const html = page('<script type="module" src="slides.js"></script>');
  writeFileSync(
    join(built, "slides.html"),
    html.replace(/<pool-view.*<\/pool-view>/, () => deck),
  );
  const server = await serve(built, { policy: null });
  try {
    await visit(new URL("slides.html", server.url).href, async (tab) => {
      await tab.waitForSelector("html[data-state=ready]");
      await isReady(tab);
      await tab.evaluate(() =>
        document.querySelector("pool-view")?.shadowRoot?.querySelector<HTMLElement>("[part=figure]")?.focus(),
      );
      const slides = () =>
        tab.evaluate(() => {
          const { deck } = window as unknown as { deck: { getIndices(): { h: number }; isOverview(): boolean } };
          return [deck.getIndices().h, deck.isOverview()];
        });
      for (const key of ["ArrowRight", "ArrowDown", "i", "o"]) await tab.keyboard.press(key);
      expect(await tab.getAttribute("pool-view", "at")).toBe("1,1");
      expect(await slides()).toEqual([0, false]);
      // What the figure does not use is the deck's.
      await tab.keyboard.press("n");
      expect(await slides()).toEqual([1, false]);
    });
  } finally {
    await server.close();
  }
});

test.each(["vite5", "vite6", "vite7"])("%s serves it while one develops, its dependencies optimised", async (name) => {
  const vite = await import(
    /* @vite-ignore */ pathToFileURL(join(here, "node_modules", name, "dist/node/index.js")).href
  );
  const server = await vite.createServer({
    root: consumer,
    cacheDir: join(built, `${name}-cache`),
    configFile: false,
    logLevel: "error",
    server: { port: 0, host: "127.0.0.1" },
    optimizeDeps: { include: ["poolscope", "poolscope/element", "poolscope/figure"], entries: [] },
  });
  try {
    await server.listen();
    await visit(new URL("sites/index.html", server.resolvedUrls.local[0]).href, async (tab) => {
      await tab.waitForSelector("html[data-state=ready]");
      expect(await sentenceOf(tab)).toMatch(/^out\[0, 0\] = max\(/);
    });
  } finally {
    await server.close();
  }
});

test("Jest 29 with jsdom", () => {
  const place = join(built, "jest");
  cpSync(join(here, "jest"), place, { recursive: true });
  mkdirSync(join(place, "node_modules"), { recursive: true });
  symlinkSync(installed, join(place, "node_modules/poolscope"));
  symlinkSync(join(here, "node_modules/@jest"), join(place, "node_modules/@jest"));
  writeFileSync(join(place, "package.json"), '{ "type": "module" }\n');
  const environment = load.resolve("jest-environment-jsdom");
  const config = JSON.stringify({
    rootDir: place,
    testEnvironment: environment,
    transform: {},
    haste: { enableSymlinks: false },
  });
  const program = join(here, "node_modules/jest/bin/jest.js");
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--experimental-vm-modules",
      "--no-warnings",
      program,
      "--ci",
      "--runInBand",
      "--watchman=false",
      "--config",
      config,
    ],
    { cwd: place, encoding: "utf8", env: { ...process.env, CI: "true" } },
  );
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(/3 passed, 3 total/);
});

test.each([
  ["node16", "node16", ["poolscope", "poolscope/figure", "poolscope/element", "poolscope/worker"]],
  ["bundler", "esnext", ["poolscope", "poolscope/figure", "poolscope/element", "poolscope/worker"]],
  ["node10", "esnext", ["poolscope", "poolscope/figure", "poolscope/element", "poolscope/worker"]],
])("TypeScript 5 resolves its entries as %s", (resolution, module, entries) => {
  const file = join(consumer, "typings", `resolution-${resolution}.ts`);
  writeFileSync(
    file,
    entries.map((name, at) => `import * as all${at} from "${name}"; console.log(all${at});\n`).join(""),
  );
  const tsc = join(here, "node_modules/typescript5/lib/tsc.js");
  const how = [
    "--module",
    module,
    "--moduleResolution",
    resolution,
    "--lib",
    "es2022,dom,dom.iterable",
    "--types",
    "node",
  ];
  const { status, stdout } = spawnSync(
    process.execPath,
    [tsc, "--noEmit", "--strict", "--target", "es2022", "--skipLibCheck", ...how, file],
    { encoding: "utf8", cwd: consumer },
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});
