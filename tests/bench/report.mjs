// From the numbers to RESULTS.md and results.svg.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, workloads } from "./workloads.mjs";

/** @typedef {import("./harness.mjs").Timing} Timing */

const ours = "poolscope";
/** Reads tensors whose channels come last, and no others. */
const lastOnly = "tfjs-backend-wasm";
const isPeer = (/** @type {Timing} */ { library }) =>
  !library.startsWith(ours) && library !== "FLOOR" && library !== "naive JS";

const ms = (/** @type {number | undefined} */ value) =>
  value === undefined || Number.isNaN(value)
    ? "–"
    : value >= 100
      ? value.toFixed(0)
      : value >= 1
        ? value.toPrecision(3)
        : value.toPrecision(2);
const times = (/** @type {number} */ value) =>
  Number.isFinite(value) ? `${value >= 10 ? value.toFixed(0) : value.toFixed(1)}×` : "–";
const geometricMean = (/** @type {number[]} */ values) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** @param {Timing[]} timings @param {string} library @param {string} kind */
const find = (timings, library, kind) =>
  timings.find((timing) => timing.library === library && timing.kind === kind && !timing.wrong);

/** What a workload says about us. @param {Timing[]} timings */
export function ratios(timings) {
  const fastest = (/** @type {string} */ kind) => {
    const known = timings.filter((timing) => isPeer(timing) && timing.kind === kind && timing.ms > 0);
    return known.sort((a, b) => a.ms - b.ms)[0];
  };
  const own = (/** @type {string} */ kind) => find(timings, ours, kind)?.ms ?? Number.NaN;
  const [operator, whole] = [fastest("operator"), fastest("fresh")];
  // Each peer beside poolscope on data that lies as that peer reads it.
  const alike = timings
    .filter((timing) => isPeer(timing) && timing.kind === "operator" && timing.ms > 0)
    .map(({ library, ms }) => ({
      library,
      times: ms / (library === lastOnly ? own("last") || own("operator") : own("operator")),
    }))
    .sort((a, b) => a.times - b.times)[0];
  return {
    alike: alike?.times ?? Number.NaN,
    alikePeer: alike?.library,
    operator: (operator?.ms ?? Number.NaN) / own("operator"),
    operatorPeer: operator?.library,
    whole: (whole?.ms ?? Number.NaN) / own("out"),
    wholePeer: whole?.library,
    floor: own("operator") / (find(timings, "FLOOR", "operator")?.ms ?? Number.NaN),
  };
}

/** One workload in the terminal. @param {{ id: string, failed: Record<string, string>, timings: Timing[] }} measured */
export function printable({ id, failed, timings }) {
  const w = workloads.find((item) => item.id === id);
  const lines = [`\n${id}${w ? `  ${describe(w)}` : ""}`];
  for (const library of new Set(timings.map((timing) => timing.library))) {
    const parts = timings
      .filter((timing) => timing.library === library)
      .map(({ kind, ms: value, low, high, wrong, samples }) =>
        wrong ? `${kind}: WRONG (${wrong})` : `${kind} ${ms(value)} [${ms(low)}–${ms(high)}, ${samples}]`,
      );
    lines.push(`  ${library.padEnd(27)}${parts.join("   ")}`);
  }
  for (const [library, why] of Object.entries(failed)) lines.push(`  ${library.padEnd(27)}failed: ${why}`);
  const r = ratios(timings);
  lines.push(
    `  operator ${times(r.operator)} ${r.operatorPeer ?? ""} (in its layout ${times(r.alike)} ${r.alikePeer ?? ""}), end-to-end with out ${times(r.whole)} ${r.wholePeer ?? ""}, ${times(r.floor)} FLOOR`,
  );
  return lines.join("\n");
}

const short = (/** @type {string} */ library) =>
  library
    .replace("onnxruntime-web, ", "ORT ")
    .replace(" thread", "t")
    .replace("ts", "t")
    .replace("tfjs-backend-wasm", "tfjs");

