import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import type { Plugin, ViteDevServer } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));
const glueId = "\0poolscope-glue";
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

/** Deflate in base64: what DecompressionStream undoes at load time. Not deflate-raw: Node 20.0 and Chrome 102 lack it. */
export function packWasm(bytes: Uint8Array): string {
  return deflateSync(bytes, { level: 9, memLevel: 9 }).toString("base64");
}

/** Gives `poolscope-glue` and `virtual:poolscope-wasm` to Vite and Vitest; in `vite dev` it also rebuilds them when C++ changes. */
export function poolscopeWasm(): Plugin {
  let packed: { key: string; base64: string } | undefined;
  return {
    name: "poolscope-wasm",
    enforce: "pre",
    resolveId(id) {
      if (id === "poolscope-glue") return glueId;
      if (id === "virtual:poolscope-wasm") return wasmId;
      return undefined;
    },
    load(id) {
      if (id === glueId) {
        const source = readFileSync(builtFile("poolscope.mjs"), "utf8");
        return { code: glueWithoutAddress(source), map: { mappings: "" } };
      }
      if (id === wasmId) {
        const file = builtFile("poolscope.wasm");
        const { mtimeMs, size } = statSync(file);
        const key = `${file}:${mtimeMs}:${size}`;
        if (packed?.key !== key) packed = { key, base64: packWasm(readFileSync(file)) };
        return { code: `export const base64 = ${JSON.stringify(packed.base64)};\n`, map: { mappings: "" } };
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
