// npm run reference: writes docs/reference from the types and docstrings of the package's entries.
//   --check   changes nothing and fails where what is committed is not what would be written
// API Extractor reads the declarations and brings its own compiler: TypeScript 7 has no stable programming interface.
// TypeDoc needs one. API Documenter reads the same model and writes a page for each member: an operator's options, which stand in
// generic types of several interfaces, come out as their names alone. Here each operator has one table of them, as readers look them up.
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { main } from "./build.mjs";
import { entries } from "./entries.mjs";
import { node, root, StepError, tools } from "./steps.mjs";

const place = "docs/reference";
const work = join(root, "build/reference");

/** @type {Record<string, { title: string, address: string }>} */
const pages = {
  index: { title: "The module", address: "poolscope" },
  worker: { title: "In a worker", address: "poolscope/worker" },
  nowasm: { title: "Without WebAssembly", address: "poolscope/nowasm" },
  figure: { title: "The figure", address: "poolscope/figure" },
  "element-class": { title: "The element", address: "poolscope/element-class" },
};

/**
 * What API Extractor says of one declaration, as far as it is used here.
 * @typedef {{ kind: "Content" | "Reference", text: string, canonicalReference?: string }} Token
 * @typedef {{
 *   kind: string, name: string, canonicalReference: string, docComment?: string, excerptTokens: Token[], members?: Item[],
 *   isOptional?: boolean, fileUrlPath?: string, extendsTokenRanges?: { startIndex: number, endIndex: number }[],
 *   propertyTypeTokenRange?: { startIndex: number, endIndex: number },
 * }} Item
 */

/** Members of an element's class that only the browser calls: nobody has to document them, nor read of them. */
const platform = /^(observedAttributes|\w+Callback)$/;

/** @param {string} name @returns {Item[]} the declarations an entry exports, and those they are made of */
function read(name) {
  const source = entries[/** @type {keyof typeof entries} */ (name)];
  const model = join(work, `${name}.api.json`);
  /** @type {string[]} */
  const problems = [];
  const compilerOptions = { target: "es2022", lib: ["es2023", "dom", "dom.iterable"], moduleResolution: "bundler" };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(work, "types", source.replace(/^web\//, "").replace(/\.ts$/, ".d.ts")),
      newlineKind: "lf",
      compiler: {
        overrideTsconfig: {
          compilerOptions: { ...compilerOptions, module: "esnext", strict: true, skipLibCheck: true, types: [] },
          include: [join(work, "types/**/*.d.ts")],
        },
      },
      // The report itself is not kept: making it is what finds missing docstrings.
      apiReport: {
        enabled: true,
        reportFolder: work,
        reportTempFolder: join(work, "temp"),
        reportFileName: `${name}.api.md`,
      },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      docModel: { enabled: true, apiJsonFilePath: model, includeForgottenExports: true },
    },
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      const broken = message.category === "Compiler" && message.logLevel === ExtractorLogLevel.Error;
      const undocumented =
        message.messageId === "ae-undocumented" && !platform.test(message.text.match(/"(\w+)"/)?.[1] ?? "");
      if (undocumented || broken) {
        const file = message.sourceFilePath?.replace(join(work, "types"), "web").replace(/\.d\.ts$/, ".ts");
        problems.push(`${file}: ${message.text}`);
      }
      message.logLevel = ExtractorLogLevel.None;
      message.handled = true;
    },
  });
  if (problems.length) throw new StepError(`Docstrings are missing:\n${problems.join("\n")}`);
  return JSON.parse(readFileSync(model, "utf8")).members[0].members;
}

/** The declarations in the order of their file: API Extractor sorts by name. @param {Item[]} items */
function inSourceOrder(items, within = "") {
  /** @param {Item} item */
  const position = ({ name, kind, fileUrlPath }) => {
    const text = within || (fileUrlPath ? readFileSync(join(root, fileUrlPath), "utf8") : "");
    const word = kind === "Constructor" ? "constructor" : name;
    const at = text.search(
      new RegExp(`^(?:export |declare |default )*(?:\\w+ )*${word}\\b|^ {4}(?:\\w+ )*${word}\\b`, "m"),
    );
    return [fileUrlPath ?? "", at];
  };
  const keyed = items.map((item) => ({ item, at: position(item) }));
  keyed.sort((a, b) => (a.at[0] < b.at[0] ? -1 : a.at[0] > b.at[0] ? 1 : Number(a.at[1]) - Number(b.at[1])));
  return keyed.map(({ item }) => item);
}

