import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { luminance } from "../../web/figure/colour";
import { CSS_THEME, THEMES, type Theme } from "../../web/figure/theme";

const rgb = (hex: string): [number, number, number] =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];

const contrast = (a: string, b: string): number => {
  const [dark, light] = [luminance(rgb(a)), luminance(rgb(b))].sort((one, other) => one - other) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

type Triple = [number, number, number];
const times = (matrix: readonly Triple[], [x, y, z]: Triple): Triple =>
  matrix.map(([a, b, c]) => a * x + b * y + c * z) as Triple;

const linear = (hex: string): Triple =>
  rgb(hex).map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Triple;

// Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB.
const SIGHTS: Record<string, readonly Triple[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** OKLab, after Björn Ottosson. */
function oklab(colour: Triple): Triple {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    colour.map((part) => Math.min(1, Math.max(0, part))) as Triple,
  ).map(Math.cbrt) as Triple;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

describe.each(Object.entries(THEMES))("the %s theme", (name, theme: Theme) => {
  test.each(Object.keys(SIGHTS))("keeps window, winner and ink apart for %s sight", (sight) => {
    const seen = [theme.window, theme.winner, theme.ink].map((role) => oklab(times(SIGHTS[sight] ?? [], linear(role))));
    seen.forEach((one, at) => {
      for (const other of seen.slice(at + 1))
        expect(Math.hypot(...one.map((part, i) => part - (other[i] as number)))).toBeGreaterThan(0.15);
    });
  });

  test("has text and lines one can read", () => {
    for (const paper of [theme.paper, theme.low]) {
      for (const role of ["ink", "soft", "lost"] as const)
        expect(contrast(theme[role], paper)).toBeGreaterThanOrEqual(4.5);
      for (const role of ["window", "winner"] as const) expect(contrast(theme[role], paper)).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(theme.ink, theme.high)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme.soft, theme.high)).toBeGreaterThanOrEqual(4.5);
  });

  test("is the page's style sheet's", () => {
    const sheet = readFileSync(new URL("../../web/page/style.css", import.meta.url), "utf8");
    const blocks = [...sheet.matchAll(/:root[^{]*\{([^}]*color-scheme: (light|dark);[^}]*)\}/g)].filter(
      ([, , scheme]) => scheme === name,
    );
    expect(blocks.length).toBeGreaterThan(0);
    for (const [, block = ""] of blocks) {
      for (const [role, variable] of Object.entries(CSS_THEME)) {
        expect(block).toContain(`${variable.slice(4, -1)}: ${theme[role as keyof Theme]};`);
      }
    }
  });
});
