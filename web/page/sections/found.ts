import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Layer } from "../../figure/code.js";
import { say } from "../../figure/texts/index.js";
import { icons } from "../icons.js";
import type { Texts } from "../texts/index.js";

/** A pooling layer of a pasted text; without `layer` it cannot be drawn. */
export interface Choice {
  layer?: Layer;
  /** Its call, on one line. */
  text: string;
  /** What the text calls it, where it has a name there. */
  label: string;
  line: number;
}

/** Moves the focus among the layers and takes the one it comes to, as radio buttons do. */
function onKey(event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const target = event.target as HTMLElement;
  if (by === undefined || target.role !== "radio") return;
  event.preventDefault();
  const radios = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[aria-disabled=false]")];
  const next = radios[(radios.indexOf(target) + by + radios.length) % radios.length];
  next?.focus();
  next?.click();
}

/** The pooling layers of a pasted model, one of which is shown. */
export function found(
  choices: readonly Choice[],
  current: Layer,
  texts: Texts,
  choose: (layer: Layer) => void,
  close: () => void,
): TemplateResult | typeof nothing {
  if (choices.length < 2) return nothing;
  const shown = choices.findIndex(({ layer }) => layer === current);
  const first = choices.findIndex(({ layer }) => layer);
  return html`<header><h2 id="found-title">${say(texts.found_layers, { count: choices.length })}</h2>
      <button aria-label=${texts.close} title=${texts.close} @click=${close}>${icons.close}</button></header>
    <div class="choices" role="radiogroup" aria-labelledby="found-title" @keydown=${onKey}>${choices.map(
      ({ layer, text, label, line }, at) =>
        html`<button role="radio" aria-checked=${at === shown} aria-disabled=${!layer} tabindex=${at === (shown < 0 ? first : shown) ? 0 : -1}
          @click=${() => layer && choose(layer)}><code translate="no">${text}</code> <span class="soft">${label ? html`<span translate="no">${label}</span>, ` : ""}${say(texts.found_line, { line })}</span></button>`,
    )}</div>`;
}
