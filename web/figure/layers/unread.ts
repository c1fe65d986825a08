import { unread } from "../model.js";
import { cellBox, hatch, type Rectangle, type Shape } from "../scene.js";
import type { DrawingLayer } from "./view.js";

const overlap = (a: Rectangle, b: Rectangle): Rectangle | undefined => {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
};

/** Cells no window reads, at the margin and inside: hatched. One rule, the coverage counts, finds them all. */
export const unreadCells: DrawingLayer = {
  name: "unread",
  sides: ["input"],
  draw({ model, panel, theme }) {
    const { rows, columns } = model;
    const strips = [
      ...unread(rows).map(([at, count]) => cellBox(panel, at, 0, count, columns.input)),
      ...unread(columns).map(([at, count]) => cellBox(panel, 0, at, rows.input, count)),
    ];
    const shapes: Shape[] = [];
    let lines = "";
    for (const strip of strips) {
      const box = overlap(strip, panel.box);
      if (!box) continue;
      shapes.push({ kind: "rectangle", ...box, fill: theme.paper, opacity: panel.cell < 6 ? 0.55 : 0.72 });
      if (panel.cell >= 6 || strips.length < 12) lines += hatch(box, panel.cell >= 6 ? 6 : 4);
    }
    if (lines) shapes.push({ kind: "path", path: lines, stroke: theme.ink, line: 1, opacity: 0.6 });

    // At the scale of a picture a lost row is two pixels high: a hatched bar beside it says where it is. Where cells inside are
    // lost too, a bar for the last of them would say that it is alone.
    if (panel.role === "picture") {
      const [row, ...rowsInside] = unread(rows).reverse();
      const [column, ...columnsInside] = unread(columns).reverse();
      const bars: Rectangle[] = [];
      if (row && rowsInside.length === 0 && row[0] + row[1] === rows.input) {
        const strip = cellBox(panel, row[0], 0, row[1], columns.input);
        bars.push({ x: strip.x, y: strip.y + strip.height + 3, width: strip.width, height: 5 });
      }
      if (column && columnsInside.length === 0 && column[0] + column[1] === columns.input) {
        const strip = cellBox(panel, 0, column[0], rows.input, column[1]);
        bars.push({ x: strip.x + strip.width + 3, y: strip.y, width: 5, height: strip.height });
      }
      for (const bar of bars) {
        shapes.push({ kind: "path", path: hatch(bar, 4), stroke: theme.winner, line: 1.25 });
      }
    }
    return shapes;
  },
};
