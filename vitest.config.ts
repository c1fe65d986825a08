import { defineConfig } from "vitest/config";
import { poolscopeWasm } from "./web/build/wasm-plugin.ts";

/**
 * One project per room of tests/; `npx vitest run --project module` runs one. All of them run in Node. A limit is for what hangs, not for
 * what is slow: on a busy machine a test may take many times what it takes alone.
 */
const PATIENCE = 5 * 60_000;
const patient = { testTimeout: PATIENCE, hookTimeout: PATIENCE };
const room = (name: string, more: object = {}) => ({
  extends: true as const,
  test: { name, include: [`tests/${name}/**/*.test.ts`], environment: "node", ...patient, ...more },
});

/** Files of tests/page that drive no browser, and those on which an engine has no bearing: they run in Chromium. */
const pure = ["state", "texts", "size", "matrix", "pooling"].map((name) => `tests/page/${name}.test.ts`);
const once = ["words", "share", "visit", "hands", "models", "readers", "traps"].map(
  (name) => `tests/page/${name}.test.ts`,
);
const engine = process.env.POOLSCOPE_BROWSER ?? "chromium";

const attacksInBrowser = ["tests/attacks/element.test.ts", "tests/attacks/page.test.ts"];

/** One browser for all files, which take turns in one process. */
const turns = { fileParallelism: false, isolate: false, setupFiles: "tests/page/setup.ts" };
const embed = { fileParallelism: false, globalSetup: "tests/embed/prepare.ts" };
const engines = "tests/embed/engines.test.ts";

export default defineConfig({
  plugins: [poolscopeWasm()],
  test: {
    maxWorkers: 2,
    projects: [
      room("build"),
      room("module"),
      room("figure"),
      room("frameworks"),
      room("docs"),
      room("golden"),
      room("attacks", { exclude: attacksInBrowser }),
      room("attacks-browser", { include: attacksInBrowser }),
      room("words", { include: pure }),
      room("page", { ...turns, exclude: [...pure, ...(engine === "chromium" ? [] : once)] }),
      // From the packed tarball. What runs in every engine is a project of its own.
      room("embed", { ...embed, exclude: ["**/node_modules/**", engines] }),
      room("engines", { ...embed, include: [engines] }),
    ],
  },
});
