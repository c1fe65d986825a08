#!/usr/bin/env node
/** `npx poolscope`: the figure and the pooling of a picture from a shell. */
import { existsSync } from "node:fs";
import { extname } from "node:path";
import { parseArgs } from "node:util";
import { readGrid } from "../element/pictures.js";
import { figureSVG } from "../figure/index.js";
import type { Language } from "../figure/texts/index.js";
import {
  type ImageOptions,
  loadPooling,
  type Padding2,
  type Pooling,
  PoolingError,
  type ShapeOptions,
  type Tensor,
} from "../module/index.js";
import { losesColours } from "./colours.js";
import { inputName, isStandard, Refusal, writeOut } from "./files.js";
import {
  encode,
  type Format,
  formatOf,
  isOpaque,
  isTensor,
  onWhite,
  type Picture,
  readInput,
  toPlanes,
} from "./pictures.js";
import { printable, say } from "./say.js";
import { WORDS, type Words } from "./texts.js";

type Kind = "string" | "boolean";
const COMMANDS: Record<string, Record<string, { type: Kind; short?: string }>> = {
  figure: {
    input: { type: "string" },
    at: { type: "string" },
    side: { type: "string" },
    theme: { type: "string" },
    width: { type: "string" },
    output: { type: "string", short: "o" },
  },
  pool: {
    op: { type: "string" },
    kernel: { type: "string" },
    stride: { type: "string" },
    padding: { type: "string" },
    dilation: { type: "string" },
    "ceil-mode": { type: "boolean" },
    "no-count-include-pad": { type: "boolean" },
    "divisor-override": { type: "string" },
    "norm-type": { type: "string" },
    quality: { type: "string" },
  },
};
const COMMON = { lang: { type: "string" }, help: { type: "boolean", short: "h" } } as const;

/** Options by name, each at most once; what the platform's reader lets pass is refused here, in both languages. */
class Given {
  readonly positionals: string[];
  private readonly values = new Map<string, string | true>();

  constructor(
    readonly command: string,
    args: string[],
    private readonly words: Words,
  ) {
    const options = { ...COMMANDS[command], ...COMMON } as Record<string, { type: Kind; short?: string }>;
    const { tokens, positionals } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
    this.positionals = positionals;
    for (const token of tokens) {
      if (token.kind !== "option") continue;
      const option = token.rawName;
      const known = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
      if (!known) throw new Refusal(say(words.unknown, { option, command }));
      if (this.values.has(token.name)) throw new Refusal(say(words.twice, { option }));
      const { value } = token;
      if (known.type === "string" && (value === undefined || value.startsWith("--"))) {
        throw new Refusal(say(words.value, { option }));
      }
      if (known.type === "boolean" && value !== undefined) throw new Refusal(say(words.noValue, { option }));
      this.values.set(token.name, value ?? true);
    }
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  private wrong(name: string, wanted: string): Refusal {
    return new Refusal(say(this.words.number, { option: `--${name}`, value: this.text(name) ?? "", wanted }));
  }

  word<const Word extends string>(name: string, among: readonly Word[]): Word | undefined {
    const value = this.text(name);
    if (value === undefined || among.includes(value as Word)) return value as Word | undefined;
    throw this.wrong(name, say(this.words.oneOf, { names: among.join(", ") }));
  }

  number(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = value === "inf" ? Number.POSITIVE_INFINITY : Number(value);
    if (value.trim() === "" || Number.isNaN(number)) throw this.wrong(name, this.words.aNumber);
    return number;
  }

  /** 6, or 6,3: whether it is a good size is the module's to say, in PyTorch's words. */
  size(name: string): number | number[] | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const parts = value.split(/[,x×]/).map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (parts.some(Number.isNaN)) throw this.wrong(name, this.words.numbers);
    return parts.length === 1 ? parts[0] : parts;
  }

  padding(): Padding2 | undefined {
    const value = this.text("padding");
    if (value === "same" || value === "same_lower" || value === "valid") return value;
    return this.size("padding") as Padding2 | undefined;
  }

  /** Exactly these arguments. */
  need(...names: string[]): string[] {
    const { command, words, positionals } = this;
    const [missing] = names.slice(positionals.length);
    if (missing) throw new Refusal(say(words.needs, { command, what: missing }));
    const [more] = positionals.slice(names.length);
    if (more !== undefined) throw new Refusal(say(words.tooMany, { value: more }));
    return positionals;
  }
}

async function readFigureInput(text: string, words: Words): Promise<readonly [number, number] | Tensor> {
  const size = /^(\d+)\s*[x×]\s*(\d+)$/.exec(text);
  if (size) return [Number(size[1]), Number(size[2])];
  const grid = readGrid(text);
  if (grid) return { data: Float32Array.from(grid.values), shape: [grid.values.length / grid.width, grid.width] };
  if (!isStandard(text) && !existsSync(text)) throw new Refusal(say(words.badInput, { value: text }));
  const { input } = await readInput(text, words);
  if (isTensor(input)) return input;
  if (losesColours(input.colours, "none")) console.error(say(words.coloursLost, { file: inputName(text, words) }));
  return toPlanes(onWhite(input), 3);
}

