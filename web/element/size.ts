/** The width of an element, and the height it keeps free before there is a figure. */
import { MEDIUM, roomFor } from "../figure/arrange.js";
import type { GridSize } from "./input.js";
import { WORDS_HEIGHT } from "./style.js";

/** Elements that wait for their width, and what is done with it. */
let waiting: [Element, (width: number) => void][] = [];

/** Before anything is painted, and for all elements of one script with one layout: first every width is read, then they are used. */
export function measure(element: Element, use: (width: number) => void): void {
  if (waiting.push([element, use]) > 1) return;
  queueMicrotask(() => {
    const now = waiting;
    waiting = [];
    const widths = now.map(([one]) => one.clientWidth);
    for (const [at, [, then]] of now.entries()) then(widths[at] as number);
  });
}

const windowOf = (element: Element): typeof globalThis => element.ownerDocument.defaultView ?? globalThis;

/** Calls `use` with the size of an element whenever it changes. @returns a function that ends it */
export function watchSize(element: Element, use: (width: number, height: number) => void): () => void {
  const { ResizeObserver } = windowOf(element);
  // The test environments of Node have no observers.
  if (!ResizeObserver) return () => {};
  const observer = new ResizeObserver((entries) => {
    for (const { contentRect } of entries) use(contentRect.width, contentRect.height);
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** Calls `wake` once the element is seen. @returns a function that ends it */
export function watchSight(element: Element, wake: () => void): () => void {
  const { IntersectionObserver } = windowOf(element);
  if (!IntersectionObserver) {
    wake();
    return () => {};
  }
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    wake();
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** The height in CSS pixels of a figure of this width with its words; `grid` is absent for a picture. */
export function heightFor(width: number, grid: GridSize | undefined): number {
  const words = width < MEDIUM ? WORDS_HEIGHT.narrow : WORDS_HEIGHT.medium;
  return roomFor(width, grid) + words;
}
