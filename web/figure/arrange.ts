/** Where everything stands: one composition for a wide, a medium and a narrow sheet, from numbers alone. */

import { isAdaptive } from "./code.js";
import type { Model } from "./model.js";
import { cursorReaders, cursorWindow, readers, spanAt } from "./model.js";
import { NUMBER_CELL, type Panel, type Rectangle, type Side } from "./scene.js";

export interface Sheet {
  width: number;
  /** Device pixels a CSS pixel; cells are whole numbers of half device pixels. */
  density: number;
  /** Absent: the whole picture. */
  zoom?: Zoom | undefined;
  /** Absent: what the drawing needs. Given, the drawing is fitted into it. */
  height?: number | undefined;
}

/** `cell` pixels a cell, with this (fractional) input cell in the middle. */
export interface Zoom {
  cell: number;
  row: number;
  column: number;
}

export interface Arrangement {
  width: number;
  height: number;
  input: Panel;
  output: Panel;
  lens?: Panel;
  outputLens?: Panel;
  /** One grid over the other: a thread runs down between them, so the output's caption stands below it. */
  stack?: boolean;
}

/** From these widths on the sheet holds three columns; two above a lens. The style sheet's container queries agree. */
export const WIDE = 980;
export const MEDIUM = 520;
/** No sheet is wider. */
export const WIDEST = 1160;
/** Every sheet keeps its shape, so that a scaled first paint and the living figure are of one height. */
const WIDE_SHAPE = 452 / WIDEST;
const MEDIUM_SHAPE = 1;
const NARROW_SHAPE = 2.25;
export const CAPTION = 24;
export const FOOT = 26;
const GAP = 36;
const LENS = 320;
const GRID_CELL = 64;
const WIDEST_LENS = 440;
/** Even a picture of one cell has room for its caption and its lens. */
const LEAST_SIDE = 200;
const TALL = 440;
/** What a wide sheet has for its pictures; a wider one than the widest first paint gets no higher. */
const wideTall = (width: number): number => Math.round(Math.min(width, WIDEST) * WIDE_SHAPE) - CAPTION - FOOT;
/** What a stack of two grids needs between them, and with its words. */
const BETWEEN = 44;
const STACK = CAPTION + BETWEEN + 22;
/** No drawing is fitted into less. */
const LEAST_HEIGHT = 160;

interface Size {
  rows: number;
  columns: number;
}

interface Extent extends Size {
  top: number;
  left: number;
}

function extents(model: Model): { input: Extent; output: Extent } {
  const { rows, columns } = model;
  return {
    input: {
      top: rows.padBefore,
      left: columns.padBefore,
      rows: rows.padBefore + rows.input + rows.padAfter + rows.overhang,
      columns: columns.padBefore + columns.input + columns.padAfter + columns.overhang,
    },
    output: { top: 0, left: 0, rows: rows.output, columns: columns.output },
  };
}

const sized = ({ rows, columns }: Size, cell: number) => ({ width: columns * cell, height: rows * cell });

const snap = (cell: number, density: number): number => {
  if (cell >= 6) return Math.floor(cell);
  const step = 1 / (2 * density);
  return cell > step ? Math.floor(cell / step + 1e-6) * step : cell;
};

function panel(side: Side, role: Panel["role"], extent: Extent, cell: number, box: Rectangle, model: Model): Panel {
  const plane = model[side];
  return {
    side,
    role,
    cell,
    rows: plane.height,
    columns: plane.width,
    box,
    x: box.x + extent.left * cell,
    y: box.y + extent.top * cell,
  };
}

/** The arrangement zoomed: the same boxes, but for the input's, another cell size, the asked cell in the middle. */
function zoomed(model: Model, whole: Arrangement, { cell, row, column }: Zoom, inputBox: Rectangle): Arrangement {
  const into = (base: Panel, box: Rectangle, y: number, x: number): Panel => ({
    ...base,
    role: cell >= NUMBER_CELL ? "grid" : "picture",
    cell,
    box,
    x: box.x + box.width / 2 - (x + 0.5) * cell,
    y: box.y + box.height / 2 - (y + 0.5) * cell,
  });
  const { input, output } = whole;
  const [y, x] = [outputOf(model, "rows", row), outputOf(model, "columns", column)];
  return { ...whole, input: into(input, inputBox, row, column), output: into(output, output.box, y, x) };
}

