import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { wholePNG as picture } from "./causes/files.js";
import type { Place } from "./entries/entry.js";
import { PATIENCE, refusal, wrongDrawing } from "./judge.js";
import { attack } from "./suite.js";

interface Run {
  stdout: string;
  stderr: string;
  status: number;
  thrown?: string;
  seconds: number;
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const line = "nn.MaxPool2d(2)";

attack("command", async () => {
  const folder = mkdtempSync(join(tmpdir(), "poolscope-attacks-"));
  writeFileSync(join(folder, "in.png"), picture);
  writeFileSync(join(folder, "kept.png"), picture);
  const start = () =>
    fork(path("entries/command-runs.mjs"), [path("../../dist/module/cli.js"), folder], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
  let runner = start();
  let runs = 0;
  let checks = 0;

  /** A refusal of the command as the judge knows it: exit code 1, one sentence on standard error, nothing anywhere else. */
  async function run(args: string[], input?: Uint8Array): Promise<string> {
    // Each run leaves its module behind.
    if (++runs % 400 === 0) {
      runner.kill();
      runner = start();
    }
    runner.send({ args, input: input && Buffer.from(input).toString("base64") });
    const [{ stdout, stderr, status, thrown, seconds }] = (await once(runner, "message")) as [Run];
    if (thrown) throw new Error(thrown);
    if (seconds * 1000 > PATIENCE) throw new Error(`it took ${seconds} s`);
    const made = readdirSync(folder).filter((name) => name !== "in.png" && name !== "kept.png");
    for (const name of made) rmSync(join(folder, name));
    if (!readFileSync(join(folder, "kept.png")).equals(picture)) throw new Error("kept.png was changed");
    if (!readFileSync(join(folder, "in.png")).equals(picture)) throw new Error("in.png was changed");
    if (status === 0) return stdout;
    if (status !== 1) throw new Error(`exit code ${status}`);
    if (stdout || made.length) throw new Error(`refused, but wrote ${made.join(", ") || "to standard output"}`);
    const [message = "", ...more] = stderr.trimEnd().split("\n");
    if (more.length) throw new Error(`more than one line: ${stderr.slice(0, 300)}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal obeys them
    if (/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(message))
      throw new Error(`a terminal obeys this: ${JSON.stringify(message.slice(0, 300))}`);
    throw refusal(message);
  }

  const figure = (...args: string[]) => run(["figure", line, "--input", "4x4", ...args]);
  const texts: [name: string, honest: string, put: (text: string) => unknown][] = [
    ["the command's name", "help", (text) => run([text])],
    ["the line", line, (text) => run(["figure", text, "--input", "4x4"])],
    ["--input", "4x4", (text) => run(["figure", line, "--input", text])],
    ["--at", "1,1", (text) => figure("--at", text)],
    ["an option", "lang=en", (text) => figure(`--${text}`)],
    ["the picture", "in.png", (text) => run(["pool", text, "out.png", "--kernel", "2"])],
    ["the picture to write", "", (text) => run(["pool", "in.png", `o-${text}.png`, "--kernel", "2"])],
    ["--kernel", "2", (text) => run(["pool", "in.png", "out.png", "--kernel", text])],
  ];
  const places: Place[] = [
    ...texts.map(
      ([name, honest, put]): Place => ({
        name,
        honest: () => honest,
        put: (text) => put(text as string),
        texts: "only",
      }),
    ),
    {
      name: "the picture's bytes",
      honest: () => picture,
      put: (bytes) => run(["pool", "-", "out.npy", "--kernel", "1"], bytes as Buffer),
      files: true,
    },
    {
      name: "the input's bytes",
      honest: () => picture,
      put: (bytes) => run(["figure", line, "--input", "-"], bytes as Buffer),
      files: true,
    },
  ];
  return {
    places,
    again: () => {},
    wrongResult: (result) => (result.startsWith("<svg") ? wrongDrawing(result.trim()) : ""),
    // Every run is a command of its own and looks after the files; an honest one starts the core, which takes a while.
    check: async () =>
      ++checks % 40 || (await run(["pool", "in.png", "out.png", "--kernel", "2"])) === "3 × 8 × 8 → 3 × 4 × 4\n"
        ? ""
        : "an honest call answers otherwise",
    memory: () => 0,
    close: () => {
      runner.kill();
      rmSync(folder, { recursive: true });
    },
  };
});
