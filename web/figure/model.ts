/** The facts a drawing is made from. Shapes and starts come from the module's geometry; here they are only read. */
import type { Axis } from "../module/index.js";
import { hasWinner, isAdaptive, isMean, type Layer } from "./code.js";
import type { Side } from "./scene.js";

/** Values of one side, channel by channel, row by row. */
export interface Plane {
  /** A picture's cells are shown in their colours, a grid's as numbers on tinted paper. */
  kind: "picture" | "numbers";
  channels: number;
  height: number;
  width: number;
  data: ArrayLike<number>;
  /** A picture whose numbers are no colours, a gradient's for one, brings its colours: bytes, laid out like `data`. */
  colours?: ArrayLike<number>;
}

export interface Cursor {
  side: Side;
  row: number;
  column: number;
  channel: number;
  /** It stays where it is while a pointer passes. */
  pinned?: boolean;
}

export interface Model {
  layer: Layer;
  rows: Axis;
  columns: Axis;
  input: Plane;
  output: Plane;
  /** Where each output came from: flat in the input's plane, channel by channel; −1 where no tap is real. */
  indices?: ArrayLike<number> | undefined;
  cursor?: Cursor | undefined;
  /** The cell a pointer is on within a lens, which the cursor does not follow: the lens would run away. */
  pointed?: { side: Side; row: number; column: number } | undefined;
  /** What the input's place shows instead when one looks back: the unpooled values or the gradient. The thread turns round. */
  back?: Plane | undefined;
}

/** The plane a side shows. */
export const shownPlane = (model: Model, side: Side): Plane =>
  side === "output" ? model.output : (model.back ?? model.input);

/** One axis of one window: `taps` cells, `step` apart, from `start`, which may lie in the padding. */
export interface Span {
  start: number;
  taps: number;
  step: number;
  length: number;
}

export type CellKind = "real" | "padding" | "overhang";

/** An axis with the facts about windows that a drawing asks for. */
export function spanAt(axis: Axis, output: number, adaptive: boolean): Span {
  const start = axis.start[output] as number;
  const { kernel, dilation, span } = axis;
  if (adaptive || kernel === null || dilation === null || span === null) {
    const taps = axis.valid[output] as number;
    return { start, taps, step: 1, length: taps };
  }
  return { start, taps: kernel, step: dilation, length: span };
}

const kindOn = (axis: Axis, position: number): CellKind => {
  if (position >= 0 && position < axis.input) return "real";
  return position < axis.input + axis.padAfter ? "padding" : "overhang";
};

/** What stands at a place of the input: the further outside of its row and its column decides. */
export function kindAt({ rows, columns }: Model, row: number, column: number): CellKind {
  const down = kindOn(rows, row);
  const across = kindOn(columns, column);
  return down === "overhang" || across === "real" ? down : across;
}

/** The taps of a span before `end` that are not before 0, as [first, count]. */
export function tapsBefore({ start, taps, step }: Span, end: number): [number, number] {
  const first = Math.max(0, Math.ceil(-start / step));
  return [first, Math.max(0, Math.min(taps, Math.ceil((end - start) / step)) - first)];
}

export const holds = (span: Span, position: number): boolean => {
  const away = position - span.start;
  return away >= 0 && away < span.length && away % span.step === 0;
};

/** The outputs whose windows have a tap on this input position. */
export function readers(axis: Axis, position: number, adaptive: boolean): number[] {
  const found: number[] = [];
  for (let output = 0; output < axis.output; output++) {
    if (holds(spanAt(axis, output, adaptive), position)) found.push(output);
  }
  return found;
}

export interface Window {
  row: number;
  column: number;
  rows: Span;
  columns: Span;
}

export function windowAt(model: Model, row: number, column: number): Window {
  const adaptive = isAdaptive(model.layer);
  return { row, column, rows: spanAt(model.rows, row, adaptive), columns: spanAt(model.columns, column, adaptive) };
}

export const isTap = (window: Window, row: number, column: number): boolean =>
  holds(window.rows, row) && holds(window.columns, column);

/** No tap of this window is a real cell. */
export const isEmpty = (model: Model, row: number, column: number): boolean =>
  model.rows.valid[row] === 0 || model.columns.valid[column] === 0;

export const valueAt = (plane: Plane, channel: number, row: number, column: number): number =>
  plane.data[(channel * plane.height + row) * plane.width + column] as number;

/** A cell by its name, `out[1, 0]`; where there are several planes, with its own: `in[2, 5, 3]`. */
export const cellName = (side: Side, planes: number, channel: number, row: number, column: number): string =>
  `${side === "input" ? "in" : "out"}[${planes > 1 ? `${channel}, ` : ""}${row}, ${column}]`;

