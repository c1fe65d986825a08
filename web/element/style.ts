import { MEDIUM } from "../figure/arrange.js";
import { FONT } from "../figure/svg.js";

/** The line of code and what stands under the figure: their rooms do not depend on what they say. */
export const WORDS_HEIGHT = { narrow: 22 + 67, medium: 22 + 45 };

/** The element's style sheet, adopted, so that a content security policy need not allow it. */
const STYLE = `
:host {
  display: block;
  min-height: 0;
  contain: content;
  container-type: inline-size;
}
:host([hidden]) { display: none; }
.hold { display: flex; flex-direction: column; height: 100%; writing-mode: horizontal-tb; }
.paper {
  position: relative;
  display: flex;
  flex: 1 1 auto;
  flex-direction: column;
  min-height: 0;
  color: var(--ink, inherit);
  background-color: var(--paper, transparent);
  padding: var(--pool-space, 0);
  --foot: 67px;
}
@container (min-width: ${MEDIUM}px) { .paper { --foot: 45px; } }
p { margin: 0; }
.code, .figure, .foot {
  font: 14px/1.6 ${FONT};
  font-variant-numeric: tabular-nums;
  direction: ltr;
  text-align: left;
  text-transform: none;
  text-indent: 0;
  letter-spacing: normal;
  white-space: normal;
}
.code, .sentence {
  font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere;
}
.code { min-height: 1.6em; }
.foot { height: var(--foot); overflow: auto; }
.error { color: var(--lost, #b84a00); }
.error:not(:empty) + .sentence { display: none; }
.figure { flex: 1 1 0; min-height: 0; overflow: clip; overflow-clip-margin: 16px; touch-action: pan-y; }
.figure:focus-visible { outline: 2px solid var(--window, #0072b2); outline-offset: 3px; }
.figure.stale { opacity: 0.4; filter: grayscale(1); }
.fallback { position: absolute; inset: 0 0 var(--foot); overflow: auto; }
.fallback ~ .code { visibility: hidden; }
.sheet { position: relative; margin: 0 auto; }
@media (forced-colors: active) {
  .figure { forced-color-adjust: none; background-color: var(--paper); }
}
.frame { position: absolute; overflow: hidden; }
.frame canvas { position: absolute; image-rendering: pixelated; }
.frame .small { image-rendering: auto; }
#overlay { position: absolute; left: 0; top: 0; pointer-events: none; }
.live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

/** A constructed style sheet serves the roots of one document only. */
const sheets = new WeakMap<Document, CSSStyleSheet>();

/** Gives a shadow root its style, in whatever document it is now. */
export function adoptStyle(root: ShadowRoot): void {
  const { ownerDocument } = root;
  // A document without a window is shown to nobody.
  const { CSSStyleSheet } = ownerDocument.defaultView ?? {};
  if (!CSSStyleSheet) return;
  let sheet = sheets.get(ownerDocument);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    // jsdom has no such method, and nothing to style.
    sheet.replaceSync?.(STYLE);
    sheets.set(ownerDocument, sheet);
  }
  root.adoptedStyleSheets = [sheet];
}
