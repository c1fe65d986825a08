// npm run check: format, lint, types, imports and the reference, each by its own tool; all of them, though one fails. `npm run format`
// (--write) mends the format.
import { clangFormat, SetupError, setup } from "../../cpp/toolchain/setup.mjs";
import { main } from "./build.mjs";
import { brokenIncludes } from "./include-rule.mjs";
import { checkReference } from "./reference.mjs";
import { files, node, root, run, StepError, tools } from "./steps.mjs";

const write = process.argv.includes("--write");

const cppFiles = () =>
  ["cpp", "tests/cpp", "tests/fuzz", "tests/bench"]
    .flatMap((place) => files(place))
    .filter((file) => /\.(h|cpp)$/.test(file));

function formatCpp(/** @type {string[]} */ args) {
  run(clangFormat() ?? "clang-format", [...args, ...cppFiles()]);
}

/** @type {[string, () => void][]} */
const checks = write
  ? [
      ["TypeScript, CSS, HTML and JSON", () => node(tools.biome, ["check", "--write", "--linter-enabled=false", "."])],
      ["C++", () => formatCpp(["-i"])],
    ]
  : [
      [
        "format, lint and imports of TypeScript, CSS, HTML and JSON",
        () => node(tools.biome, ["check", "--error-on-warnings", "."]),
      ],
      ["format of C++", () => formatCpp(["--dry-run", "--Werror"])],
      ["types of the sources", () => node(tools.tsc, ["-p", "tsconfig.json"])],
      ["types of the tools and tests", () => node(tools.tsc, ["-p", "tsconfig.node.json"])],
      [
        "includes of C++",
        () => {
          const broken = brokenIncludes(root);
          if (broken.length) throw new StepError(broken.join("\n"));
        },
      ],
      ["reference documentation", checkReference],
    ];

await main(() => {
  setup(["check"]);
  /** @type {string[]} */
  const failed = [];
  for (const [name, check] of checks) {
    console.log(`${write ? "format" : "check"}: ${name}`);
    try {
      check();
    } catch (error) {
      if (!(error instanceof StepError || error instanceof SetupError)) throw error;
      console.error(error.message);
      failed.push(name);
    }
  }
  if (failed.length)
    throw new StepError(`Failed: ${failed.join("; ")}.${write ? "" : " `npm run format` mends formats."}`);
  if (!write) console.log("check: all good");
});
