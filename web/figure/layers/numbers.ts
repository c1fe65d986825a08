import { css, luminance, rgbAt } from "../colour.js";
import { cursorWindow, isEmpty, lit, number, shownPlane, valueAt } from "../model.js";
import { centre, NUMBER_CELL, type Shape, visible } from "../scene.js";
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
    const picture = plane.kind === "picture";
    const isLit = lit(model, panel.side);
    const { rows, columns } = model;
    const seen = visible(panel);
    const shapes: Shape[] = [];
    for (let row = seen.top; row < seen.bottom; row++) {
      for (let column = seen.left; column < seen.right; column++) {
        const text = number(valueAt(plane, channel, row, column));
        const on = isLit(row, column);
        // A lens speaks of its window only.
        if (!on && panel.role === "lens" && picture) continue;
        const [x, y] = centre(panel, row, column);
        if (panel.side === "output" && isEmpty(model, row, column)) {
          const arm = cell * 0.38;
          shapes.push({
            kind: "path",
            path: `M${x - arm} ${y - arm}l${2 * arm} ${2 * arm}M${x + arm} ${y - arm}l${-2 * arm} ${2 * arm}`,
            stroke: theme.line,
            line: 1.5,
          });
        }
        // On the hatch of what is never read a number needs paper round it.
        const lost = panel.side === "input" && !(rows.coverage[row] && columns.coverage[column]);
        const colour = picture && !lost ? rgbAt(plane, row, column) : undefined;
        let fill = on ? theme.ink : theme.soft;
        if (colour) fill = luminance(colour) > 0.179 ? "#000000" : "#ffffff"; // where both have 4.5 : 1
        shapes.push({
          kind: "text",
          x,
          y,
          text,
          size: Math.round(Math.min(16, cell * 0.4, (cell * 1.5) / Math.max(2, text.length)) * 10) / 10,
          anchor: "middle",
          fill,
          bold: on && panel.side === "output" && cursorWindow(model) !== undefined,
          halo: lost ? theme.paper : colour && cell < 24 ? css(colour) : undefined,
        });
      }
    }
    return shapes;
  },
};
