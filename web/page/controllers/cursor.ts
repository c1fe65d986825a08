/** Where the cursor is and how near: by steps, by playing, by a pointer. */

import type { Stage } from "../../element/stage.js";
import type { Model } from "../../figure/model.js";
import { NUMBER_CELL } from "../../figure/scene.js";
import type { State } from "../state.js";

/** The page as those see it who move about in it. */
export interface Page {
  readonly state: State;
  readonly model: Model | undefined;
  readonly stage: Stage;
  /** Changes what is shown so that it can be undone; changes of one group are undone as one. */
  change(patch: Partial<State>, group?: string): void;
  /** Changes what is shown in passing, as a pointer does that moves over the figure. */
  update(patch: Partial<State>): void;
  redraw(): void;
  /** Opens a field over an input cell, from `typed` on where a key opened it. */
  edit(row: number, column: number, typed?: string): void;
}

/** The place nearest to this one of `size` in a row. */
export const within = (place: number, size: number): number => Math.min(size - 1, Math.max(0, place));

/** Steps that follow each other are undone as one. */
const STEPS = "steps";

export class Moving {
  /** The cursor stays where it is while a pointer passes. */
  pinned = false;
  pointed: Model["pointed"];
  /** Windows a second. */
  speed = 6;
  #frame: number | undefined;

  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** How large an input cell is; several events may come between two drawings, and each goes on from the last. */
  get cell(): number {
    const { state, stage } = this.#page;
    return state.zoom?.cell ?? stage.arrangement?.input.cell ?? 1;
  }

  get playing(): boolean {
    return this.#frame !== undefined;
  }

  /** Goes to the next cell, or the last of them to the first. */
  walk(by: number, group = STEPS): void {
    const { model, state } = this.#page;
    if (!model) return;
    const plane = model[state.side];
    const at =
      (state.row * plane.width + state.column + by + plane.width * plane.height) % (plane.width * plane.height);
    this.#page.change({ row: Math.floor(at / plane.width), column: at % plane.width }, group);
  }

