/**
 * Hostile texts: lines, addresses, attributes, arguments of a shell. They know nothing of an entry. Runs as it is in Node and in browsers.
 *
 * @typedef {{ name: string, make: (honest: any, world: import("./values.js").World) => string }} Text
 */

/** @param {string} name @param {string | ((address: string) => string)} text @returns {Text} */
const of = (name, text) => ({ name, make: (_, { address }) => (typeof text === "string" ? text : text(address)) });
/** @param {string} text @param {number} count @returns {Text} */
const many = (text, count, before = "", after = "") =>
  of(
    `${JSON.stringify(before).slice(1, -1)}${JSON.stringify(text)} ${count} times${after && ` and ${after}`}`,
    before + text.repeat(count) + after,
  );

export const long = [
  many("a", 1e6),
  many("(", 1e5),
  many(")", 1e5),
  many("[", 1e5, "nn.MaxPool2d("),
  many("nn.MaxPool2d(", 1e4),
  many("nn.MaxPool2d(2), ", 5000),
  many("9", 1e5, "nn.MaxPool2d(", ")"),
  many("1,", 1e5),
  many("1,", 1e5, "nn.MaxPool2d((", "))"),
  many("2x", 1e5),
  many("-", 1e5, "nn.MaxPool2d(", "2)"),
  many("2*", 3000, "nn.MaxPool2d(", "2)"),
  many("+1", 3000, "nn.MaxPool2d(1", ")"),
  many("{", 1e4),
  many("<", 1e4),
  many("%", 1e5),
  many("&", 1e5),
  many("&at=1,1", 1e4, "nn.MaxPool2d(2)"),
  many("\u{1F4A3}", 1e5),
];

/** Texts on which an expression that tries again and again would take hours. */
export const expressions = [
  many(" ", 1e5),
  many(" ", 1e5, "nn.MaxPool2d(", "x"),
  many("\t\n", 5e4, "", "!"),
  many("'", 1e5),
  many('"\\', 5e4),
  many("a_", 5e4, "", "="),
  many("kernel_size=", 1e4, "nn.MaxPool2d("),
  many("a.", 5e4),
  many("a.", 5e4, "", "("),
  many("#", 1e5, "nn.MaxPool2d(2"),
  many("//", 5e4, "nn.MaxPool2d(2"),
  many("/*", 5e4, "nn.MaxPool2d(2"),
  many("0", 1e5, "1:", "x"),
  many("1e", 5e4),
  many("1_", 5e4, "nn.MaxPool2d(", ")"),
  many("1.", 5e4, "nn.MaxPool2d(", ")"),
  many("1 ", 5e4, "1:"),
  many("\u2212", 1e5, "1:"),
  many("nan,", 1e4, "1:"),
  many("make_node(", 1e4),
  many("x = MaxPool <", 1e4),
  many("-> (y) {", 1e4),
  many("layers.", 1e4, "keras.", "MaxPooling2D("),
  many("x ", 1e5, "8 "),
  many("\r", 1e5),
];

const script = "globalThis.attackRan=1";
export const markup = [
  of("a script element", `<script>${script}</script>`),
  of("a script element behind a line", `nn.MaxPool2d(2)</title></text></svg><script>${script}</script>`),
  of("a picture whose error is a script", `"><img src=x onerror="${script}">`),
  of("a picture with single quotes", `'><img src=x onerror='${script}'>`),
  of("an svg that loads", `<svg onload="${script}">`),
  of("an event on a shape", `"/><rect onclick="${script}" width="1e9" height="1e9"/>`),
  of("a use of a foreign file", (address) => `<use href="${address}/use.svg#x"/>`),
  of("an image of a foreign file", (address) => `"><image href="${address}/image.png"/>`),
  of("a foreignObject", (address) => `<foreignObject><iframe src="${address}/frame"></iframe></foreignObject>`),
  of("a style that fetches", (address) => `<style>@import url(${address}/style.css)</style>`),
  of("a style's value that fetches", (address) => `url(${address}/colour.png)`),
  of("a style's value that ends early", (address) => `red;} * { background: url("${address}/star.png") }`),
  of("an expression of old browsers", `expression(${script})`),
  of("an entity declaration", (address) => `<!DOCTYPE x [<!ENTITY e SYSTEM "${address}/entity">]>&e;`),
  of("a billion laughs", `<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>&b;`),
  of("an end of CDATA", `]]><script>${script}</script>`),
  of("an end of a comment", `--><script>${script}</script>`),
  of("an end of a template", `\${${script}}\``),
  of("a javascript address", `javascript:${script}`),
  of("a javascript address with a tab", `java\tscript:${script}`),
  of("a data address of a page", `data:text/html,<script>${script}</script>`),
  of("a data address of an svg", `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="${script}"/>`),
  of(
    "an svg that is a bomb",
    `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="99999999" height="99999999"/>`,
  ),
  of("a blob of nobody", "blob:null/00000000-0000-4000-8000-000000000000"),
  of("a foreign address", (address) => `${address}/foreign.png`),
  of("a foreign address without a scheme", (address) => address.replace("http:", "")),
  of("an address with a name and a password", (address) => address.replace("//", "//name:word@")),
  of("an address that is none", "http://["),
  of("an address of a file", "file:///etc/passwd"),
  of("steps out of the folder", "../../../../../../etc/passwd"),
  of("a shell's command", "$(touch attack-ran); `touch attack-ran` | touch attack-ran"),
  of("a format", "%s%n%d%@{0}{value}{file}"),
  of("JSON of a message", '{"stand":"array","className":"Function","length":"return 1"}'),
];

