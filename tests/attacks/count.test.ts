/** That the causes are as many as they are said to be, and that an entry gets all of its own. */
import { expect, test } from "vitest";
import { fileCauses } from "./causes/files.js";
import { textCauses, valueCauses } from "./causes/index.js";
import { plan } from "./plan.js";

const causes: Record<string, readonly { name: string }[]> = { ...valueCauses, ...textCauses, ...fileCauses };
const count = (names: readonly string[]) => names.reduce((sum, name) => sum + (causes[name]?.length ?? 0), 0);

test("every cause has inputs, each with a name of its own", () => {
  for (const [name, inputs] of Object.entries(causes)) {
    expect(inputs.length, name).toBeGreaterThan(10);
    expect(new Set(inputs.map((input) => input.name)).size, name).toBe(inputs.length);
  }
});

test("the entries get at least 600 inputs in all, and each at least 100", () => {
  const counts = Object.values(plan).map(count);
  for (const [at, name] of Object.keys(plan).entries()) expect(counts[at], name).toBeGreaterThanOrEqual(100);
  expect(counts.reduce((sum, each) => sum + each)).toBeGreaterThanOrEqual(600);
});

test("the entries are those that a stranger can reach", () => {
  expect(Object.keys(plan).sort()).toEqual(["command", "element", "figure", "module", "page", "worker"]);
});

test("no entry is put to a cause that is none, and every cause is put to one", () => {
  const named = new Set(Object.values(plan).flat());
  expect([...named].filter((name) => !Object.hasOwn(causes, name))).toEqual([]);
  expect(Object.keys(causes).filter((name) => !named.has(name))).toEqual([]);
});
