import { defineConfig } from "vitest/config";
import { poolscopeWasm } from "./web/build/wasm-plugin.ts";

/** One project per room of tests/; `npx vitest run --project module` runs one. All of them run in Node. */
const room = (name: string, more: object = {}) => ({
  extends: true as const,
  test: { name, include: [`tests/${name}/**/*.test.ts`], environment: "node", ...more },
});

const embed = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  fileParallelism: false,
  globalSetup: "tests/embed/prepare.ts",
};
const engines = "tests/embed/engines.test.ts";

export default defineConfig({
  plugins: [poolscopeWasm()],
  test: {
    maxWorkers: 2,
    testTimeout: 30_000,
    projects: [
      room("build", { testTimeout: 60_000 }),
      room("module"),
      room("figure"),
      room("docs"),
      room("golden", { testTimeout: 60_000 }),
      // Each file drives a browser, and two browsers at once starve on a small machine.
      room("page", { testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false }),
      // From the packed tarball. What runs in every engine is a project of its own.
      room("embed", { ...embed, exclude: ["**/node_modules/**", engines] }),
      room("engines", { ...embed, include: [engines] }),
    ],
  },
});
