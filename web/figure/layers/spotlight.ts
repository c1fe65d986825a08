import { cursorReaders, cursorWindow, isTap, runs, shownPlane } from "../model.js";
import { cellBox, fine, visible } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** What the cursor does not concern steps back; in a grid of numbers the taps step forward instead. */
export const spotlight: DrawingLayer = {
  name: "spotlight",
  sides: ["input", "output"],
  draw({ model, panel, theme }) {
    const { cursor } = model;
    if (!cursor || panel.cell < 3) return [];
    const window = cursorWindow(model);
    const fed = cursorReaders(model);
    let lit: (row: number, column: number) => boolean;
    if (panel.side === "input") {
      if (window) lit = (row, column) => isTap(window, row, column);
      else lit = (row, column) => row === cursor.row && column === cursor.column;
    } else {
      if (window) lit = (row, column) => row === window.row && column === window.column;
      else lit = (row, column) => fed.some((one) => one.window.row === row && one.window.column === column);
    }
    const seen = visible(panel);
    const picture = shownPlane(model, panel.side).kind === "picture";
    if (picture && panel.role === "picture") return [];
    let path = "";
    for (let row = seen.top; row < seen.bottom; row++) {
      // One box for a whole run of cells keeps the drawing small.
      for (const [from, count] of runs(seen.right - seen.left, (at) => lit(row, seen.left + at) !== picture)) {
        const { x, y, width, height } = cellBox(panel, row, seen.left + from, 1, count);
        path += `M${fine(x)} ${fine(y)}h${fine(width)}v${fine(height)}h${fine(-width)}Z`;
      }
    }
    if (!path || (!picture && panel.side === "output")) return [];
    return picture
      ? [{ kind: "path", path, fill: theme.paper, opacity: 0.32 }]
      : [{ kind: "path", path, fill: theme.window, opacity: 0.2 }];
  },
};
