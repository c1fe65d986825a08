import { cursorReaders } from "../model.js";
import { cellBox, diamond, inset, type Shape } from "../scene.js";
import type { DrawingLayer } from "./view.js";
import { windowBox } from "./window.js";

const MANY = 49;

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
      fed.forEach(({ window }, at) => {
        if (at % step !== 0 && at !== fed.length - 1) return;
        const box = windowBox(panel, window);
        shapes.push({ kind: "rectangle", ...box, stroke: theme.paper, line: 2.5, opacity: 0.5 });
        shapes.push({ kind: "rectangle", ...box, stroke: theme.window, line: 1.1, opacity: 0.9 });
      });
      const cell = cellBox(panel, cursor.row, cursor.column);
      const grown = panel.cell < 7 ? inset(cell, (panel.cell - 7) / 2) : cell;
      shapes.push({ kind: "rectangle", ...grown, stroke: theme.paper, line: 5 });
      shapes.push({ kind: "rectangle", ...grown, stroke: theme.ink, line: 2.25 });
      return shapes;
    }
    for (const { window, won } of fed) {
      const cell = cellBox(panel, window.row, window.column);
      if (panel.cell < 7) {
        shapes.push({ kind: "rectangle", ...cell, fill: won ? theme.winner : theme.window });
        continue;
      }
      const box = inset(cell, 1.5);
      shapes.push({ kind: "rectangle", ...box, stroke: theme.paper, line: 4 });
      shapes.push({
        kind: "rectangle",
        ...box,
        stroke: won ? theme.winner : theme.window,
        line: won ? 2.5 : 2,
        ...(won ? {} : { dash: [2, 3] }),
      });
      if (won && panel.cell >= 12) {
        const size = Math.min(6, panel.cell * 0.19);
        const at: [number, number] = [cell.x + panel.cell - 1.5, cell.y + 1.5];
        shapes.push({ kind: "path", path: diamond(...at, size + 1.2), fill: theme.paper });
        shapes.push({ kind: "path", path: diamond(...at, size), fill: theme.winner });
      }
    }
    return shapes;
  },
};
