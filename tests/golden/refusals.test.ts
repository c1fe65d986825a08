/** What PyTorch refuses is refused, in its words; where the module speaks or decides otherwise, the reason stands here. */
import { beforeAll, describe, expect, test } from "vitest";
import { loadPooling, type Pooling, PoolingError } from "../../web/module/index";
import { json } from "./cases";

interface Entry {
  op: string;
  shape: number[];
  options: Record<string, unknown>;
  indices?: number[];
  /** PyTorch's exception and its first line, or the shape of what it returns. */
  error?: string;
  sentence?: string;
  accepted?: number[];
}

let pooling: Pooling;
beforeAll(async () => {
  pooling = await loadPooling();
});

/** The shape of the result, or what was thrown. */
function ask({ op, shape, options, indices }: Entry): unknown {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  // JSON has no words for these.
  const all = "normType" in options ? { ...options, normType: Number(options.normType) } : options;
  const call = (pooling as unknown as Record<string, (...parts: unknown[]) => never>)[op] as (...parts: unknown[]) => {
    shape: number[];
    output?: { shape: number[] };
  };
  try {
    const result = indices
      ? call.call(pooling, { data, shape }, Int32Array.from(indices), all)
      : call.call(pooling, { data, shape }, all);
    return result.output?.shape ?? result.shape;
  } catch (error) {
    return error;
  }
}
const entries: Entry[] = json("refusals.json");

const rankOf = (op: string) => Number(/(\d)d/.exec(op)?.[1]);
const all = (value: unknown, count: number) => (Array.isArray(value) ? value : Array(count).fill(value)) as number[];
/** "output_size" of a call, one number per axis. */
const sizes = ({ op, options }: Entry) => all(options.outputSize, rankOf(op));
const snake = (op: string) => op.replace("WithIndices", "").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

interface Difference {
  why: string;
  when: (entry: Entry) => boolean;
  /** What this module answers: its sentence, or the shape of its result. */
  says: (entry: Entry) => string | number[];
}