/** @typedef {{ text: string, tags: { tag: string, text: string }[] }} Comment */

/** A docstring as its text and its tagged blocks. @param {Item} item @returns {Comment} */
function comment({ docComment = "" }) {
  const lines = docComment
    .replace(/^\/\*\*|\*\/\s*$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  /** @type {Comment} */
  const result = { text: "", tags: [] };
  for (const line of lines) {
    const start = line.match(/^@(\w+)\s*(.*)$/);
    if (start) result.tags.push({ tag: start[1], text: start[2] });
    else {
      const last = result.tags.at(-1) ?? result;
      last.text += `\n${line}`;
    }
  }
  for (const part of [result, ...result.tags]) part.text = part.text.replace(/\{@link (\S+?)\}/g, "`$1`").trim();
  return result;
}

/** @param {Comment} comment @param {string} tag */
const tagged = ({ tags }, tag) => tags.filter((found) => found.tag === tag).map(({ text }) => text);

/** @param {Token[]} tokens @param {{ startIndex: number, endIndex: number }} [range] */
const textOf = (tokens, range) =>
  tokens
    .slice(range?.startIndex, range?.endIndex)
    .map(({ text }) => text)
    .join("");

/** @param {Item} item */
const declaration = (item) =>
  textOf(item.excerptTokens)
    .replace(/^export (declare )?/, "")
    .replace(/^declare /, "")
    .replace(/;$/, "")
    .trim();

/** @param {string} text */
const oneLine = (text) => text.replace(/\s*\n\s*/g, " ").trim();
/** @param {string} text */
const cell = (text) => oneLine(text).replace(/(?<!\\)\|/g, "\\|");
/** @param {string} text */
const code = (text) => `\`${cell(text)}\``;
/** @param {string[]} lines */
const block = (...lines) => ["```ts", ...lines, "```"].join("\n");
/** @param {string[][]} rows */
const table = (...rows) => {
  const [head, ...body] = rows;
  return [head, head.map(() => "---"), ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
};

/** What a docstring says beyond its first text. @param {Comment} comment */
function rest(comment) {
  /** @type {string[]} */
  const parts = [];
  /** @param {string} title @param {string[]} texts */
  const say = (title, texts) => {
    if (texts.length === 1) parts.push(`**${title}.** ${texts[0]}`);
    else if (texts.length) parts.push([`**${title}.**`, "", ...texts.map((text) => `- ${oneLine(text)}`)].join("\n"));
  };
  say(
    "Parameters",
    tagged(comment, "param").map((text) => text.replace(/^(\S+)\s+-?\s*/, "`$1`: ")),
  );
  say("Returns", tagged(comment, "returns"));
  parts.push(...tagged(comment, "remarks"));
  say("Throws", tagged(comment, "throws"));
  say("Source", tagged(comment, "see"));
  parts.push(...tagged(comment, "example"));
  return parts;
}

class Page {
  /** @param {string} name @param {Item[]} items */
  constructor(name, items) {
    this.name = name;
    this.items = inSourceOrder(items);
    this.byName = new Map(items.map((item) => [item.name, item]));
    const families = ["Operators", "Operators1d", "Operators3d"].flatMap((of) => this.byName.get(of)?.members ?? []);
    this.operators = new Set(families.map(({ name }) => name));
    /** Sections with a heading, to link to. */
    this.headed = new Set(items.filter(({ kind }) => /Type|Interface|Class/.test(kind)).map(({ name }) => name));
  }

  /** Declarations that are not exported are shown too, but after the others. @param {string} name */
  isPublic(name) {
    const item = this.byName.get(name);
    return item ? !/~/.test(item.canonicalReference) : false;
  }

  /** A type in a table, linked when it is one of this page's. @param {string} type */
  type(type) {
    const words = new Set(type.match(/\b[A-Z]\w+\b/g)?.filter((word) => this.headed.has(word)));
    const [only] = words;
    return words.size === 1 ? `[${code(type)}](#${only.toLowerCase()})` : code(type);
  }

  /** An interface's own members and, first, those it inherits. @param {Item} item @returns {Item[]} */
  members(item) {
    const inherited = (item.extendsTokenRanges ?? []).flatMap((range) => {
      const base = this.byName.get(textOf(item.excerptTokens, range).replace(/<.*/s, "").trim());
      return base ? this.members(base) : [];
    });
    const file = item.fileUrlPath ? readFileSync(join(root, item.fileUrlPath), "utf8") : "";
    const own = file.slice(file.search(new RegExp(`\\b(interface|class) ${item.name}\\b`)));
    return [...inherited, ...inSourceOrder(item.members ?? [], own)];
  }

  /** @param {Item[]} members @param {string} first the heading of the first column @param {string} [rank] stands for D */
  properties(members, first, rank = "D") {
    const withDefaults = members.some((member) => tagged(comment(member), "defaultValue").length);
    const rows = members.map((member) => {
      const said = comment(member);
      const type = textOf(member.excerptTokens, member.propertyTypeTokenRange)
        .replace(/ \| undefined$/, "")
        .replace(/\bD\b/g, rank);
      const name = `\`${member.name}${member.isOptional && !withDefaults ? "?" : ""}\``;
      const usual = tagged(said, "defaultValue")[0];
      const fallback = usual
        ? /\s/.test(usual)
          ? cell(usual)
          : code(usual)
        : member.isOptional
          ? "none"
          : "*required*";
      const text = [said.text, ...tagged(said, "remarks")].map(cell).join(" ");
      return [name, this.type(type), ...(withDefaults ? [fallback] : []), text];
    });
    return table([first, "Type", ...(withDefaults ? ["Default"] : []), "Meaning"], ...rows);
  }

  /** @param {Item} item @param {string} [title] */
  callable(item, title = `### ${item.name}`) {
    const said = comment(item);
    return [title, block(declaration(item)), said.text, ...rest(said)].filter(Boolean).join("\n\n");
  }

  /** One operator: an entry of the interface `Operators`, whose type is one of a few forms of call. @param {Item} item */
  operator(item) {
    const type = textOf(item.excerptTokens, item.propertyTypeTokenRange);
    const [, form, argument = ""] = type.match(/^(\w+)(?:<(.*)>)?$/s) ?? [];
    const call = this.byName.get(form ?? "");
    if (!call) throw new StepError(`${place}: ${item.name} has a form of call that is not known: ${type}`);
    const signature = declaration(call)
      .replace(/^type \w+(<.*?>)? = /s, "")
      .replace(/\bO\b/g, argument)
      .replace(/\) => /, "): ");
    const lines = oneLine(signature).replace(/\bD\b/g, "2").replace(/\( /, "(").replace(/,? \)/, ")");
    const options = [...new Set(lines.match(/\b[A-Z]\w+(?=<|,|\)| &)/g))].flatMap((word) => {
      const found = this.byName.get(word);
      return found?.kind === "Interface" && /Options|Shape|Layout|Out/.test(word) ? this.members(found) : [];
    });
    // `layout` and `out` belong to all; they come last.
    const common = (/** @type {Item} */ { name }) => (name === "layout" ? 1 : name === "out" ? 2 : 0);
    const unique = [...new Map(options.map((option) => [option.name, option])).values()];
    unique.sort((a, b) => common(a) - common(b));
    const said = comment(item);
    const others = [1, 3].map((rank) => `\`${item.name.replace("2d", `${rank}d`)}\``).join(", ");
    return [
      `### ${item.name}`,
      block(`pooling.${item.name}${lines}`),
      `${said.text} Also ${others}.`,
      unique.length ? this.properties(unique, "Option", "2") : "",
      ...rest(said),
    ]
      .filter(Boolean)
      .join("\n\n");
  }

  /** @param {Item} item */
  section(item) {
    const said = comment(item);
    const head = [`### ${item.name}`, said.text];
    if (item.kind === "TypeAlias" || item.kind === "Variable")
      return [...head, block(declaration(item)), ...rest(said)].filter(Boolean).join("\n\n");
    const isFamily = /^Operators\dd$/.test(item.name);
    const members = this.members(item).filter(
      ({ name }) => (isFamily || !this.operators.has(name)) && !platform.test(name),
    );
    const isData = (/** @type {Item} */ { kind }) => /Property/.test(kind);
    const data = members.filter(isData);
    return [
      ...head,
      block(declaration(item)),
      ...rest(said),
      data.length ? this.properties(data, item.kind === "Class" ? "Property" : "Member") : "",
      ...members
        .filter((member) => !isData(member))
        .map((member) => this.callable(member, `#### ${item.name}.${member.name || "constructor"}`)),
    ]
      .filter(Boolean)
      .join("\n\n");
  }

  text() {
    const { title, address } = pages[this.name];
    const shown = this.items.filter(({ name }) => this.isPublic(name));
    const inner = this.items.filter(({ name, kind }) => !this.isPublic(name) && /Type|Interface/.test(kind));
    const functions = shown.filter(({ kind }) => kind === "Function");
    const operators = this.name === "index" ? this.byName.get("Operators") : undefined;
    const types = shown.filter((item) => item.kind !== "Function" && item !== operators);
    const parts = [
      `# ${title}: \`${address}\``,
      "Generated from the types and docstrings by `npm run reference`; do not edit.",
      ...(functions.length ? ["## Functions", ...functions.map((item) => this.callable(item))] : []),
    ];
    if (operators) {
      const said = comment(operators);
      parts.push("## Operators", said.text, ...rest(said));
      parts.push(...this.members(operators).map((item) => this.operator(item)));
    }
    if (types.length) parts.push("## Types", ...types.map((item) => this.section(item)));
    if (inner.length) {
      parts.push("## Types that others are made of", "They are not exported.");
      parts.push(...inner.map((item) => this.section(item)));
    }
    return `${parts.join("\n\n")}\n`;
  }
}