/** The output position whose window lies round an input position; fractional, for panning. */
function outputOf(model: Model, axis: "rows" | "columns", at: number): number {
  const { input, output, stride, padBefore, span } = model[axis];
  if (stride === null || span === null) return ((at + 0.5) * output) / input - 0.5;
  return (at + padBefore - (span - 1) / 2) / stride;
}

/** A lens with this place in its middle. Cells that can be told apart are whole pixels. */
function lensPanel(side: Side, size: number, box: Rectangle, row: number, column: number, model: Model): Panel {
  const cell = size >= 6 ? Math.floor(size) : size;
  return {
    side,
    role: "lens",
    cell,
    rows: model[side].height,
    columns: model[side].width,
    box,
    x: Math.round(box.x + box.width / 2 - column * cell),
    y: Math.round(box.y + box.height / 2 - row * cell),
  };
}

function lensOn(model: Model, box: Rectangle): Panel {
  const { cursor } = model;
  const window = cursorWindow(model);
  let top = 0;
  let left = 0;
  let high = 1;
  let wide = 1;
  if (window) {
    [top, left, high, wide] = [window.rows.start, window.columns.start, window.rows.length, window.columns.length];
  } else if (cursor) {
    const adaptive = isAdaptive(model.layer);
    const reach = (axis: "rows" | "columns", at: number): [number, number] => {
      // The windows' starts and ends grow from one to the next.
      const outputs = readers(model[axis], at, adaptive);
      const span = (output: number | undefined) => spanAt(model[axis], output as number, adaptive);
      const start = outputs.length > 0 ? Math.min(at, span(outputs[0]).start) : at;
      const last = outputs.length > 0 ? span(outputs.at(-1)) : { start: at, length: 1 };
      return [start, Math.max(at + 1, last.start + last.length) - start];
    };
    [top, high] = reach("rows", cursor.row);
    [left, wide] = reach("columns", cursor.column);
  }
  const room = Math.max(high, wide) > 12 ? 2 : 3;
  const size = Math.min(40, box.width / (wide + room), box.height / (high + room));
  return lensPanel("input", size, box, top + high / 2, left + wide / 2, model);
}

function outputLensOn(model: Model, box: Rectangle, cell: number): Panel {
  const { cursor } = model;
  const { rows, columns } = cursorReaders(model);
  let row = cursor?.row ?? 0;
  let column = cursor?.column ?? 0;
  let size = Math.max(cell, Math.min(28, box.width / 3, box.height / 3));
  if (cursor?.side === "input") {
    const [top, left] = [rows[0], columns[0]];
    if (top !== undefined && left !== undefined) {
      const [bottom, right] = [rows.at(-1) as number, columns.at(-1) as number];
      [row, column] = [(top + bottom) / 2, (left + right) / 2];
      const fits = Math.min(box.width / (right - left + 2), box.height / (bottom - top + 2));
      size = Math.min(size, fits);
    } else {
      row = outputOf(model, "rows", cursor.row);
      column = outputOf(model, "columns", cursor.column);
    }
  }
  return lensPanel("output", size, box, row + 0.5, column + 0.5, model);
}

/** How two grids fit a sheet whole: beside each other, or one over the other. */
function gridCells(input: Size, output: Size, { width, height }: Pick<Sheet, "width" | "height">) {
  const gap = width < MEDIUM ? 36 : 96;
  const tall = height === undefined ? TALL : height - CAPTION - FOOT;
  const stackTall = height === undefined ? 1.6 * TALL : height - STACK;
  const beside = Math.floor(
    Math.min(GRID_CELL, (width - gap) / (input.columns + output.columns), tall / Math.max(input.rows, output.rows)),
  );
  const widest = Math.max(input.columns, output.columns);
  const stacked = Math.floor(Math.min(GRID_CELL, width / widest, stackTall / (input.rows + output.rows)));
  if (Math.max(beside, stacked) < NUMBER_CELL) return undefined;
  // A height of its own is there to be filled.
  const stack = stacked > beside && (height !== undefined || beside < NUMBER_CELL + 8);
  return { cell: stack ? stacked : beside, stack, gap };
}

/**
 * The height to keep free for a figure of which only the width is known, and `grid`, the input's size where it is numbers: as if half
 * of them came out. What the figure turns out to be is fitted into it.
 */
