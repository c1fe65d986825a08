import { shownPlane } from "../model.js";
import { cellBox, fine, type Shape, visible } from "../scene.js";
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
      let path = "";
      for (let row = seen.top; row <= seen.bottom; row++) {
        path += `M${fine(left)} ${fine(panel.y + row * panel.cell)}h${fine((seen.right - seen.left) * panel.cell)}`;
      }
      for (let column = seen.left; column <= seen.right; column++) {
        path += `M${fine(panel.x + column * panel.cell)} ${fine(top)}v${fine((seen.bottom - seen.top) * panel.cell)}`;
      }
      const picture = shownPlane(model, panel.side).kind === "picture";
      shapes.push({
        kind: "path",
        path,
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
