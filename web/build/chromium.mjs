// The Chromium that tests, benches and pictures drive: where it is, and how it is started. playwright-core knows only the one that
// it downloads itself.
import { chromium } from "playwright-core";
import { chromiums } from "../../cpp/toolchain/needs.mjs";
import { which } from "../../cpp/toolchain/setup.mjs";
import { StepError } from "./steps.mjs";

/** @param {string[]} names */
function find(...names) {
  const found = names.map(which).find(Boolean);
  if (!found) throw new StepError("Chromium is not installed; `npm run setup test` installs it.");
  return found;
}

/** The program with a window, which runs headless too. */
export const chromiumProgram = () => find(...chromiums);

/**
 * Starts Chromium without a window. The headless shell is the same engine without the parts that draw a window's own buttons and bars,
 * and the same tests take half the processor time in it.
 * @param {{ args?: string[], timeout?: number, shell?: boolean }} [options] `shell: false` for what measures the browser people have
 */
export function launchChromium({ args = [], timeout = 30_000, shell = true } = {}) {
  const executablePath = shell ? find("chromium-headless-shell", ...chromiums) : chromiumProgram();
  return chromium.launch({
    executablePath,
    timeout,
    args: [
      ...(executablePath.endsWith("-shell") ? [] : ["--headless=new"]),
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  });
}