export const unicode = [
  of("NUL", "\0"),
  of("NUL in a line", "nn.MaxPool2d(2\0)"),
  of("control characters", "nn.MaxPool2d(2)\x07\x08\x1b[2J\x1b]0;x\x07"),
  of("a lone high surrogate", "nn.MaxPool2d(\ud800)"),
  of("a lone low surrogate", "\udc00"),
  of("surrogates the wrong way round", "\udc00\ud800"),
  of("no characters", "\ufffe\uffff\u{1ffff}"),
  of("a byte order mark", "\ufeffnn.MaxPool2d(2)"),
  of("text from right to left", "\u202enn.MaxPool2d(2)\u202c"),
  of("isolates that never close", "\u2066\u2067\u2068nn.MaxPool2d(2"),
  of("letters that look alike", "nn.M\u0430xPool2d(2)"),
  of("joiners", "nn.Max\u200dPool2d(\u200c2\u200b)"),
  of("digits of other scripts", "nn.MaxPool2d(\u0663, \u096b)"),
  of("full width", "\uff4e\uff4e\uff0e\uff2d\uff41\uff58\uff30\uff4f\uff4f\uff4c\uff12\uff44\uff08\uff12\uff09"),
  of("a thousand accents", `nn.MaxPool2d(2${"\u0301".repeat(1000)})`),
  of("a letter that grows eighteen times", "\ufdfa".repeat(5000)),
  of("line separators", "nn.MaxPool2d(\u2028 2 \u2029)"),
  of("a Turkish i", "nn.MaxPool2d(2, ce\u0130l_mode=True)"),
  of("superscripts", "nn.MaxPool2d(2\u00b2)"),
  of("fractions", "nn.MaxPool2d(\u00bd)"),
  of("tags", "\u{e0001}\u{e0061}\u{e007f}"),
  of("percent signs of no character", "%E0%A4%A%ZZ%"),
  of("percent signs of NUL", "nn.MaxPool2d(2)%00"),
];

export const lines = [
  ...[
    "30001, 1, 15000",
    "1000001, 1, 500000",
    "2147483647",
    "2147483648",
    "2**31",
    "9007199254740993",
    "1e308",
    "1e999",
  ],
  ...[
    "-1",
    "-0",
    "0",
    "nan",
    "inf",
    "-inf",
    "0x7fffffff",
    "2, 0",
    "2, -1",
    "2, 1, -1",
    "2, 1, 0, 2147483647",
    "(2,) * 9",
    "2 // 0",
  ],
  ...[
    "'2'",
    "[[2]]",
    "None",
    "True",
    "2j",
    "*a",
    "**a",
    "lambda: 2",
    "__import__('os')",
    "2; import os",
    "a := 2",
    "2 if 1 else 3",
  ],
].map((given) => of(`nn.MaxPool2d(${given})`, `nn.MaxPool2d(${given})`));

export const names = [
  ...["nn.AdaptiveMaxPool2d(10000)", "nn.AdaptiveAvgPool2d(2147483647)", "nn.AdaptiveAvgPool2d((1, 1e9))"],
  ...[
    "nn.AvgPool2d(30001, 1, 15000)",
    "nn.AvgPool2d(1000001, 1, 500000)",
    "nn.AvgPool2d(2, divisor_override=2147483648)",
  ],
  ...[
    "nn.LPPool2d(1e308, 2)",
    "nn.LPPool2d(5e-324, 2)",
    "nn.LPPool2d(-1, 2)",
    "nn.FractionalMaxPool2d(2, output_size=10000)",
  ],
  ...["nn.__proto__(2)", "nn.constructor(2)", "nn.toString(2)", "nn.hasOwnProperty(2)", "__proto__.MaxPool2d(2)"],
  ...[
    "nn.MaxPool2d(__proto__=2)",
    "nn.MaxPool2d(constructor=2)",
    "nn.MaxPool2d(2, toString=1)",
    "nn.MaxPool2d(2, valueOf=1)",
  ],
  ...[
    "keras.layers.constructor(2)",
    "pooling.__proto__(x, { kernelSize: 2 })",
    "maxPool2d(x, { __proto__: { kernelSize: 2 } })",
  ],
  ...[
    "onnx.helper.make_node('constructor', ['x'], ['y'], kernel_shape=[2, 2])",
    "y = __proto__ <kernel_shape = [2, 2]> (x)",
  ],
  ...["__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "__defineGetter__", "then"],
].map((text) => of(text, text));

export const sizes = [
  ...[
    "0x0",
    "-1x4",
    "1e3x2",
    "99999999x99999999",
    "2147483648x1",
    "1x9007199254740993",
    "513x513",
    "512x99999",
    "0.5x2",
  ],
  ...["1:", ":1", "0:1", "-1:1,2", "3:1,2,3,4", "99999999999:1", "1e3:1", "2:nan,inf,-inf,1e400", "1:0x10", "1:1__1"],
  ...[
    "-1,-1",
    "1e308,1",
    "9007199254740993,0",
    "1,1,1,1",
    ",",
    "nan,nan",
    "at",
    "2147483648,2147483648",
    "0.5,0.5",
    " 1 , 1 ",
  ],
].map((text) => of(text, text));

/** The texts of a storm, each put in the place of the one before without waiting. */
export const storm = Array.from({ length: 400 }, (_, at) => {
  const kernel = 1 + (at % 7);
  return [
    `nn.MaxPool2d(${kernel})`,
    `nn.AvgPool2d(${kernel}, padding=9)`,
    `${kernel}x`,
    "",
    `nn.MaxPool2d(${kernel}, stride=1)`,
  ][at % 5];
});
