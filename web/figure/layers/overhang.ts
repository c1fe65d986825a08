import { kindAt } from "../model.js";
import { cellBox, fine, rangeBox, type Shape, visible } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** Where ceil_mode's last window reaches past the padded edge: dotted, empty, neither read nor counted. */
export const overhang: DrawingLayer = {
  name: "overhang",
  sides: ["input"],
  draw({ model, panel, theme }) {
    const { rows, columns } = model;
    if (rows.overhang === 0 && columns.overhang === 0) return [];
    const all = {
      top: -rows.padBefore,
      bottom: rows.input + rows.padAfter + rows.overhang,
      left: -columns.padBefore,
      right: columns.input + columns.padAfter + columns.overhang,
    };
    const dots: Shape = {
      kind: "path",
      path: "",
      stroke: theme.ink,
      line: 1.5,
      dash: [0.1, 4],
      round: true,
      opacity: 0.75,
    };
    if (panel.cell < 8) return [{ ...dots, kind: "rectangle", ...rangeBox(panel, all), dash: [0.1, 3.2] }];
    const seen = visible(panel, all);
    for (let row = seen.top; row < seen.bottom; row++) {
      for (let column = seen.left; column < seen.right; column++) {
        if (kindAt(model, row, column) !== "overhang") continue;
        const { x, y, width, height } = cellBox(panel, row, column);
        dots.path += `M${fine(x + 2)} ${fine(y + 2)}h${fine(width - 4)}v${fine(height - 4)}h${fine(4 - width)}Z`;
      }
    }
    return dots.path ? [dots] : [];
  },
};
