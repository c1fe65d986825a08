import { type FigureOptions, figureSVG } from "../../web/figure/index.js";
import { loadPooling } from "../../web/module/index.js";
import type { Place } from "./entries/entry.js";
import { wrongDrawing } from "./judge.js";
import { attack } from "./suite.js";

const code = "nn.MaxPool2d(2)";
const numbers = () => ({ data: Float32Array.from({ length: 16 }, (_, at) => at), shape: [4, 4] });
const draw = (options: unknown) => figureSVG(options as FigureOptions);

const options: [name: string, honest: () => unknown, texts?: boolean][] = [
  ["code", () => code, true],
  ["input", () => [4, 4]],
  ["input", numbers],
  ["at", () => [1, 1]],
  ["side", () => "output", true],
  ["lang", () => "en", true],
  ["theme", () => "light", true],
  ["width", () => 600],
  ["pooling", () => undefined],
];
const places: Place[] = [
  ...options.map(
    ([name, honest, texts = false]): Place => ({
      name,
      honest,
      put: (value) => draw({ code, input: [4, 4], ...{ [name]: value } }),
      texts,
    }),
  ),
  {
    name: "code of a 1-d layer",
    honest: () => "nn.MaxPool1d(2)",
    put: (code) => draw({ code, input: [2, 4] }),
    texts: true,
  },
  { name: "input of a 1-d layer", honest: () => [2, 4], put: (input) => draw({ code: "nn.MaxPool1d(2)", input }) },
  { name: "the options", honest: () => ({ code, input: [4, 4] }), put: draw },
  {
    name: "an option's name",
    honest: () => "at",
    put: (name) => draw({ code, input: [4, 4], [name as string]: [1, 1] }),
    texts: "only",
  },
  {
    name: "data of the input",
    honest: () => new Float32Array(16),
    put: (data) => draw({ code, input: { ...numbers(), data } }),
  },
  {
    name: "pixels of the input",
    honest: () => new Uint8Array(48),
    put: (data) => draw({ code, input: { data, shape: [3, 4, 4] } }),
  },
  { name: "shape of the input", honest: () => [4, 4], put: (shape) => draw({ code, input: { ...numbers(), shape } }) },
];

attack("figure", async () => {
  const pooling = await loadPooling();
  const honest = await draw({ code, input: numbers() });
  return {
    places,
    again: () => void draw({ code, input: [4, 4] }).catch(() => {}),
    wrongResult: wrongDrawing,
    check: async () =>
      (await draw({ code, input: numbers() })) === honest ? "" : "an honest call draws something else",
    memory: () => pooling.info().memoryBytes,
    close: () => {},
  };
});
