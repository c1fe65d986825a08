/** Typing into a cell: a field laid over it. */
import { readNumber, writeNumber } from "../element/pictures.js";
import { lay } from "../element/stage.js";
import type { Rectangle } from "../figure/scene.js";

/** A finger needs this much, and some phones zoom in on smaller letters. */
const LEAST = { width: 44, height: 30, letters: 16 };

/** `value` is undefined when none was given, and then `bad` is what was typed instead; `onward`: on to the next cell. */
type Done = (value: number | undefined, onward: boolean, bad?: string) => void;

export class CellEditor {
  readonly #field = document.createElement("input");
  #done: Done | undefined;

  constructor(sheet: HTMLElement) {
    this.#field.className = "cell-editor";
    this.#field.hidden = true;
    // A phone's decimal keys have no minus.
    this.#field.inputMode = "text";
    this.#field.autocomplete = "off";
    this.#field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        this.#finish(true, true);
      } else if (event.key === "Escape") this.#finish(false, false);
    });
    this.#field.addEventListener("blur", () => this.#finish(true, false));
    for (const kind of ["pointerdown", "pointermove", "pointerup"] as const) {
      this.#field.addEventListener(kind, (event) => event.stopPropagation());
    }
    sheet.append(this.#field);
  }

  get open(): boolean {
    return this.#done !== undefined;
  }

  /** Asks for one number, from `typed` on where a key opened the field. */
  ask(box: Rectangle, value: number, typed: string | undefined, label: string, done: Done): void {
    this.#finish(false, false);
    this.#done = done;
    const field = this.#field;
    field.hidden = false;
    field.value = typed ?? writeNumber(value);
    field.setAttribute("aria-label", label);
    const width = Math.max(box.width, LEAST.width);
    const height = Math.max(box.height, LEAST.height);
    lay(field, { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height });
    field.style.fontSize = `${LEAST.letters}px`;
    field.focus();
    if (typed === undefined) field.select();
  }

  #finish(keep: boolean, onward: boolean): void {
    const done = this.#done;
    if (!done) return;
    this.#done = undefined;
    this.#field.hidden = true;
    const typed = this.#field.value.trim();
    const value = readNumber(typed);
    if (!keep || typed === "") done(undefined, onward);
    else done(value, value !== undefined && onward, value === undefined ? typed : undefined);
  }
}
