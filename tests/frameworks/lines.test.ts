/**
 * Every line that the project writes in another framework's name, run there: generate.py ran them in PyTorch, onnxruntime and Keras and
 * wrote down what they gave, data/results.json. Compared is what this module computes, and what the figure draws.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compute, type Pooling } from "../../web/figure/compute";
import { translations } from "../../web/figure/frameworks/translations";
import { parse } from "../../web/figure/read";
import { loadPooling } from "../../web/module/index";
import { inputOf, LAYERS, SIZES } from "./layers";

interface Line {
  framework: string;
  code: string;
  height: number;
  width: number;
  positive: boolean;
}
interface Result extends Line {
  /** Rows and columns of the framework's result, and its values; absent where it refused the line. */
  shape?: [number, number];
  values?: (number | string)[];
  error?: string;
}

const file = new URL("data/results.json", import.meta.url);
const pooling = (await loadPooling()) as unknown as Pooling;
const key = ({ code, height, width, positive }: Line) => `${code} ${height}x${width} ${positive}`;

/** What this project says of each layer and size: the lines, and what it computes itself. */
const wanted = new Map<string, Line & { output: ReturnType<typeof compute>["output"] | string }>();
for (const layer of LAYERS) {
  for (const [height, width] of SIZES) {
    const positive = layer.name === "LPPool2d";
    const input = { kind: "numbers" as const, channels: 1, height, width, data: inputOf(height, width, positive) };
    let output: ReturnType<typeof compute>["output"] | string;
    try {
      output = compute(pooling, layer, input).output;
    } catch (error) {
      output = (error as Error).message;
    }
    for (const { framework, code } of translations(layer, [height, width])) {
      if (!code || framework === "poolscope") continue;
      const line = { framework, code, height, width, positive };
      wanted.set(key(line), { ...line, output });
    }
  }
}

if (process.env.POOLSCOPE_WRITE_LINES) {
  writeFileSync(
    process.env.POOLSCOPE_WRITE_LINES,
    JSON.stringify(
      [...wanted.values()].map(({ output: _, ...line }) => ({
        ...line,
        input: [...inputOf(line.height, line.width, line.positive)],
      })),
    ),
  );
}

const results = JSON.parse(readFileSync(file, "utf8")) as { versions: Record<string, string>; lines: Result[] };
const given = new Map(results.lines.map((line) => [key(line), line]));

test("every line that is written was run, and there are some two hundred layers", () => {
  expect(LAYERS.length).toBeGreaterThan(160);
  expect([...wanted.keys()].filter((line) => !given.has(line))).toEqual([]);
  expect(results.versions.torch).toMatch(/^2\.13/);
  for (const framework of ["PyTorch", "ONNX", "Keras"]) {
    const ran = [...wanted.values()].filter((line) => line.framework === framework);
    expect(ran.length, framework).toBeGreaterThan(150);
  }
});

describe.each(["PyTorch", "ONNX", "Keras"])("%s gives what is drawn", (framework) => {
  test("for every line", () => {
    for (const [name, { output, framework: own, code, height, width, positive }] of wanted) {
      if (own !== framework) continue;
      const result = given.get(name) as Result;
      if (typeof output === "string") {
        // Both refuse.
        expect(result.error, name).toBeDefined();
        continue;
      }
      expect(result.error, name).toBeUndefined();
      expect(result.shape, name).toEqual([output.height, output.width]);
      const values = output.data as Float32Array;
      result.values?.forEach((written, at) => {
        const value = Number(written);
        const ours = values[at] as number;
        if (Number.isFinite(value))
          expect(Math.abs(ours - value), `${name} at ${at}`).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)));
        else expect(ours, `${name} at ${at}`).toBe(value);
      });
      expect(result.values).toHaveLength(output.height * output.width);
      // The line read back is drawn as it is written.
      const input = { kind: "numbers" as const, channels: 1, height, width, data: inputOf(height, width, positive) };
      const drawn = compute(pooling, parse(code), input).output;
      expect([...(drawn.data as Float32Array)], name).toEqual([...values]);
    }
  });
});
