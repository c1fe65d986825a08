/** Every operator × rank × dtype × layout × form of shape against the oracle. */
import { describe, expect, it } from "vitest";
import type { Rank } from "../../web/module/index.js";
import { families, type Listed } from "../../web/module/operators.js";
import { call, layouts, pooling, shapes } from "./support.js";
import { checks, type Key } from "./variants.js";

const ranks: Rank[] = [1, 2, 3];
const sizes: Record<Rank, number[][]> = {
  1: [[9], [2]],
  2: [
    [7, 9],
    [2, 5],
  ],
  3: [
    [5, 6, 7],
    [2, 3, 2],
  ],
};

/** The smallest inputs some checks can work on. */
const least: Partial<Record<Key, number>> = { fractionalMaxPoolWithIndices: 5 };

describe.each(families.map(([before, after]) => [before, after] as const))("%s…%s", (before, after) => {
  const key = `${before}${after}` as Key;
  for (const rank of ranks) {
    for (const dtype of pooling.info().dtypes) {
      it(`${rank}d ${dtype}`, () => {
        let seed = 1;
        for (const layout of layouts) {
          for (const spatial of sizes[rank]) {
            if (spatial.some((n) => n < (least[key] ?? 0))) continue;
            for (const shape of shapes(spatial, layout)) {
              checks[key]({ name: `${before}${rank}d${after}`, rank, dtype, layout, shape, seed: seed++ });
            }
          }
        }
      });
    }
  }
});

it("the list, the types and info() name the same operators", () => {
  const listed: Listed = true;
  expect(listed).toBe(true);
  const names = ranks.flatMap((rank) => families.map(([before, after]) => `${before}${rank}d${after}`));
  expect(pooling.info().operators.toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(pooling).toHaveProperty(name, expect.any(Function));
});

it.each([7, 224, 1024])("the mean of a plane of %i × %i equal numbers is that number", (side) => {
  for (const [name, options] of [
    ["globalAvgPool2d", {}],
    ["adaptiveAvgPool2d", { outputSize: 1 }],
    ["avgPool2d", { kernelSize: side }],
  ] as const) {
    for (const layout of layouts) {
      const data = new Float32Array(2 * side * side).fill(0.1);
      const shape = layout === "channels_last" ? [side, side, 2] : [2, side, side];
      for (const mean of call(name, { data, shape }, { ...options, layout }).data as Float32Array) {
        expect(Math.abs(mean / data[0]! - 1), `${name} ${layout}`).toBeLessThan(1e-6);
      }
    }
  }
});

it.each([null, undefined, []])("a stride of %j is the kernel's size", (stride) => {
  const x = { data: new Float32Array(7 * 9), shape: [7, 9] };
  expect(call("maxPool2d", x, { kernelSize: [2, 3], stride }).shape).toEqual([3, 3]);
});
