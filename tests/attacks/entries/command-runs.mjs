// A process in which the built command runs again and again, as its module is imported under another name each time: a process a run
// would take a hundred times as long. What it writes and how it ends is sent back.
import { once } from "node:events";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";

const [, , command, folder] = process.argv;
process.chdir(String(folder));
process.env.LANG = "en_GB.UTF-8";
for (const name of ["LC_ALL", "LC_MESSAGES"]) delete process.env[name];

/** @type {unknown[]} */
const unhandled = [];
process.on("unhandledRejection", (error) => unhandled.push(error));

let runs = 0;
/** @param {{ args: string[], input?: string }} given input in base64 */
async function run({ args, input = "" }) {
  const written = { stdout: "", stderr: "" };
  const { stdout, stderr, argv } = process;
  const streams = [stdout, stderr].map((stream, at) => {
    const { write } = stream;
    const key = at === 0 ? "stdout" : "stderr";
    stream.write = (/** @type {any} */ text) => {
      written[key] += typeof text === "string" ? text : Buffer.from(text).toString("latin1");
      return true;
    };
    return { stream, write };
  });
  const before = process.cpuUsage();
  Object.defineProperty(process, "stdin", {
    configurable: true,
    value: Readable.from(input ? [Buffer.from(input, "base64")] : []),
  });
  process.argv = [process.execPath, String(command), ...args];
  process.exitCode = undefined;
  let thrown;
  try {
    await import(`${pathToFileURL(String(command)).href}?${++runs}`);
  } catch (error) {
    thrown = String(/** @type {any} */ (error)?.stack ?? error);
  } finally {
    process.argv = argv;
    for (const { stream, write } of streams) {
      stream.write = write;
      stream.removeAllListeners("error");
    }
  }
  const { user, system } = process.cpuUsage(before);
  const status = process.exitCode ?? 0;
  process.exitCode = 0;
  if (unhandled.length) thrown ??= `unhandled: ${String(unhandled.splice(0)[0])}`;
  if ("attackRan" in globalThis) thrown = "a script ran";
  return { ...written, status, thrown, seconds: (user + system) / 1e6 };
}

for (;;) {
  const [message] = await once(process, "message");
  process.send?.(await run(message));
}
