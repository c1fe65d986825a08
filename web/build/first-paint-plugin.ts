/** A Vite plugin: runs render.ts in Node and writes what it draws into index.html, so that the page is there before its script. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PNG } from "pngjs";
import { type Plugin, type PluginOption, runnerImport } from "vite";
import type { FirstPaint } from "../page/first-paint/render.js";

const POOLED = "assets/first-output.png";
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

type Render = typeof import("../page/first-paint/render.js");

async function render(
  plugins: () => PluginOption[],
  addresses: { input: string; output: string },
): Promise<FirstPaint> {
  const { module } = await runnerImport<Render>(here("../page/first-paint/render.ts"), {
    configFile: false,
    plugins: plugins(),
    logLevel: "error",
  });
  const { data, width, height } = PNG.sync.read(readFileSync(here("../page/pictures/spaceship.png")));
  return module.firstPaint({ data: new Uint8ClampedArray(data), width, height }, addresses);
}

/**
 * What main.ts needs to know of the built page: the picture that comes first, and then the code, all its files at once.
 * Written into the page, so that the names may carry hashes and the code needs no helper to find itself.
 */
function order(html: string, picture: string, code: readonly string[], worker: string): string {
  const preload = `    <link rel="preload" as="image" fetchpriority="high" href="${picture}">\n  </head>`;
  return (
    html
      .replace("  </head>", preload)
      // Asked for with CORS, a style sheet is refused on a disk and in a sandboxed frame.
      .replace(' rel="stylesheet" crossorigin', ' rel="stylesheet"')
      .replace("<html ", `<html data-code="${code.join(" ")}" data-worker="${worker}" `)
  );
}

/** Puts the finished opening figure into the page. `plugins` are what the module's sources need to load. */
export function firstPaint(plugins: () => PluginOption[]): Plugin {
  let pooled: Uint8Array | undefined;
  return {
    name: "poolscope-first-paint",
    transformIndexHtml: {
      order: "post",
      async handler(html, { bundle, server }) {
        const picture = Object.values(bundle ?? {}).find(({ fileName }) => /spaceship[^/]*\.png$/.test(fileName));
        const { parts, pooled: bytes } = await render(plugins, {
          input: picture ? `./${picture.fileName}` : "/pictures/spaceship.png",
          output: `./${POOLED}`,
        });
        pooled = bytes;
        let out = server ? html.replaceAll(`./${POOLED}`, `/${POOLED}`) : html;
        for (const [id, markup] of Object.entries(parts)) {
          const place = new RegExp(`(<[a-z]+ id="${id}"[^>]*>)(</)`);
          if (!place.test(out)) throw new Error(`index.html has no empty element with id="${id}"`);
          out = out.replace(place, (_, open: string, close: string) => open + markup + close);
        }
        const chunk = (name: string): string[] => {
          const file = Object.values(bundle ?? {}).find((one) => one.type === "chunk" && one.name === name);
          if (file?.type !== "chunk") return [`/${name}.ts`];
          return [file.fileName, ...file.imports].map((path) => path.replace("assets/", "./"));
        };
        const [worker = ""] = chunk("pooling-worker");
        return order(out, picture ? `./${picture.fileName}` : "/pictures/spaceship.png", chunk("start"), worker);
      },
    },
    generateBundle: {
      order: "post",
      handler() {
        if (pooled) this.emitFile({ type: "asset", fileName: POOLED, source: pooled });
      },
    },
    configureServer(server) {
      server.middlewares.use(`/${POOLED}`, (_, response) => {
        response.setHeader("content-type", "image/png");
        response.end(pooled);
      });
    },
  };
}
