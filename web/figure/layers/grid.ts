import { shownPlane } from "../model.js";
import { cellBox, type Shape, type Strokes, strokes, visible } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** Lines between cells, once the cells are large enough to need them, and an edge round the real picture. */
export const grid: DrawingLayer = {
  name: "grid",
  sides: ["input", "output"],
  draw({ model, panel, theme }) {
    const seen = visible(panel);
    const shapes: Shape[] = [];
    if (seen.top >= seen.bottom || seen.left >= seen.right) return shapes;
    if (panel.cell >= 7) {
      const top = panel.y + seen.top * panel.cell;
      const left = panel.x + seen.left * panel.cell;
      const lines: Strokes = [];
      for (let row = seen.top; row <= seen.bottom; row++) {
        lines.push([left, panel.y + row * panel.cell, (seen.right - seen.left) * panel.cell, 0]);
      }
      for (let column = seen.left; column <= seen.right; column++) {
        lines.push([panel.x + column * panel.cell, top, 0, (seen.bottom - seen.top) * panel.cell]);
      }
      const picture = shownPlane(model, panel.side).kind === "picture";
      shapes.push({
        kind: "path",
        path: strokes(lines),
        stroke: picture ? theme.paper : theme.line,
        line: 1,
        opacity: picture ? 0.35 : 1,
      });
    }
    const plane = shownPlane(model, panel.side);
    if (plane.kind === "picture" && panel.role === "picture") {
      // A white picture on white paper needs an edge.
      shapes.push({
        kind: "rectangle",
        ...cellBox(panel, 0, 0, panel.rows, panel.columns),
        stroke: theme.line,
        line: 1,
      });
    }
    if (plane.kind === "numbers" || panel.role === "lens") {
      const edge = cellBox(panel, 0, 0, panel.rows, panel.columns);
      shapes.push({ kind: "rectangle", ...edge, stroke: theme.soft, line: 1.25 });
    }
    return shapes;
  },
};
