/** The command's files, from the tarball: what it takes, what it refuses, and what it leaves behind. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import { afterAll, describe, expect, it } from "vitest";
import { loadPooling } from "../../web/module/index";
import { brokenJPEGs, brokenNPYs, brokenPNGs, soundPNGs, wholePNG } from "../attacks/causes/files";
import { chunk, npy } from "../bytes";
import { consumer } from "./prepare";

const folder = mkdtempSync(join(tmpdir(), "poolscope-command-"));
afterAll(() => rmSync(folder, { recursive: true }));
const command = join(consumer, "node_modules/.bin/poolscope");
const { LC_ALL: _, LC_MESSAGES: __, ...rest } = process.env;
const env = { ...rest, LANG: "en_GB.UTF-8" };

const run = (args: string[], input?: Uint8Array, more: Record<string, string> = {}) => {
  const made = spawnSync(command, args, { cwd: folder, input, env: { ...env, ...more }, maxBuffer: 2 ** 26 });
  return { status: made.status, stdout: made.stdout, stderr: made.stderr.toString() };
};
const shell = (script: string) =>
  spawnSync("sh", ["-c", script], { cwd: folder, encoding: "utf8", env: { ...env, poolscope: command } });
const write = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes);
const read = (name: string) => readFileSync(join(folder, name));

/** A 16 × 8 picture whose red is a ramp. */
const ramp = () => {
  const made = new PNG({ width: 16, height: 8 });
  for (let at = 0; at < made.data.length; at += 4) made.data.set([at & 255, 100, 50, 255], at);
  return made;
};

describe("a PNG that is not what its header says is refused", () => {
  it.each(brokenPNGs)("%s", (_, bytes) => {
    write("bad.png", bytes);
    const { status, stdout, stderr } = run(["pool", "bad.png", "bad-out.png", "--kernel", "1"]);
    expect({ status, stdout: stdout.length }).toEqual({ status: 1, stdout: 0 });
    expect(stderr).toMatch(/^bad\.png is not a whole picture: [^\n]+\n$/);
    expect(readdirSync(folder)).not.toContain("bad-out.png");
  });

  it("and a whole one is taken", () => {
    for (const bytes of soundPNGs) {
      write("good.png", bytes);
      expect(run(["pool", "good.png", "good-out.png", "--kernel", "1"])).toMatchObject({ status: 0, stderr: "" });
    }
  });
});

