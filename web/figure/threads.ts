/** What runs between the panels: the lens's cone, and the thread from the winner to the cell it makes. */
import type { Arrangement } from "./arrange.js";
import { isMean } from "./code.js";
import { label } from "./label.js";
import { windowBox } from "./layers/window.js";
import { cursorWindow, divisorOf, type Model, number, winnerOf } from "./model.js";
import { cellBox, clip, fine, outlines, type Panel, type Rectangle, type Shape } from "./scene.js";
import type { Theme } from "./theme.js";

/** Points of a path. */
const at = (...points: number[]): string => points.map(fine).join(" ");

/** Where on the whole panel lies what its lens shows. */
const seenPart = ({ box, cell, x, y }: Panel, whole: Panel): Rectangle =>
  clip(cellBox(whole, (box.y - y) / cell, (box.x - x) / cell, box.height / cell, box.width / cell), whole.box);

/** Two lines and a faint wash from a small box to the box that enlarges it. */
function cone(from: Rectangle, to: Rectangle, theme: Theme): Shape[] {
  const rightward = to.x >= from.x + from.width;
  const across = rightward || to.x + to.width <= from.x;
  const onward = across ? rightward : to.y >= from.y + from.height;
  /** Where the upper or left edge of a box, or the other one, starts or ends: the edges that the cone runs between. */
  const corner = ({ x, y, width, height }: Rectangle, other: boolean, end: boolean) => {
    const [right, low] = across ? [other, end] : [end, other];
    return at(right ? x + width : x, low ? y + height : y);
  };
  const a = corner(from, onward, false);
  const b = corner(to, !onward, false);
  const c = corner(to, !onward, true);
  const d = corner(from, onward, true);
  return [
    { kind: "path", path: `M${a}L${b}L${c}L${d}Z`, fill: theme.window, opacity: 0.1 },
    { kind: "path", path: `M${a}L${b}M${d}L${c}`, stroke: theme.window, line: 1, opacity: 0.55 },
  ];
}

interface Route {
  path: string;
  /** It sits in the middle of the curve. */
  arrow: [x: number, y: number, right: number, down: number];
  /** Room for a word: over the cells of a lens, or between grids on the side that the curve does not come from. */
  word: [x: number, y: number, aside: -1 | 1];
}

function within(box: Rectangle, outer: Rectangle): boolean {
  const { width, height } = clip(box, outer);
  return width > box.width - 1 && height > box.height - 1;
}

/**
 * From a corner of one panel's cell to a corner of another's: along the lines between the cells, so that no number is struck
 * through, and in a curve where there is none.
 */
function route(from: Panel, [x, y]: [number, number], to: Panel, goal: Rectangle): Route | undefined {
  const right = from.box.x + from.box.width;
  const bottom = from.box.y + from.box.height;
  const across = to.box.x >= right + 12;
  if (!across && to.box.y < bottom + 12) return undefined;
  const [x0, y0, x1, y1] = across ? [right, y, to.box.x, goal.y] : [x, bottom, goal.x, to.box.y];
  const [mx, my] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const bend = across ? [mx, y0, mx, y1] : [x0, my, x1, my];
  const over = across && to.role === "lens";
  return {
    path: `M${at(x, y)}L${at(x0, y0)}C${at(...bend, x1, y1)}L${at(goal.x, goal.y)}`,
    arrow: [mx, my, (across ? 2 : 3) * (x1 - x0), (across ? 3 : 2) * (y1 - y0)],
    word: [x1, across && !over ? Math.min(y0, y1) : y1, over || (!across && x1 > x0) ? 1 : -1],
  };
}

function thread({ path, arrow }: Route, colour: string, theme: Theme, back: boolean): Shape[] {
  const [x, y, right, down] = arrow;
  const size = (Math.hypot(right, down) || 1) * (back ? -1 : 1);
  const [ux, uy] = [right / size, down / size];
  const point = (along: number, aside: number) => at(x + along * ux - aside * uy, y + along * uy + aside * ux);
  return [
    { kind: "path", path, stroke: theme.paper, line: 5, opacity: 0.85 },
    { kind: "path", path, stroke: colour, line: 2 },
    {
      kind: "path",
      path: `M${point(6, 0)}L${point(-5, 5)}L${point(-5, -5)}Z`,
      fill: colour,
      stroke: theme.paper,
      line: 1,
    },
  ];
}

/** What lies under the panels' outlines, what over their ground, and the knot that lies over everything. */
export function threads(
  model: Model,
  arrangement: Arrangement,
  theme: Theme,
): { under: Shape[]; over: Shape[]; knots: Shape[] } {
  const { cursor } = model;
  const knots: Shape[] = [];
  if (!cursor) return { under: [], over: [], knots };
  const { input, output, lens, outputLens } = arrangement;
  const under: Shape[] = [];
  const over: Shape[] = [];
  const window = cursorWindow(model);
  if (lens && outputLens) {
    const seen = seenPart(lens, input);
    under.push(...cone(seen, lens.box, theme), ...cone(seenPart(outputLens, output), outputLens.box, theme));
    const halo = { stroke: theme.paper, line: 2.5, opacity: 0.6 };
    over.push(...outlines(seen, halo, { stroke: theme.window, line: 1, opacity: 0.9 }));
  }
  if (window) {
    const from: Panel = lens ?? input;
    const to: Panel = outputLens ?? output;
    const winner = winnerOf(model, cursor.channel, window.row, window.column);
    const goal = cellBox(to, window.row, window.column);
    const box = windowBox(from, window);
    const source = winner ? cellBox(from, winner[0], winner[1]) : box;
    const middle = Math.ceil(window.rows.length / 2) * from.cell;
    const corner: [number, number] = [source.x + source.width, winner ? source.y : box.y + middle];
    // What a zoomed panel does not show has no end to tie the thread to.
    const shown = within(source, from.box) && within(goal, to.box);
    const way = shown ? route(from, corner, to, goal) : undefined;
    if (way) {
      const colour = winner ? theme.winner : theme.window;
      over.push(...thread(way, colour, theme, model.back !== undefined));
      knots.push({ kind: "circle", x: goal.x, y: goal.y, radius: 4, fill: colour, stroke: theme.paper, line: 1.5 });
    }
    if (way && isMean(model.layer) && !model.back) {
      // What an average divides by is half of its meaning, and it changes at the edge.
      const [x, y, aside] = way.word;
      const text = `÷ ${number(divisorOf(model, window.row, window.column))}`;
      knots.push(...label(text, x, y - 11, 14, theme.window, arrangement, theme, aside));
    }
  }
  return { under, over, knots };
}
