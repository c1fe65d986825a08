import { describe, expect, test } from "vitest";
import { WORDS } from "../../web/figure/texts/index";
import { TEXTS } from "../../web/page/texts/index";

describe.each([
  ["the figure", WORDS],
  ["the page", TEXTS],
] as const)("the sentences of %s", (_, { en, zh }) => {
  test("exist in both languages, with the same places to fill", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const [key, sentence] of Object.entries(en)) {
      const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
      const other = (zh as Record<string, string>)[key] as string;
      expect(other.trim(), key).not.toBe("");
      expect(places(other), key).toEqual(places(sentence));
    }
  });

  test("are Chinese in Chinese, but for names and code", () => {
    const names = /^(English|kernel_size=1, stride=2|dilation=\d|、)$/;
    for (const [key, sentence] of Object.entries(zh)) {
      if (!names.test(sentence)) expect(sentence, key).toMatch(/[一-鿿]/);
    }
  });
});