/** @param {{ id: string, timings: Timing[] }[]} measured @param {string[]} libraries */
function table(measured, libraries) {
  const head = [
    "",
    "",
    `${ours}: new array / \`out\` / operator (channels last)`,
    ...libraries.map((name) => (name === "FLOOR" ? "FLOOR: `out` / operator" : name)),
    "operator vs fastest peer",
    "the same, in the peer's layout",
    "`out` vs fastest peer",
    "operator / FLOOR",
  ];
  const lines = [`| ${head.join(" | ")} |`, `|${head.map((_, i) => (i < 2 ? "---" : "---:")).join("|")}|`];
  for (const { id, timings } of measured) {
    const w = workloads.find((item) => item.id === id);
    const cell = (/** @type {string} */ library) => {
      const all = timings.filter((timing) => timing.library === library);
      if (all.some(({ wrong }) => wrong)) return "wrong";
      const of = (/** @type {string} */ kind) => find(timings, library, kind)?.ms;
      if (all.length === 0) return "–";
      const last = of("last") === undefined ? "" : ` (${ms(of("last"))})`;
      if (library === ours) return `${ms(of("fresh"))} / ${ms(of("out"))} / **${ms(of("operator"))}**${last}`;
      if (library === "FLOOR") return `${ms(of("out"))} / ${ms(of("operator"))}`;
      const tensor = of("tensor") === undefined ? "" : ` [${ms(of("tensor"))}]`;
      return `${ms(of("fresh"))}${tensor}${of("operator") === undefined ? "" : ` / ${ms(of("operator"))}`}`;
    };
    const r = ratios(timings);
    lines.push(
      `| ${[id, describe(w), cell(ours), ...libraries.map(cell), `${times(r.operator)} ${short(r.operatorPeer ?? "")}`, `${times(r.alike)} ${short(r.alikePeer ?? "")}`, `${times(r.whole)} ${short(r.wholePeer ?? "")}`, times(r.floor)].join(" | ")} |`,
    );
  }
  return lines.join("\n");
}

/** @param {any} host */
function summary(host) {
  const all = host.workloads.map((/** @type {any} */ { id, timings }) => ({ id, ...ratios(timings) }));
  const known = (/** @type {string} */ name) => all.filter((/** @type {any} */ row) => row[name] > 0);
  const mean = (/** @type {string} */ name) => geometricMean(known(name).map((/** @type {any} */ row) => row[name]));
  const least = (/** @type {string} */ name) => [...known(name)].sort((a, b) => a[name] - b[name])[0];
  return {
    operator: mean("operator"),
    alike: mean("alike"),
    whole: mean("whole"),
    floor: mean("floor"),
    slowest: least("operator"),
    slowestAlike: least("alike"),
  };
}

/** @param {any} results */
function reach(results) {
  const [host] = results.hosts;
  const all = summary(host);
  const lines = ["| reach | goal | measured |", "|---|---:|---:|"];
  const row = (/** @type {string[]} */ ...cells) => lines.push(`| ${cells.join(" | ")} |`);
  row("operator only, geometric mean over the fastest peer", "≥ 12×", times(all.operator));
  row("operator only, the least favourable workload", "≥ 1×", `${times(all.slowest.operator)} (${all.slowest.id})`);
  row(
    "the same two, each peer on data that lies as it reads it",
    "",
    `${times(all.alike)}; ${times(all.slowestAlike.alike)} (${all.slowestAlike.id})`,
  );
  row("operator only, geometric mean of FLOORs", "≤ 2", all.floor.toFixed(2));
  row("end-to-end with `out`, geometric mean over the fastest peer", "≥ 4×", times(all.whole));
  for (const { name, kernels, dilations } of host.flatness) {
    const at = (/** @type {number} */ k) => kernels.find((/** @type {any} */ item) => item.kernel === k).ms;
    row(`k=63 over k=3: ${name}`, "≤ 1.3", (at(63) / at(3)).toFixed(2));
    row(`dilation 8 over 1 (k=5): ${name}`, "≤ 1.2", (dilations[1].ms / dilations[0].ms).toFixed(2));
  }
  for (const { name, perPixel, grown } of host.linearity) {
    row(
      `ns per pixel, 8192² over 1024²: ${name}`,
      "≤ 1.3",
      `${(perPixel[1] / perPixel[0]).toFixed(2)}; memory grew by ${(grown / 1024).toFixed(0)} KiB`,
    );
  }
  for (const { engine, small } of results.hosts) {
    const us = (/** @type {string} */ kind) => ((find(small.timings, ours, kind)?.ms ?? Number.NaN) * 1000).toFixed(2);
    row(
      `3×3 pool of 1×8×8 in ${engine}: new array / \`out\` / resident`,
      "< 3 µs",
      `${us("fresh")} / ${us("out")} / ${us("operator")} µs`,
    );
    row(`memory grown after 10⁵ of them in ${engine}`, "0", `${small.grown} bytes`);
  }
  const own = results.sizes.find((/** @type {any} */ { name }) => name === ours);
  row("the module, bundled, minified, WASM inlined, gz", "≤ 30 KB", `${(own.bytes / 1024).toFixed(1)} KB`);
  return lines.join("\n");
}

