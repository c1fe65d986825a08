import { describe, expect, test } from "vitest";
import { lacks, pixels, said, type Tab, until } from "./engine";
import { animated, jpeg, png, svg } from "./hostile";
import { open } from "./tabs";

const choose = (tab: Tab, name: string, type: string, bytes: Uint8Array) =>
  tab.choose("input[type=file]", { name, type, bytes });

const striped = png(64, 64);
const holed = Buffer.from(striped);
holed.fill(0x55, 33, 60);

describe("a picture that cannot be pooled leaves the old one, and says why", () => {
  test.each([
    ["en", /not a picture/, /no pixels/, /truncated/],
    ["zh", /无法把这个文件当作图片/, /没有像素/, /不完整/],
  ])("in %s", async (language, unreadable, empty, cut) => {
    const tab = await open(`nn.MaxPool2d(2)&lang=${language}`);
    const shape = "3 × 201 × 250 → 3 × 100 × 125";
    const before = await pixels(tab, "output");
    let column = 0;
    for (const [name, type, bytes, note] of [
      ["corrupt.png", "image/png", holed, unreadable],
      ["short.png", "image/png", striped.subarray(0, -40), cut],
      ["nothing.png", "image/png", new Uint8Array(), unreadable],
      ["zero.png", "image/png", png(0, 0), unreadable],
      ["zero.svg", "image/svg+xml", svg('width="0" height="0"'), empty],
      ["short.jpg", "image/jpeg", jpeg([[128], [200]]).subarray(0, -6), cut],
      ["words.png", "image/png", Buffer.from("no picture"), unreadable],
      ["film.mp4", "video/mp4", Buffer.from("no film"), unreadable],
    ] as const) {
      await choose(tab, name, type, bytes);
      await until(tab, (words) => note.test(words.note));
      expect((await said(tab)).shape, name).toBe(shape);
      // A good line between two bad files takes the note away again.
      await tab.follow(`nn.MaxPool2d(2)&lang=${language}&at=1,${++column}`);
      await until(tab, (words) => words.note === "");
    }
    expect(await pixels(tab, "output")).toEqual(before);
  });
});

test("odd pictures are pooled like any other", async () => {
  const tab = await open("nn.MaxPool2d(1)");
  const take = async (name: string, type: string, bytes: Uint8Array, shape: string) => {
    await choose(tab, name, type, bytes);
    await until(tab, (words) => words.shape.startsWith(`3 × ${shape} →`));
    expect((await said(tab)).note, name).toBe("");
    return (await pixels(tab, "output")).data;
  };
  const first = (data: number[]) => data.slice(0, 3);
  await take("one.png", "image/png", png(1, 300), "300 × 1");
  expect(
    first(
      await take(
        "sixteen.png",
        "image/png",
        png(10, 7, 16, () => 0x80),
        "7 × 10",
      ),
    ),
  ).toEqual([128, 128, 128]);
  // Adobe's CMYK is inverted: 255 is no ink, so this is white, black and cyan.
  const cmyk = await take(
    "cmyk.jpg",
    "image/jpeg",
    jpeg([
      [255, 255, 255, 255],
      [0, 0, 0, 0],
      [0, 255, 255, 255],
    ]),
    "8 × 24",
  );
  expect(Math.min(...first(cmyk))).toBeGreaterThan(240);
  expect(Math.max(...cmyk.slice(4 * 12, 4 * 12 + 3))).toBeLessThan(60);
  expect(cmyk[4 * 20]).toBeLessThan(cmyk[4 * 20 + 2] as number);
  // Turned by its EXIF: three blocks one above the other.
  const turned = await take("turned.jpg", "image/jpeg", jpeg([[128], [255], [0]], 6), "24 × 8");
  expect([turned[0], turned[4 * 8 * 12], turned[4 * 8 * 20]]).toEqual([128, 255, 0]);
  // Of an animation its first frame.
  expect(first(await take("animated.gif", "image/gif", animated, "2 × 2"))).toEqual([255, 255, 255]);
  await choose(tab, "sizeless.svg", "image/svg+xml", svg(""));
  await until(tab, (words) => !words.shape.startsWith("3 × 2 × 2"));
  expect(first((await pixels(tab, "output")).data)).toEqual([0, 0, 255]);
});

