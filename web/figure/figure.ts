/** The figure: facts in, a scene out. The page, the element, the static first paint and figureSVG all draw this. */
import { type Arrangement, arrange, MEDIUM, type Sheet } from "./arrange.js";
import { LAYERS } from "./layers/index.js";
import type { DrawingLayer } from "./layers/view.js";
import { type Model, type Plane, unread } from "./model.js";
import { type Group, inset, type Panel, type Scene, type Shape } from "./scene.js";
import { say, type Words } from "./texts/index.js";
import type { Theme } from "./theme.js";
import { threads } from "./threads.js";

export const shapeOf = (plane: Plane): string => `${plane.channels} × ${plane.height} × ${plane.width}`;

function panelGroup(
  layers: readonly DrawingLayer[],
  model: Model,
  panel: Panel,
  theme: Theme,
  words: Words,
  over: boolean,
): Group {
  const shapes: Shape[] = [];
  for (const layer of layers) {
    if (!layer.sides.includes(panel.side) || (layer.over ?? false) !== over) continue;
    shapes.push(...layer.draw({ model, panel, theme, words }));
  }
  // Outlines on the edge of a whole picture must not be cut in half.
  const fits = panel.role !== "lens" && panel.cell * panel.columns <= panel.box.width + 1;
  const clip = fits ? inset(panel.box, -12) : panel.box;
  return { name: `${panel.side}-${panel.role}${over ? "" : "-ground"}`, clip, shapes };
}

/** What is lost or hangs over, in words under the input. */
function remark(model: Model, words: Words): string {
  const { rows, columns } = model;
  const say1 = (first: number, count: number, one: string, many: string) =>
    say(count === 1 ? one : many, { first, last: first + count - 1 });
  const lostRows = unread(rows);
  const lostColumns = unread(columns);
  const parts: string[] = [];
  if (lostRows.length <= 1 && lostColumns.length <= 1) {
    for (const [at, count] of lostRows) parts.push(say1(at, count, words.unreadRow, words.unreadRows));
    for (const [at, count] of lostColumns) parts.push(say1(at, count, words.unreadColumn, words.unreadColumns));
  } else {
    const read = (axis: Model["rows"]) =>
      axis.coverage.reduce((sum: number, count: number) => sum + (count > 0 ? 1 : 0), 0);
    const all = rows.input * columns.input;
    parts.push(say(words.unreadCells, { count: all - read(rows) * read(columns), all }));
  }
  return parts.join(" · ");
}

function captions(model: Model, at: Arrangement, theme: Theme, words: Words): Shape[] {
  const { cursor } = model;
  const shapes: Shape[] = [];
  const text = (x: number, y: number, value: string, fill: string) => {
    // What would leave the sheet ends at its edge.
    const leaves = x + 7.5 * value.length > at.width;
    // Between two grids one over the other the thread may run behind the words.
    shapes.push({
      kind: "text",
      x: leaves ? at.width : x,
      y,
      text: value,
      size: 13,
      anchor: leaves ? "end" : "start",
      fill,
      ...(at.lens ? {} : { halo: theme.paper }),
    });
  };
  const above = (panel: Panel) => Math.max(10, panel.box.y - 14);
  text(
    at.input.box.x,
    above(at.input),
    `${words.input} ${shapeOf(model.input)}${model.back ? ` · ${words.back}` : ""}`,
    theme.soft,
  );
  text(at.output.box.x, above(at.output), `${words.output} ${shapeOf(model.output)}`, theme.soft);
  if (at.lens && cursor) {
    const sentence = cursor.side === "output" ? words.window : words.readersOf;
    const row = model.input.channels > 1 ? `${cursor.channel}, ${cursor.row}` : cursor.row;
    text(at.lens.box.x, above(at.lens), say(sentence, { row, column: cursor.column }), theme.soft);
  }
  const lost = remark(model, words);
  const { box } = at.input;
  const narrow = at.width < MEDIUM;
  // A long remark starts at the sheet's edge, or it would leave it at the other.
  const left = narrow && lost.length > 28 ? 0 : box.x;
  if (lost) {
    const y = box.y + box.height + (at.input.role === "picture" ? 20 : 15);
    shapes.push({
      kind: "text",
      x: left,
      y,
      text: lost,
      size: narrow ? 11.5 : 13,
      anchor: "start",
      fill: theme.lost,
      ...(at.lens ? {} : { halo: theme.paper }),
    });
  }
  return shapes;
}

/** `layers`: what is drawn on each panel, from the paper up. */
export function draw(
  model: Model,
  sheet: Sheet,
  theme: Theme,
  words: Words,
  layers: readonly DrawingLayer[] = LAYERS,
): { scene: Scene; arrangement: Arrangement } {
  const arrangement = arrange(model, sheet);
  const { input, output, lens, outputLens } = arrangement;
  const { under, over, knots } = threads(model, arrangement, theme);
  const panels = [
    input,
    output,
    ...(lens && model.cursor ? [lens] : []),
    ...(outputLens && model.cursor ? [outputLens] : []),
  ];
  return {
    arrangement,
    scene: {
      width: arrangement.width,
      height: arrangement.height,
      groups: [
        ...panels.slice(0, 2).map((panel) => panelGroup(layers, model, panel, theme, words, false)),
        { name: "cone", shapes: under },
        ...panels.slice(2).flatMap((panel) => [
          {
            name: `${panel.side}-lens-paper`,
            shapes: [{ kind: "rectangle", ...panel.box, fill: theme.paper } as Shape],
          },
          panelGroup(layers, model, panel, theme, words, false),
        ]),
        { name: "threads", shapes: over },
        ...panels.map((panel) => panelGroup(layers, model, panel, theme, words, true)),
        { name: "knots", shapes: knots },
        { name: "captions", shapes: captions(model, arrangement, theme, words) },
      ],
    },
  };
}