/** @param {any} host */
function versions(host) {
  return Object.entries(host.about)
    .filter(([name]) => name !== "FLOOR" && name !== "naive JS")
    .map(([name, about]) => {
      const { missing, version, threads, simd } = /** @type {any} */ (about);
      const details = missing
        ? `left out: ${missing}`
        : [version, simd, threads && `${threads} thread${threads > 1 ? "s" : ""}`].filter(Boolean).join(", ");
      return `- ${name}: ${details}`;
    })
    .join("\n");
}

/** @param {string} here @param {any} results */
export function writeReport(here, results) {
  const { machine } = results;
  const librariesOf = (/** @type {any} */ host) => {
    const names = new Set(
      host.workloads.flatMap(({ timings }) => timings.map((/** @type {Timing} */ { library }) => library)),
    );
    return [...names].filter((name) => !name.startsWith(ours));
  };
  const flatRows = results.hosts[0].flatness.map(
    (/** @type {any} */ { name, kernels, dilations }) =>
      `| ${name} | ${kernels.map((/** @type {any} */ item) => ms(item.ms)).join(" | ")} | ${ms(dilations[0].ms)} / ${ms(dilations[1].ms)} |`,
  );
  const kernels = results.hosts[0].flatness[0].kernels.map((/** @type {any} */ { kernel }) => `k=${kernel}`);
  const sections = [
    "# Benchmark",
    `Written by \`npm run bench\`, which takes about ${Math.ceil(results.seconds / 60)} minutes. Median milliseconds; every contender's output was compared with the right answer before it was timed, every one warmed up for 300 ms, then all timed in turns. Less is better.`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memory}; ${machine.system}; Emscripten ${machine.emscripten}. Load of the machine before and after: ${machine.load}, ${results.load}.`,
    "![Time of each library over poolscope's](results.svg)",
    "## Reach",
    reach(results),
    ...results.hosts.flatMap((/** @type {any} */ host) => [
      `## ${host.engine}`,
      versions(host),
      table(host.workloads, librariesOf(host)),
    ]),
    [
      "End-to-end / operator only. End-to-end starts and ends with the caller's arrays: a new one per call, or `out`, which no peer offers. In brackets, for pictures: the same with float planes in and out, without turning 8-bit pixels into them and back.",
      "Operator only is on data that lies where the operator reads it: resident tensors here; for onnxruntime-web the mean of several nodes reading a constant of the model, less the price of a call without them; for tfjs a tensor, for OpenCV.js a Mat. A tensor of tfjs has its channels last and the workloads have them first; in brackets is poolscope on the same with the channels last, and one column compares each peer with poolscope on the layout that it reads.",
      "FLOOR reads the input once and writes the output once with SIMD and does nothing else. “wrong” is an output that differs from the right one; such a time is not compared. OpenCV.js has no stride and no float pictures beyond what is shown; wasm-vips has no operator apart from its pipeline; tfjs has no maximum with indices in WASM; naive JS is left out where it takes seconds.",
    ].join("\n\n"),
    "## Flat in the window",
    "Operator only, stride 1, milliseconds by window; last, k=5 with dilation 1 / 8.",
    [
      `| | ${kernels.join(" | ")} | dilation 1 / 8 |`,
      `|---|${kernels.map(() => "---:").join("|")}|---:|`,
      ...flatRows,
    ].join("\n"),
    "## A small call",
    ...results.hosts.map(
      (/** @type {any} */ { engine, small }) =>
        `${engine}, 3×3 max of 1×8×8, µs: ${small.timings.map((/** @type {Timing} */ { library, kind, ms: value }) => `${library} (${{ fresh: "new array", out: "`out`", operator: "resident", last: "resident, channels last" }[kind]}) ${(value * 1000).toFixed(2)}`).join(", ")}.`,
    ),
    "## Size",
    [
      "| | gz | |",
      "|---|---:|---|",
      ...results.sizes.map(
        (/** @type {any} */ { name, bytes, what }) => `| ${name} | ${(bytes / 1024).toFixed(1)} KB | ${what} |`,
      ),
    ].join("\n"),
  ];
  writeFileSync(join(here, "RESULTS.md"), `${sections.join("\n\n")}\n`);
  writeFileSync(join(here, "results.svg"), plot(results.hosts[0]));
  console.log(`bench: wrote ${join(here, "RESULTS.md")} and results.svg`);
}

