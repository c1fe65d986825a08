import { shownPlane } from "../model.js";
import { cellBox, rangeBox, type Shape, type Strokes, strokes, visible } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** Lines between cells, once the cells are large enough to need them, and an edge round the real picture. */
export const grid: DrawingLayer = {
  name: "grid",
  sides: ["input", "output"],
  draw({ model, panel, theme }) {
    const seen = visible(panel);
    const picture = shownPlane(model, panel.side).kind === "picture";
    const shapes: Shape[] = [];
    if (seen.top >= seen.bottom || seen.left >= seen.right) return shapes;
    if (panel.cell >= 7) {
      const { x, y, width, height } = rangeBox(panel, seen);
      const lines: Strokes = [];
      for (let row = seen.top; row <= seen.bottom; row++) lines.push([x, panel.y + row * panel.cell, width, 0]);
      for (let column = seen.left; column <= seen.right; column++) {
        lines.push([panel.x + column * panel.cell, y, 0, height]);
      }
      shapes.push({
        kind: "path",
        path: strokes(lines),
        stroke: picture ? theme.paper : theme.line,
        line: 1,
        opacity: picture ? 0.35 : 1,
      });
    }
    const edge = cellBox(panel, 0, 0, panel.rows, panel.columns);
    if (!picture || panel.role === "lens") {
      shapes.push({ kind: "rectangle", ...edge, stroke: theme.soft, line: 1.25 });
    } else if (panel.role === "picture") {
      // A white picture on white paper needs an edge.
      shapes.push({ kind: "rectangle", ...edge, stroke: theme.line, line: 1 });
    }
    return shapes;
  },
};
