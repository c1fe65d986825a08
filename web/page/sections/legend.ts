import { html, nothing, svg, type TemplateResult } from "lit/html.js";
import { isAdaptive, isMean } from "../../figure/code.js";
import { type Model, paddingSymbol, unread } from "../../figure/model.js";
import { diamond, hatch } from "../../figure/scene.js";
import { icon } from "../icons.js";
import type { Texts } from "../texts/index.js";

const box = (stroke: string, dash: string) =>
  svg`<rect x="2" y="2" width="12" height="12" fill="none" stroke="var(--${stroke})" stroke-width="1.5" stroke-linecap="round" stroke-dasharray=${dash}></rect>`;
const NEVER = hatch({ x: 1, y: 1, width: 14, height: 14 }, 4);

/** What the figure's marks mean: those that are in it, no others. */
export function legend(model: Model, texts: Texts): TemplateResult {
  const { rows, columns, layer } = model;
  const pads = !isAdaptive(layer) && [rows, columns].some(({ padBefore, padAfter }) => padBefore + padAfter > 0);
  const marks: [boolean, TemplateResult<2>, string][] = [
    [
      true,
      svg`${box("window", "none")}<circle cx="8" cy="8" r="2" fill="var(--window)"></circle>`,
      texts.legend_window,
    ],
    [
      !isMean(layer) && model.indices !== undefined,
      svg`<path d=${diamond(8, 8, 6)} fill="var(--winner)"></path>`,
      texts.legend_winner,
    ],
    [pads, box("soft", "3 3"), `${texts.legend_padding} ${paddingSymbol(layer)}`],
    [rows.overhang + columns.overhang > 0, box("ink", "0.1 3"), texts.legend_overhang],
    [
      unread(rows).length + unread(columns).length > 0,
      svg`<path d=${NEVER} stroke="var(--ink)"></path>`,
      texts.legend_unread,
    ],
  ];
  return html`${marks.map(([there, mark, text]) => (there ? html`<span class="sign">${icon(mark)} ${text}</span>` : nothing))}`;
}
