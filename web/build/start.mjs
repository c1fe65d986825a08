// npm start: builds what is not built yet and serves the page. Not `vite preview`, as a fresh clone has no Vite.
import { join } from "node:path";
import { build, main } from "./build.mjs";
import { chosenPort, serve } from "./serve.mjs";
import { root } from "./steps.mjs";

await main(async () => {
  const port = chosenPort();
  build({ parts: ["page"] });
  const { url } = await serve(join(root, "dist/page"), { port });
  console.log(`\nPoolscope is at ${url}\nCtrl+C ends it.\n`);
});
