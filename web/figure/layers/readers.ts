import { cursorReaders } from "../model.js";
import { cellBox, inset, mark, outlines, type Shape } from "../scene.js";
import type { DrawingLayer } from "./view.js";
import { windowBox } from "./window.js";

const MANY = 49;
/** So many outputs are drawn one by one at most; more are one area. */
const MOST_OUTPUTS = 4096;

/** The cursor on an input cell: every window that reads it, the outputs it feeds, and the ones it won. */
export const readersLayer: DrawingLayer = {
  name: "readers",
  over: true,
  sides: ["input", "output"],
  draw({ model, panel, theme }) {
    const { cursor } = model;
    if (cursor?.side !== "input") return [];
    const fed = cursorReaders(model);
    const shapes: Shape[] = [];
    if (panel.side === "input") {
      const step = fed.length > MANY ? Math.ceil(fed.length / MANY) : 1;
      for (let at = 0; at < fed.length; at = at + step < fed.length ? at + step : Math.max(at + 1, fed.length - 1)) {
        const { window } = fed.at(at);
        const halo = { stroke: theme.paper, line: 2.5, opacity: 0.5 };
        shapes.push(...outlines(windowBox(panel, window), halo, { stroke: theme.window, line: 1.1, opacity: 0.9 }));
      }
      const cell = cellBox(panel, cursor.row, cursor.column);
      const grown = panel.cell < 7 ? inset(cell, (panel.cell - 7) / 2) : cell;
      return [...shapes, ...outlines(grown, { stroke: theme.paper, line: 5 }, { stroke: theme.ink, line: 2.25 })];
    }
    const [top, left] = [fed.rows[0] as number, fed.columns[0] as number];
    if (fed.length > MOST_OUTPUTS) {
      const [bottom, right] = [fed.rows.at(-1) as number, fed.columns.at(-1) as number];
      const box = cellBox(panel, top, left, bottom - top + 1, right - left + 1);
      return outlines(box, { fill: theme.window, opacity: 0.35 }, { stroke: theme.window, line: 2 });
    }
    for (let at = 0; at < fed.length; at++) {
      const { window, won } = fed.at(at);
      const cell = cellBox(panel, window.row, window.column);
      if (panel.cell < 7) {
        shapes.push({ kind: "rectangle", ...cell, fill: won ? theme.winner : theme.window });
        continue;
      }
      const line = won ? { stroke: theme.winner, line: 2.5 } : { stroke: theme.window, line: 2, dash: [2, 3] };
      shapes.push(...outlines(inset(cell, 1.5), { stroke: theme.paper, line: 4 }, line));
      if (won && panel.cell >= 12) {
        const size = Math.min(6, panel.cell * 0.19);
        shapes.push(...mark(cell.x + panel.cell - 1.5, cell.y + 1.5, size, 1.2, theme.winner, theme.paper));
      }
    }
    return shapes;
  },
};
