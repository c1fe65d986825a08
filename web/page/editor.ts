/** Typing into a cell: a field laid exactly over it. */
import type { Rectangle } from "../figure/scene.js";
import { fine } from "../figure/scene.js";

export class CellEditor {
  private readonly field = document.createElement("input");
  private done: ((value: number | undefined, onward: boolean) => void) | undefined;

  constructor(sheet: HTMLElement) {
    this.field.className = "cell-editor";
    this.field.hidden = true;
    this.field.inputMode = "decimal";
    this.field.autocomplete = "off";
    this.field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        this.finish(true, true);
      } else if (event.key === "Escape") this.finish(false, false);
    });
    this.field.addEventListener("blur", () => this.finish(true, false));
    for (const kind of ["pointerdown", "pointermove", "pointerup"] as const) {
      this.field.addEventListener(kind, (event) => event.stopPropagation());
    }
    sheet.append(this.field);
  }

  get open(): boolean {
    return this.done !== undefined;
  }

  /** Asks for one number, from `typed` on where a key opened the field; `done` gets undefined when there is none, and whether to go on to the next cell. */
  ask(
    box: Rectangle,
    value: number,
    typed: string | undefined,
    label: string,
    done: (value: number | undefined, onward: boolean) => void,
  ): void {
    this.finish(false, false);
    this.done = done;
    const { field } = this;
    field.hidden = false;
    field.value = typed ?? String(value);
    field.setAttribute("aria-label", label);
    field.style.left = `${fine(box.x)}px`;
    field.style.top = `${fine(box.y)}px`;
    field.style.width = `${fine(box.width)}px`;
    field.style.height = `${fine(box.height)}px`;
    field.style.fontSize = `${fine(Math.min(16, box.width * 0.4))}px`;
    field.focus();
    if (typed === undefined) field.select();
  }

  private finish(keep: boolean, onward: boolean): void {
    const { done } = this;
    if (!done) return;
    this.done = undefined;
    this.field.hidden = true;
    const text = this.field.value.trim().replace("−", "-");
    const value = Number(text);
    done(keep && text !== "" && !Number.isNaN(value) ? value : undefined, onward);
  }
}