/** The input cell an output came from, where one tap wins. */
export function winnerOf(model: Model, channel: number, row: number, column: number): [number, number] | undefined {
  if (!model.indices || !hasWinner(model.layer)) return undefined;
  const at = (channel * model.output.height + row) * model.output.width + column;
  const index = model.indices[at] as number;
  if (!(index >= 0)) return undefined;
  return [Math.floor(index / model.input.width), index % model.input.width];
}

/** The window under the cursor, when the cursor is on an output. */
export function cursorWindow(model: Model): Window | undefined {
  const { cursor } = model;
  if (cursor?.side !== "output") return undefined;
  if (cursor.row >= model.rows.output || cursor.column >= model.columns.output) return undefined;
  return windowAt(model, cursor.row, cursor.column);
}

export interface Fed {
  window: Window;
  won: boolean;
}

/** The windows that read the input cell under the cursor. There may be millions of them, so none is made before it is asked for. */
export interface Readers {
  rows: readonly number[];
  columns: readonly number[];
  length: number;
  /** The window at this place in reading order, and whether the cell won it. */
  at(place: number): Fed;
  /** How many windows the cell won. */
  won(): number;
}

export function cursorReaders(model: Model): Readers {
  const { cursor } = model;
  const adaptive = isAdaptive(model.layer);
  const over = cursor?.side === "input";
  const rows = over ? readers(model.rows, cursor.row, adaptive) : [];
  const columns = over ? readers(model.columns, cursor.column, adaptive) : [];
  const wins = (row: number, column: number): boolean => {
    const winner = winnerOf(model, cursor?.channel ?? 0, row, column);
    return winner !== undefined && winner[0] === cursor?.row && winner[1] === cursor.column;
  };
  return {
    rows,
    columns,
    length: rows.length * columns.length,
    at(place) {
      const row = rows[Math.floor(place / columns.length)] as number;
      const column = columns[place % columns.length] as number;
      return { window: windowAt(model, row, column), won: wins(row, column) };
    },
    won() {
      let count = 0;
      if (hasWinner(model.layer)) for (const row of rows) for (const column of columns) if (wins(row, column)) count++;
      return count;
    },
  };
}

/** Which cells of a side the cursor is about: its window's taps, the cells it feeds, or its own. Without a cursor all are. */
export function lit(model: Model, side: Side): (row: number, column: number) => boolean {
  const { cursor } = model;
  if (!cursor) return () => true;
  const window = cursorWindow(model);
  if (window && side === "input") return (row, column) => isTap(window, row, column);
  const own = window ?? (side === "input" ? cursor : undefined);
  if (own) return (row, column) => own.row === row && own.column === column;
  return (row, column) => isTap(windowAt(model, row, column), cursor.row, cursor.column);
}

/** What this window divides by: PyTorch's rule, made of the core's counts. */
export function divisorOf(model: Model, row: number, column: number): number {
  const { layer, rows, columns } = model;
  if (layer.divisorOverride !== null && layer.name === "AvgPool2d") return layer.divisorOverride;
  const real = (rows.valid[row] as number) * (columns.valid[column] as number);
  if (isAdaptive(layer) || !layer.countIncludePad) return real;
  return (rows.counted[row] as number) * (columns.counted[column] as number);
}

/** What stands in a padding cell; empty where padding is not even counted. */
export function paddingSymbol(layer: Layer): string {
  if (layer.name === "MinPool2d") return "+∞";
  if (isMean(layer)) return layer.countIncludePad ? "0" : "";
  return "−∞";
}

/** Runs of consecutive cells for which `test` holds, as [first, length]. */
export function runs(length: number, test: (at: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < length; at++) {
    if (!test(at)) continue;
    const previous = found.at(-1);
    if (previous && previous[0] + previous[1] === at) previous[1]++;
    else found.push([at, 1]);
  }
  return found;
}

/** The rows (or columns) no window reads. */
export const unread = (axis: Axis): [number, number][] => runs(axis.input, (at) => axis.coverage[at] === 0);

/** A number as it stands in a cell or a sentence. */
export function number(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "∞";
  if (value === Number.NEGATIVE_INFINITY) return "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value).replace("-", "−");
  const size = Math.abs(value);
  const text =
    size >= 1e5 || size < 1e-3 ? value.toPrecision(2) : String(Number(value.toPrecision(size >= 100 ? 4 : 3)));
  return text.replace("-", "−");
}