const looks = [
  ["onnxruntime-web, 1 thread", "#c2410c", "circle"],
  ["onnxruntime-web, 2 threads", "#f59e0b", "circle"],
  ["tfjs-backend-wasm", "#7c3aed", "square"],
  ["OpenCV.js", "#0891b2", "diamond"],
  ["wasm-vips", "#be185d", "triangle"],
  ["naive JS", "#6b7280", "cross"],
  ["FLOOR", "#16a34a", "bar"],
];

/** @param {string} shape @param {number} x @param {number} y @param {string} color @param {string} title */
function mark(shape, x, y, color, title) {
  const at = (/** @type {string} */ path) =>
    `<path transform="translate(${x.toFixed(1)} ${y})" d="${path}" fill="${color}">${title}</path>`;
  if (shape === "circle") return `<circle cx="${x.toFixed(1)}" cy="${y}" r="4" fill="${color}">${title}</circle>`;
  if (shape === "square") return at("M-3.6-3.6h7.2v7.2h-7.2z");
  if (shape === "diamond") return at("M0-5 5 0 0 5-5 0z");
  if (shape === "triangle") return at("M0-4.6 4.6 3.6h-9.2z");
  if (shape === "bar") return at("M-1.3-6.5h2.6v13h-2.6z");
  return at("M-4-2.6-2.6-4 0-1.4 2.6-4 4-2.6 1.4 0 4 2.6 2.6 4 0 1.4-2.6 4-4 2.6-1.4 0z");
}

/** Time of each library over ours, one line per workload, operator only and end-to-end side by side. @param {any} host */
function plot(host) {
  const rows = host.workloads;
  const [left, top, line, width, gap] = [300, 96, 22, 340, 50];
  const panels = [
    { title: "operator only", own: "operator", of: "operator" },
    { title: "end-to-end (poolscope with out)", own: "out", of: "fresh" },
  ];
  const [low, high] = [0.1, 1000];
  const height = top + rows.length * line + 46;
  const total = left + panels.length * width + gap + 30;
  const parts = [];
  const text = (
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {string} */ words,
    anchor = "start",
    more = "",
  ) => parts.push(`<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}"${more}>${words}</text>`);
  let key = left;
  for (const [name, color, shape] of looks) {
    parts.push(mark(shape, key, 44, color, ""));
    text(
      key + 9,
      48,
      short(name).replace(/(\d)t$/, (_, n) => `${n} thread${n > 1 ? "s" : ""}`),
    );
    key += 108;
  }
  text(
    20,
    26,
    "Time of each library over poolscope’s: right of 1 is slower than poolscope, left of it faster",
    "start",
    ' font-weight="600"',
  );
  panels.forEach(({ title, own, of }, index) => {
    const from = left + index * (width + gap);
    const x = (/** @type {number} */ ratio) =>
      from +
      (width * (Math.log10(Math.min(high, Math.max(low, ratio))) - Math.log10(low))) /
        (Math.log10(high) - Math.log10(low));
    text(from, top - 22, title, "start", ' font-weight="600"');
    for (let decade = low; decade <= high * 1.01; decade *= 10) {
      const unit = Math.abs(decade - 1) < 0.01;
      parts.push(
        `<path d="M${x(decade).toFixed(1)} ${top - 8}V${top + rows.length * line - 6}" stroke="${unit ? "#111827" : "#d1d5db"}"${unit ? ' stroke-width="1.6"' : ""}/>`,
      );
      text(x(decade), top + rows.length * line + 12, `${Number(decade.toPrecision(1))}×`, "middle");
    }
    rows.forEach((/** @type {any} */ { id, timings }, /** @type {number} */ i) => {
      const y = top + i * line + 3;
      if (index === 0) text(left - 16, y + 4, `${id}  ${describe(workloads.find((w) => w.id === id))}`, "end");
      const base = find(timings, ours, own)?.ms;
      if (!base) return;
      for (const [name, color, shape] of looks) {
        const timing = find(timings, name, name === "FLOOR" ? own : of);
        if (timing)
          parts.push(
            mark(
              shape,
              x(timing.ms / base),
              y,
              color,
              `<title>${id} ${name}: ${(timing.ms / base).toPrecision(3)}×</title>`,
            ),
          );
      }
    });
  });
  text(left, height - 10, `${host.engine}; logarithmic; medians`, "start", ' fill="#6b7280"');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${height}" width="${total}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#111827">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}
