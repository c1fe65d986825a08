import { cursorWindow, kindAt, type Window } from "../model.js";
import { cellBox, fine, type Panel, type Shape } from "../scene.js";
import type { DrawingLayer } from "./view.js";

export const windowBox = (panel: Panel, window: Window) =>
  cellBox(panel, window.rows.start, window.columns.start, window.rows.length, window.columns.length);

/** The window's whole span, gaps of a dilation included, and a dot on each tap. */
export const windowLayer: DrawingLayer = {
  name: "window",
  over: true,
  sides: ["input"],
  draw({ model, panel, theme }) {
    const window = cursorWindow(model);
    if (!window) return [];
    const box = windowBox(panel, window);
    const shapes: Shape[] = [];
    const { rows, columns } = window;
    const { cell } = panel;
    const showing = panel.role !== "picture" && cell >= 6 && rows.taps * columns.taps <= 2500;
    if (showing) {
      const corner = cell >= 18;
      const away = corner ? Math.min(6, cell * 0.17) : cell / 2;
      const radius = corner ? Math.min(2.4, cell * 0.075) : Math.max(1.2, cell * 0.13);
      let real = "";
      let missed = "";
      for (let i = 0; i < rows.taps; i++) {
        for (let j = 0; j < columns.taps; j++) {
          const row = rows.start + i * rows.step;
          const column = columns.start + j * columns.step;
          // A line of no length with round ends is a dot, and all dots are one path.
          const dot = `M${fine(panel.x + column * cell + away)} ${fine(panel.y + row * cell + away)}h.01`;
          if (kindAt(model.rows, row) === "real" && kindAt(model.columns, column) === "real") real += dot;
          else missed += dot;
        }
      }
      const dots = (path: string, stroke: string, size: number): Shape => ({
        kind: "path",
        path,
        stroke,
        line: 2 * size,
        round: true,
      });
      shapes.push(dots(real, theme.paper, radius + 1), dots(real, theme.window, radius));
      if (missed) shapes.push(dots(missed, theme.window, radius), dots(missed, theme.paper, radius - 1));
    }
    shapes.push({ kind: "rectangle", ...box, stroke: theme.paper, line: 4.5, radius: 1 });
    shapes.push({ kind: "rectangle", ...box, stroke: theme.window, line: 2.25, radius: 1 });
    return shapes;
  },
};
