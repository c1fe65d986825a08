// npm run nodes: the module's, golden, figure and embed tests in every Node that is tested, against what is built. In the tests that
// start other programs these are that Node too. A deprecation anywhere is a failure.
//   npm run nodes -- 24 26    in these alone
import { spawn } from "node:child_process";
import { main } from "../../web/build/build.mjs";
import { root, StepError, tools } from "../../web/build/steps.mjs";
import { lines, nodeBinary, quickPass } from "./nodes.mjs";

const projects = ["module", "golden", "figure", "embed"].flatMap((name) => ["--project", name]);

/** @param {string} binary @returns {Promise<{ status: number | null, text: string }>} What the tests end with, and all they say. */
function runTests(binary) {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, [tools.vitest, "run", ...projects], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: "--trace-deprecation" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece) => {
        text += piece;
        process.stdout.write(piece);
      });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, text }));
  });
}

await main(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.find((word) => !(/** @type {readonly string[]} */ (lines).includes(word)));
  if (unknown) throw new StepError(`There is no Node ${unknown} among ${lines.join(", ")}.`);
  /** @type {string[]} */
  const failed = [];
  if (quickPass().failed) failed.push("the quick pass");
  for (const line of lines.filter((name) => asked.length === 0 || asked.includes(name))) {
    console.log(`\n━━━ Node ${line}\n`);
    const { status, text } = await runTests(nodeBinary(line));
    if (status !== 0) failed.push(`Node ${line}`);
    const warning = text.match(/.*DeprecationWarning.*/)?.[0];
    if (warning) failed.push(`Node ${line}: ${warning.trim()}`);
  }
  if (failed.length) throw new StepError(`Failed: ${failed.join("; ")}`);
  console.log("\nnodes: all good");
});