async function figure(given: Given, lang: Language, words: Words): Promise<void> {
  const [code = ""] = given.need("CODE");
  const file = given.text("output") ?? "-";
  const ending = extname(file).toLowerCase();
  if (/^\.(a?png|gif|jpe?g|webp|pdf|npy)$/.test(ending)) throw new Refusal(say(words.figureEnding, { file, ending }));
  const at = given.size("at");
  const svg = await figureSVG({
    code,
    input: await readFigureInput(given.text("input") ?? "8x9", words),
    lang,
    ...(at === undefined ? {} : { at: typeof at === "number" ? [at] : at }),
    ...optional("side", given.word("side", ["output", "input"])),
    ...optional("theme", given.word("theme", ["light", "dark"])),
    ...optional("width", given.number("width")),
  });
  writeOut(file, `${svg}\n`, words);
}

const optional = <Key extends string, const Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };

function poolOptions(given: Given, words: Words): ImageOptions {
  const kernelSize = given.size("kernel");
  if (kernelSize === undefined) throw new Refusal(say(words.needs, { command: given.command, what: "--kernel" }));
  // An option that the operator does not have is passed on as well: the module refuses it by name.
  return {
    op: given.word("op", ["max", "min", "avg", "lp"]) ?? "max",
    kernelSize,
    ...optional("stride", given.size("stride")),
    ...optional("padding", given.padding()),
    ...optional("dilation", given.size("dilation")),
    ...optional("ceilMode", given.has("ceil-mode") || undefined),
    ...optional("countIncludePad", given.has("no-count-include-pad") ? false : undefined),
    ...optional("divisorOverride", given.number("divisor-override")),
    ...optional("normType", given.number("norm-type")),
  } as ImageOptions;
}

/** Pools a picture. A size that is refused is said with the channels that the file has: an opaque picture has no alpha. */
function poolPicture(pooling: Pooling, picture: Picture, options: ImageOptions): Picture {
  const { width, height, colours } = picture;
  try {
    return { ...readPixels(pooling.poolImage(picture, options)), colours };
  } catch (error) {
    const { op: _, ...rest } = options;
    const isOfSize = error instanceof PoolingError && error.message.includes(`(4x${height}x${width})`);
    if (isOfSize && isOpaque(picture)) pooling.outputShape2d([3, height, width], rest as ShapeOptions<2>);
    throw error;
  }
}

const readPixels = ({ data, width, height }: { data: unknown; width: number; height: number }) => ({
  data: data as Uint8ClampedArray,
  width,
  height,
});

function poolTensor(pooling: Pooling, tensor: Tensor, { op, ...options }: ImageOptions): Tensor {
  const run = pooling[`${op as "max" | "min" | "avg" | "lp"}Pool2d`] as (x: Tensor, options: object) => Tensor;
  return run(tensor, options);
}

const shapeOf = (input: Picture | Tensor, channels: number): string =>
  (isTensor(input) ? input.shape : [channels, input.height, input.width]).join(" × ");

async function pool(given: Given, _: Language, words: Words): Promise<void> {
  const [from = "", to = ""] = given.need("IN", "OUT");
  const options = poolOptions(given, words);
  const asked = formatOf(to, words);
  const quality = given.number("quality") ?? 92;
  const { input, format: own } = await readInput(from, words);
  const format: Format = asked ?? own;
  const pooling = await loadPooling();
  const result = isTensor(input) ? poolTensor(pooling, input, options) : poolPicture(pooling, input, options);
  const bytes = encode(result, format, quality, words);
  if (!isTensor(input) && losesColours(input.colours, format === "npy" ? "none" : format)) {
    console.error(say(words.coloursLost, { file: inputName(from, words) }));
  }
  writeOut(to, bytes, words);
  const channels = isTensor(input) || isOpaque(input) ? 3 : 4;
  if (!isStandard(to)) console.log(`${shapeOf(input, channels)} → ${shapeOf(result, channels)}`);
}

const ACTIONS = { figure, pool };

function language(args: string[]): Language {
  const chosen = args.indexOf("--lang");
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const asked =
    chosen >= 0
      ? args[chosen + 1]
      : args.find((arg) => arg.startsWith("--lang="))?.slice("--lang=".length) ||
        LC_ALL ||
        LC_MESSAGES ||
        LANG ||
        Intl.DateTimeFormat().resolvedOptions().locale;
  return asked?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

async function main(args: string[]): Promise<void> {
  const lang = language(args);
  const words = WORDS[lang];
  // Whether standard output took it is known only later. Who closed a pipe has read enough.
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") return;
    console.error(say(words.cannotWrite, { file: words.standardOutput, why: message }));
    process.exitCode = 1;
  });
  process.stderr.on("error", () => {});
  try {
    const [name = "help", ...rest] = args;
    if (/^(help|-h|--help)$/.test(name)) {
      const [about] = rest;
      console.log(about === "figure" || about === "pool" ? words[about] : words.help);
      return;
    }
    if (name === "--version") {
      console.log((await loadPooling()).info().version);
      return;
    }
    if (name !== "figure" && name !== "pool") throw new Refusal(say(words.noCommand, { name }));
    const given = new Given(name, rest, words);
    given.word("lang", ["en", "zh"]);
    if (given.has("help")) console.log(words[name]);
    else await ACTIONS[name](given, lang, words);
  } catch (error) {
    if (![Refusal, PoolingError, RangeError, TypeError].some((kind) => error instanceof kind)) throw error;
    console.error(printable((error as Error).message));
    process.exitCode = 1;
  }
}

await main(process.argv.slice(2));
