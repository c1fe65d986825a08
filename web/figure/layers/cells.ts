import { level, range } from "../colour.js";
import { shownPlane, valueAt } from "../model.js";
import { cellBox, rangeBox, type Shape, visible } from "../scene.js";
import type { DrawingLayer } from "./view.js";

/** The picture's pixels, or tinted paper under numbers. */
export const cells: DrawingLayer = {
  name: "cells",
  sides: ["input", "output"],
  draw({ model, panel, theme }) {
    const plane = shownPlane(model, panel.side);
    const seen = visible(panel);
    if (seen.top >= seen.bottom || seen.left >= seen.right) return [];
    if (plane.kind === "picture") {
      const base = panel.role !== "lens";
      return [{ kind: "cells", side: panel.side, x: panel.x, y: panel.y, cell: panel.cell, visible: seen, base }];
    }
    const shapes: Shape[] = [{ kind: "rectangle", ...rangeBox(panel, seen), fill: theme.low }];
    const channel = Math.min(model.cursor?.channel ?? 0, plane.channels - 1);
    const span = range(plane);
    for (let row = seen.top; row < seen.bottom; row++) {
      for (let column = seen.left; column < seen.right; column++) {
        const opacity = level(valueAt(plane, channel, row, column), span);
        if (opacity > 0.02) {
          shapes.push({ kind: "rectangle", ...cellBox(panel, row, column), fill: theme.high, opacity });
        }
      }
    }
    return shapes;
  },
};
