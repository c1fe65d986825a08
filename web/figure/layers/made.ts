import { cursorWindow } from "../model.js";
import { cellBox, inset } from "../scene.js";
import type { DrawingLayer } from "./view.js";
import { frame } from "./window.js";

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
    return frame(box, theme);
  },
};
