/** What every key does in the figure; the page lists them under `keys_body`. */
import { NUMBER_CELL } from "../../figure/scene.js";
import type { Moving, Page } from "../controllers/cursor.js";

export function press(event: KeyboardEvent, page: Page, moving: Moving): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { state, model } = page;
  if (!model) return;
  const jump = event.shiftKey
    ? state.side === "input"
      ? [model.rows.stride ?? 1, model.columns.stride ?? 1]
      : [8, 8]
    : [1, 1];
  const [down, right] = jump as [number, number];
  const plane = model[state.side];
  const acts: Record<string, () => void> = {
    ArrowUp: () => moving.move(-down, 0),
    ArrowDown: () => moving.move(down, 0),
    ArrowLeft: () => moving.move(0, -right),
    ArrowRight: () => moving.move(0, right),
    Home: () => moving.move(0, -plane.width),
    End: () => moving.move(0, plane.width),
    PageUp: () => moving.move(-plane.height, 0),
    PageDown: () => moving.move(plane.height, 0),
    " ": () => moving.play(!moving.playing),
    Enter: () => moving.pin(true),
    Escape: () => moving.pin(false),
    "[": () => moving.turn(1 / 1.5),
    "]": () => moving.turn(1.5),
    i: () => moving.turnTo("input"),
    o: () => moving.turnTo("output"),
    c: () => page.change({ channel: (state.channel + 1) % model.input.channels }),
    "+": () => moving.zoomBy(1.5),
    "=": () => moving.zoomBy(1.5),
    "-": () => moving.zoomBy(1 / 1.5),
    b: () => page.change({ look: state.look === "forward" ? "gradient" : "forward" }),
    e: () => state.side === "input" && page.edit(state.row, state.column),
  };
  let act = acts[event.key] ?? acts[event.key.toLowerCase()];
  const near = (page.stage.arrangement?.input.cell ?? 0) >= NUMBER_CELL;
  // A minus begins a number where there can be one below zero; elsewhere it zooms.
  const digits = state.image === "numbers" ? /^[\d.-]$/ : /^[\d.]$/;
  if (digits.test(event.key) && state.side === "input" && near && !model.back)
    act = () => page.edit(state.row, state.column, event.key);
  else if (event.key === "0") act = () => page.change({ zoom: undefined });
  else if (event.key === "?") {
    act = () => {
      const keys = document.querySelector<HTMLDetailsElement>("#notes details:last-of-type");
      if (!keys) return;
      keys.open = true;
      keys.querySelector("summary")?.focus();
    };
  }
  if (!act) return;
  event.preventDefault();
  act();
}
