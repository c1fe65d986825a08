import { css, luminance, rgbAt } from "../colour.js";
import { cursorReaders, cursorWindow, isEmpty, isTap, number, shownPlane, valueAt } from "../model.js";
import { NUMBER_CELL, type Shape, visible } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** Past a certain size every cell shows its number. */
export const numbers: DrawingLayer = {
  name: "numbers",
  over: true,
  sides: ["input", "output"],
  draw({ model, panel, theme }) {
    const { cell } = panel;
    if (cell < NUMBER_CELL) return [];
    const plane = shownPlane(model, panel.side);
    const channel = Math.min(model.cursor?.channel ?? 0, plane.channels - 1);
    const window = cursorWindow(model);
    const fed = cursorReaders(model);
    const seen = visible(panel);
    const shapes: Shape[] = [];
    for (let row = seen.top; row < seen.bottom; row++) {
      for (let column = seen.left; column < seen.right; column++) {
        const text = number(valueAt(plane, channel, row, column));
        const empty = panel.side === "output" && isEmpty(model, row, column);
        let on = true;
        if (panel.side === "input" && window) on = isTap(window, row, column);
        else if (panel.side === "output" && window) on = window.row === row && window.column === column;
        else if (panel.side === "input" && model.cursor)
          on = row === model.cursor.row && column === model.cursor.column;
        else if (panel.side === "output" && model.cursor) {
          on = fed.some((one) => one.window.row === row && one.window.column === column);
        }
        // A lens speaks of its window only.
        if (!on && panel.role === "lens" && plane.kind === "picture") continue;
        const [x, y] = [panel.x + (column + 0.5) * cell, panel.y + (row + 0.5) * cell];
        if (empty) {
          const arm = cell * 0.38;
          shapes.push({
            kind: "path",
            path: `M${x - arm} ${y - arm}l${2 * arm} ${2 * arm}M${x + arm} ${y - arm}l${-2 * arm} ${2 * arm}`,
            stroke: theme.line,
            line: 1.5,
          });
        }
        let fill = on ? theme.ink : theme.soft;
        if (plane.kind === "picture") {
          fill = luminance(rgbAt(plane, row, column)) > 0.179 ? "#000000" : "#ffffff"; // where both have 4.5 : 1
        }
        shapes.push({
          kind: "text",
          x,
          y,
          text,
          size: Math.round(Math.min(16, cell * 0.4, (cell * 1.5) / Math.max(2, text.length)) * 10) / 10,
          anchor: "middle",
          fill,
          ...(on && panel.side === "output" && window ? { bold: true } : {}),
          ...(plane.kind === "picture" && cell < 24 ? { halo: css(rgbAt(plane, row, column)) } : {}),
        });
      }
    }
    return shapes;
  },
};
