// npm run dev: Vite's server for the page. A change of C++ rebuilds the WebAssembly and reloads (see wasm-plugin.ts).
// Before Vite, as a fresh clone has neither a toolchain nor a WebAssembly.
import { setup } from "../../cpp/toolchain/setup.mjs";
import { main } from "./build.mjs";
import { chosenPort } from "./serve.mjs";
import { cmakeBuild, node, tools } from "./steps.mjs";

await main(() => {
  const port = chosenPort();
  setup(["build"]);
  cmakeBuild("wasm", ["poolscope"]);
  node(tools.vite, ["--config", "vite.config.ts", "--port", String(port)]);
});