test("a picture of a hundred megapixels is scaled, and said to be", async () => {
  const tab = await open("nn.MaxPool2d(4)");
  await choose(tab, "large.png", "image/png", png(10_000, 10_000));
  await until(tab, ({ shape }) => shape === "3 × 2048 × 2048 → 3 × 512 × 512");
  expect((await said(tab)).note).toBe("The picture was scaled from 10000 × 10000 to 2048 × 2048 pixels.");
});

test("a large picture pools to the same cells in the worker", async () => {
  const tab = await open("nn.MaxPool2d(2)");
  await choose(tab, "wide.png", "image/png", png(600, 500));
  await until(tab, (words) => words.shape === "3 × 500 × 600 → 3 × 250 × 300");
  const { data, width } = await pixels(tab, "output");
  for (const row of [0, 1, 7, 120, 249]) {
    const expected = Math.max((2 * row * 37) % 256, ((2 * row + 1) * 37) % 256);
    expect(data.slice(4 * row * width, 4 * row * width + 4)).toEqual([expected, expected, expected, 255]);
  }
});

describe("the camera", () => {
  const refuse = (tab: Tab, name: string) =>
    tab.run((error) => {
      Object.defineProperty(navigator, "mediaDevices", {
        configurable: true,
        value: { getUserMedia: () => Promise.reject(new DOMException("no", error)) },
      });
      const buttons = [...document.querySelectorAll<HTMLElement>("#tools button")];
      buttons.find(({ textContent }) => /^(Camera|摄像头)$/.test(textContent ?? ""))?.click();
    }, name);

  test.each([
    ["NotAllowedError", "en", "was refused"],
    ["NotFoundError", "en", "There is no camera"],
    ["NotReadableError", "en", "cannot be used now"],
    ["NotAllowedError", "zh", "没有摄像头权限"],
  ])("that gives %s says so in %s", async (name, language, sentence) => {
    const tab = await open(`nn.MaxPool2d(2)&lang=${language}`);
    await refuse(tab, name);
    await until(tab, ({ note }) => note.includes(sentence));
    expect((await said(tab)).shape).toBe("3 × 201 × 250 → 3 × 100 × 125");
  });

  test.skipIf(lacks("camera"))("that is unplugged leaves its last picture", async () => {
    const tab = await open("nn.MaxPool2d(2)");
    await tab.run(() => {
      const { mediaDevices } = navigator;
      const ask = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = async (wish) => {
        const stream = await ask(wish);
        Object.assign(window, { stream });
        return stream;
      };
      const buttons = [...document.querySelectorAll<HTMLElement>("#tools button")];
      buttons.find(({ textContent }) => textContent === "Camera")?.click();
    });
    await until(tab, ({ shape }) => shape.startsWith("3 × 480 × 640"));
    await tab.run(() => {
      const { stream } = window as unknown as { stream: MediaStream };
      stream.getVideoTracks()[0]?.dispatchEvent(new Event("ended"));
    });
    await until(tab, ({ note }) => note.includes("was disconnected"));
    expect((await said(tab)).shape).toMatch(/^3 × 480 × 640/);
    const words = await tab.run(() => document.getElementById("tools")?.textContent ?? "");
    expect(words).toContain("Camera");
    expect(words).not.toContain("Stop");
  });
});

test.skipIf(lacks("clipboard"))("a clipboard without a picture or a line is said to hold neither", async () => {
  const tab = await open("nn.MaxPool2d(2)");
  await tab.run(() => {
    const event = new ClipboardEvent("paste", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
  });
  await until(tab, ({ note }) => note.includes("holds no picture, no line of code and no numbers"));
});

test.skipIf(lacks("clipboard"))("a picture dragged out of another page is asked for as a file", async () => {
  const tab = await open("nn.MaxPool2d(2)");
  await tab.run(() => {
    const data = new DataTransfer();
    data.setData("text/uri-list", "https://example.org/cat.jpg");
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await until(tab, ({ note }) => note.includes("another site"));
});
