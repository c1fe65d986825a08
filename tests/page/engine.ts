/**
 * The little of a browser that the page's tests need, so that an engine is a parameter: POOLSCOPE_BROWSER names it.
 * The page is the built one, served under the policy it promises to work under.
 */
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../web/build/chromium.mjs";
import { serve } from "../../web/build/serve.mjs";

export interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
  still?: boolean;
  forced?: boolean;
  touch?: boolean;
  scripts?: boolean;
  language?: string;
  /** A file opened from the disk instead of what is served. */
  file?: string;
  /** Requests whose address holds this word are answered late, and the window is resized while they are awaited. */
  late?: string;
}

export interface Tab {
  /** Runs a function of the page, in the page. */
  run<Given, Result>(action: (given: Given) => Result | Promise<Result>, given?: Given): Promise<Result>;
  /** Goes to another fragment the way a link does. */
  follow(fragment: string): Promise<void>;
  click(selector: string): Promise<void>;
  press(...keys: string[]): Promise<void>;
  type(text: string): Promise<void>;
  move(x: number, y: number): Promise<void>;
  drag(from: [number, number], to: [number, number]): Promise<void>;
  wheel(by: number): Promise<void>;
  tap(x: number, y: number): Promise<void>;
  choose(selector: string, file: { name: string; type: string; bytes: Uint8Array }): Promise<void>;
  picture(path: string): Promise<void>;
  html(): Promise<string>;
  /** What axe, given as source, finds wrong. */
  audit(axe: string): Promise<unknown[]>;
  /** Everything that went wrong: exceptions, console errors, refused by the policy, requests to other hosts. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface Engine {
  open(fragment: string, look?: Look): Promise<Tab>;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Started once in this process, whose end is theirs: a start takes seconds, and a tab is as good as a new browser. */
const once = <Result>(start: () => Promise<Result>): (() => Promise<Result>) => {
  let started: Promise<Result> | undefined;
  return () => {
    started ??= start();
    return started;
  };
};
/** Milliseconds that an answer may take: a limit for what hangs, not for what is slow. */
export const PATIENCE = 120_000;

const startChromium = once(() =>
  launchChromium({
    timeout: PATIENCE,
    args: ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
  }),
);

export interface Server {
  url: string;
  close(): Promise<void>;
}

async function chromiumEngine(address: string, server: Server): Promise<Engine> {
  const browser: Browser = await startChromium();
  return {
    async open(fragment, look = {}) {
      const context = await browser.newContext({
        viewport: { width: look.width ?? 1280, height: look.height ?? 900 },
        colorScheme: look.dark ? "dark" : "light",
        reducedMotion: look.still ? "reduce" : "no-preference",
        forcedColors: look.forced ? "active" : "none",
        hasTouch: look.touch ?? false,
        javaScriptEnabled: look.scripts ?? true,
        locale: look.language ?? "en-GB",
        permissions: ["clipboard-read", "clipboard-write"],
      });
      context.setDefaultTimeout(PATIENCE);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      page.on("request", (request) => {
        const address = request.url();
        const known = address.startsWith(server.url) || address === look.file;
        if (!known && !/^(blob|data):/.test(address)) complaints.push(`request to ${address}`);
      });
      if (look.late) {
        const held = new RegExp(look.late);
        await page.route(held, async (route) => {
          for (const width of [700, 1000]) {
            await page.setViewportSize({ width, height: 800 });
            // Drawn at this width.
            await page.evaluate(async () => {
              for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
            });
          }
          await route.continue();
        });
      }
      await page.goto(look.file ?? `${address}${fragment ? `#${fragment}` : ""}`);
      if (look.scripts ?? true) {
        await page.waitForFunction(() => document.documentElement.dataset.state !== "loading");
      }
      return {
        run: (action, given) => page.evaluate(action as never, given as never),
        async follow(next) {
          await page.evaluate((to) => {
            location.hash = to;
          }, next);
        },
        click: (selector) => page.click(selector),
        async press(...keys) {
          for (const key of keys) await page.keyboard.press(key);
        },
        type: (text) => page.keyboard.type(text),
        move: (x, y) => page.mouse.move(x, y),
        async drag(from, to) {
          await page.mouse.move(...from);
          await page.mouse.down();
          await page.mouse.move(...to, { steps: 8 });
          await page.mouse.up();
        },
        wheel: (by) => page.mouse.wheel(0, by),
        tap: (x, y) => page.touchscreen.tap(x, y),
        choose: (selector, file) =>
          page.setInputFiles(selector, { name: file.name, mimeType: file.type, buffer: Buffer.from(file.bytes) }),
        async picture(path) {
          await page.screenshot({ path });
        },
        html: () => page.content(),
        async audit(axe) {
          // Evaluated by the debugger, so the page's policy stays as strict as it is.
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() =>
            (window as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } }).axe.run(),
          );
          return violations;
        },
        complaints,
        close: () => context.close(),
      };
    },
    close: () => server.close(),
  };
}

