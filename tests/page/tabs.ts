/** The page's tabs: setup.ts closes them after each test. */
import { type Engine, type Look, launch, type Tab } from "./engine";

let engine: Engine | undefined;
const tabs: Tab[] = [];

/** Closes the tabs of a test. @returns what they complained of */
export async function closeTabs(): Promise<string[]> {
  const complaints = tabs.flatMap((tab) => tab.complaints);
  await Promise.all(tabs.splice(0).map((tab) => tab.close()));
  return complaints;
}

export async function leave(): Promise<void> {
  await engine?.close();
  engine = undefined;
}

/** The page at `fragment`, in a tab of its own. */
export async function open(fragment = "", look?: Look): Promise<Tab> {
  engine ??= await launch();
  const tab = await engine.open(fragment, look);
  tabs.push(tab);
  return tab;
}