/** Where this module answers otherwise than PyTorch 2.13. Everywhere else it says the same, to the letter. */
const differences: Difference[] = [
  {
    why: "padding may be up to half the effective kernel; PyTorch's first check says so too, its second still forbids it",
    when: ({ op, options, sentence }) =>
      op.startsWith("max") &&
      /half of kernel size/.test(sentence ?? "") &&
      all(options.padding, 3).every((p, i) => {
        const [kernel, dilation] = [all(options.kernelSize, 3)[i], all(options.dilation ?? 1, 3)[i]] as [
          number,
          number,
        ];
        return p === undefined || p <= ((kernel - 1) * dilation + 1) >> 1;
      }),
    says: ({ op, shape, options }) => {
      const rank = rankOf(op);
      const [k, p, d] = [options.kernelSize, options.padding, options.dilation ?? 1].map((v) => all(v, rank));
      return shape.map((n, i) => {
        const a = i - shape.length + rank;
        if (a < 0) return n;
        const [kernel, pad, dilation] = [k?.[a], p?.[a], d?.[a]] as [number, number, number];
        return Math.floor((n + 2 * pad - dilation * (kernel - 1) - 1) / kernel) + 1;
      });
    },
  },
  {
    why: "so max_pool1d, which knows no effective kernel, names it in its sentence where there is dilation",
    when: ({ op, options, sentence }) =>
      op === "maxPool1d" && /half of kernel size/.test(sentence ?? "") && options.dilation !== undefined,
    says: ({ options: { padding, dilation, kernelSize } }) =>
      `max_pool1d() padding should be at most half of effective kernel size, but got padding=${padding}, ` +
      `dilation=${dilation} and kernel_size=${kernelSize}`,
  },
  {
    why: "PyTorch words the wrong number of sizes in another way without indices than with them",
    when: ({ op, sentence }) => op === "maxPool1d" && /must be .*of size 1 but got/.test(sentence ?? ""),
    says: ({ sentence }) =>
      (sentence ?? "").replace(/\(\) (\w+) must be .* (\d+)$/, "() argument '$1' should contain one int (got $2)"),
  },
  {
    why: "1-d operators speak of the caller's tensor, not of the 2-d one PyTorch makes of it",
    when: ({ op, sentence }) => /^(max|avg)Pool1d/.test(op) && /^Expected 3D or 4D \(batch mode\)/.test(sentence ?? ""),
    says: ({ shape }) =>
      "Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, " +
      `but got:[${shape.join(", ")}]`,
  },
  {
    why: "and refuse a wrong number of axes in one way",
    when: ({ op, sentence }) => op.includes("1d") && /while checking arguments/.test(sentence ?? ""),
    says: ({ op, shape }) =>
      op.startsWith("adaptive")
        ? `${snake(op)}(): Expected 2D or 3D tensor, but got: [${shape.join(", ")}]`
        : `${snake(op)}: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, ` +
          `but got:[${shape.join(", ")}]`,
  },
  {
    why: "a wrong number of axes is named",
    when: ({ op, sentence, error }) =>
      /^(max|avg)Pool[23]d/.test(op) &&
      (/^non-empty/.test(sentence ?? "") ||
        error === "IndexError" ||
        (/Expected 3D or 4D/.test(sentence ?? "") && op === "avgPool2d")) &&
      !/got:\[.*\b0\b/.test(sentence ?? ""),
    says: ({ op, shape }) => {
      const rank = rankOf(op);
      return `non-empty ${rank + 1}D or ${rank + 2}D (batch mode) tensor expected for input, but got: [${shape.join(", ")}]`;
    },
  },
  {
    why: "an empty axis of a 3-d operator is named by its number, not by its size, and the operator by its own name",
    when: ({ op, sentence, shape }) =>
      /Pool3d/.test(op) && /positive length/.test(sentence ?? "") && (op.startsWith("max") || shape[0] !== 0),
    says: ({ op, shape }) => {
      const at = shape.findIndex((size, i) => size === 0 && (i > 0 || shape.length === 4));
      return (
        `${snake(op)}(): Expected input's non-batch dimensions to have positive length, but input has a shape of ` +
        `[${shape.join(", ")}] and non-batch dimension ${at} has length zero!`
      );
    },
  },
  {
    why: "avg_pool3d's lists are refused in the words of all others",
    when: ({ op, sentence }) => op === "avgPool3d" && /must be .*three ints/.test(sentence ?? ""),
    says: ({ sentence }) => (sentence ?? "").replace("must be", "must either be"),
  },
  {
    why: "norms without a meaning here: PyTorch divides by 0, returns NaN, or (-inf) takes the smallest |x|",
    when: ({ op, options }) => op.startsWith("lp") && ["0", "NaN", "-Infinity"].includes(String(options.normType)),
    says: ({ options }) => `norm_type must be a number other than 0 and -inf, but got ${options.normType}`,
  },
  {
    why: "lp_pool1d of norm inf speaks as the other norms do",
    when: ({ op, options }) => op === "lpPool1d" && options.normType === "Infinity" && !options.ceilMode,
    says: () => "Given input size: (3x1x8). Calculated output size: (3x1x0). Output size is too small",
  },
  {
    why: "adaptive_max_pool has no words for negative sizes, adaptive_avg_pool1d 2-d's, adaptive_avg_pool3d a space less",
    when: ({ op, options }) =>
      op.startsWith("adaptive") && op !== "adaptiveAvgPool2d" && all(options.outputSize, 1).some((size) => size < 0),
    says: (entry) =>
      `${snake(entry.op)}: elements of output_size must be greater than or equal to 0 but received ` +
      `{${sizes(entry).join(", ")}}`,
  },
  {
    why: "PyTorch takes the wrong number of sizes for too few axes of the input",
    when: ({ sentence }) => /^Input dimension should be at least/.test(sentence ?? ""),
    says: ({ op }) =>
      op.startsWith("adaptiveAvg")
        ? `${snake(op)}: output_size must be ${rankOf(op)}`
        : `${snake(op)}(): internal error: output_size.size() must be ${rankOf(op)}`,
  },
  {
    why: "and adaptive_avg_pool1d speaks of 1-d",
    when: ({ op, sentence }) => op === "adaptiveAvgPool1d" && /being empty$/.test(sentence ?? ""),
    says: ({ shape }) =>
      "adaptive_avg_pool1d(): Expected input to have non-zero size for non-batch dimensions, but input has sizes " +
      `[${shape.join(", ")}] with dimension ${shape.length - 1} being empty`,
  },
  {
    why: "a colon more",
    when: ({ op, sentence }) => op.startsWith("adaptiveAvg") && /but got \[/.test(sentence ?? ""),
    says: ({ sentence }) => (sentence ?? "").replace("but got [", "but got: ["),
  },
  {
    why: "the sentence of the functional form, not of the layer",
    when: ({ sentence }) => /^FractionalMaxPool\dd requires/.test(sentence ?? ""),
    says: ({ op }) => `${snake(op)} requires specifying either an output_size or an output_ratio`,
  },
  {
    why: "JavaScript's way to write a number",
    when: ({ sentence }) => /\(got 0\.0\)$/.test(sentence ?? ""),
    says: () => "output_ratio must be between 0 and 1 (got 0)",
  },
  {
    why: "a fractional pooling without taps: PyTorch returns something",
    when: ({ op, options }) => op.startsWith("fractional") && options.kernelSize === 0,
    says: ({ op }) => `kernel size should be greater than zero, but got ${rankOf(op) === 3 ? "kT: 0 " : ""}kH: 0 kW: 0`,
  },
  {
    why: "of a fractional pooling's size below 0 PyTorch speaks as of a tensor's",
    when: ({ op, options }) => op.startsWith("fractional") && options.outputSize === -1,
    says: (entry) =>
      `${snake(entry.op)}: elements of output_size must be greater than or equal to 0 but received ` +
      `{${sizes(entry).join(", ")}}`,
  },
  {
    why: "the public name instead of an inner function's, and one form for all",
    when: ({ op, sentence }) =>
      /^fractional_max_pool3d_out|^fractional.*but got\[|^max_unpooling\dd_forward_out_cpu/.test(sentence ?? "") ||
      (op === "maxUnpool1d" && /^Input to|being empty\.$/.test(sentence ?? "")),
    says: ({ op, shape, sentence }) => {
      const own = op === "maxUnpool1d";
      return (sentence ?? "")
        .replace("_out()", "()")
        .replace("_forward_out_cpu", "")
        .replace(/but got\[(.*)\] with (.*)\.$/, "but input has sizes [$1] with $2")
        .replace(/max_unpooling2d/, own ? "max_unpooling1d" : "$&")
        .replace("3d or 4d", own ? "2d or 3d" : "$&")
        .replace(/with \d dimensions/, own ? `with ${shape.length} dimensions` : "$&")
        .replace("[1, 0, 1]", own ? "[1, 0]" : "$&");
    },
  },
  {
    why: "an unbatched tensor's full shape has no batch either; PyTorch wants one",
    when: ({ op, shape, options, sentence }) =>
      op.startsWith("maxUnpool") &&
      /a length of/.test(sentence ?? "") &&
      (options.outputSize as number[]).length === shape.length,
    says: ({ op, shape, options }) => [
      ...shape.slice(0, -rankOf(op)),
      ...(options.outputSize as number[]).slice(-rankOf(op)),
    ],
  },
  {
    why: "an outputSize may be any that holds every index; PyTorch's bound is the default less or more than a stride",
    when: ({ sentence }) => /^invalid output_size .* must be between/.test(sentence ?? ""),
    says: ({ shape, options }) => {
      const size = options.outputSize as number[];
      const first = size.findIndex((n) => n < 0);
      if (first >= 0) {
        return `max_unpooling: output_size must contain non-negative spatial dimensions, but got output_size[${first}]=${size[first]}`;
      }
      return [...shape.slice(0, shape.length - size.length), ...size];
    },
  },
  {
    why: "unpooling checks the stride in every rank; PyTorch in 3-d",
    when: ({ op, options }) => /^maxUnpool[12]d/.test(op) && (options.stride === 0 || options.stride === -1),
    says: ({ op, options }) =>
      `strides should be greater than zero, but got stride: [${Array(rankOf(op)).fill(options.stride).join(", ")}]`,
  },
];

describe("what PyTorch 2.13 refuses", () => {
  const expected = entries.map((entry) => ({ entry, rule: differences.find(({ when }) => when(entry)) }));

  test.each(differences.map((rule) => [rule.why, rule] as const))("but for: %s", (_, rule) => {
    const own = expected.filter((one) => one.rule === rule);
    expect(own).not.toEqual([]);
    // A difference that is none hides a change.
    expect(own.filter(({ entry }) => String(rule.says(entry)) === String(entry.sentence ?? entry.accepted))).toEqual(
      [],
    );
  });

  const ops = [...new Set(entries.map(({ op }) => op))];
  test.each(ops)("%s", (op) => {
    for (const { entry, rule } of expected) {
      if (entry.op !== op) continue;
      const wanted = rule ? rule.says(entry) : (entry.sentence ?? entry.accepted);
      const answer = ask(entry);
      const line = `${op} ${JSON.stringify(entry.shape)} ${JSON.stringify(entry.options)}`;
      if (typeof wanted === "string") {
        expect(answer, line).toBeInstanceOf(PoolingError);
        expect((answer as PoolingError).code, line).toBe("invalid_argument");
        expect((answer as PoolingError).message, line).toBe(wanted);
      } else {
        expect(answer, line).toEqual(wanted);
      }
    }
  });
});