type Name = "chromium" | "firefox" | "webkit";
export const engineName = (process.env.POOLSCOPE_BROWSER ?? "chromium") as Name;

/** What cannot be asked of an engine through its driver; a test that needs it is skipped there, and counted as such. */
export type Ability = "scripts" | "touch" | "forced" | "camera" | "clipboard" | "shift" | "language" | "console";
const LACKS: Record<Name, readonly Ability[]> = {
  chromium: [],
  firefox: ["scripts", "touch", "forced", "camera", "clipboard", "shift", "language"],
  webkit: ["scripts", "touch", "forced", "camera", "clipboard", "shift", "language", "console"],
};
export const lacks = (ability: Ability): boolean => LACKS[engineName].includes(ability);

/** Starts the engine on the built page, or on another page of this repository, `path` from its root. */
export async function launch(path?: string, policy?: string): Promise<Engine> {
  const [directory, from] = path ? [root, path] : [`${root}dist/page`, ""];
  const server = await serve(directory, policy ? { policy } : {});
  const address = new URL(from, server.url).href;
  if (engineName === "chromium") return chromiumEngine(address, server);
  if (engineName === "firefox") return (await import("./firefox.js")).firefoxEngine(address, server);
  if (engineName === "webkit") return (await import("./webkit.js")).webkitEngine(address, server);
  throw new Error(`No engine is called ${engineName}`);
}

/** What the page says now: its hooks, after the frame that the last change asked for. */
export async function said(
  tab: Tab,
): Promise<{ shape: string; code: string; error: string; note: string; formula: string; sentence: string }> {
  return tab.run(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    const text = (id: string) => document.getElementById(id)?.textContent?.trim().replace(/\s+/g, " ") ?? "";
    return {
      shape: text("shape"),
      code: text("code"),
      error: text("error"),
      note: text("note"),
      formula: text("formula"),
      sentence: text("sentence"),
    };
  });
}

/** Pastes text into the page, not into a field. */
export const paste = (tab: Tab, text: string): Promise<void> =>
  tab.run((given) => {
    const data = new DataTransfer();
    data.setData("text/plain", given);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);

export async function pixels(
  tab: Tab,
  id: "input" | "output",
): Promise<{ width: number; height: number; data: number[] }> {
  // One text crosses a hundred times as fast as a list of numbers.
  const { width, height, text } = await tab.run((name) => {
    const canvas = document.getElementById(name) as HTMLCanvasElement;
    const { width, height } = canvas;
    const data = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    let text = "";
    for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
    return { width, height, text: btoa(text) };
  }, id);
  return { width, height, data: [...Buffer.from(text, "base64")] };
}

/** Lets the page live for as many frames: what it would do by itself in that time it has done. */
export const frames = (tab: Tab, count: number): Promise<void> =>
  tab.run(async (many) => {
    for (let frame = 0; frame < many; frame++) await new Promise(requestAnimationFrame);
  }, count);

/** Waits for a state: until `look` gives something other than null, undefined, false and "". */
export async function eventually<Result>(
  look: () => Result | Promise<Result>,
  describe: () => unknown = () => String(look),
): Promise<Exclude<NonNullable<Result>, false | "">> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found as Exclude<NonNullable<Result>, false | "">;
    if (performance.now() > end) throw new Error(`Still not: ${JSON.stringify(await describe())}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until `test` holds for what the page says. */
export async function until(tab: Tab, test: (words: Awaited<ReturnType<typeof said>>) => boolean): Promise<void> {
  await eventually(
    async () => test(await said(tab)),
    () => said(tab),
  );
}

/** The address, once the page has written down its last change. */
export const settled = (tab: Tab, test: (hash: string) => boolean): Promise<string> =>
  eventually(
    async () => {
      const hash = await tab.run(() => decodeURIComponent(location.hash));
      return test(hash) && hash;
    },
    () => tab.run(() => location.hash),
  );
