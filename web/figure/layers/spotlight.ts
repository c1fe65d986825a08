import { lit, runs, shownPlane } from "../model.js";
import { cellBox, fine, visible } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** What the cursor does not concern steps back; in a grid of numbers the taps step forward instead. */
export const spotlight: DrawingLayer = {
  name: "spotlight",
  sides: ["input", "output"],
  draw({ model, panel, theme }) {
    const picture = shownPlane(model, panel.side).kind === "picture";
    if (!model.cursor || panel.cell < 3 || (picture ? panel.role === "picture" : panel.side === "output")) return [];
    const seen = visible(panel);
    const isLit = lit(model, panel.side);
    let path = "";
    for (let row = seen.top; row < seen.bottom; row++) {
      // One box for a whole run of cells keeps the drawing small.
      for (const [from, count] of runs(seen.right - seen.left, (at) => isLit(row, seen.left + at) !== picture)) {
        const { x, y, width, height } = cellBox(panel, row, seen.left + from, 1, count);
        path += `M${fine(x)} ${fine(y)}h${fine(width)}v${fine(height)}h${fine(-width)}Z`;
      }
    }
    if (!path) return [];
    const wash = picture ? { fill: theme.paper, opacity: 0.32 } : { fill: theme.window, opacity: 0.2 };
    return [{ kind: "path", path, ...wash }];
  },
};