export function roomFor(width: number, grid?: Size): number {
  if (grid) {
    // A row of numbers may get padding.
    const input = { rows: Math.max(3, grid.rows), columns: grid.columns };
    const output = { rows: Math.ceil(input.rows / 2), columns: Math.ceil(input.columns / 2) };
    const cells = gridCells(input, output, { width });
    if (cells?.stack) return STACK + cells.cell * (input.rows + output.rows);
    if (cells) return CAPTION + cells.cell * input.rows + FOOT;
  }
  if (width >= WIDE) return CAPTION + wideTall(width) + FOOT;
  return Math.round(width * (width >= MEDIUM ? MEDIUM_SHAPE : NARROW_SHAPE));
}

/** A grid of numbers fits the sheet whole. */
function gridArrangement(model: Model, sheet: Sheet): Arrangement | undefined {
  const { input, output } = extents(model);
  const cells = gridCells(input, output, sheet);
  if (!cells) return undefined;
  const { cell, stack, gap } = cells;
  const a = sized(input, cell);
  const b = sized(output, cell);
  if (stack) {
    const needed = STACK + a.height + b.height;
    const top = CAPTION + (sheet.height === undefined ? 0 : Math.floor((sheet.height - needed) / 2));
    const first = { x: (sheet.width - a.width) / 2, y: top, ...a };
    const second = { x: (sheet.width - b.width) / 2, y: top + a.height + BETWEEN, ...b };
    return {
      width: sheet.width,
      height: sheet.height ?? needed,
      input: panel("input", "grid", input, cell, first, model),
      output: panel("output", "grid", output, cell, second, model),
      stack,
    };
  }
  const height =
    sheet.height === undefined
      ? Math.max(a.height, b.height, sheet.width >= WIDE ? wideTall(sheet.width) : 0)
      : sheet.height - CAPTION - FOOT;
  const left = Math.round((sheet.width - a.width - gap - b.width) / 2);
  const middle = (box: { height: number }) => CAPTION + Math.round((height - box.height) / 2);
  return {
    width: sheet.width,
    height: CAPTION + height + FOOT,
    input: panel("input", "grid", input, cell, { x: left, y: middle(a), ...a }, model),
    output: panel("output", "grid", output, cell, { x: left + a.width + gap, y: middle(b), ...b }, model),
  };
}

interface Boxes {
  cell: number;
  height: number;
  input: Rectangle;
  output: Rectangle;
  lens: Rectangle;
  outputLens: Rectangle;
  /** What the input gets when it is zoomed in so far that it needs no lens. */
  whole: Rectangle;
}

