import { expect, test } from "vitest";
import { readMatrix } from "../../web/page/matrix";

const square = { width: 2, values: [1, 2, 3, 4] };

test.each([
  ["[[1, 2], [3, 4]]", square],
  ["[[1,2],[3,4],]", square],
  ["[[1 2]\n [3 4]]", square],
  ["[[[1, 2], [3, 4]]]", square],
  ["torch.tensor([[1., 2.], [3., 4.]])", square],
  ["x = torch.tensor([[1., 2.], [3., 4.]], dtype=torch.float32, device='cpu')", square],
  ["tensor([[1., 2.],\n        [3., 4.]])", square],
  ["np.array([[1, 2], [3, 4]], dtype=np.float32)", square],
  ["const x = [[1, 2], [3, 4]];", square],
  ["[1 2; 3 4]", square],
  ["1 2\n3 4", square],
  ["1\t2\r\n3\t4\r\n", square],
  ["1,2\n3,4\n", square],
  ["1, 2; 3, 4", square],
  [
    "-1 nan inf\n0.5 1e3 -inf",
    { width: 3, values: [-1, Number.NaN, Number.POSITIVE_INFINITY, 0.5, 1000, Number.NEGATIVE_INFINITY] },
  ],
  ["[1, 2, 3]", { width: 3, values: [1, 2, 3] }],
  ["1 2\n3", "matrix_ragged"],
  ["[[1, 2], [3]]", "matrix_ragged"],
  // Two channels are no matrix.
  ["[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]", undefined],
  ["5", undefined],
  ["", undefined],
  ["[]", undefined],
  ["1,,2", undefined],
  ["1 two\n3 4", undefined],
  ["nn.MaxPool2d(3, 2)", undefined],
  ["torch.zeros(3, 4)", undefined],
  ["https://example.org/1,2", undefined],
])("%j", (text, expected) => {
  expect(readMatrix(text)).toEqual(expected);
});

test("has at most 4,096 numbers", () => {
  expect(readMatrix(Array(2048).fill("1 2").join("\n"))).toMatchObject({ width: 2 });
  expect(readMatrix(Array(2049).fill("1 2").join("\n"))).toBe("matrix_large");
});

test("takes no longer than the text is long", () => {
  for (const text of [
    "[".repeat(200_000),
    "1 ".repeat(500_000),
    ",a=b".repeat(100_000),
    " ".repeat(500_000),
    "[1],".repeat(100_000),
  ]) {
    const start = performance.now();
    readMatrix(text);
    expect(performance.now() - start).toBeLessThan(5000);
  }
});
