// One stage in a process of its own, so that stages run side by side and one that hangs can be stopped. run.mjs starts it and hears what
// came of it.
import { SetupError } from "../../cpp/toolchain/setup.mjs";
import { StepError } from "../../web/build/steps.mjs";
import { stages } from "./list.mjs";
import { LeftOut, TestsFailed } from "./programs.mjs";

/** @typedef {{ result: "passed" | "FAILED" | "LEFT OUT", count: import("./programs.mjs").Count, why: string }} Outcome */

/** @param {string} name @returns {Promise<Outcome>} */
async function outcome(name) {
  try {
    const stage = stages.find((one) => one.name === name);
    if (!stage) throw new StepError(`There is no stage ${name}.`);
    const count = (await stage.run()) ?? { passed: 1, failed: 0, skipped: 0 };
    return { result: "passed", count, why: "" };
  } catch (thrown) {
    const error = /** @type {Error} */ (thrown);
    if (error instanceof LeftOut && process.env.CI !== "true")
      return { result: "LEFT OUT", count: { passed: 0, failed: 0, skipped: 1 }, why: error.message };
    const known = [LeftOut, TestsFailed, StepError, SetupError].some((kind) => error instanceof kind);
    console.error(`\n${name} failed: ${known ? error.message : error.stack}\n`);
    const count = error instanceof TestsFailed ? error.count : { passed: 0, failed: 1, skipped: 0 };
    return { result: "FAILED", count, why: error.message };
  }
}

process.send?.(await outcome(/** @type {string} */ (process.argv[2])), () => process.disconnect());
