/** What a drawing is made of. Layers return these; a sink (SVG text, a canvas) puts them on paper. */

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Paint {
  fill?: string;
  stroke?: string;
  line?: number;
  dash?: readonly number[];
  opacity?: number;
  round?: boolean;
}

export type Shape = Paint &
  (
    | ({ kind: "rectangle"; radius?: number } & Rectangle)
    | { kind: "path"; path: string }
    | { kind: "circle"; x: number; y: number; radius: number }
    | {
        kind: "text";
        x: number;
        y: number;
        text: string;
        size: number;
        anchor?: "start" | "middle" | "end";
        bold?: boolean;
        /** A halo of this colour keeps the text legible on a picture. */
        halo?: string;
      }
    /** The picture's own pixels. `base` is the plain picture, which a page may show by other means. */
    | { kind: "cells"; side: Side; x: number; y: number; cell: number; visible: CellRange; base: boolean }
  );

export type Side = "input" | "output";

/** Half-open ranges of rows and columns. */
export interface CellRange {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface Group {
  name: string;
  clip?: Rectangle;
  shapes: Shape[];
}

export interface Scene {
  width: number;
  height: number;
  groups: Group[];
}

/** A piece of paper on which cell (0, 0) of one side has its corner at (x, y) and every cell is `cell` wide. */
export interface Panel {
  side: Side;
  /** The whole picture small, an enlarged part of it, or a grid large enough for numbers. */
  role: "picture" | "lens" | "grid";
  x: number;
  y: number;
  cell: number;
  rows: number;
  columns: number;
  box: Rectangle;
}

/** From this size on, a cell shows its number. */
export const NUMBER_CELL = 18;

export const cellBox = (panel: Panel, row: number, column: number, height = 1, width = 1): Rectangle => ({
  x: panel.x + column * panel.cell,
  y: panel.y + row * panel.cell,
  width: width * panel.cell,
  height: height * panel.cell,
});

export const rangeBox = (panel: Panel, { top, bottom, left, right }: CellRange): Rectangle =>
  cellBox(panel, top, left, bottom - top, right - left);

export const centre = (panel: Panel, row: number, column: number): [number, number] => [
  panel.x + (column + 0.5) * panel.cell,
  panel.y + (row + 0.5) * panel.cell,
];

/** The cells of `all`, by default those that exist, that a panel's box lets one see. */
export function visible(
  { box, cell, x, y, rows, columns }: Panel,
  all: CellRange = { top: 0, bottom: rows, left: 0, right: columns },
): CellRange {
  return {
    top: Math.max(all.top, Math.floor((box.y - y) / cell + 1e-6)),
    bottom: Math.min(all.bottom, Math.ceil((box.y + box.height - y) / cell - 1e-6)),
    left: Math.max(all.left, Math.floor((box.x - x) / cell + 1e-6)),
    right: Math.min(all.right, Math.ceil((box.x + box.width - x) / cell - 1e-6)),
  };
}

export const inset = (box: Rectangle, by: number): Rectangle => ({
  x: box.x + by,
  y: box.y + by,
  width: box.width - 2 * by,
  height: box.height - 2 * by,
});

/** What of a box lies in another; nothing of it is a box without width or height on the other's edge. */
export function clip(inner: Rectangle, outer: Rectangle): Rectangle {
  const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(value, most));
  const right = outer.x + outer.width;
  const bottom = outer.y + outer.height;
  const x = clamp(inner.x, outer.x, right);
  const y = clamp(inner.y, outer.y, bottom);
  return {
    x,
    y,
    width: clamp(inner.x + inner.width, x, right) - x,
    height: clamp(inner.y + inner.height, y, bottom) - y,
  };
}

export const diamond = (x: number, y: number, size: number): string =>
  `M${fine(x)} ${fine(y - size)}L${fine(x + size)} ${fine(y)}L${fine(x)} ${fine(y + size)}L${fine(x - size)} ${fine(y)}Z`;

/** A diamond of one colour on another, which is `edge` wider. */
export const mark = (x: number, y: number, size: number, edge: number, colour: string, ground: string): Shape[] => [
  { kind: "path", path: diamond(x, y, size + edge), fill: ground },
  { kind: "path", path: diamond(x, y, size), fill: colour },
];

/** One box drawn in several ways, from the paper up. */
export const outlines = (box: Rectangle, ...paints: (Paint & { radius?: number })[]): Shape[] =>
  paints.map((paint) => ({ kind: "rectangle", ...box, ...paint }));

/** A length in the SVG: two decimals are finer than any screen. */
export const fine = (value: number): string => String(round(value) || 0);
export const round = (value: number): number => Math.round(value * 100) / 100;

/** Straight lines, each by its start and its way. */
export type Strokes = [x: number, y: number, right: number, down: number][];

/** Strokes as one path. Each begins from the end of the last: equal steps are equal text, which packs to almost nothing. */
export function strokes(lines: Strokes): string {
  let path = "";
  let [atX, atY] = [0, 0];
  for (const line of lines) {
    const [x, y, right, down] = line.map(round) as Strokes[0];
    path += `${path ? "m" : "M"}${fine(x - atX)} ${fine(y - atY)}l${fine(right)} ${fine(down)}`;
    atX = x + right;
    atY = y + down;
  }
  return path;
}

/** Lines at 45° over a box, `gap` apart, on one grid for the whole drawing so that neighbours join. */
export function hatch({ x, y, width, height }: Rectangle, gap: number): string {
  const lines: Strokes = [];
  for (let sum = Math.ceil((x + y) / gap) * gap; sum < x + y + width + height; sum += gap) {
    const from = Math.max(x, sum - y - height);
    const long = Math.min(x + width, sum - y) - from;
    if (long > 0.2) lines.push([from, sum - from, long, -long]);
  }
  return strokes(lines);
}
