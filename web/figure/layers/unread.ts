import { type Model, unread } from "../model.js";
import { cellBox, clip, hatch, type Rectangle, type Shape } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** A single run of cells that no window reads, at the axis's end. */
const endsUnread = (axis: Model["rows"]): boolean => {
  const [run, more] = unread(axis);
  return run !== undefined && !more && run[0] + run[1] === axis.input;
};

/** Cells no window reads, at the margin and inside: hatched. One rule, the coverage counts, finds them all. */
export const unreadCells: DrawingLayer = {
  name: "unread",
  sides: ["input"],
  draw({ model, panel, theme }) {
    const { rows, columns } = model;
    const lostRows = unread(rows).map(([at, count]) => cellBox(panel, at, 0, count, columns.input));
    const lostColumns = unread(columns).map(([at, count]) => cellBox(panel, 0, at, rows.input, count));
    const strips = [...lostRows, ...lostColumns];
    const shapes: Shape[] = [];
    let lines = "";
    for (const strip of strips) {
      const box = clip(strip, panel.box);
      if (box.width === 0 || box.height === 0) continue;
      shapes.push({ kind: "rectangle", ...box, fill: theme.paper, opacity: panel.cell < 6 ? 0.55 : 0.72 });
      if (panel.cell >= 6 || strips.length < 12) lines += hatch(box, panel.cell >= 6 ? 6 : 4);
    }
    if (lines) shapes.push({ kind: "path", path: lines, stroke: theme.ink, line: 1, opacity: 0.6 });

    // At the scale of a picture a lost row is two pixels high: a hatched bar beside it says where it is. Where cells inside are
    // lost too, a bar for the last of them would say that it is alone.
    if (panel.role === "picture") {
      const bars: Rectangle[] = [];
      const [row] = lostRows;
      if (row && endsUnread(rows)) bars.push({ ...row, y: row.y + row.height + 3, height: 5 });
      const [column] = lostColumns;
      if (column && endsUnread(columns)) bars.push({ ...column, x: column.x + column.width + 3, width: 5 });
      for (const bar of bars) {
        shapes.push({ kind: "path", path: hatch(bar, 4), stroke: theme.winner, line: 1.25 });
      }
    }
    return shapes;
  },
};
