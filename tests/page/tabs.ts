/** One engine for a file of tests, and its tabs: each is closed after its test, and none may have complained. */
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type Engine, type Look, launch, type Tab } from "./engine";

let engine: Engine;
const tabs: Tab[] = [];

beforeAll(async () => {
  engine = await launch();
});
afterAll(() => engine.close());
afterEach(async () => {
  const complaints = tabs.flatMap((tab) => tab.complaints);
  await Promise.all(tabs.splice(0).map((tab) => tab.close()));
  expect(complaints).toEqual([]);
});

/** The page at `fragment`, in a tab of its own. */
export async function open(fragment = "", look?: Look): Promise<Tab> {
  const tab = await engine.open(fragment, look);
  tabs.push(tab);
  return tab;
}
