/** What a stranger's terminal shows of an error that nobody catches. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { consumer } from "./prepare";

test.each(["poolscope", "poolscope/nowasm", "poolscope/index.min.js"])(
  "an uncaught refusal of %s ends in its sentence, not in our code",
  (entry) => {
    const script = `import { loadPooling } from "${entry}";
    (await loadPooling()).maxPool2d({ data: new Float32Array(4), shape: [1, 2, 2] }, { kernelSize: 9 });`;
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: consumer,
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toContain("PoolingError: Given input size: (1x2x2)");
    expect(stderr.length).toBeLessThan(2048);
  },
);
