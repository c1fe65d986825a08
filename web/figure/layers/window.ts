import { cursorWindow, kindAt, type Window } from "../model.js";
import { cellBox, type Panel, type Shape } from "../scene.js";
import type { DrawingLayer } from "./view.js";

export const windowBox = (panel: Panel, window: Window) =>
  cellBox(panel, window.rows.start, window.columns.start, window.rows.length, window.columns.length);

/** The window's whole span, gaps of a dilation included, and a dot on each tap. */
export const windowLayer: DrawingLayer = {
  name: "window",
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
      for (let i = 0; i < rows.taps; i++) {
        for (let j = 0; j < columns.taps; j++) {
          const row = rows.start + i * rows.step;
          const column = columns.start + j * columns.step;
          const real = kindAt(model.rows, row) === "real" && kindAt(model.columns, column) === "real";
          const place = { x: panel.x + column * cell + away, y: panel.y + row * cell + away, radius };
          if (real) {
            shapes.push({ kind: "circle", ...place, radius: radius + 1, fill: theme.paper });
            shapes.push({ kind: "circle", ...place, fill: theme.window });
          } else {
            shapes.push({ kind: "circle", ...place, stroke: theme.window, line: 1 });
          }
        }
      }
    }
    shapes.push({ kind: "rectangle", ...box, stroke: theme.paper, line: 4.5, radius: 1 });
    shapes.push({ kind: "rectangle", ...box, stroke: theme.window, line: 2.25, radius: 1 });
    return shapes;
  },
};
