/** Mouse, fingers and wheel over the figure. */
import type { Zoom } from "../../figure/arrange.js";
import type { Moving, Page } from "../controllers/cursor.js";

/** A finger or a mouse that has gone so far has not tapped. */
const TAP = 5;

export function listenToPointers(page: Page, moving: Moving): void {
  const { element } = page.stage;
  let pressed: { x: number; y: number } | undefined;
  /** Counts the presses: what one drag or pinch changes is undone as one. */
  let presses = 0;
  const fingers = new Map<number, { x: number; y: number }>();
  let pan: ({ x: number; y: number } & Zoom) | undefined;
  let pinch: { apart: number; cell: number } | undefined;
  const apart = () => {
    const [one, other] = [...fingers.values()];
    return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  };
  for (const kind of ["pointerup", "pointercancel", "pointerleave"] as const) {
    element.addEventListener(kind, ({ pointerId }) => {
      fingers.delete(pointerId);
      pinch = undefined;
      // The browser scrolls.
      if (kind === "pointercancel") {
        pan = undefined;
        pressed = undefined;
      }
    });
  }
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    presses++;
    if (event.pointerType === "touch") fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) {
      pan = undefined;
      pressed = undefined;
      pinch = { apart: apart(), cell: moving.cell };
      return;
    }
    pressed = { x: event.clientX, y: event.clientY };
    const { zoom } = page.state;
    if (!zoom) return;
    pan = { x: event.clientX, y: event.clientY, ...zoom };
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pinch) {
      const now = moving.cell;
      moving.zoomAt(event, (pinch.cell * apart()) / pinch.apart / now, `pinch ${presses}`);
      return;
    }
    if (pan) {
      const [dx, dy] = [event.clientX - pan.x, event.clientY - pan.y];
      if (Math.hypot(dx, dy) > 4) {
        const zoom = { cell: pan.cell, row: pan.row - dy / pan.cell, column: pan.column - dx / pan.cell };
        page.change({ zoom }, `pan ${presses}`);
      }
      return;
    }
    // A finger that moves may be about to scroll; what it means is known when it is lifted.
    if (event.pointerType !== "touch") moving.hover(event);
  });
  element.addEventListener("pointerup", (event) => {
    pan = undefined;
    const from = pressed;
    pressed = undefined;
    if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) <= TAP) moving.select(event);
  });
  element.addEventListener("pointerleave", () => moving.point(undefined));
  element.addEventListener(
    "wheel",
    (event) => {
      // A wheel scrolls the page, also after a click, until somebody has zoomed in.
      const inside = page.state.zoom !== undefined && document.activeElement === element;
      if (!event.ctrlKey && !event.metaKey && !inside) return;
      event.preventDefault();
      moving.zoomAt(event, event.deltaY < 0 ? 1.25 : 0.8, "wheel");
    },
    { passive: false },
  );
  element.addEventListener("dblclick", (event) => {
    const under = page.stage.at(event);
    if (under?.side === "input" && under.panel.role === "grid") page.edit(under.row, under.column);
  });
}
