import { html, type TemplateResult } from "lit/html.js";
import { PRESET_NAMES, PRESETS } from "../presets.js";
import { encode } from "../state.js";
import type { Texts } from "../texts/index.js";

/** Cases to try, each one a link. */
export const presets = (texts: Texts): TemplateResult => html`<h2>${texts.presets}</h2>
  <ul class="presets">${PRESET_NAMES.map(
    (name) =>
      html`<li><a href="#${encode(PRESETS[name])}"><strong>${texts[`preset_${name}`]}</strong><span>${texts[`story_${name}`]}</span></a></li>`,
  )}</ul>`;
