/** What the page draws over its figure and no picture of it has: the signs of a pin and of a pointer. */
import { LAYERS } from "../figure/layers/index.js";
import type { DrawingLayer } from "../figure/layers/view.js";
import { cellName, number, shownPlane, valueAt } from "../figure/model.js";
import { cellBox, fine, type Shape } from "../figure/scene.js";

/** A pin in the corner of the cursor's cell, while the cursor stays where it is. */
const pinned: DrawingLayer = {
  name: "pinned",
  over: true,
  sides: ["input", "output"],
  draw({ model: { cursor }, panel, theme }) {
    if (!cursor?.pinned || cursor.side !== panel.side || panel.role === "picture") return [];
    const { x, y, width } = cellBox(panel, cursor.row, cursor.column);
    const path = `M${fine(x + width - 2)} ${fine(y + 2)}l7 -7`;
    return [
      { kind: "path", path, stroke: theme.paper, line: 4 },
      { kind: "path", path, stroke: theme.ink, line: 1.5 },
      { kind: "circle", x: x + width + 5, y: y - 5, radius: 4, fill: theme.ink, stroke: theme.paper, line: 1 },
    ];
  },
};

/** The cell of a lens that a pointer is on, and its value in the lens's corner. */
const pointed: DrawingLayer = {
  name: "pointed",
  over: true,
  sides: ["input", "output"],
  draw({ model, panel, theme }) {
    const { pointed: at } = model;
    if (panel.role !== "lens" || at?.side !== panel.side) return [];
    const { box } = panel;
    const channel = model.cursor?.channel ?? 0;
    const value = number(valueAt(shownPlane(model, at.side), channel, at.row, at.column));
    const name = cellName(at.side, model.input.channels, channel, at.row, at.column);
    const shapes: Shape[] = [
      { kind: "rectangle", ...cellBox(panel, at.row, at.column), stroke: theme.paper, line: 4 },
      { kind: "rectangle", ...cellBox(panel, at.row, at.column), stroke: theme.ink, line: 1.5 },
      {
        kind: "rectangle",
        x: box.x,
        y: box.y + box.height - 24,
        width: box.width,
        height: 24,
        fill: theme.paper,
        opacity: 0.85,
      },
      {
        kind: "text",
        x: box.x + 8,
        y: box.y + box.height - 12,
        text: `${name} = ${value}`,
        size: 13,
        fill: theme.ink,
      },
    ];
    return shapes;
  },
};

export const PAGE_LAYERS: readonly DrawingLayer[] = [...LAYERS, pinned, pointed];
