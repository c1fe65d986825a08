/** WebKitGTK's MiniBrowser, driven by WebKitWebDriver; wants a display (xvfb-run). */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Builder, By, Capabilities, Key, Origin, type WebDriver } from "selenium-webdriver";
import { type Engine, eventually, PATIENCE, type Server } from "./engine.js";

const MINI_BROWSER = ["x86_64", "aarch64"]
  .map((machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-4.1/MiniBrowser`)
  .find(existsSync);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

const KEYS: Record<string, string> = {
  ArrowUp: Key.ARROW_UP,
  ArrowDown: Key.ARROW_DOWN,
  ArrowLeft: Key.ARROW_LEFT,
  ArrowRight: Key.ARROW_RIGHT,
  Enter: Key.ENTER,
  Escape: Key.ESCAPE,
  Home: Key.HOME,
  End: Key.END,
  PageUp: Key.PAGE_UP,
  PageDown: Key.PAGE_DOWN,
  Delete: Key.DELETE,
  Tab: Key.TAB,
  Shift: Key.SHIFT,
  Alt: Key.ALT,
  Control: Key.CONTROL,
};

async function connect(port: number): Promise<WebDriver> {
  const capabilities = new Capabilities({
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary: MINI_BROWSER, args: ["--automation"] },
  });
  // Again, as the driver says neither when it listens nor which port it took.
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function start(): Promise<WebDriver> {
  if (!MINI_BROWSER) throw new Error("WebKitGTK's MiniBrowser is not installed");
  const port = await freePort();
  // In a group of its own with the browser that it starts.
  const program: ChildProcess = spawn("WebKitWebDriver", [`--port=${port}`], {
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" },
    stdio: "ignore",
    detached: true,
  });
  process.once("exit", () => {
    if (program.pid) process.kill(-program.pid);
  });
  const driver = await connect(port);
  await driver.manage().setTimeouts({ script: PATIENCE, pageLoad: PATIENCE });
  return driver;
}
let started: Promise<WebDriver> | undefined;
let visits = 0;

export async function webkitEngine(address: string, server: Server): Promise<Engine> {
  started ??= start();
  const driver = await started;
  return {
    async open(fragment, look = {}) {
      await driver
        .manage()
        .window()
        .setRect({ width: look.width ?? 1280, height: look.height ?? 900 });
      // Another query makes it another page, not a jump within the last one.
      await driver.get(look.file ?? `${address}?${++visits}${fragment ? `#${fragment}` : ""}`);
      const run = async <Result>(
        action: (given: never) => Result | Promise<Result>,
        given?: unknown,
      ): Promise<Result> => {
        const answer = await driver.executeAsyncScript<{ value?: Result; error?: string }>(
          `const done = arguments[arguments.length - 1];
           Promise.resolve().then(() => (${action.toString()})(arguments[0]))
             .then((value) => done({ value }), (error) => done({ error: String(error) }));`,
          given,
        );
        if (answer.error) throw new Error(answer.error);
        return answer.value as Result;
      };
      await eventually(() => run(() => document.documentElement.dataset.state !== "loading"));
      const actions = () => driver.actions({ async: true });
      return {
        run: run as never,
        follow: async (next) => {
          await run((to: string) => {
            location.hash = to;
          }, next);
        },
        click: (selector) => driver.findElement(By.css(selector)).click(),
        async press(...keys) {
          for (const key of keys) {
            const parts = key.split("+").filter(Boolean);
            const last = key.endsWith("+") ? "+" : (parts.pop() as string);
            const chain = actions();
            for (const part of parts) chain.keyDown(KEYS[part] as string);
            chain.sendKeys(KEYS[last] ?? last);
            for (const part of parts) chain.keyUp(KEYS[part] as string);
            await chain.perform();
          }
        },
        type: (text) => actions().sendKeys(text).perform(),
        move: (x, y) =>
          actions()
            .move({ x: Math.round(x), y: Math.round(y), origin: Origin.VIEWPORT, duration: 0 })
            .perform(),
        async drag([x, y], [toX, toY]) {
          const at = (left: number, top: number) => ({
            x: Math.round(left),
            y: Math.round(top),
            origin: Origin.VIEWPORT,
            duration: 20,
          });
          const chain = actions().move(at(x, y)).press();
          for (let step = 1; step <= 8; step++) chain.move(at(x + ((toX - x) * step) / 8, y + ((toY - y) * step) / 8));
          await chain.release().perform();
        },
        wheel: async (by) => {
          // This driver has no wheel: the page is told by an event.
          await run((amount: number) => {
            document.activeElement?.dispatchEvent(
              new WheelEvent("wheel", { deltaY: amount, bubbles: true, cancelable: true }),
            );
          }, by);
        },
        tap: () => Promise.reject(new Error("not driven")),
        async choose(selector, file) {
          const path = join(mkdtempSync(join(tmpdir(), "poolscope-")), file.name);
          writeFileSync(path, file.bytes);
          await driver.findElement(By.css(selector)).sendKeys(path);
        },
        async picture(path) {
          writeFileSync(path, Buffer.from(await driver.takeScreenshot(), "base64"));
        },
        html: () => driver.getPageSource(),
        async audit(axe) {
          await driver.executeScript(axe);
          return run(async () => {
            const { axe: library } = window as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } };
            return JSON.parse(JSON.stringify((await library.run()).violations)) as unknown[];
          });
        },
        complaints: [],
        close: async () => {},
      };
    },
    close: () => server.close(),
  };
}