  play(on: boolean): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    if (on) {
      let last = performance.now();
      const group = `play ${last}`;
      const tick = (now: number) => {
        if (now - last >= 1000 / this.speed) {
          last = now;
          this.walk(1, group);
        }
        this.#frame = requestAnimationFrame(tick);
      };
      this.#frame = requestAnimationFrame(tick);
    }
    this.#page.redraw();
  }

  pin(on: boolean): void {
    this.pinned = on;
    this.#page.redraw();
  }

  /** Makes the playing faster or slower. */
  turn(by: number): void {
    this.speed = Math.min(60, Math.max(1, this.speed * by));
    this.#page.redraw();
  }

  move(rows: number, columns: number): void {
    const { model, state } = this.#page;
    if (!model) return;
    const plane = model[state.side];
    const group = Math.abs(rows) + Math.abs(columns) === 1 ? STEPS : undefined;
    this.#follow(
      { row: within(state.row + rows, plane.height), column: within(state.column + columns, plane.width) },
      group,
    );
  }

  /** Moves the cursor, and the zoomed view with it when it would leave it. */
  #follow(patch: Partial<State>, group?: string): void {
    const { zoom } = this.#page.state;
    const { arrangement } = this.#page.stage;
    const side = patch.side ?? this.#page.state.side;
    if (zoom && arrangement && this.#page.model && patch.row !== undefined && patch.column !== undefined) {
      const { box, cell, x, y } = arrangement[side];
      const [cx, cy] = [x + (patch.column + 0.5) * cell, y + (patch.row + 0.5) * cell];
      const inside =
        cx > box.x + cell && cy > box.y + cell && cx < box.x + box.width - cell && cy < box.y + box.height - cell;
      if (!inside) {
        const [row, column] = side === "input" ? [patch.row, patch.column] : this.#middle(patch.row, patch.column);
        this.#page.change({ ...patch, zoom: { ...zoom, row, column } }, group);
        return;
      }
    }
    this.#page.change(patch, group);
  }

  /** The input cell in the middle of an output's window. */
  #middle(row: number, column: number): [number, number] {
    const { model } = this.#page;
    if (!model) return [0, 0];
    const on = (axis: Model["rows"], at: number) => {
      const start = axis.start[Math.min(at, axis.output - 1)] as number;
      return Math.min(
        axis.input - 1,
        Math.max(0, start + Math.floor(((axis.valid[at] as number) > 0 ? (axis.span ?? 1) : 1) / 2)),
      );
    };
    return [on(model.rows, row), on(model.columns, column)];
  }

  turnTo(side: State["side"]): void {
    const { model, state } = this.#page;
    if (!model || state.side === side) return;
    if (side === "input") {
      const [row, column] = this.#middle(state.row, state.column);
      this.#follow({ side, row, column });
      return;
    }
    const nearest = (axis: Model["rows"], at: number) => {
      let best = 0;
      for (let output = 0; output < axis.output; output++) {
        if ((axis.start[output] as number) + (axis.span ?? 1) / 2 <= at + 0.5) best = output;
      }
      return best;
    };
    this.#follow({ side, row: nearest(model.rows, state.row), column: nearest(model.columns, state.column) });
  }

  zoomBy(factor: number): void {
    const { state, model } = this.#page;
    if (!model) return;
    const [row, column] = state.side === "input" ? [state.row, state.column] : this.#middle(state.row, state.column);
    const now = this.cell;
    let cell = now * factor;
    cell = cell >= 6 ? Math.round(cell) : Math.round(cell * 2) / 2 || 0.5;
    if (now < NUMBER_CELL && cell >= NUMBER_CELL) cell = Math.max(cell, 24);
    this.#zoomTo(cell, row, column);
  }

  /** Smaller than the whole picture there is nothing to see. */
  #zoomTo(cell: number, row: number, column: number, group?: string): void {
    const { model } = this.#page;
    const whole = !model || cell <= this.#page.stage.fit(model);
    this.#page.change({ zoom: whole ? undefined : { cell: Math.min(72, cell), row, column } }, group);
  }

  zoomAt(event: { clientX: number; clientY: number }, factor: number, group: string): void {
    const { arrangement } = this.#page.stage;
    const under = this.#page.stage.at(event);
    if (!arrangement || !under || under.side !== "input" || under.panel !== arrangement.input) {
      this.zoomBy(factor);
      return;
    }
    const { panel } = under;
    const cell = Math.min(72, this.cell * factor);
    const { box } = panel;
    const corner = this.#page.stage.element.querySelector("#overlay")?.getBoundingClientRect() as DOMRect;
    const [px, py] = [event.clientX - corner.x, event.clientY - corner.y];
    const column = (px - panel.x) / panel.cell - (px - box.x - box.width / 2) / cell - 0.5;
    const row = (py - panel.y) / panel.cell - (py - box.y - box.height / 2) / cell - 0.5;
    this.#zoomTo(cell, row, column, group);
  }

  /** The pointer is on a cell of a lens, or no longer. */
  point(pointed: Model["pointed"]): void {
    if (pointed || this.pointed) this.#page.redraw();
    this.pointed = pointed;
  }

  hover(event: PointerEvent): void {
    const under = this.#page.stage.at(event);
    // The lens follows the cursor: a cursor that followed a pointer in it would run away.
    const pointed = under?.panel.role === "lens" ? under : undefined;
    this.point(pointed);
    if (this.pinned || this.playing || !under || pointed) return;
    const { side, row, column } = under;
    if (side !== this.#page.state.side || row !== this.#page.state.row || column !== this.#page.state.column)
      this.#page.update({ side, row, column });
  }

  /** Puts the cursor on a cell that was clicked or tapped. The first click pins it there, the next one frees it. */
  select(event: PointerEvent): void {
    const { state, stage } = this.#page;
    this.play(false);
    const under = stage.at(event);
    if (!under) return;
    const { side, row, column } = under;
    const here = side === state.side && row === state.row && column === state.column;
    // A mouse has been on the cell before it clicks; the first tap of a finger only goes there.
    if (event.pointerType === "touch") this.pinned = here && !this.pinned;
    else this.pinned = !(this.pinned && here);
    this.#page.change({ side, row, column });
  }
}