function pictureBoxes(sheet: Sheet, input: Extent, output: Extent): Boxes {
  const { width, density, height: given } = sheet;
  const fit = (room: number, tall: number, columns: number) =>
    snap(Math.min(room / columns, tall / Math.max(input.rows, output.rows), 24), density);
  if (width >= WIDE) {
    const room = width - LENS - 2 * GAP;
    const tall = given === undefined ? TALL : given - CAPTION - FOOT;
    const cell = Math.min(fit(room, tall, input.columns + output.columns), fit(room - LEAST_SIDE, tall, input.columns));
    const a = sized(input, cell);
    const b = sized(output, cell);
    const least = wideTall(width);
    const height = given === undefined ? Math.max(least, a.height, b.height) : tall;
    // The lens takes what the pictures leave, so that the figure's edges are the text's.
    const side = Math.max(b.width, LEAST_SIDE);
    const first = Math.max(a.width, LEAST_SIDE);
    const wide = Math.min(WIDEST_LENS, width - first - side - 2 * GAP);
    const left = Math.floor((width - first - side - 2 * GAP - wide) / 2);
    const lens = { x: left + first + GAP, y: CAPTION, width: wide, height: Math.min(height, least) };
    const out = { x: lens.x + wide + GAP, y: CAPTION, ...b };
    const rest = height - b.height - 28;
    // Where the output leaves no room below itself, its lens takes the foot of the window's.
    const below = rest >= 110;
    const outputLens = below
      ? { x: out.x, y: CAPTION + b.height + 28, width: side, height: Math.min(rest, 200) }
      : { x: lens.x, y: CAPTION + lens.height - 100, width: wide, height: 100 };
    if (!below) lens.height -= 100 + 20;
    const whole = { x: left, y: CAPTION, width: first + GAP + wide, height };
    return {
      cell,
      height: CAPTION + height + FOOT,
      input: { x: left, y: CAPTION, ...a },
      output: out,
      lens,
      outputLens,
      whole,
    };
  }
  const gap = width >= MEDIUM ? GAP : 20;
  // Of a given height the lens gets a fair part.
  const shared = (words: number, times: number) =>
    given === undefined ? TALL : Math.max(given - words - 180, 0.55 * (given - words)) / times;
  const beside = fit(width - gap, shared(94, 1), input.columns + output.columns);
  const stacked = fit(width, shared(128, 2), Math.max(input.columns, output.columns));
  const narrow = width < MEDIUM && stacked > beside * 1.25;
  if (!narrow) {
    const a = sized(input, beside);
    const b = sized(output, beside);
    // So that its caption does not run into the output's.
    const first = Math.max(a.width, Math.min(LEAST_SIDE, width - gap - b.width));
    const left = Math.max(0, Math.floor((width - first - gap - Math.max(b.width, LEAST_SIDE)) / 2));
    const row = Math.max(a.height, b.height);
    const lensY = CAPTION + row + FOOT + CAPTION + 12;
    const lensHigh =
      given === undefined ? Math.min(560, Math.max(180, width * MEDIUM_SHAPE - lensY - 8)) : given - lensY - 8;
    const side = Math.min(Math.round(width * 0.3), 260);
    return {
      cell: beside,
      height: lensY + lensHigh + 8,
      input: { x: left, y: CAPTION, ...a },
      output: { x: left + first + gap, y: CAPTION, ...b },
      lens: { x: 0, y: lensY, width: width - side - gap, height: lensHigh },
      outputLens: { x: width - side, y: lensY, width: side, height: lensHigh },
      whole: { x: 0, y: CAPTION, width: left + first, height: row },
    };
  }
  const a = sized(input, stacked);
  const b = sized(output, stacked);
  const lensY = CAPTION + a.height + FOOT + CAPTION + 10;
  const below = CAPTION + 12 + Math.max(96, b.height) + 8;
  const lensHigh =
    given === undefined
      ? Math.min(1.25 * width, Math.max(180, width * NARROW_SHAPE - lensY - below))
      : given - lensY - below;
  const outY = lensY + lensHigh + CAPTION + 12;
  const rest = width - b.width - 16;
  const lens = { x: 0, y: lensY, width, height: lensHigh };
  let outputLens = { x: b.width + 16, y: outY, width: rest, height: Math.max(96, b.height) };
  if (rest < 96 && given === undefined) outputLens = { x: 0, y: outY + b.height + 16, width, height: 120 };
  else if (rest < 96) {
    // There is no room below: it shares the window's.
    lens.width = Math.round(0.6 * width) - 8;
    outputLens = { ...lens, x: lens.width + 16, width: width - lens.width - 16 };
  }
  return {
    cell: stacked,
    height: given ?? Math.max(outY + b.height, outputLens.y + outputLens.height) + 8,
    input: { x: Math.floor((width - a.width) / 2), y: CAPTION, ...a },
    output: { x: 0, y: outY, ...b },
    lens,
    outputLens,
    whole: { x: 0, y: CAPTION, width, height: a.height + FOOT + CAPTION - 4 + lensHigh },
  };
}

/**
 * Lays a model out on a sheet. Input and output always share one scale. A grid whose numbers fit is drawn whole; a picture
 * gets a lens for its window; zoomed in past NUMBER_CELL the picture is its own lens.
 */
export function arrange(model: Model, given: Sheet): Arrangement {
  const sheet = given.height === undefined ? given : { ...given, height: Math.max(LEAST_HEIGHT, given.height) };
  const { input, output } = extents(model);
  const whole = gridArrangement(model, sheet);
  const { zoom } = sheet;
  if (whole) return zoom ? zoomed(model, whole, zoom, whole.input.box) : whole;
  const boxes = pictureBoxes(sheet, input, output);
  const arrangement: Arrangement = {
    width: sheet.width,
    height: Math.ceil(boxes.height),
    input: panel("input", "picture", input, boxes.cell, boxes.input, model),
    output: panel("output", "picture", output, boxes.cell, boxes.output, model),
  };
  if (zoom && zoom.cell >= NUMBER_CELL) return zoomed(model, arrangement, zoom, boxes.whole);
  const lens = lensOn(model, boxes.lens);
  const outputLens = outputLensOn(model, boxes.outputLens, lens.cell);
  return { ...(zoom ? zoomed(model, arrangement, zoom, boxes.input) : arrangement), lens, outputLens };
}
