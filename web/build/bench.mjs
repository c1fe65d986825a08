// npm run bench:native: Google Benchmark of the kernels. Arguments after -- go to it: npm run bench:native -- --benchmark_filter=max
// Puts Google Benchmark in place and builds first, which its program cannot.
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { setup } from "../../cpp/toolchain/setup.mjs";
import { main } from "./build.mjs";
import { cmakeBuild, files, root, run, StepError } from "./steps.mjs";

/** @param {string} file */
const runs = (file) => {
  try {
    accessSync(join(root, file), constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

await main(() => {
  setup(["bench"]);
  cmakeBuild("bench");
  const programs = files("build/bench").filter((file) => /(^|\/)\w*bench\w*$/.test(file) && runs(file));
  if (programs.length === 0) throw new StepError("The bench preset built no program with `bench` in its name.");
  for (const program of programs) run(join(root, program), process.argv.slice(2));
});
