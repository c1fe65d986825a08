import { html, svg as part, type TemplateResult } from "lit/html.js";

export const icon = (drawing: TemplateResult<2>): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">${drawing}</svg>`;
const line = (path: string) =>
  icon(
    part`<path d=${path} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"></path>`,
  );
const solid = (path: string) => icon(part`<path d=${path} fill="currentColor"></path>`);

/** The few signs the page uses, drawn: fonts do not agree on them. */
export const icons = {
  copy: line("M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3"),
  paste: line("M5.5 3.5h-2v10h9v-10h-2M6 2.5h4v2.5h-4z"),
  link: line("M6.5 9.5l3-3M7 4.5l1.6-1.6a3 3 0 0 1 4.3 4.3L11.2 8.8M9 11.5l-1.6 1.6a3 3 0 0 1-4.3-4.3L4.8 7.2"),
  undo: line("M6 3L3 6l3 3M3.5 6h6a3.5 3.5 0 0 1 0 7H6"),
  redo: line("M10 3l3 3-3 3M12.5 6h-6a3.5 3.5 0 0 0 0 7H10"),
  previous: solid("M11.5 2.8v10.4L4 8z"),
  next: solid("M4.5 2.8v10.4L12 8z"),
  play: solid("M4.2 2.2v11.6l9.3-5.8z"),
  pause: solid("M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z"),
  plus: line("M8 3v10M3 8h10"),
  minus: line("M3 8h10"),
  share: line("M8 10V2.5M5 5l3-3 3 3M3 8.5v5h10v-5"),
  close: line("M3.5 3.5l9 9M12.5 3.5l-9 9"),
  auto: icon(
    part`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5"></circle><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"></path>`,
  ),
  light: icon(part`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5"></circle>`),
  dark: icon(part`<circle cx="8" cy="8" r="6.5" fill="currentColor"></circle>`),
};
