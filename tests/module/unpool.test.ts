/** Unpooling to a size that is asked for: in every rank and layout, batched or not, whatever the pooling was. */
import { describe, expect, test } from "vitest";
import { call, refusal } from "./support.js";

const range = (shape: number[]) => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 1),
  shape,
});
const refused = (act: () => unknown) => refusal(act).message;

const sizes = [5, 4, 6];
const layouts = ["channels_first", "channels_last"] as const;

describe.each([1, 2, 3])("a full shape in %i-d", (rank) => {
  const spatial = sizes.slice(0, rank);
  describe.each(layouts)("%s", (layout) => {
    test.each([[2], []])("with the batch %j is the tensor's own", (...batch) => {
      const shape = layout === "channels_first" ? [...batch, 3, ...spatial] : [...batch, ...spatial, 3];
      const x = range(shape);
      const { output, indices } = call(`maxPool${rank}dWithIndices`, x, { kernelSize: 2, layout });
      const wanted = new Float32Array(x.data.length);
      // Counted by hand: what is no maximum of its window is 0.
      const at = (i: number) => {
        const channel = layout === "channels_first" ? Math.floor(i / spatial.reduce((a, b) => a * b)) : i % 3;
        const cell =
          layout === "channels_first"
            ? i % spatial.reduce((a, b) => a * b)
            : Math.floor(i / 3) % spatial.reduce((a, b) => a * b);
        return { channel, cell };
      };
      x.data.forEach((value, i) => {
        let { cell } = at(i);
        let picked = true;
        for (let axis = rank - 1; axis >= 0; axis--) {
          if ((cell % (spatial[axis] as number)) % 2 === 0) picked = false;
          cell = Math.floor(cell / (spatial[axis] as number));
        }
        if (picked) wanted[i] = value;
      });
      for (const outputSize of [shape, spatial]) {
        const back = call(`maxUnpool${rank}d`, output, indices, { kernelSize: 2, layout, outputSize });
        expect(back.shape).toEqual(shape);
        expect([...back.data]).toEqual([...wanted]);
      }
      if (batch.length === 0) {
        const back = call(`maxUnpool${rank}d`, output, indices, { kernelSize: 2, layout, outputSize: [1, ...shape] });
        expect([...back.data]).toEqual([...wanted]);
      }
    });
  });
});

describe("what was pooled with", () => {
  const x = range([2, 4, 4]);
  const data = Float32Array.from(x.data, (value) => Math.sin(value));
  test.each([
    ['"same" and a stride below the kernel', { kernelSize: 2, stride: 1, padding: "same" }],
    ['"same_lower"', { kernelSize: 3, stride: 3, padding: "same_lower" }],
    ["four sides", { kernelSize: 3, stride: 2, padding: [2, 0, 1, 2] }],
    ["dilation", { kernelSize: 2, stride: 1, dilation: 3 }],
    ["ceilMode", { kernelSize: 3, stride: 3, ceilMode: true }],
  ])("%s is unpooled to the size it came from", (_, options) => {
    const { output, indices } = call("maxPool2dWithIndices", { data, shape: x.shape }, options);
    const { dilation: _d, ceilMode: _c, ...window } = options as Record<string, unknown>;
    const back = call("maxUnpool2d", output, indices, { ...window, outputSize: [4, 4] });
    const wanted = new Float32Array(data.length);
    indices.data.forEach((index, i) => {
      const cell = Math.floor(i / (output.data.length / 2)) * 16 + index;
      wanted[cell] = data[cell] as number;
    });
    expect(back.shape).toEqual(x.shape);
    expect(back.data).toEqual(wanted);
  });

  test("stride [2, 1] in channels_last, as LiteRT's test has it", () => {
    const pooled = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), shape: [1, 2, 2, 2] };
    const options = { kernelSize: 2, stride: [2, 1], outputSize: [4, 2], layout: "channels_last" };
    const back = call("maxUnpool2d", pooled, Int32Array.from([0, 1, 2, 3, 4, 5, 6, 7]), options);
    expect([...back.data]).toEqual([1, 0, 0, 2, 3, 0, 0, 4, 5, 0, 0, 6, 7, 0, 0, 8]);
  });

  test("any size that holds every index will do, no other", () => {
    const pooled = { data: Float32Array.of(7), shape: [1, 1, 1] };
    const to = (index: number, outputSize: number[]) => [
      ...call("maxUnpool2d", pooled, Int32Array.of(index), { kernelSize: 2, outputSize }).data,
    ];
    expect(to(3, [2, 2])).toEqual([0, 0, 0, 7]);
    expect(to(0, [1, 1])).toEqual([7]);
    expect(to(5, [1, 7])).toEqual([0, 0, 0, 0, 0, 7, 0]);
    expect(refused(() => to(3, [1, 3]))).toBe("Found an invalid max index: 3 (output volumes are of size 1x3)");
    expect(refused(() => to(0, [1, -1]))).toBe(
      "max_unpooling: output_size must contain non-negative spatial dimensions, but got output_size[1]=-1",
    );
    expect(refused(() => to(0, [1]))).toBe(
      "output_size should be a sequence containing 2 or 4 elements, but it has a length of '1'",
    );
  });

  test('"same" alone does not say which size', () => {
    const pooled = { data: Float32Array.of(7), shape: [1, 1, 1] };
    expect(refused(() => call("maxUnpool2d", pooled, Int32Array.of(0), { kernelSize: 2, padding: "same" }))).toMatch(
      /"same" does not say which size was pooled: outputSize must be given/,
    );
  });
});
