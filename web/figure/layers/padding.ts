import { isAdaptive } from "../code.js";
import { kindAt, paddingSymbol } from "../model.js";
import { cellBox, inset, rangeBox, type Shape, visible } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** The ring of padding: dashed cells that carry their symbol, never a colour. */
export const padding: DrawingLayer = {
  name: "padding",
  sides: ["input"],
  draw({ model, panel, theme }) {
    const { rows, columns, layer } = model;
    if (isAdaptive(layer) || rows.padBefore + rows.padAfter + columns.padBefore + columns.padAfter === 0) return [];
    const all = {
      top: -rows.padBefore,
      bottom: rows.input + rows.padAfter,
      left: -columns.padBefore,
      right: columns.input + columns.padAfter,
    };
    const shapes: Shape[] = [{ kind: "rectangle", ...rangeBox(panel, all), stroke: theme.soft, line: 1, dash: [3, 3] }];
    if (panel.cell < 8) return shapes;
    const symbol = paddingSymbol(layer);
    const seen = visible(panel, all);
    for (let row = seen.top; row < seen.bottom; row++) {
      for (let column = seen.left; column < seen.right; column++) {
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