describe("a JPEG that is not what its header says is refused", () => {
  it.each(brokenJPEGs)("%s", (_, content) => {
    write("bad.jpg", content);
    const { status, stderr } = run(["pool", "bad.jpg", "bad-out.png", "--kernel", "1"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^bad\.jpg is not a whole picture: [^\n]+\n$/);
    expect(readdirSync(folder)).not.toContain("bad-out.png");
  });
});

describe("a file that is written", () => {
  it("stays as it was where the disk is full, and nothing is left beside it", () => {
    const made = new PNG({ width: 64, height: 64 });
    for (let at = 0; at < made.data.length; at++) made.data[at] = at % 4 < 3 ? (at * 2654435761) >>> 24 : 255;
    write("noise.png", PNG.sync.write(made));
    write("kept.png", wholePNG);
    const before = readdirSync(folder).sort();
    // No file may grow beyond 512 bytes.
    for (const name of ["kept.png", "new.png"]) {
      const { status, stderr } = shell(`trap '' XFSZ; ulimit -f 1; "$poolscope" pool noise.png ${name} --kernel 1`);
      expect({ name, status }).toEqual({ name, status: 1 });
      expect(stderr).toMatch(new RegExp(`^${name.replace(".", "\\.")} cannot be written: EFBIG[^\\n]*\\n$`));
    }
    expect(read("kept.png")).toEqual(wholePNG);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it("keeps its mode, and its name if that is a link", () => {
    write("target.png", wholePNG);
    chmodSync(join(folder, "target.png"), 0o640);
    symlinkSync("target.png", join(folder, "link.png"));
    write("source.png", PNG.sync.write(ramp()));
    expect(run(["pool", "source.png", "link.png", "--kernel", "1"]).status).toBe(0);
    expect(lstatSync(join(folder, "link.png")).isSymbolicLink()).toBe(true);
    expect(statSync(join(folder, "target.png")).mode & 0o777).toBe(0o640);
    expect(PNG.sync.read(read("target.png")).width).toBe(16);
    symlinkSync("late.png", join(folder, "dangling.png"));
    expect(run(["pool", "source.png", "dangling.png", "--kernel", "1"]).status).toBe(0);
    expect(PNG.sync.read(read("late.png")).width).toBe(16);
    expect(run(["figure", "nn.MaxPool2d(2)", "-o", "/dev/null"]).status).toBe(0);
  });

  it("is no figure under the name of another format", () => {
    for (const name of ["figure.png", "figure.GIF", "figure.pdf"]) {
      const { status, stderr } = run(["figure", "nn.MaxPool2d(2)", "-o", name]);
      expect({ name, status }).toEqual({ name, status: 1 });
      expect(stderr).toContain(`${name} cannot be written: a figure is written as SVG`);
      expect(readdirSync(folder)).not.toContain(name);
    }
  });
});

describe("colours", () => {
  const profile = (space: string, length = 300) => {
    const made = Buffer.alloc(length, 5);
    made.writeUInt32BE(length, 0);
    made.write(space, 16, "latin1");
    return made;
  };
  const embedded = (content: Buffer) => chunk("iCCP", Buffer.concat([Buffer.from("a name\0\0"), content]));
  const withChunks = (...chunks: Buffer[]) => {
    const bytes = PNG.sync.write(ramp());
    return Buffer.concat([bytes.subarray(0, 33), ...chunks, bytes.subarray(33)]);
  };
  /** The profile in a PNG or a JPEG, found by its name. */
  function profileIn(bytes: Buffer): Buffer | undefined {
    const at = bytes.indexOf("iCCP");
    if (at >= 0) {
      const content = bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4));
      return inflateSync(content.subarray(content.indexOf(0) + 2));
    }
    const parts: Buffer[] = [];
    for (let from = bytes.indexOf("ICC_PROFILE\0"); from >= 0; from = bytes.indexOf("ICC_PROFILE\0", from + 1)) {
      parts.push(bytes.subarray(from + 14, from - 2 + bytes.readUInt16BE(from - 2)));
    }
    return parts.length ? Buffer.concat(parts) : undefined;
  }

  it.each([300, 150_000])("keep their profile of %i bytes, from PNG and JPEG into both", (length) => {
    const p3 = profile("RGB ", length);
    write("p3.png", withChunks(embedded(deflateSync(p3))));
    for (const [from, to] of [
      ["p3.png", "out.png"],
      ["p3.png", "out.jpg"],
      ["out.jpg", "again.jpg"],
      ["out.jpg", "again.png"],
    ] as const) {
      expect(run(["pool", from, to, "--kernel", "2"])).toMatchObject({ status: 0, stderr: "" });
      expect(profileIn(read(to)), `${from} to ${to}`).toEqual(p3);
    }
    expect([...PNG.sync.read(read("out.png")).data.subarray(0, 4)]).toEqual([68, 100, 50, 255]);
    expect(PNG.sync.read(read("again.png")).width).toBe(4);
    expect(jpeg.decode(read("again.jpg")).width).toBe(4);
  });

  it("keep a PNG's other words for them", () => {
    const chunks = [
      chunk("sRGB", Buffer.of(1)),
      chunk("gAMA", Buffer.from([0, 0, 177, 143])),
      chunk("cICP", Buffer.of(12, 13, 0, 1)),
    ];
    write("said.png", withChunks(...chunks));
    expect(run(["pool", "said.png", "said-out.png", "--kernel", "2"])).toMatchObject({ status: 0, stderr: "" });
    for (const each of chunks) expect(read("said-out.png").includes(each)).toBe(true);
  });

  it("that are lost are told of in one sentence, in both languages", () => {
    const sentence = (file: string) =>
      `${file}: its colour profile is not kept, so the result's colours may look different.\n`;
    const bomb = deflateSync(Buffer.alloc(2 ** 26));
    const [linear, wide] = [chunk("gAMA", Buffer.from([0, 1, 134, 160])), chunk("cICP", Buffer.of(9, 16, 0, 1))];
    for (const [name, bytes, to] of [
      ["grey.png", withChunks(embedded(deflateSync(profile("GRAY")))), "out.png"],
      ["bomb.png", withChunks(embedded(bomb)), "out.png"],
      ["broken-profile.png", withChunks(embedded(Buffer.alloc(20, 9))), "out.png"],
      ["linear.png", withChunks(linear), "out.jpg"],
      ["wide.png", withChunks(wide), "out.jpg"],
      ["plane.png", withChunks(embedded(deflateSync(profile("RGB ")))), "out.npy"],
    ] as const) {
      write(name, bytes);
      expect(run(["pool", name, to, "--kernel", "2"]), name).toMatchObject({ status: 0, stderr: sentence(name) });
      expect(run(["pool", name, to, "--kernel", "2", "--lang", "zh"]).stderr).toMatch(/颜色配置文件没有保留/);
    }
    expect(run(["figure", "nn.MaxPool2d(2)", "--input", "plane.png"]).stderr).toBe(sentence("plane.png"));
  });
});

it("a size that does not fit is said with the picture's own channels", () => {
  const opaque = ramp();
  write("opaque.png", PNG.sync.write(opaque));
  opaque.data[3] = 9;
  write("alpha.png", PNG.sync.write(opaque));
  for (const op of ["max", "min", "avg", "lp"]) {
    const options = ["--op", op, "--kernel", "20", ...(op === "lp" ? ["--norm-type", "2"] : [])];
    expect(run(["pool", "opaque.png", "x.png", ...options]).stderr).toContain("(3x8x16). Calculated output size: (3x");
    expect(run(["pool", "alpha.png", "x.png", ...options]).stderr).toContain("(4x8x16). Calculated output size: (4x");
  }
});

describe("-", () => {
  it("is standard input and output", () => {
    const source = PNG.sync.write(ramp());
    write("named.png", source);
    run(["pool", "named.png", "named-out.png", "--kernel", "2"]);
    expect(run(["pool", "-", "-", "--kernel", "2"], source)).toEqual({
      status: 0,
      stdout: read("named-out.png"),
      stderr: "",
    });
    expect(run(["pool", "-", "in-out.png", "--kernel", "2"], source)).toMatchObject({
      status: 0,
      stdout: Buffer.from("3 × 8 × 16 → 3 × 4 × 8\n"),
    });
    const svg = run(["figure", "nn.MaxPool2d(2)", "--input", "-", "-o", "-"], source);
    expect(svg).toMatchObject({ status: 0, stderr: "" });
    expect(svg.stdout).toEqual(run(["figure", "nn.MaxPool2d(2)", "--input", "named.png"]).stdout);
    expect(run(["pool", "-", "-", "--kernel", "2"], Buffer.from("text")).stderr).toBe(
      "Standard input is neither a PNG nor a JPEG, nor a .npy.\n",
    );
    expect(run(["pool", "-", "-", "--kernel", "2", "--lang", "zh"]).stderr).toMatch(/^标准输入 既不是/);
  });

  it("a reader that has read enough is no failure", () => {
    for (const line of ["pool noise.png - --kernel 1", "figure 'nn.MaxPool2d(3, 2)'", "help"]) {
      expect(shell(`{ "$poolscope" ${line}; echo $? >&2; } | true`).stderr).toBe("0\n");
    }
  });
});

describe("NumPy's arrays", () => {
  const bytesOf = (array: { buffer: ArrayBufferLike }) => new Uint8Array(array.buffer as ArrayBuffer);
  const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];

  it.each([
    ["f4", Float32Array],
    ["f8", Float64Array],
    ["u1", Uint8Array],
    ["u2", Uint16Array],
    ["i1", Int8Array],
    ["i2", Int16Array],
    ["i4", Int32Array],
  ])(
    "of %s are pooled in their own dtype, little-endian and big-endian, in C's order and Fortran's",
    async (letters, Class) => {
      const x = Class.from(values);
      const { data, shape } = (await loadPooling()).avgPool2d(
        { data: x, shape: [2, 2, 3] },
        { kernelSize: 2, stride: 1 },
      );
      expect(shape).toEqual([2, 1, 2]);
      const little = (letters[1] === "1" ? "|" : "<") + letters;
      const wanted = npy(`'${little}'`, "(2, 1, 2)", bytesOf(data));
      const swapped = Buffer.from(bytesOf(x));
      if (letters.endsWith("2")) swapped.swap16();
      else if (letters.endsWith("4")) swapped.swap32();
      else if (letters.endsWith("8")) swapped.swap64();
      // Element (c, h, w) of Fortran's order is at c + 2·(h + 2·w).
      const fortran = Class.from(
        values.map((_, at) => values[(at % 2) * 6 + ((at >> 1) % 2) * 3 + (at >> 2)] as number),
      );
      for (const bytes of [
        npy(`'${little}'`, "(2, 2, 3)", bytesOf(x)),
        npy(`'${little}'`, "(2, 2, 3)", bytesOf(x), "False", 2),
        npy(`'>${letters}'`, "(2, 2, 3)", swapped),
        npy(`'${little}'`, "(2, 2, 3)", bytesOf(fortran), "True"),
      ]) {
        const made = run(["pool", "-", "-", "--op", "avg", "--kernel", "2", "--stride", "1"], bytes);
        expect({ ...made, stdout: made.stdout.toString("latin1") }).toEqual({
          status: 0,
          stdout: wanted.toString("latin1"),
          stderr: "",
        });
      }
    },
  );

  it("of halves stay halves, and are drawn as numbers", () => {
    const halves = Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400);
    const big = Buffer.from(bytesOf(halves)).swap16();
    for (const bytes of [npy("'<f2'", "(2, 2)", bytesOf(halves)), npy("'>f2'", "(2, 2)", big)]) {
      const { status, stdout } = run(["pool", "-", "-", "--op", "avg", "--kernel", "2"], bytes);
      expect(status).toBe(0);
      expect(stdout).toEqual(npy("'<f2'", "(1, 1)", bytesOf(Uint16Array.of(0x4100))));
    }
    const drawn = run(["figure", "nn.AvgPool2d(2)", "--input", "-"], npy("'<f2'", "(2, 2)", bytesOf(halves)));
    expect(drawn.stdout.toString()).toContain("(1 + 2 + 3 + 4) / 4 = 2.5");
  });

  it("of two axes stay so, and keep NaN", () => {
    write("flat.npy", npy("'<f4'", "(2, 4)", bytesOf(Float32Array.of(1, 2, NaN, 4, 5, 6, 7, Infinity))));
    expect(run(["pool", "flat.npy", "flat-out.npy", "--kernel", "2"])).toMatchObject({
      status: 0,
      stdout: Buffer.from("2 × 4 → 1 × 2\n"),
    });
    expect(read("flat-out.npy")).toEqual(npy("'<f4'", "(1, 2)", bytesOf(Float32Array.of(6, NaN))));
    expect(run(["figure", "nn.MaxPool2d(2)", "--input", "flat.npy"]).stdout.toString()).toContain("NaN");
  });

  it("become pictures and come from pictures", () => {
    const made = ramp();
    write("colour.png", PNG.sync.write(made));
    expect(run(["pool", "colour.png", "colour.npy", "--kernel", "1"]).stdout.toString()).toBe(
      "3 × 8 × 16 → 3 × 8 × 16\n",
    );
    const plane = (channel: number) => made.data.filter((_, at) => at % 4 === channel);
    const planes = Buffer.concat([0, 1, 2].map(plane));
    expect(read("colour.npy")).toEqual(npy("'|u1'", "(3, 8, 16)", planes));
    expect(run(["pool", "colour.npy", "back.png", "--kernel", "1"]).status).toBe(0);
    expect(PNG.sync.read(read("back.png")).data).toEqual(made.data);
    write("grey.npy", npy("'|u1'", "(2, 2)", Uint8Array.of(0, 80, 160, 255)));
    expect(run(["pool", "grey.npy", "grey-out.png", "--kernel", "2"]).status).toBe(0);
    expect([...PNG.sync.read(read("grey-out.png")).data]).toEqual([255, 255, 255, 255]);
    write("floats.npy", npy("'<f4'", "(1, 2)", new Uint8Array(8)));
    for (const [lang, words] of [
      ["en", "An array of 1 × 2 makes no picture"],
      ["zh", "1 × 2 的数组不能写成图片"],
    ] as const) {
      const { status, stderr } = run(["pool", "floats.npy", "floats.png", "--kernel", "1", "--lang", lang]);
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(words) });
    }
  });

  it.each(brokenNPYs)("with %s are refused", (_, bytes) => {
    write("bad.npy", bytes);
    const { status, stderr } = run(["pool", "bad.npy", "bad-out.npy", "--kernel", "1"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^bad\.npy is no array that can be read: [^\n]+\n$/);
    expect(readdirSync(folder)).not.toContain("bad-out.npy");
  });
});

it("an array that is none is refused in Chinese too", () => {
  write("none.npy", Buffer.from("\x93NUMPY", "latin1"));
  expect(run(["pool", "none.npy", "x.npy", "--kernel", "1", "--lang", "zh"]).stderr).toBe(
    "none.npy 不是可以读取的数组：缺少文件头\n",
  );
});

it("NaN and the infinities can be given as numbers, and the help says so", () => {
  const { status, stdout } = run(["figure", "nn.AvgPool2d(2, 1)", "--input", "3:nan,1,-inf,2,inf,3"]);
  expect(status).toBe(0);
  for (const shown of ["NaN", "∞", "−∞"]) expect(stdout.toString()).toContain(`>${shown}<`);
  for (const lang of ["en", "zh"])
    expect(run(["help", "figure", "--lang", lang]).stdout.toString()).toMatch(/nan.*inf.*-inf/);
});
