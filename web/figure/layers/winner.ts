import { cursorWindow, winnerOf } from "../model.js";
import { cellBox, centre, inset, mark, outlines } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** The tap that won: an outline and a diamond. */
export const winner: DrawingLayer = {
  name: "winner",
  over: true,
  sides: ["input"],
  draw({ model, panel, theme }) {
    const window = cursorWindow(model);
    if (!window || !model.cursor) return [];
    const won = winnerOf(model, model.cursor.channel, window.row, window.column);
    if (!won) return [];
    const [row, column] = won;
    if (panel.cell < 12) {
      const [x, y] = centre(panel, row, column);
      const size = Math.max(3.2, panel.cell * 0.42);
      return mark(x, y, size, 1.4, theme.winner, theme.paper);
    }
    const box = cellBox(panel, row, column);
    const size = Math.min(6, panel.cell * 0.19);
    return [
      ...outlines(inset(box, 1), { stroke: theme.paper, line: 4.5 }, { stroke: theme.winner, line: 2.5 }),
      ...mark(box.x + panel.cell, box.y, size, 1.2, theme.winner, theme.paper),
    ];
  },
};
