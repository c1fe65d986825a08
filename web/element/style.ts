/** The element's style sheet, adopted, so that it needs no leave from a content security policy. */
export const STYLE = `
:host {
  display: block;
  contain: content;
  container-type: inline-size;
  font: 14px/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  font-variant-numeric: tabular-nums;
}
:host([hidden]) { display: none; }
.paper { color: var(--ink, inherit); background: var(--paper, transparent); padding: var(--pool-space, 0); }
p { margin: 0; }
.code, .sentence {
  font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere;
  min-height: 1.6em;
}
.error { color: var(--lost, #b84a00); }
.error:empty { display: none; }
.figure { touch-action: pan-y; min-height: 225cqw; }
@container (min-width: 520px) { .figure { min-height: 100cqw; } }
@container (min-width: 1150px) { .figure { min-height: 452px; } }
:host([data-state]) .figure { min-height: 0; }
.figure:focus-visible { outline: 2px solid var(--window, #0072b2); outline-offset: 3px; }
.figure.stale { opacity: 0.4; filter: grayscale(1); }
.sheet { position: relative; margin: 0 auto; }
.frame { position: absolute; overflow: hidden; }
.frame canvas { position: absolute; image-rendering: pixelated; }
.frame .small { image-rendering: auto; }
#overlay { position: absolute; left: 0; top: 0; pointer-events: none; }
.live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