/** @returns {Map<string, string>} every file of docs/reference by name */
export function reference() {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  node(tools.tsc, ["-p", "tsconfig.declarations.json", "--noCheck", "--outDir", join(work, "types")]);
  const names = Object.keys(pages).filter((name) => {
    const source = entries[/** @type {keyof typeof entries} */ (name)];
    return source && existsSync(join(root, source));
  });
  /** @type {Map<string, string>} */
  const files = new Map();
  const list = names.map((name) => {
    files.set(`${name === "index" ? "module" : name}.md`, new Page(name, read(name)).text());
    return `- [${pages[name].title}](${name === "index" ? "module" : name}.md): \`${pages[name].address}\``;
  });
  const about = [
    "# Reference",
    "Generated from the types and docstrings by `npm run reference`; do not edit.",
    list.join("\n"),
    "Where PyTorch, ONNX, TensorFlow and Core ML differ, and what was chosen here: [differences](../differences.md).",
  ];
  files.set("README.md", `${about.join("\n\n")}\n`);
  return files;
}

/** Throws where a committed page is not what the types say now. */
export function checkReference() {
  const files = reference();
  const directory = join(root, place);
  const there = existsSync(directory) ? readdirSync(directory) : [];
  const stale = [...files].filter(
    ([name, text]) => !there.includes(name) || readFileSync(join(directory, name), "utf8") !== text,
  );
  const wrong = [...stale.map(([name]) => name), ...there.filter((name) => !files.has(name))];
  if (wrong.length)
    throw new StepError(`Not current: ${wrong.join(", ")} in ${place}. \`npm run reference\` writes them.`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await main(() => {
    if (process.argv.includes("--check")) return checkReference();
    const files = reference();
    rmSync(join(root, place), { recursive: true, force: true });
    mkdirSync(join(root, place), { recursive: true });
    for (const [name, text] of files) writeFileSync(join(root, place, name), text);
    console.log(`reference: wrote ${[...files.keys()].join(", ")} in ${place}`);
  });
}
