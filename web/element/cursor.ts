/** Where the cursor is, and what keys and pointers make of it. */
import type { Cursor, Model } from "../figure/model.js";
import type { Side } from "../figure/scene.js";

export interface Cell {
  side: Side;
  channel: number;
  row: number;
  column: number;
}

/** The numbers of an `at`: "row,column" or "channel,row,column". What is no number is 0. */
export function readAt(at: string): { channel?: number; row: number; column: number } {
  const [column = 0, row = 0, channel] = at
    .split(",", 3)
    .map((part) => Math.trunc(Number(part)) || 0)
    .reverse();
  return channel === undefined ? { row, column } : { channel, row, column };
}

/** So many places that were told lately are known again when they are handed back. */
const MAX_TOLD = 16;

/** The side and the channel of the cursor; its row and column are in the attribute `at`. */
export class CursorPlace {
  side: Side = "output";
  #channel = 0;
  /** Whether the author gave the side. */
  #fixed = false;
  readonly #told = new Map<string, Side>();

  cell(at: string): Cell {
    return { side: this.side, channel: this.#channel, ...readAt(at) };
  }

  /** An author's `side`. */
  takeSide(value: string | null): void {
    this.#fixed = value !== null;
    this.side = value === "input" ? "input" : "output";
  }

  /** An author's `at`: one that was told lately has come back, on the side that was told. */
  takeAt(at: string): void {
    const { channel, row, column } = readAt(at);
    if (channel !== undefined) this.#channel = channel;
    if (this.#fixed) return;
    const told = this.#told.get(`${row},${column}`);
    if (!told) this.#told.clear();
    this.side = told ?? "output";
  }

  /** The cursor goes to a cell, which the page is told of. @returns its `at`, in the form of the last one */
  tell({ side, channel, row, column }: Cell, last: string): string {
    const place = `${row},${column}`;
    this.#told.delete(place);
    this.#told.set(place, side);
    const [oldest] = this.#told.keys();
    if (this.#told.size > MAX_TOLD) this.#told.delete(oldest as string);
    this.side = side;
    this.#channel = channel;
    return channel > 0 || readAt(last).channel !== undefined ? `${channel},${place}` : place;
  }
}

/** The nearest cell that there is. */
export function nearestCell(model: Model, { side, channel, row, column }: Cell): Cursor {
  const { height, width } = model[side];
  const inside = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  return {
    side,
    channel: inside(channel, model.input.channels),
    row: inside(row, height),
    column: inside(column, width),
  };
}

/** The cell that a key leads to from another; undefined for keys that the figure does not use. */
export function moveByKey(event: KeyboardEvent, from: Cell, channels: number): Cell | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const step = event.shiftKey ? 8 : 1;
  const { row, column, channel } = from;
  const moves: Record<string, Partial<Cell>> = {
    arrowup: { row: row - step },
    arrowdown: { row: row + step },
    arrowleft: { column: column - step },
    arrowright: { column: column + step },
    i: { side: "input" },
    o: { side: "output" },
    ...(channels > 1 ? { c: { channel: (channel + 1) % channels } } : {}),
  };
  const key = event.key.toLowerCase();
  return Object.hasOwn(moves, key) ? { ...from, ...moves[key] } : undefined;
}

/** The distance in CSS pixels from which on a finger moves sideways. */
const SLOP = 8;

/**
 * Calls `point` for the places that a pointer is on. A finger that scrolls changes nothing: it points by a tap, or by moving
 * sideways.
 */
export function listenToPointers(figure: HTMLElement, point: (event: MouseEvent) => void): void {
  let down = { x: 0, y: 0 };
  let sideways = false;
  const isTouch = ({ pointerType }: PointerEvent) => pointerType === "touch";
  figure.addEventListener("pointerdown", (event) => {
    down = { x: event.clientX, y: event.clientY };
    sideways = false;
    if (!isTouch(event)) point(event);
  });
  figure.addEventListener("pointermove", (event) => {
    const [x, y] = [Math.abs(event.clientX - down.x), Math.abs(event.clientY - down.y)];
    if (x > SLOP && x > y) sideways = true;
    if (!isTouch(event) || sideways) point(event);
  });
  figure.addEventListener("click", point);
}
