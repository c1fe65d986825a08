import fc from "fast-check";
import { expect, test } from "vitest";
import { readNumber } from "../../web/element/pictures";
import { encode, initial, read, SAMPLES, type State, write } from "../../web/page/state";
import { layers } from "../figure/layers";

const states: fc.Arbitrary<State> = fc
  .record({
    layer: layers,
    image: fc.constantFrom(...SAMPLES, "numbers"),
    grid: fc.integer({ min: 1, max: 9 }).chain((width) =>
      fc.record({
        width: fc.constant(width),
        values: fc
          .array(
            fc.oneof(
              fc.integer({ min: -99, max: 99 }),
              fc.constantFrom(0.5, -1.25, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
            ),
            {
              minLength: 1,
              maxLength: 6,
            },
          )
          .map((rows) => rows.flatMap((value) => Array.from({ length: width }, (_, at) => value + at))),
      }),
    ),
    side: fc.constantFrom("input" as const, "output" as const),
    row: fc.nat(300),
    column: fc.nat(300),
    channel: fc.nat(2),
    look: fc.constantFrom("forward" as const, "unpool" as const, "gradient" as const),
    zoom: fc.option(
      fc.record({ cell: fc.integer({ min: 1, max: 96 }), row: fc.nat(200), column: fc.integer({ min: -9, max: 200 }) }),
      { nil: undefined },
    ),
    language: fc.constantFrom("en" as const, "zh" as const),
    theme: fc.constantFrom("auto" as const, "light" as const, "dark" as const),
  })
  // A grid that is not shown is not linked.
  .map((state) => (state.image === "numbers" ? state : { ...state, grid: initial("en").grid }));

const plain = (state: State) =>
  JSON.parse(
    JSON.stringify(state, (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value)),
  );

test("1,000 states survive the way through a link", () => {
  fc.assert(
    fc.property(states, (state) => {
      const address = new URL(`#${encode(write(state))}`, "https://example.org/");
      const { state: back, bad } = read(address.hash, "en");
      expect(bad).toEqual([]);
      expect(plain(back)).toEqual(plain(state));
    }),
    { numRuns: 1000 },
  );
});

test("the tutorial's experiment is the line itself", () => {
  const { state, bad } = read("#nn.MaxPool2d(kernel_size=6, stride=2)", "en");
  expect(bad).toEqual([]);
  expect(state).toEqual(initial("en"));
  expect(write(state)).toBe("nn.MaxPool2d(kernel_size=6, stride=2)&image=spaceship&at=26,48&lang=en");
});

// Links people may have kept: they must go on meaning what they meant.
test.each([
  ["#nn.MaxPool2d(kernel_size=6, stride=2)&image=spaceship&at=26,48&lang=en", {}],
  [
    "#nn.MaxPool2d(kernel_size=3,%20stride=2)&image=numbers&at=1,2&side=input&lang=zh",
    { image: "numbers", side: "input", language: "zh", row: 1, column: 2 },
  ],
  ["#nn.MaxPool2d(2)&image=numbers&grid=2:1,2,3,4.5&at=0,0", { grid: { width: 2, values: [1, 2, 3, 4.5] } }],
  [
    "#F.max_pool2d(x, 3)&look=gradient&channel=2&theme=dark&zoom=24,10,20.5",
    { look: "gradient", channel: 2, theme: "dark", zoom: { cell: 24, row: 10, column: 20.5 } },
  ],
])("%s", (fragment, expected) => {
  const { state, bad } = read(fragment, "en");
  expect(bad).toEqual([]);
  expect(state).toMatchObject(expected);
});

test("NaN and the infinities stand in a link by Python's names", () => {
  const { state, bad } = read("#nn.MaxPool2d(2)&image=numbers&grid=2:nan,-inf,inf,1", "en");
  expect(bad).toEqual([]);
  expect(state.grid).toEqual({ width: 2, values: [Number.NaN, -Infinity, Infinity, 1] });
  expect(write(state)).toContain("&grid=2:nan,-inf,inf,1&");
});

test.each([
  ["nan", Number.NaN],
  ["NaN", Number.NaN],
  ["+inf", Infinity],
  ["-Infinity", -Infinity],
  ["−∞", -Infinity],
  [" -7.5 ", -7.5],
  ["1e999", undefined],
  ["", undefined],
  ["-", undefined],
])("a cell takes %j as %s", (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test.each([
  ["#nn.MaxPool2d(kernel=6)", /unexpected keyword argument 'kernel'/],
  ["#%E0%A4%A", /no call/],
  ["#nn.MaxPool2d(2)&at=-1,2", /at=-1,2/],
  ["#nn.MaxPool2d(2)&image=../secret", /image/],
  ["#nn.MaxPool2d(2)&grid=0:1", /grid/],
  ["#nn.MaxPool2d(2)&grid=3:1,2", /grid/],
  ["#nn.MaxPool2d(2)&grid=2:1,nano", /grid/],
  ["#nn.MaxPool2d(2)&grid=2:1,1e999", /grid/],
  ["#nn.MaxPool2d(2)&grid=2:1,", /grid/],
  ["#nn.MaxPool2d(2)&zoom=1e9,0,0", /zoom/],
  ["#nn.MaxPool2d(2)&zoom=.001,0,0", /zoom/],
  ["#nn.MaxPool2d(2)&zoom=6,1e307,0", /zoom/],
  ["#nn.MaxPool2d(2)&colour=red", /colour=red/],
])("%s gives the default and a note", (fragment, note) => {
  const { state, bad } = read(fragment, "en");
  expect(bad.join(" ")).toMatch(note);
  const { layer, ...rest } = initial("en");
  const { layer: kept, ...others } = state;
  expect(others).toEqual(rest);
  expect(kept.name).toBe(layer.name);
});

test("a zoom finer than a link is written is read as it will be written", () => {
  const { state, bad } = read("#nn.MaxPool2d(2)&zoom=.011,100.123,0", "en");
  expect(bad).toEqual([]);
  expect(state.zoom).toEqual({ cell: 0.01, row: 100.12, column: 0 });
  expect(read(write(state), "en").state).toEqual(state);
});

test("any fragment, however odd, gives a state that a link can keep", () => {
  const words = ["nn.MaxPool2d(2)", "F.avg_pool2d(x, 3)", "&", "=", ",", ";", "%", "%2C", "%E4", "+", "#"];
  const keys = ["image", "grid", "at", "side", "channel", "look", "zoom", "theme", "lang", "__proto__"];
  const values = [
    "numbers",
    "rings",
    "output",
    "zh",
    "gradient",
    "1,2",
    "1,2;3",
    "-1",
    "0",
    "1e309",
    "NaN",
    "0x10",
    "9".repeat(40),
  ];
  const scraps = fc.constantFrom(...words, ...keys, ...values);
  const pairs = fc
    .tuple(fc.constantFrom(...keys), fc.oneof(fc.constantFrom(...values), fc.string()))
    .map((pair) => pair.join("="));
  const fragment = fc.oneof(
    fc.string(),
    fc.array(scraps, { maxLength: 40 }).map((list) => list.join("")),
    fc.array(pairs, { maxLength: 12 }).map((list) => ["nn.MaxPool2d(3)", ...list].join("&")),
    // A good link with something cut out, doubled or put in.
    fc.tuple(states, fc.nat(), fc.nat(30), fc.string({ maxLength: 4 })).map(([state, at, length, more]) => {
      const text = encode(write(state));
      const from = at % (text.length + 1);
      return text.slice(0, from) + more + text.slice(from + length);
    }),
  );
  fc.assert(
    fc.property(fragment, (text) => {
      const { state } = read(`#${text}`, "en");
      const { state: again, bad } = read(`#${encode(write(state))}`, "en");
      expect(bad).toEqual([]);
      // A grid that is not shown is not linked.
      if (state.image !== "numbers") state.grid = again.grid;
      expect(plain(again)).toEqual(plain(state));
    }),
    { numRuns: 4000 },
  );
});
