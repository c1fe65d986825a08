import { html, type TemplateResult } from "lit/html.js";
import type { Layer } from "../../figure/code.js";
import type { InputSize } from "../../figure/frameworks/framework.js";
import { translations } from "../../figure/frameworks/translations.js";
import { icons } from "../icons.js";
import type { Texts } from "../texts/index.js";

/** The same layer in PyTorch, ONNX, Keras and this module, to copy. */
export const elsewhere = (
  layer: Layer,
  /** Rows and columns of the input. */
  size: InputSize,
  texts: Texts,
  copy: (event: Event, text: string) => void,
): TemplateResult => html`
  <h2>${texts.elsewhere}</h2>
  <dl class="rows">${translations(layer, size).map(
    ({ framework, code, note }) =>
      html`<div><dt>${framework}</dt><dd>${
        code
          ? html`<code translate="no">${code}</code> <button class="copy" aria-label="${texts.copy_code}: ${framework}" title=${texts.copy_code} @click=${(event: Event) => copy(event, code)}>${icons.copy}</button>`
          : ""
      }${note ? html`<span class="soft">${texts[note]}</span>` : ""}</dd></div>`,
  )}</dl>`;
