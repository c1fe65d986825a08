/** Mouse, fingers and wheel over the figure. */
import type { Zoom } from "../../figure/arrange.js";
import type { Moving, Page } from "./moving.js";

export function listenToPointers(page: Page, moving: Moving): void {
  const { element } = page.stage;
  let pressed: { x: number; y: number; row: number; column: number; side: string } | undefined;
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
      if (kind === "pointercancel") pan = undefined;
    });
  }
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (event.pointerType === "touch") fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) {
      pan = undefined;
      pressed = undefined;
      pinch = { apart: apart(), cell: moving.cell };
      return;
    }
    const { state } = page;
    pressed = { x: event.clientX, y: event.clientY, row: state.row, column: state.column, side: state.side };
    if (state.zoom) {
      pan = { x: event.clientX, y: event.clientY, ...state.zoom };
      element.setPointerCapture(event.pointerId);
    } else if (event.pointerType !== "mouse") moving.hover(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pinch) {
      const now = moving.cell;
      moving.zoomAt(event, (pinch.cell * apart()) / pinch.apart / now);
      return;
    }
    if (pan) {
      const [dx, dy] = [event.clientX - pan.x, event.clientY - pan.y];
      if (Math.hypot(dx, dy) > 4) {
        page.change({ zoom: { cell: pan.cell, row: pan.row - dy / pan.cell, column: pan.column - dx / pan.cell } });
      }
      return;
    }
    moving.hover(event);
  });
  element.addEventListener("pointerup", (event) => {
    pan = undefined;
    if (!pressed || Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > 5) return;
    const under = page.stage.at(event);
    if (!under) return;
    const here = under.side === page.state.side && under.row === page.state.row && under.column === page.state.column;
    const { side, row, column } = under;
    if (event.pointerType === "mouse") {
      moving.pinned = !(moving.pinned && here);
      page.change({ side, row, column });
    } else {
      const again = here && pressed.row === row && pressed.column === column && pressed.side === side;
      moving.pinned = again ? !moving.pinned : false;
      page.change({ side, row, column });
    }
  });
  element.addEventListener("pointerleave", () => moving.point(undefined));
  element.addEventListener(
    "wheel",
    (event) => {
      // A wheel scrolls the page, also after a click, until somebody has zoomed in.
      const inside = page.state.zoom !== undefined && document.activeElement === element;
      if (!event.ctrlKey && !event.metaKey && !inside) return;
      event.preventDefault();
      moving.zoomAt(event, event.deltaY < 0 ? 1.25 : 0.8);
    },
    { passive: false },
  );
  element.addEventListener("dblclick", (event) => {
    const under = page.stage.at(event);
    if (under?.side === "input" && under.panel.role === "grid") page.edit(under.row, under.column);
  });
}
