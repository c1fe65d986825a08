/** A Vite plugin, as no bundler takes the glue of Emscripten as it is: see poolscopeWasm. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import zopfli from "@gfx/zopfli";
import type { Plugin, ViteDevServer } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));
const glueId = "\0poolscope-glue";
const nowasmId = "\0poolscope-nowasm-glue";
const wasmId = "\0virtual:poolscope-wasm";

/** Where the C++ build put poolscope.mjs and poolscope.wasm; POOLSCOPE_WASM_DIR (absolute or from the root) chooses another build. */
export function wasmDirectory(): string {
  const chosen = process.env.POOLSCOPE_WASM_DIR || "build/wasm";
  return isAbsolute(chosen) ? chosen : join(root, chosen);
}

function builtFile(name: string): string {
  const file = join(wasmDirectory(), name);
  if (!existsSync(file)) throw new Error(`${relative(root, file)} is not there yet. Run: npm run build`);
  return file;
}

/**
 * The generated glue without its own idea of where the .wasm lies. Every bundler, ours and the importer's, would take
 * `new URL("poolscope.wasm", import.meta.url)` for a file to ship; our loader always hands the bytes over.
 */
export function glueWithoutAddress(source: string): string {
  return source
    .replace(/new URL\((["'])poolscope\.wasm\1,\s*import\.meta\.url\)(\.toString\(\)|\.href)/g, '"poolscope.wasm"')
    .replace(/\bimport\.meta\.url\b/g, '""');
}

/**
 * Deflate in base64: what DecompressionStream undoes at load time. Not deflate-raw: Node 20.0 and Chrome 102 lack it.
 * Zopfli's deflate is one twentieth smaller than zlib's and takes seconds.
 */
export async function packWasm(bytes: Uint8Array, smallest = true): Promise<string> {
  const packed = smallest ? await zopfli.zlibAsync(bytes, {}) : deflateSync(bytes, { level: 9 });
  return Buffer.from(packed).toString("base64");
}

/** By file, its date and how it is packed: a page has several bundles of the same core. */
const packed = new Map<string, Promise<string>>();

/** Gives `poolscope-glue`, `poolscope-nowasm-glue` and `virtual:poolscope-wasm` to Vite and Vitest; in `vite dev` it also rebuilds them when C++ changes. */
export function poolscopeWasm(): Plugin {
  let building = false;
  return {
    name: "poolscope-wasm",
    enforce: "pre",
    configResolved({ command }) {
      building = command === "build" && !process.env.VITEST;
    },
    resolveId(id) {
      if (id === "poolscope-glue") return glueId;
      if (id === "poolscope-nowasm-glue") return nowasmId;
      if (id === "virtual:poolscope-wasm") return wasmId;
      return undefined;
    },
    async load(id) {
      if (id === glueId) {
        const source = readFileSync(builtFile("poolscope.mjs"), "utf8");
        return { code: glueWithoutAddress(source), map: { mappings: "" } };
      }
      if (id === nowasmId) {
        const file = join(root, "build/nowasm/poolscope.mjs");
        if (!existsSync(file)) throw new Error("build/nowasm/poolscope.mjs is not there yet. Run: npm run build");
        return { code: glueWithoutAddress(readFileSync(file, "utf8")), map: { mappings: "" } };
      }
      if (id === wasmId) {
        const file = builtFile("poolscope.wasm");
        const { mtimeMs, size } = statSync(file);
        const key = `${file}:${mtimeMs}:${size}:${building}`;
        if (!packed.has(key)) packed.set(key, packWasm(readFileSync(file), building));
        const base64 = await packed.get(key);
        return { code: `export const base64 = ${JSON.stringify(base64)};\n`, map: { mappings: "" } };
      }
      return undefined;
    },
    configureServer(server) {
      if (!process.env.VITEST) rebuildOnChange(server);
    },
  };
}

/** The built files are not watched themselves: the linker writes them more than once, and half of one does not start. */
function rebuildOnChange(server: ViteDevServer) {
  const watched = ["cpp", "CMakeLists.txt", "CMakePresets.json"].map((name) => join(root, name));
  let timer: NodeJS.Timeout | undefined;
  let building = false;
  let again = false;

  const build = () => {
    if (building) {
      again = true;
      return;
    }
    building = true;
    server.config.logger.info("C++ changed: cmake --build --preset wasm", { timestamp: true });
    const child = spawn("cmake", ["--build", "--preset", "wasm", "--target", "poolscope"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      output += text;
    });
    const finish = (failure?: string) => {
      building = false;
      if (failure) {
        server.config.logger.error(failure, { timestamp: true });
        server.ws.send({ type: "error", err: { message: failure, stack: "", plugin: "poolscope-wasm" } });
      } else {
        for (const id of [glueId, wasmId]) {
          const module = server.moduleGraph.getModuleById(id);
          if (module) server.moduleGraph.invalidateModule(module);
        }
        server.config.logger.info("WebAssembly rebuilt, reloading", { timestamp: true });
        server.ws.send({ type: "full-reload" });
      }
      if (again) {
        again = false;
        build();
      }
    };
    child.on("error", (error) => finish(`cmake did not start: ${error.message}`));
    child.on("close", (code) => finish(code === 0 ? undefined : `The C++ build failed.\n${output}`));
  };

  server.watcher.add(watched);
  server.watcher.on("all", (_event, path) => {
    if (!watched.some((place) => path === place || path.startsWith(`${place}/`))) return;
    clearTimeout(timer);
    timer = setTimeout(build, 80);
  });
}
