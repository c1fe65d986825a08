/** The figure: facts in, a scene out. The page, the element, the static first paint and figureSVG all draw this. */
import { type Arrangement, arrange, MEDIUM, type Sheet } from "./arrange.js";
import { LAYERS } from "./layers/index.js";
import type { DrawingLayer, View } from "./layers/view.js";
import { cellName, type Model, type Plane, unread } from "./model.js";
import { type Group, inset, outlines, type Panel, type Scene, type Shape } from "./scene.js";
import { say, type Words } from "./texts/index.js";
import type { Theme } from "./theme.js";
import { threads } from "./threads.js";

export const shapeOf = (plane: Plane): string => `${plane.channels} × ${plane.height} × ${plane.width}`;

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

/** What is lost or hangs over, in words under the input. */
function remark(model: Model, words: Words): string {
  const { rows, columns } = model;
  const lostRows = unread(rows);
  const lostColumns = unread(columns);
  if (lostRows.length > 1 || lostColumns.length > 1) {
    const read = (axis: Model["rows"]) => axis.coverage.filter((count) => count > 0).length;
    const all = rows.input * columns.input;
    return say(words.unreadCells, { count: all - read(rows) * read(columns), all });
  }
  const name = ([first, count]: [number, number], one: string, many: string) =>
    say(count === 1 ? one : many, { first, last: first + count - 1 });
  return [
    ...lostRows.map((run) => name(run, words.unreadRow, words.unreadRows)),
    ...lostColumns.map((run) => name(run, words.unreadColumn, words.unreadColumns)),
  ].join(" · ");
}

function captions(model: Model, at: Arrangement, theme: Theme, words: Words): Shape[] {
  const { cursor } = model;
  const shapes: Shape[] = [];
  // Between two grids one over the other the thread may run behind the words.
  const halo = at.lens ? {} : { halo: theme.paper };
  const above = ({ box }: Panel, text: string) => {
    // What would leave the sheet ends at its edge.
    const leaves = box.x + 7.5 * text.length > at.width;
    const [x, anchor] = leaves ? [at.width, "end" as const] : [box.x, "start" as const];
    shapes.push({ kind: "text", x, y: Math.max(10, box.y - 14), text, size: 13, anchor, fill: theme.soft, ...halo });
  };
  above(at.input, `${words.input} ${shapeOf(model.input)}${model.back ? ` · ${words.back}` : ""}`);
  above(at.output, `${words.output} ${shapeOf(model.output)}`);
  if (at.lens && cursor) {
    const sentence = cursor.side === "output" ? words.window : words.readersOf;
    const { side, channel, row, column } = cursor;
    above(at.lens, say(sentence, { place: cellName(side, model.input.channels, channel, row, column) }));
  }
  const text = remark(model, words);
  if (text) {
    const { role, box } = at.input;
    const narrow = at.width < MEDIUM;
    // A long remark starts at the sheet's edge, or it would leave it at the other.
    const x = narrow && text.length > 28 ? 0 : box.x;
    const y = box.y + box.height + (role === "picture" ? 20 : 15);
    const size = narrow ? 11.5 : 13;
    shapes.push({ kind: "text", x, y, text, size, anchor: "start", fill: theme.lost, ...halo });
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
