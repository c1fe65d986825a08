/** The table of hostile calls (tests/module/hostile-calls.js) in a browser, on the built module. */
import { expect, test } from "vitest";
import { loadPooling } from "../../web/module/index";
import { families } from "../../web/module/operators";
import { hostileCalls } from "../module/hostile-calls.js";
import { launch } from "./engine";

type Window = { tryAll: (given: typeof families) => { count: number; wrong: string[] } };

test("every hostile call is refused in its words, and the next good one is right", async () => {
  const engine = await launch("tests/page/calls/");
  try {
    const tab = await engine.open("");
    const { count, wrong } = await tab.run((given) => (window as unknown as Window).tryAll(given), families);
    expect(wrong).toEqual([]);
    expect(count).toBe(hostileCalls(await loadPooling(), families).length);
    expect(count).toBeGreaterThanOrEqual(300);
    expect(tab.complaints).toEqual([]);
  } finally {
    await engine.close();
  }
});
