/** The figure: facts in, a scene out. The page, the element, the static first paint and figureSVG all draw this. */
import { type Arrangement, arrange, MEDIUM, type Sheet } from "./arrange.js";
import { label, textWidth } from "./label.js";
import { LAYERS } from "./layers/index.js";
import type { DrawingLayer, View } from "./layers/view.js";
import { cellName, cursorReaders, type Model, type Plane, unread } from "./model.js";
import { type Group, inset, outlines, type Panel, type Scene, type Shape } from "./scene.js";
import { say, type Words } from "./texts/index.js";
import type { Theme } from "./theme.js";
import { threads } from "./threads.js";

export const shapeOf = ({ channels, height, width }: Plane, strip?: boolean): string =>
  `${strip ? "" : `${channels} × `}${height} × ${width}`;

function panelGroup(layers: readonly DrawingLayer[], view: View, over: boolean): Group {
  const { side, role, cell, columns, box } = view.panel;
  const shapes = layers
    .filter((layer) => layer.sides.includes(side) && (layer.over ?? false) === over)
    .flatMap((layer) => layer.draw(view));
  // Outlines on the edge of a whole picture must not be cut in half.
  const fits = role !== "lens" && cell * columns <= box.width + 1;
  const clip = fits ? inset(box, -12) : box;
  return { name: `${side}-${role}${over ? "" : "-ground"}`, clip, shapes };
}

/** What is lost, in words under the input: of rows, of columns. */
function remark(model: Model, words: Words): string[] {
  const { rows, columns } = model;
  const lostRows = unread(rows);
  const lostColumns = unread(columns);
  if (lostRows.length > 1 || lostColumns.length > 1) {
    const read = (axis: Model["rows"]) => axis.coverage.filter((count) => count > 0).length;
    const all = rows.input * columns.input;
    return [say(words.unreadCells, { count: all - read(rows) * read(columns), all })];
  }
  const name = ([first, count]: [number, number], one: string, many: string) =>
    say(count === 1 ? one : many, { first, last: first + count - 1 });
  return [
    ...lostRows.map((run) => name(run, words.unreadRow, words.unreadRows)),
    ...lostColumns.map((run) => name(run, words.unreadColumn, words.unreadColumns)),
  ];
}

function captions(model: Model, at: Arrangement, theme: Theme, words: Words): Shape[] {
  const { cursor } = model;
  const { input, output, lens } = at;
  const shapes: Shape[] = [];
  const write = (x: number, y: number, text: string, size = 13, fill = theme.soft) =>
    shapes.push(...label(text, x, y, size, fill, at, theme));
  const caption = ({ box: { x, y, height } }: Panel, text: string, below?: boolean) =>
    write(x, below ? y + height + 12 : y - 14, text);
  caption(input, `${words.input} ${model.back ? `· ${words.back}` : shapeOf(model.input, model.layer.strip)}`);
  caption(output, `${words.output} ${shapeOf(model.output, model.layer.strip)}`, at.stack);
  if (lens && cursor) {
    const { side, channel, row, column } = cursor;
    const round = cursorReaders(model).length > 0 ? words.readersOf : words.around;
    const place = cellName(side, model.input.channels, channel, row, column);
    caption(lens, say(side === "output" ? words.window : round, { place }));
  }

  const size = at.width < MEDIUM ? 11.5 : 13;
  const { x, y, height } = input.box;
  const foot = y + height;
  // Beside the lens, or above it.
  const room = lens && lens.box.y + lens.box.height > foot ? lens.box.x - x : at.width;
  const parts = remark(model, words);
  const joined = parts.join(" · ");
  const lines = textWidth(joined, size) > room ? parts : [joined];
  const away = (input.role === "picture" ? 19 : 12) - (lines[1] ? 5 : 0);
  lines.forEach((text, line) => {
    if (text) write(x, foot + away + 13 * line, text, size, theme.lost);
  });
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
  const lenses = lens && outputLens && model.cursor ? [lens, outputLens] : [];
  const panels = [input, output];
  const group = (panel: Panel, over: boolean) => panelGroup(layers, { model, panel, theme }, over);
  return {
    arrangement,
    scene: {
      width: arrangement.width,
      height: arrangement.height,
      groups: [
        ...panels.map((panel) => group(panel, false)),
        { name: "cone", shapes: under },
        ...lenses.flatMap((panel) => [
          { name: `${panel.side}-lens-paper`, shapes: outlines(panel.box, { fill: theme.paper }) },
          group(panel, false),
        ]),
        { name: "threads", shapes: over },
        ...[...panels, ...lenses].map((panel) => group(panel, true)),
        { name: "knots", shapes: knots },
        { name: "captions", shapes: captions(model, arrangement, theme, words) },
      ],
    },
  };
}
