import { cursorWindow } from "../model.js";
import { cellBox, inset } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** The output cell the window makes. */
export const made: DrawingLayer = {
  name: "made",
  over: true,
  sides: ["output"],
  draw({ model, panel, theme }) {
    const window = cursorWindow(model);
    if (!window) return [];
    const cell = cellBox(panel, window.row, window.column);
    const box = panel.cell < 9 ? inset(cell, (panel.cell - 9) / 2) : cell;
    return [
      { kind: "rectangle", ...box, stroke: theme.paper, line: 4.5, radius: 1 },
      { kind: "rectangle", ...box, stroke: theme.window, line: 2.25, radius: 1 },
    ];
  },
};
