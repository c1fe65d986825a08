import { isAdaptive } from "../code.js";
import { kindAt, paddingSymbol } from "../model.js";
import { cellBox, inset, type Shape, visible } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** The ring of padding: dashed cells that carry their symbol, never a colour. */
export const padding: DrawingLayer = {
  name: "padding",
  sides: ["input"],
  draw({ model, panel, theme }) {
    const { rows, columns, layer } = model;
    const top = -rows.padBefore;
    const left = -columns.padBefore;
    const high = rows.padBefore + rows.input + rows.padAfter;
    const wide = columns.padBefore + columns.input + columns.padAfter;
    if (isAdaptive(layer) || (high === rows.input && wide === columns.input)) return [];
    const shapes: Shape[] = [
      {
        kind: "rectangle",
        ...cellBox(panel, top, left, high, wide),
        stroke: theme.soft,
        line: 1,
        dash: [3, 3],
      },
    ];
    if (panel.cell < 8) return shapes;
    const symbol = paddingSymbol(layer);
    const seen = visible(panel, false);
    for (let row = Math.max(top, seen.top); row < Math.min(top + high, seen.bottom); row++) {
      for (let column = Math.max(left, seen.left); column < Math.min(left + wide, seen.right); column++) {
        if (kindAt(model, row, column) === "real") continue;
        const box = cellBox(panel, row, column);
        shapes.push({
          kind: "rectangle",
          ...inset(box, Math.min(2, panel.cell * 0.1)),
          stroke: theme.line,
          line: 1,
          dash: [2, 2],
        });
        if (panel.cell >= 15 && symbol) {
          shapes.push({
            kind: "text",
            x: box.x + panel.cell / 2,
            y: box.y + panel.cell / 2,
            text: symbol,
            size: Math.min(13, panel.cell * 0.42),
            anchor: "middle",
            fill: theme.soft,
          });
        }
      }
    }
    return shapes;
  },
};
