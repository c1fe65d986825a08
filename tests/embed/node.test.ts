/** Node, from the tarball: plain, where code may not be made from strings, and the command. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import { createServer } from "vite";
import { describe, expect, it, test } from "vitest";
import { loadPooling } from "../../web/module/index";
import { digest } from "./digest.js";
import { consumer } from "./prepare";

const picture = new URL("../../web/page/pictures/spaceship.png", import.meta.url).pathname;
const golden = JSON.parse(readFileSync(new URL("../golden/data/picture.json", import.meta.url), "utf8"));
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const answer = (...flags: string[]): { lines: string[]; svg: string } =>
  JSON.parse(execFileSync(process.execPath, [...flags, join(consumer, "sites/node.js")], { encoding: "utf8" }));

test("the tarball answers as the sources do, and holds what it needs and nothing else", async () => {
  const { lines, svg } = answer();
  expect(lines).toEqual(await digest(await loadPooling()));
  expect(lines.length).toBeGreaterThan(500);
  expect(svg).toMatch(/^<svg .*<title>nn\.MaxPool2d\(kernel_size=3, stride=2\): 1 × 8 × 9 becomes 1 × 3 × 4<\/title>/s);
  const own = (name: string) => existsSync(join(consumer, "node_modules/poolscope", name));
  for (const name of ["README.md", "LICENSE", "dist/module/pool.wasm", "dist/module/cli.licenses.md"])
    expect(own(name), name).toBe(true);
  for (const name of ["cpp", "web", "tests", "build", "dist/page"]) expect(own(name), name).toBe(false);
});

test("Node with --disallow-code-generation-from-strings", async () => {
  expect(answer("--disallow-code-generation-from-strings")).toEqual(answer());
});

test.each(["worker", "nowasm"])("poolscope/%s answers the same", (entry) => {
  const script = `import { loadPooling } from "poolscope/${entry}";
    import { digest } from "./digest.js";
    console.log(JSON.stringify(await digest(await loadPooling())));`;
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", script];
  expect(JSON.parse(execFileSync(process.execPath, flags, { cwd: consumer, encoding: "utf8" }))).toEqual(
    answer().lines,
  );
});

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
// Older ones take it by import() alone.
test.runIf(major > 20 || minor >= 19)("a CommonJS program requires every entry", () => {
  const script = `const entries = ["", "/worker", "/nowasm", "/figure", "/element", "/element-class"];
    for (const entry of entries) if (Object.keys(require("poolscope" + entry)).length === 0) throw new Error(entry);
    require("poolscope").loadPooling().then((pooling) => console.log(pooling.info().version));`;
  const flags = ["--no-warnings", "--input-type=commonjs", "--eval", script];
  expect(execFileSync(process.execPath, flags, { cwd: consumer, encoding: "utf8" })).toBe(`${manifest.version}\n`);
});

test("the error's class keeps its name, however it was minified", () => {
  const script = `import { PoolingError } from "poolscope"; console.log(PoolingError.name);`;
  const args = ["--input-type=module", "--eval", script];
  expect(execFileSync(process.execPath, args, { cwd: consumer, encoding: "utf8" })).toBe("PoolingError\n");
});

test("pool.wasm is an address that loadPooling takes", () => {
  const script = `import { loadPooling } from "poolscope";
    const pooling = await loadPooling({ wasm: import.meta.resolve("poolscope/pool.wasm") });
    console.log(pooling.outputShape2d([3, 201, 250], { kernelSize: 6, stride: 2 }).join());`;
  const args = ["--input-type=module", "--eval", script];
  expect(execFileSync(process.execPath, args, { cwd: consumer, encoding: "utf8" })).toBe("3,98,123\n");
});

test("server-side rendering with Vite: every entry is imported where there is no DOM", async () => {
  const entries = Object.keys(manifest.exports).filter((name) => manifest.exports[name].default);
  const lines = entries.map((name) => `import * as ${name.replace(/\W/g, "_")} from "poolscope${name.slice(1)}";`);
  const list = entries.map((name) => `${JSON.stringify(name)}: ${name.replace(/\W/g, "_")}`);
  const page = readFileSync(join(consumer, "sites/render.js"), "utf8");
  const source = `${lines.join("\n")}\nexport const entries = { ${list.join(", ")} };\n${page}`;
  writeFileSync(join(consumer, "sites/ssr.js"), source);
  const server = await createServer({
    root: consumer,
    configFile: false,
    logLevel: "error",
    server: { middlewareMode: true, ws: false },
    ssr: { noExternal: ["poolscope"] },
  });
  try {
    const { entries, render } = await server.ssrLoadModule("/sites/ssr.js");
    expect(Object.keys(entries).length).toBeGreaterThanOrEqual(4);
    // An entry of types alone runs, and exports nothing.
    for (const [name, exported] of Object.entries(entries))
      if (!manifest.exports[name].default.endsWith("/typings.js"))
        expect(Object.keys(exported as object), name).not.toEqual([]);
    expect(await render()).toMatch(/<pool-view[^>]*><svg /);
  } finally {
    await server.close();
  }
});

describe("npx poolscope", () => {
  const run = (args: string[], env: Record<string, string> = {}) => {
    const command = join(consumer, "node_modules/.bin/poolscope");
    const { LC_ALL: _, LC_MESSAGES: __, ...rest } = process.env;
    const options = { cwd: consumer, encoding: "utf8" as const, env: { ...rest, LANG: "en_GB.UTF-8", ...env } };
    const { status, stdout, stderr } = spawnSync(command, args, options);
    return { status, stdout, stderr };
  };
  const read = (name: string) => readFileSync(join(consumer, name));

  it("draws a figure", () => {
    const { status, stdout, stderr } = run(["figure", "nn.MaxPool2d(3, 2)", "--input", "8x9"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(`${answer().svg}\n`);
  });

  it("draws numbers and pictures, in Chinese too, into a file", () => {
    expect(run(["figure", "MinPool2d(2)", "--input", "3:1,2,3,4,-5,6", "--at", "0,0"]).stdout).toContain(">−5<");
    const made = run(["figure", "nn.AvgPool2d(6, 2)", "--input", picture, "--at", "1,4,5", "--lang=zh", "-o", "f.svg"]);
    expect(made).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(read("f.svg").toString()).toMatch(/3 × 201 × 250 变为 3 × 98 × 123<\/title>[\s\S]*data:image\/png/);
  });

  it("does the tutorial's script: 3 × 201 × 250 to 3 × 98 × 123, PyTorch's pixels", () => {
    const made = run(["pool", picture, "out.png", "--op", "max", "--kernel", "6", "--stride", "2"]);
    expect(made).toEqual({ status: 0, stdout: "3 × 201 × 250 → 3 × 98 × 123\n", stderr: "" });
    const { data, width, height } = PNG.sync.read(read("out.png"));
    expect([width, height]).toEqual([123, 98]);
    type Case = { op: string; options: Record<string, unknown>; first: number[] };
    const known = golden.cases.find(
      ({ op, options }: Case) => op === "max" && options.kernel_size === 6 && options.stride === 2 && !options.padding,
    );
    expect([...data.subarray(0, 3)]).toEqual(known.first);
  });

  it("takes every option of the module, and JPEG in and out", async () => {
    const args = ["--op", "avg", "--kernel", "3,2", "--stride=2", "--padding", "1,1,0,0", "--ceil-mode"];
    expect(run(["pool", picture, "avg.png", ...args, "--no-count-include-pad"]).stderr).toBe("");
    const { data, width, height } = PNG.sync.read(readFileSync(picture));
    const pooled = (await loadPooling()).poolImage(
      { data: new Uint8ClampedArray(data), width, height },
      { op: "avg", kernelSize: [3, 2], stride: 2, padding: [1, 1, 0, 0], ceilMode: true, countIncludePad: false },
    );
    expect(Uint8Array.from(PNG.sync.read(read("avg.png")).data)).toEqual(Uint8Array.from(pooled.data));

    expect(run(["pool", picture, "small.JPG", "--kernel", "2", "--quality", "95"]).stderr).toBe("");
    const small = jpeg.decode(read("small.JPG"), { useTArray: true });
    expect([small.width, small.height]).toEqual([125, 100]);
    expect(run(["pool", "small.JPG", "again.png", "--op", "lp", "--norm-type", "2", "--kernel", "2"])).toEqual({
      status: 0,
      stdout: "3 × 100 × 125 → 3 × 50 × 62\n",
      stderr: "",
    });
    const distance = small.data.reduce((sum, value, at) => {
      const [row, column] = [Math.floor(at / 500), Math.floor((at % 500) / 4)];
      let most = 0;
      for (const y of [2 * row, 2 * row + 1])
        for (const x of [2 * column, 2 * column + 1]) most = Math.max(most, data[4 * (250 * y + x) + (at % 4)] ?? 0);
      return sum + Math.abs(most - value);
    }, 0);
    expect(distance / small.data.length).toBeLessThan(4);
  });

  const write = (name: string, ...parts: Uint8Array[]) => writeFileSync(join(consumer, name), Buffer.concat(parts));
  const plain = (width: number, height: number) =>
    PNG.sync.write(Object.assign(new PNG({ width, height }), { data: Buffer.alloc(4 * width * height, 200) }));
  /** Where the header of a PNG ends. */
  const HEADER = 33;

  // As Chromium and Firefox show it: rows, columns, and the four corners.
  it.each([
    [1, "16 × 32", "RGBW"],
    [2, "16 × 32", "GRWB"],
    [3, "16 × 32", "WBGR"],
    [4, "16 × 32", "BWRG"],
    [5, "32 × 16", "RBGW"],
    [6, "32 × 16", "BRWG"],
    [7, "32 × 16", "WGBR"],
    [8, "32 × 16", "GWRB"],
    [9, "16 × 32", "RGBW"],
  ])("turns a picture of orientation %i", (way, size, corners) => {
    const inks = { R: 0xff0000ff, G: 0xff00ff00, B: 0xffff0000, W: 0xffffffff };
    const pixels = Uint32Array.from(
      { length: 16 * 32 },
      (_, at) => Object.values(inks)[2 * Number(at >= 8 * 32) + Number(at % 32 >= 16)] as number,
    );
    const [width, height, data] = [32, 16, Buffer.from(pixels.buffer)];
    const little = "49492a00080000000100120103000100000000000000";
    const big = "4d4d002a00000008000101120003000000010000000000000000";
    const exif = Buffer.from(way % 2 ? `${little}00000000` : big, "hex");
    exif[way % 2 ? 18 : 19] = way;
    const exifBuffer = Buffer.concat([Buffer.alloc(1), exif]);
    write("turned.jpg", jpeg.encode({ data, width, height, exifBuffer } as Parameters<typeof jpeg.encode>[0], 95).data);
    const png = PNG.sync.write(Object.assign(new PNG({ width, height }), { data }));
    const name = Buffer.from([0, 0, 0, exif.length, ...Buffer.from("eXIf")]);
    write("turned.png", png.subarray(0, HEADER), name, exif, Buffer.alloc(4), png.subarray(HEADER));
    for (const from of ["turned.jpg", "turned.png"]) {
      const { stdout, stderr } = run(["pool", from, "upright.png", "--kernel", "1"]);
      expect({ stdout, stderr }).toEqual({ stdout: `3 × ${size} → 3 × ${size}\n`, stderr: "" });
      const upright = PNG.sync.read(read("upright.png"));
      const shown = new Uint32Array(Uint8Array.from(upright.data).buffer);
      const ink = (x: number, y: number) => {
        // A JPEG's colours are a little off.
        const clean = (shown[y * upright.width + x] as number) & 0x80808080;
        return Object.entries(inks).find(([, full]) => (full & 0x80808080) === clean)?.[0];
      };
      const [right, bottom] = [upright.width - 1, upright.height - 1];
      expect([ink(0, 0), ink(right, 0), ink(0, bottom), ink(right, bottom)].join("")).toBe(corners);
    }
  });

  it("refuses at once what is too large to decode", () => {
    for (const [width, height] of [
      [30_000, 30_000],
      [60_000, 60_000],
      [1, 1_000_001],
    ]) {
      const bytes = plain(4, 4);
      bytes.writeUInt32BE(width as number, 16);
      bytes.writeUInt32BE(height as number, 20);
      write("large.png", bytes);
      const made = run(["pool", "large.png", "x.png", "--kernel", "2"]);
      const stderr =
        "large.png is too large: a picture may have at most 134 million pixels, and a side at most a million.\n";
      expect(made).toEqual({ status: 1, stdout: "", stderr });
    }
    const { data } = jpeg.encode({ data: Buffer.alloc(4 * 64), width: 8, height: 8 });
    const size = data.indexOf(Buffer.from([0xff, 0xc0])) + 5;
    data.writeUInt16BE(12_000, size);
    data.writeUInt16BE(12_000, size + 2);
    write("large.jpg", data);
    expect(run(["pool", "large.jpg", "x.png", "--kernel", "2"])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^large\.jpg is too large: [^\n]*\n$/),
    });
  });

  it("refuses a PNG that does not have its header's rows, or no end", () => {
    const whole = plain(40, 40);
    const broken: [Uint8Array[], string][] = [
      [[whole.subarray(0, HEADER), plain(40, 39).subarray(HEADER)], "it does not have as many rows as its header says"],
      [
        [plain(4, 4).subarray(0, HEADER), plain(4, 3).subarray(HEADER)],
        "it does not have as many rows as its header says",
      ],
      [[whole.subarray(0, -12)], "its end is missing"],
      [[whole.subarray(0, 8), whole.subarray(HEADER)], "its header is missing"],
    ];
    for (const [parts, why] of broken) {
      write("broken.png", ...parts);
      const stderr = `broken.png is not a whole picture: ${why}\n`;
      expect(run(["pool", "broken.png", "x.png", "--kernel", "2"])).toEqual({ status: 1, stdout: "", stderr });
    }
    // Interlaced, 4 × 4 in five passes: a row short, whole, and a row too many.
    const bytes = plain(4, 4);
    bytes[28] = 1;
    const crc = (part: Uint8Array) => {
      let rest = -1;
      for (const byte of part) {
        rest ^= byte;
        for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
      }
      return ~rest;
    };
    bytes.writeInt32BE(crc(bytes.subarray(12, 29)), 29);
    for (const [more, status] of [
      [-17, 1],
      [0, 0],
      [17, 1],
    ] as const) {
      const rows = deflateSync(Buffer.alloc(2 * 5 + 9 + 2 * 9 + 2 * 17 + more));
      const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from("IDAT"), rows, Buffer.alloc(4)]);
      chunk.writeUInt32BE(rows.length, 0);
      chunk.writeInt32BE(crc(chunk.subarray(4, -4)), chunk.length - 4);
      write("interlaced.png", bytes.subarray(0, HEADER), chunk, bytes.subarray(-12));
      expect(run(["pool", "interlaced.png", "interlaced-out.png", "--kernel", "2"]).status, `${more} bytes`).toBe(
        status,
      );
    }
  });

  it("says its version, and what it can", () => {
    expect(run(["--version"])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
    for (const flag of ["-h", "--help"]) {
      expect(run([flag])).toEqual(run(["help"]));
      for (const command of ["figure", "pool"]) expect(run([command, flag])).toEqual(run(["help", command]));
    }
  });

  it.runIf(existsSync("/dev/full"))("says that standard output is full, and nothing where nobody reads on", () => {
    const shell = (script: string) => {
      const env = { ...process.env, LC_ALL: "en_GB.UTF-8" };
      return spawnSync("sh", ["-c", script], { cwd: consumer, encoding: "utf8", env }).stderr;
    };
    for (const command of ["poolscope figure 'nn.MaxPool2d(3, 2)'", "poolscope help"]) {
      const run = `node_modules/.bin/${command}`;
      expect(shell(`${run} > /dev/full; echo $? >&2`)).toMatch(
        /^Standard output cannot be written: ENOSPC[^\n]*\n1\n$/,
      );
      expect(shell(`{ ${run}; echo $? >&2; } | true`)).toBe("0\n");
    }
  });

  it.each([
    [
      ["pool", picture, "x.png", "--kernel", "3", "--padding", "2"],
      "pad should be at most half of effective kernel size",
    ],
    [["pool", picture, "x.png", "--kernel", "0", "--stride", "1"], "kernel size should be greater than zero"],
    [["pool", picture, "x.png", "--kernel", "500"], "Output size is too small"],
    [["pool", picture, "x.png", "--kernel", "3", "--norm-type", "2"], "unexpected keyword argument 'normType'"],
    [["pool", picture, "x.gif", "--kernel", "3"], "x.gif must end with .png"],
    [["pool", "package.json", "x.png", "--kernel", "3"], "package.json is neither a PNG nor a JPEG"],
    [["pool", "none.png", "x.png", "--kernel", "3"], "none.png cannot be read"],
    [["pool", picture], "pool needs OUT"],
    [["pool", picture, "x.png"], "pool needs --kernel"],
    [["pool", picture, "x.png", "--kernel"], "--kernel needs a value"],
    [["pool", picture, "x.png", "--kernel", "three"], "--kernel is three, but it must be"],
    [
      ["pool", picture, "x.png", "--kernel", "3", "--op", "median"],
      "--op is median, but it must be one of max, min, avg, lp",
    ],
    [["pool", picture, "x.png", "--kernl", "3"], "--kernl is not an option of pool"],
    [["figure", "nn.Conv2d(3)"], "name 'nn.Conv2d' is not a pooling layer"],
    [["figure", "nn.MaxPool2d(3, stide=2)"], "unexpected keyword argument 'stide'"],
    [["figure", "nn.MaxPool2d(2)", "--at", "9,9"], "the output is 1 × 4 × 4"],
    [["figure", "nn.MaxPool2d(2)", "--input", "8by9"], "--input is 8by9"],
    [["figure", "nn.MaxPool2d(2)", "--input", "5000x5000"], "at most 512 × 512 numbers, not 5000 × 5000"],
    [["paint"], "There is no command paint"],
  ])("refuses %j", (args, sentence) => {
    const { status, stdout, stderr } = run(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(join(consumer, "x.png"))).toBe(false);
  });

  it("speaks the language of LANG", () => {
    const zh = { LANG: "zh_CN.UTF-8" };
    for (const args of [["help"], ["help", "figure"], ["pool", "--help"]]) {
      const [english, chinese] = [run(args), run(args, zh)];
      expect([english.status, chinese.status, english.stderr, chinese.stderr]).toEqual([0, 0, "", ""]);
      expect(english.stdout).not.toMatch(/\p{Script=Han}/u);
      expect(chinese.stdout).toMatch(/\p{Script=Han}/u);
      const options = (text: string) => [...new Set(text.match(/--[a-z-]+/g))].sort();
      expect(options(chinese.stdout).filter((name) => name !== "--lang")).toEqual(
        options(english.stdout).filter((name) => name !== "--lang"),
      );
    }
    expect(run(["pool", "none.png", "x.png", "--kernel", "3"], zh).stderr).toMatch(/^无法读取 none\.png/);
    expect(run(["paint", "--lang", "en"], zh).stderr).toContain("There is no command");
  });
});
