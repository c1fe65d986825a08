import { inspect as show } from "node:util";
import { describe, expect, test } from "vitest";
import { PoolingError } from "../../web/module/index.js";
import { entries } from "./entries/known.js";
import { type Attack, attacks, type Expected } from "./known-table.js";

const includes = (text: string, part: string | RegExp) =>
  typeof part === "string" ? expect(text).toContain(part) : expect(text).toMatch(part);

async function judge(answer: Promise<unknown>, expected: Expected): Promise<void> {
  if ("error" in expected) {
    const error = await answer.then(
      (value) => expect.fail(`It was answered: ${JSON.stringify(value)?.slice(0, 200)}`),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(PoolingError);
    const { message, code } = error as PoolingError;
    includes(message, expected.error);
    if (expected.code) expect(code).toBe(expected.code);
  } else if ("holds" in expected) {
    const text = (await answer) as string;
    for (const part of expected.holds) includes(text, part);
  } else {
    const { shape, data } = (await answer) as { shape: number[]; data: ArrayLike<number> };
    expect([...shape]).toEqual(expected.shape);
    // Object.is, so that −0 and NaN are themselves.
    expect(Array.from(data)).toEqual(expected.data);
  }
}

const inspect = (value: unknown) => show(value, { depth: 9, maxArrayLength: null });

/** Everything that was handed over, as numbers and words. */
const handed = (input: Attack["input"], given: readonly unknown[]) => inspect("call" in input ? given : input.on);

describe.each(Object.keys(entries) as (keyof typeof entries)[])("%s", (name) => {
  const rows = attacks.filter(({ entry }) => (entry as readonly string[]).includes(name));

  test("has attacks, each with a name of its own", () => {
    expect(rows.length).toBeGreaterThan(10);
    expect(new Set(rows.map(({ cause }) => cause)).size).toBe(rows.length);
  });

  test.each(rows)("$cause", async ({ input, expected }) => {
    const { ask, isWell } = entries[name];
    const given = "call" in input ? input.given() : [];
    const before = handed(input, given);
    const asked = "call" in input ? { ...input, given: () => given } : input;
    await judge((ask as (what: typeof asked) => Promise<unknown>)(asked), expected);
    expect(handed(input, given)).toBe(before);
    expect(await isWell()).toBe(true);
  });
});
