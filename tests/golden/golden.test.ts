/** Every case of the goldens through the module's public calls: both layouts, with and without indices. */
import { beforeAll, describe, expect, test } from "vitest";
import { loadPooling, type Pooling, type Tensor, type TypedArray } from "../../web/module/index";
import { type Case, cases, fnv, moved } from "./cases";

let pooling: Pooling;
beforeAll(async () => {
  pooling = await loadPooling();
});

type Result = Tensor & { output?: Tensor; indices?: Int32Array & Tensor };
type Call = (...parts: unknown[]) => Result;

function run(golden: Case, suffix: string, x: Tensor, options: object, given?: Tensor): Result {
  const [, stem, backward] = /^(.*?)(Backward)?$/.exec(golden.text("op")) as unknown as [string, string, string?];
  const name = `${stem}${golden.rank}d${backward ?? ""}${suffix}`;
  const call = (pooling as unknown as Record<string, Call | undefined>)[name];
  if (!call) throw new Error(`no ${name}`);
  return given ? call.call(pooling, x, given, options) : call.call(pooling, x, options);
}

/** Where the numbers part, or nothing. Every bit counts where `tolerance` is 0. */
function differs(found: TypedArray, expected: ArrayLike<number>, every: number, tolerance: number, scale: number) {
  for (let i = 0; i < expected.length; i++) {
    const want = expected[i] as number;
    const got = found[i * every] as number;
    if (Object.is(want, got)) continue;
    if (Math.abs(want - got) <= tolerance * (Math.abs(want) + scale)) continue;
    return `element ${i * every}: expected ${want}, got ${got}`;
  }
  return undefined;
}

/** Relative to the result, and for sums that cancel a tenth of it relative to the largest element. */
function toleranceOf(golden: Case): number {
  if (!/^float/.test(golden.dtype) || golden.words.has("indices") || golden.text("op") === "maxUnpool") return 0;
  if (golden.dtype === "float64") return 1e-13;
  return golden.dtype === "float16" ? 2e-3 : 1e-5;
}

function largest(values: TypedArray): number {
  let most = 0;
  for (const value of values) if (Number.isFinite(value) && Math.abs(value) > most) most = Math.abs(value);
  return most;
}

function check(golden: Case): string[] {
  const problems: string[] = [];
  const { rank, every } = golden;
  const x = golden.input();
  const before = x.data.slice();
  const hasIndices = golden.words.has("indices");
  const stored = golden.result(hasIndices ? "indices" : "values");
  const expected = hasIndices ? golden.at(stored, x) : stored;
  const tolerance = toleranceOf(golden);
  const scale = largest(x.data) / 10;
  const given = golden.words.has("given") ? { data: golden.given(), shape: x.shape } : undefined;
  const withIndices = hasIndices && !golden.text("op").startsWith("global");

  const compare = (where: string, output: Tensor, indices?: Int32Array) => {
    if (String(output.shape) !== String(golden.out)) {
      problems.push(`${where}: shape ${output.shape}, expected ${golden.out}`);
      return;
    }
    if (output.data.constructor !== x.data.constructor)
      problems.push(`${where}: class ${output.data.constructor.name}`);
    const wrong = differs(output.data, expected, every, tolerance, scale);
    if (wrong) problems.push(`${where}: ${wrong}`);
    if (indices) {
      const astray = differs(indices, stored, every, 0, 0);
      if (astray) problems.push(`${where}: index of ${astray}`);
      const hash = golden.text("hash");
      if (hash && fnv(indices) !== hash) problems.push(`${where}: hash of all indices`);
      if (hash) {
        const unlike = differs(output.data, golden.at(indices, x, 1), 1, 0, 0);
        if (unlike) problems.push(`${where}: not the element at its index: ${unlike}`);
      }
    } else if (golden.text("hash") && !hasIndices && fnv(output.data) !== golden.text("hash")) {
      problems.push(`${where}: hash of all values`);
    }
  };

  for (const plainly of [true, false]) {
    const options = golden.options(plainly);
    const suffixes =
      golden.text("op") === "fractionalMaxPool" ? ["WithIndices"] : withIndices ? ["", "WithIndices"] : [""];
    for (const suffix of suffixes) {
      for (const layout of ["channels_first", "channels_last"]) {
        const last = layout === "channels_last";
        const where = `${layout}${suffix && ", with indices"}`;
        const shift = <A extends TypedArray>(tensor: Tensor<A>) => (last ? moved(tensor, rank, true) : tensor);
        const { inputShape, ...rest } = options as { inputShape?: number[] };
        const all: Record<string, unknown> = last ? { ...rest, layout } : { ...rest };
        if (inputShape) {
          all.inputShape = last ? moved({ data: new Uint8Array(0), shape: inputShape }, rank, true).shape : inputShape;
        }
        try {
          const result = run(golden, suffix, shift(x), all, given && shift(given));
          const back = <A extends TypedArray>(tensor: Tensor<A>) => (last ? moved(tensor, rank, false) : tensor);
          if (suffix) compare(where, back(result.output as Tensor), back(result.indices as Tensor<Int32Array>).data);
          else compare(where, back(result));
        } catch (error) {
          problems.push(`${where}: ${error}`);
        }
      }
    }
    if (
      rank === 2 &&
      x.shape.length === 3 &&
      x.shape[0] === 1 &&
      withIndices &&
      golden.text("op") !== "fractionalMaxPool"
    ) {
      const result = run(golden, "WithIndices", { data: x.data, shape: x.shape.slice(1) }, options);
      const { data, shape } = result.output as Tensor;
      compare("(H, W)", { data, shape: [1, ...shape] }, result.indices);
    }
  }
  if (differs(x.data, before, 1, 0, 0)) problems.push("the input was changed");
  return problems;
}

const families = ["max", "min", "avg", "lp", "adaptive", "fractional", "unpool", "backward", "onnx"];

for (const family of families) {
  const { all, left } = cases(family);
  const groups = new Map<string, Case[]>();
  for (const golden of all) {
    const name = `${golden.text("op").replace(/Pool|Unpool|$/, (word) => `${word}${word && golden.rank}${word && "d"}`)}`;
    groups.set(name, [...(groups.get(name) ?? []), golden]);
  }
  describe(`${family}: PyTorch and ONNX${left ? `, ${left} cases of dtypes this engine lacks left out` : ""}`, () => {
    for (const [name, group] of groups) {
      test(`${name}, ${group.length} cases`, () => {
        const failed: string[] = [];
        for (const golden of group) {
          const problems = check(golden);
          if (problems.length) failed.push(`${golden.line}\n    ${[...new Set(problems)].join("\n    ")}`);
        }
        expect(failed.slice(0, 20), `${failed.length} of ${group.length} cases`).toEqual([]);
      });
    }
  });
}
