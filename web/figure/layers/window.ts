import { isMean } from "../code.js";
import { cursorWindow, kindAt, type Window } from "../model.js";
import { cellBox, outlines, type Panel, type Rectangle, type Shape, type Strokes, strokes } from "../scene.js";
import type { Theme } from "../theme.js";
import type { DrawingLayer } from "./view.js";

export const windowBox = (panel: Panel, window: Window) =>
  cellBox(panel, window.rows.start, window.columns.start, window.rows.length, window.columns.length);

/** Round the window, and round the cell it makes. */
export const frame = (box: Rectangle, { paper, window }: Theme): Shape[] =>
  outlines(box, { stroke: paper, line: 4.5, radius: 1 }, { stroke: window, line: 2.25, radius: 1 });

/**
 * The window's whole span, gaps of a dilation included, and a mark on each tap: a dot on a cell, a ring on padding, a cross where
 * the tap does not count: on the overhang, and on padding that an average leaves out.
 */
export const windowLayer: DrawingLayer = {
  name: "window",
  over: true,
  sides: ["input"],
  draw({ model, panel, theme }) {
    const window = cursorWindow(model);
    if (!window) return [];
    const shapes: Shape[] = [];
    const { rows, columns } = window;
    const { cell } = panel;
    if (panel.role !== "picture" && cell >= 6 && rows.taps * columns.taps <= 2500) {
      const corner = cell >= 18;
      const away = corner ? Math.min(6, cell * 0.17) : cell / 2;
      const radius = corner ? Math.min(2.4, cell * 0.075) : Math.max(1.2, cell * 0.13);
      // A stroke of no length with round ends is a dot, and all dots are one path.
      const real: Strokes = [];
      const padded: Strokes = [];
      const crosses: Strokes = [];
      const arm = Math.max(1.6, radius);
      const counts = !isMean(model.layer) || model.layer.countIncludePad;
      for (let i = 0; i < rows.taps; i++) {
        for (let j = 0; j < columns.taps; j++) {
          const row = rows.start + i * rows.step;
          const column = columns.start + j * columns.step;
          const [x, y] = [panel.x + column * cell + away, panel.y + row * cell + away];
          const kind = kindAt(model, row, column);
          if (kind === "real") real.push([x, y, 0.01, 0]);
          else if (counts && kind === "padding") padded.push([x, y, 0.01, 0]);
          else crosses.push([x - arm, y - arm, 2 * arm, 2 * arm], [x - arm, y + arm, 2 * arm, -2 * arm]);
        }
      }
      const mark = (lines: Strokes, stroke: string, line: number) => {
        if (lines.length > 0) shapes.push({ kind: "path", path: strokes(lines), stroke, line, round: true });
      };
      mark(real, theme.paper, 2 * radius + 2);
      mark(real, theme.window, 2 * radius);
      mark(padded, theme.window, 2 * radius);
      mark(padded, theme.paper, 2 * radius - 2);
      mark(crosses, theme.window, 1.5);
    }
    return [...shapes, ...frame(windowBox(panel, window), theme)];
  },
};
