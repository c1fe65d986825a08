import { html, type TemplateResult } from "lit";
import { type Layer, print } from "../../figure/code.js";
import { translations } from "../../figure/translate.js";
import { icons } from "../icons.js";
import type { Texts } from "../texts/index.js";

const quote = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** The tag that puts this figure into any page. */
const tag = (layer: Layer): string => `<pool-view code="${quote(print(layer))}"></pool-view>`;

/** The same layer in PyTorch, ONNX, Keras, this module and as a tag, to copy. */
export const elsewhere = (
  layer: Layer,
  texts: Texts,
  copy: (event: Event, text: string) => void,
): TemplateResult => html`
  <h2>${texts.elsewhere}</h2>
  <dl class="elsewhere">${[...translations(layer), { framework: "HTML", code: tag(layer), note: undefined }].map(
    ({ framework, code, note }) =>
      html`<div><dt>${framework}</dt><dd>${
        code
          ? html`<code translate="no">${code}</code> <button aria-label="${texts.copy_code}: ${framework}" @click=${(event: Event) => copy(event, code)}>${icons.copy}</button>`
          : ""
      }${note ? html`<span class="soft">${texts[note]}</span>` : ""}</dd></div>`,
  )}</dl>`;
