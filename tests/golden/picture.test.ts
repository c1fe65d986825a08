/** The tutorial's experiment on the page's picture: the bytes PyTorch pools it to. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { PNG } from "pngjs";
import { beforeAll, expect, test } from "vitest";
import { type ImageOptions, loadPooling, type Pooling, type Tensor } from "../../web/module/index";
import { json, moved } from "./cases";

interface Golden {
  op: "max" | "min" | "avg";
  options: { kernel_size: Sides; stride?: Sides; padding?: Sides; dilation?: number; ceil_mode?: boolean };
  shape: number[];
  sha256: string;
  first: number[];
}
type Sides = number | [number, number];

const golden: { picture: string; sha256: string; shape: number[]; indices: string; cases: Golden[] } =
  json("picture.json");
const picture = PNG.sync.read(readFileSync(new URL(`../../${golden.picture}`, import.meta.url)));
const { width, height } = picture;
const rgba = Uint8ClampedArray.from(picture.data);
const rgb = Uint8Array.from(rgba.filter((_, i) => i % 4 !== 3));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

let pooling: Pooling;
beforeAll(async () => {
  pooling = await loadPooling();
});

const optionsOf = ({ options: o }: Golden) => ({
  kernelSize: o.kernel_size,
  stride: o.stride,
  padding: o.padding ?? 0,
  dilation: o.dilation ?? 1,
  ceilMode: o.ceil_mode ?? false,
});

test("the picture is the one the goldens were made of", () => {
  expect([3, height, width]).toEqual(golden.shape);
  expect(sha256(rgb)).toBe(golden.sha256);
});

test.each(golden.cases.map((one) => [`${one.op} ${JSON.stringify(one.options)}`, one] as const))("%s", (_, one) => {
  const [, rows, columns] = one.shape as [number, number, number];
  const options = optionsOf(one);
  const pooled = pooling.poolImage({ data: rgba, width, height }, { op: one.op, ...options } as ImageOptions);
  expect([pooled.height, pooled.width]).toEqual([rows, columns]);
  expect([...pooled.data.slice(0, 4)]).toEqual([...one.first, 255]);
  expect(sha256(Uint8Array.from(pooled.data.filter((_, i) => i % 4 !== 3)))).toBe(one.sha256);

  const call = { max: pooling.maxPool2d, min: pooling.minPool2d, avg: pooling.avgPool2d }[one.op].bind(pooling);
  const last: Tensor<Uint8Array> = { data: rgb, shape: [height, width, 3] };
  expect(sha256(call(last, { ...options, layout: "channels_last" }).data)).toBe(one.sha256);
  const first = call(moved(last, 2, false), options);
  expect(first.shape).toEqual(one.shape);
  expect(sha256(moved(first, 2, true).data)).toBe(one.sha256);
});

test("the experiment's indices", () => {
  const planes = moved({ data: rgb, shape: [height, width, 3] }, 2, false);
  const { indices } = pooling.maxPool2dWithIndices(planes, { kernelSize: 6, stride: 2 });
  expect(indices.shape).toEqual([3, 98, 123]);
  expect(sha256(new Uint8Array(indices.buffer, indices.byteOffset, indices.byteLength))).toBe(golden.indices);
});
