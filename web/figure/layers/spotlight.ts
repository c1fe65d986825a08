import { cursorReaders, cursorWindow, isTap, shownPlane } from "../model.js";
import { cellBox, type Shape, visible } from "../scene.js";
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
    const shapes: Shape[] = [];
    for (let row = seen.top; row < seen.bottom; row++) {
      for (let column = seen.left; column < seen.right; column++) {
        const on = lit(row, column);
        if (picture && !on) {
          shapes.push({ kind: "rectangle", ...cellBox(panel, row, column), fill: theme.paper, opacity: 0.5 });
        } else if (!picture && on && panel.side === "input") {
          shapes.push({ kind: "rectangle", ...cellBox(panel, row, column), fill: theme.window, opacity: 0.2 });
        }
      }
    }
    return shapes;
  },
};
