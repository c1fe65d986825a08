import { html, type TemplateResult } from "lit/html.js";
import { writeGrid } from "../../element/pictures.js";
import { type Layer, print } from "../../figure/code.js";
import { say } from "../../figure/texts/index.js";
import { icons } from "../icons.js";
import { isOwn, type State } from "../state.js";
import type { Texts } from "../texts/index.js";

const quote = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const attributes = (list: [string, string | undefined][]): string =>
  list.map(([name, value]) => (value === undefined ? "" : ` ${name}="${quote(value)}"`)).join("");

/** The tag that puts this figure into any page. `picture` is a sample's address, which stands in for one's own. */
export function tag(state: State, picture: string): string {
  const { grid, side, theme } = state;
  return `<pool-view${attributes([
    ["code", print(state.layer)],
    ["src", state.image === "numbers" ? undefined : picture],
    ["input", state.image === "numbers" ? writeGrid(grid) : undefined],
    ["at", side === "output" && !isOwn(state) ? `${state.row},${state.column}` : undefined],
    ["lang", state.language],
    ["theme", theme === "auto" ? undefined : theme],
  ])}></pool-view>`;
}

/** A frame that shows this page's figure alone. */
export const frame = (layer: Layer, address: string, height: number): string =>
  `<iframe${attributes([
    ["src", address],
    ["title", print(layer)],
    ["width", "100%"],
    ["height", String(height)],
    ["loading", "lazy"],
    ["allow", "clipboard-write"],
  ])}></iframe>`;

export interface Shared {
  link: string;
  tag: string;
  frame: string;
  /** The picture is the reader's own: links and tags show another in its place. */
  own: boolean;
  /** Why nothing could be copied. */
  trouble: string;
  busy: boolean;
}

export interface ShareActs {
  copy(event: Event, text: string): void;
  copySvg(event: Event): void;
  saveSvg(): void;
  savePng(): void;
  animate(): void;
  close(): void;
}

/** What one may take along: a link, a tag, a frame, and the figure itself. */
export const share = (shared: Shared, texts: Texts, acts: ShareActs): TemplateResult => {
  const row = (name: string, text: string) =>
    html`<div><dt>${name}</dt><dd><code translate="no">${text}</code>
      <button class="copy" aria-label="${texts.copy_code}: ${name}" title=${texts.copy_code} @click=${(event: Event) => acts.copy(event, text)}>${icons.copy}</button></dd></div>`;
  return html`<header><h2 id="share-title">${texts.share_title}</h2>
      <button aria-label=${texts.close} title=${texts.close} @click=${acts.close}>${icons.close}</button></header>
    ${shared.own ? html`<p class="soft">${texts.share_own}</p>` : ""}
    <dl class="rows">${row(texts.share_link, shared.link)}${row("HTML", shared.tag)}${row("iframe", shared.frame)}
      <div><dt>${texts.figure}</dt><dd class="group">
        <button @click=${acts.copySvg}>${texts.copy_svg}</button>
        <button @click=${acts.saveSvg}>${texts.save_svg}</button>
        <button @click=${acts.savePng}>${texts.save}</button>
        <button aria-disabled=${shared.busy} @click=${acts.animate}>${texts.animation}</button>
      </dd></div></dl>
    <p role="alert">${shared.trouble}</p>
    <p class="soft">${say(texts.share_help, { module: 'import "poolscope/element"' })}</p>`;
};
