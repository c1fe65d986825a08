/** What runs between the panels: the lens's cone, and the thread from the winner to the cell it makes. */
import type { Arrangement } from "./arrange.js";
import { isMean } from "./code.js";
import { windowBox } from "./layers/window.js";
import { cursorWindow, divisorOf, type Model, number, winnerOf } from "./model.js";
import { cellBox, fine, type Panel, type Rectangle, type Shape } from "./scene.js";
import type { Theme } from "./theme.js";

const clampBox = (inner: Rectangle, outer: Rectangle): Rectangle => {
  const x = Math.min(Math.max(inner.x, outer.x), outer.x + outer.width);
  const y = Math.min(Math.max(inner.y, outer.y), outer.y + outer.height);
  const right = Math.max(x, Math.min(inner.x + inner.width, outer.x + outer.width));
  const bottom = Math.max(y, Math.min(inner.y + inner.height, outer.y + outer.height));
  return { x, y, width: right - x, height: bottom - y };
};

/** Two lines and a faint wash from a small box to the box that enlarges it. */
function cone(from: Rectangle, to: Rectangle, theme: Theme): Shape[] {
  let corners: [number, number][];
  if (to.x >= from.x + from.width) {
    corners = [
      [from.x + from.width, from.y],
      [to.x, to.y],
      [to.x, to.y + to.height],
      [from.x + from.width, from.y + from.height],
    ];
  } else if (to.x + to.width <= from.x) {
    corners = [
      [from.x, from.y],
      [to.x + to.width, to.y],
      [to.x + to.width, to.y + to.height],
      [from.x, from.y + from.height],
    ];
  } else if (to.y >= from.y + from.height) {
    corners = [
      [from.x, from.y + from.height],
      [to.x, to.y],
      [to.x + to.width, to.y],
      [from.x + from.width, from.y + from.height],
    ];
  } else {
    corners = [
      [from.x, from.y],
      [to.x, to.y + to.height],
      [to.x + to.width, to.y + to.height],
      [from.x + from.width, from.y],
    ];
  }
  const [a, b, c, d] = corners.map(([x, y]) => `${fine(x)} ${fine(y)}`);
  return [
    { kind: "path", path: `M${a}L${b}L${c}L${d}Z`, fill: theme.window, opacity: 0.1 },
    { kind: "path", path: `M${a}L${b}M${d}L${c}`, stroke: theme.window, line: 1, opacity: 0.55 },
  ];
}

function thread(from: [number, number], to: [number, number], colour: string, theme: Theme, back: boolean): Shape[] {
  const [x0, y0] = from;
  const [x1, y1] = to;
  const across = Math.abs(x1 - x0) >= Math.abs(y1 - y0);
  const bend = (across ? x1 - x0 : y1 - y0) * 0.45;
  const path = across
    ? `M${fine(x0)} ${fine(y0)}C${fine(x0 + bend)} ${fine(y0)} ${fine(x1 - bend)} ${fine(y1)} ${fine(x1)} ${fine(y1)}`
    : `M${fine(x0)} ${fine(y0)}C${fine(x0)} ${fine(y0 + bend)} ${fine(x1)} ${fine(y1 - bend)} ${fine(x1)} ${fine(y1)}`;
  const [tip, toward] = back ? [from, across ? -Math.sign(x1 - x0) : 0] : [to, across ? Math.sign(x1 - x0) : 0];
  const down = across ? 0 : (back ? -1 : 1) * Math.sign(y1 - y0);
  const [tx, ty] = tip;
  const head = across
    ? `M${fine(tx)} ${fine(ty)}l${fine(-8 * toward)} -4.5v9Z`
    : `M${fine(tx)} ${fine(ty)}l-4.5 ${fine(-8 * down)}h9Z`;
  return [
    { kind: "path", path, stroke: theme.paper, line: 5, opacity: 0.85 },
    { kind: "path", path, stroke: colour, line: 2 },
    { kind: "path", path: head, fill: colour, stroke: theme.paper, line: 1 },
  ];
}

export function threads(model: Model, arrangement: Arrangement, theme: Theme): { under: Shape[]; over: Shape[] } {
  const { cursor } = model;
  if (!cursor) return { under: [], over: [] };
  const { input, output, lens, outputLens } = arrangement;
  const under: Shape[] = [];
  const over: Shape[] = [];
  const window = cursorWindow(model);
  if (lens && outputLens) {
    const { box, cell, x, y } = lens;
    const region = cellBox(input, (box.y - y) / cell, (box.x - x) / cell, box.height / cell, box.width / cell);
    const seen = clampBox(region, input.box);
    under.push(...cone(seen, box, theme));
    over.push({ kind: "rectangle", ...seen, stroke: theme.paper, line: 2.5, opacity: 0.6 });
    over.push({ kind: "rectangle", ...seen, stroke: theme.window, line: 1, opacity: 0.9 });
    const made = cellBox(
      output,
      (outputLens.box.y - outputLens.y) / outputLens.cell,
      (outputLens.box.x - outputLens.x) / outputLens.cell,
      outputLens.box.height / outputLens.cell,
      outputLens.box.width / outputLens.cell,
    );
    under.push(...cone(clampBox(made, output.box), outputLens.box, theme));
  }
  if (window) {
    const from: Panel = lens ?? input;
    const to: Panel = outputLens ?? output;
    const winner = winnerOf(model, cursor.channel, window.row, window.column);
    const goal = cellBox(to, window.row, window.column);
    const source = winner ? cellBox(from, winner[0], winner[1]) : windowBox(from, window);
    const flat = goal.x >= source.x + source.width + 12;
    const start: [number, number] = flat
      ? [source.x + source.width - (winner ? 1 : 0), source.y + source.height / 2]
      : [source.x + source.width / 2, source.y + source.height - (winner ? 1 : 0)];
    const end: [number, number] = flat ? [goal.x, goal.y + goal.height / 2] : [goal.x + goal.width / 2, goal.y];
    over.push(...thread(start, end, winner ? theme.winner : theme.window, theme, model.back !== undefined));
    if (isMean(model.layer) && !model.back) {
      // What an average divides by is half of its meaning, and it changes at the edge.
      const text = `÷ ${number(divisorOf(model, window.row, window.column))}`;
      const [x, y] = [start[0] + 0.3 * (end[0] - start[0]) + 6, start[1] + 0.12 * (end[1] - start[1])];
      over.push({
        kind: "text",
        x,
        y: y - 13,
        text,
        size: 14,
        anchor: "middle",
        fill: theme.window,
        bold: true,
        halo: theme.paper,
      });
    }
  }
  return { under, over };
}
