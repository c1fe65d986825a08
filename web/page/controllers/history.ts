/** Undo and redo: what the page showed before each change, and after those that were undone. */
import type { Plane } from "../../figure/model.js";
import type { State } from "../state.js";

/** All that is needed to show something again. Neither part is changed once it is here. */
export interface Moment {
  state: State;
  /** The reader's own picture, which no state names. */
  picture?: Plane | undefined;
}

const MAX_MOMENTS = 500;
/** A photograph's cells weigh 12 MB, and every edited cell makes another one. */
const MAX_BYTES = 96 << 20;

const bytesOf = (moments: readonly Moment[]): number => {
  let sum = 0;
  for (const picture of new Set(moments.map((moment) => moment.picture))) sum += picture?.data.length ?? 0;
  return sum;
};

export class History {
  #past: Moment[] = [];
  #future: Moment[] = [];
  #group: string | undefined;

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Keeps what was shown before a change. Changes of one group that follow each other, such as a drag's, are undone as one. */
  keep(before: Moment, group?: string): void {
    this.#future = [];
    if (group !== undefined && group === this.#group) return;
    this.#group = group;
    this.#past.push(before);
    while (this.#past.length > MAX_MOMENTS || (this.#past.length > 1 && bytesOf(this.#past) > MAX_BYTES)) {
      this.#past.shift();
    }
  }

  /** The moment to go back to from `now`, if there is one. */
  undo(now: Moment): Moment | undefined {
    return this.#step(this.#past, this.#future, now);
  }

  redo(now: Moment): Moment | undefined {
    return this.#step(this.#future, this.#past, now);
  }

  #step(from: Moment[], to: Moment[], now: Moment): Moment | undefined {
    const moment = from.pop();
    if (moment) to.push(now);
    this.#group = undefined;
    return moment;
  }
}

const isText = (target: EventTarget | null): boolean =>
  target instanceof Element && target.matches("input:not([type=range], [type=file]), textarea, [contenteditable]");

/** Ctrl+Z and Ctrl+Shift+Z, or with ⌘. Fields of text have an undo of their own, and a dialog covers what would change. */
export function listenToUndo(undo: () => void, redo: () => void): void {
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z") return;
    if (isText(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
  });
}

/** Whether two values of a state are the same, whatever objects they are in. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  const keys = Object.keys(one);
  const at = (value: object, key: string): unknown => (value as Record<string, unknown>)[key];
  return keys.length === Object.keys(other).length && keys.every((key) => isSame(at(one, key), at(other, key)));
}
