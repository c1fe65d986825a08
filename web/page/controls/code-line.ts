/** The line of code as a control panel: every number a spin button, every switch a switch, the class a menu. */

import { html, nothing, type TemplateResult } from "lit/html.js";
import {
  allParameters,
  callee,
  className,
  DEFAULTS,
  LAYER_NAMES,
  LAYERS,
  type Layer,
  type LayerName,
  type Parameter,
  pieces,
  type Token,
  tokens,
} from "../../figure/code.js";
import { withTyped } from "../../figure/read.js";
import type { Texts } from "../texts/index.js";

export interface CodeLineHost {
  readonly texts: Texts;
  layer(): Layer;
  /** Takes another layer; changes of one group are undone as one. */
  change(layer: Layer, group?: string): void;
  refuse(message: string): void;
  /** Says which arguments a class does not take. */
  tellDropped(name: string, settings: string): void;
  redraw(): void;
}

type Turnable = Extract<Token, { parameter: Parameter }>;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The number a token stands for; null for None and words. */
function current(layer: Layer, { parameter, part }: Turnable): number | null {
  const value = parameter.key === "stride" && layer.stride === null ? layer.kernelSize : layer[parameter.key];
  const one = Array.isArray(value) ? value[part] : value;
  return typeof one === "number" ? one : null;
}

function withNumber(layer: Layer, { parameter, part }: Turnable, value: number): Layer {
  const old = parameter.key === "stride" && layer.stride === null ? layer.kernelSize : layer[parameter.key];
  if (!Array.isArray(old)) return { ...layer, [parameter.key]: value };
  return { ...layer, [parameter.key]: old.map((one, at) => (at === part ? value : one)) };
}

/**
 * The layer as another class has it: arguments that were given and that the class does not take in PyTorch are dropped. A kernel
 * stays for the next class that has one.
 */
export function withClass(layer: Layer, name: LayerName): { layer: Layer; dropped: string[] } {
  const taken = LAYERS[name].positional;
  const lost = allParameters(layer.name).filter(
    (entry) => entry.optional && !taken.includes(entry) && layer[entry.key] !== DEFAULTS[entry.key],
  );
  const defaults = Object.fromEntries(lost.map(({ key }) => [key, DEFAULTS[key]]));
  return { layer: { ...layer, ...defaults, name }, dropped: lost.map((entry) => entry.name) };
}

const PIXELS_A_STEP = 9;

export class CodeLine {
  #editing: string | undefined;
  #menuOpen = false;
  #drag: { id: string; x: number; from: number; moved: boolean } | undefined;
  /** Counts drags and held keys: each is undone as one change. */
  #gestures = 0;

  readonly #host: CodeLineHost;

  constructor(host: CodeLineHost) {
    this.#host = host;
  }

  #id = ({ parameter, part }: Turnable): string => `${parameter.key}-${part}`;

  #element(id: string): HTMLElement | null {
    return document.querySelector(`#code [data-id="${id}"]`);
  }

  #step(token: Turnable, by: number, group?: string): void {
    const layer = this.#host.layer();
    const { minimum, maximum } = token.parameter;
    const value = current(layer, token);
    if (value === null && typeof layer[token.parameter.key] === "string") {
      this.#host.change({ ...layer, [token.parameter.key]: 0 });
      return;
    }
    let next = clamp((value ?? 0) + by, minimum, maximum);
    // A divisor of zero is the one number between two good ones.
    if (token.parameter.kind === "count" && next === 0) next = clamp(by > 0 ? 1 : -1, minimum, maximum);
    this.#host.change(withNumber(layer, token, next), group);
  }

  /** A pair becomes one number, one number its default. */
  #reset(token: Turnable): void {
    const { key, optional } = token.parameter;
    const layer = this.#host.layer();
    const one = current(layer, token);
    if (token.part >= 0) this.#host.change(one === null ? layer : { ...layer, [key]: one });
    else if (optional) this.#host.change({ ...layer, [key]: DEFAULTS[key] });
    this.#host.redraw();
    this.#focus(token);
  }

  #split(token: Turnable): void {
    const { kind, key } = token.parameter;
    const layer = this.#host.layer();
    const value = current(layer, token);
    if (token.part >= 0 || value === null || !["size", "padding", "target"].includes(kind)) return;
    this.#host.change({ ...layer, [key]: [value, value] });
    this.#host.redraw();
    this.#element(`${key}-1`)?.focus();
  }

  #edit(token: Turnable, typed?: string): void {
    const id = this.#id(token);
    this.#editing = id;
    // At once: the next key must already find the field.
    this.#host.redraw();
    const input = this.#element(id);
    if (!(input instanceof HTMLInputElement)) return;
    if (typed !== undefined) input.value = typed;
    input.focus();
    if (typed === undefined) input.select();
  }

  #commit(token: Turnable, text: string, focus: boolean): void {
    if (this.#editing !== this.#id(token)) return;
    this.#editing = undefined;
    try {
      const layer = this.#host.layer();
      const whole = withTyped(layer, token.parameter, text);
      const value = whole[token.parameter.key];
      const old = layer[token.parameter.key];
      // In parentheses it is the whole of it.
      if (token.part >= 0 && !text.includes("(") && typeof value === "number" && Array.isArray(old))
        this.#host.change(withNumber(layer, token, value));
      else this.#host.change(whole);
    } catch (error) {
      this.#host.refuse((error as Error).message);
    }
    this.#host.redraw();
    if (focus) this.#focus(token);
  }

  /** One number may have become a pair, or a pair one number. */
  #focus(token: Turnable): void {
    const { key } = token.parameter;
    const ids = [this.#id(token), `${key}-0`, `${key}--1`];
    const found = ids.map((id) => this.#element(id)).find((element) => element !== null);
    found?.focus();
  }

  /** Closes the field without taking what stands in it. */
  leave(): void {
    this.#editing = undefined;
  }

  #key(token: Turnable, event: KeyboardEvent): void {
    const big = event.shiftKey ? 5 : 1;
    if (!event.repeat) this.#gestures++;
    const group = `key ${this.#gestures}`;
    const { minimum, maximum } = token.parameter;
    const act = (): boolean => {
      switch (event.key) {
        case "ArrowUp":
        case "ArrowRight":
          this.#step(token, big, group);
          return true;
        case "ArrowDown":
        case "ArrowLeft":
          this.#step(token, -big, group);
          return true;
        case "PageUp":
          this.#step(token, 10, group);
          return true;
        case "PageDown":
          this.#step(token, -10, group);
          return true;
        case "Home":
          this.#host.change(withNumber(this.#host.layer(), token, minimum));
          return true;
        case "End":
          this.#host.change(withNumber(this.#host.layer(), token, maximum));
          return true;
        case "Enter":
        case "F2":
          this.#edit(token);
          return true;
        case "Delete":
        case "Backspace":
          this.#reset(token);
          return true;
        case ",":
          this.#split(token);
          return true;
        default:
          if (/^[\d(\-"'NS]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
            this.#edit(token, event.key);
            return true;
          }
          return false;
      }
    };
    if (act()) event.preventDefault();
  }

  #down(token: Turnable, event: PointerEvent): void {
    if (event.button !== 0) return;
    const target = event.currentTarget as HTMLElement;
    target.setPointerCapture(event.pointerId);
    this.#gestures++;
    this.#drag = { id: this.#id(token), x: event.clientX, from: current(this.#host.layer(), token) ?? 0, moved: false };
  }

  #move(token: Turnable, event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag || drag.id !== this.#id(token)) return;
    const steps = Math.trunc((event.clientX - drag.x) / PIXELS_A_STEP);
    if (steps === 0 && !drag.moved) return;
    drag.moved = true;
    const { minimum, maximum } = token.parameter;
    const next = clamp(drag.from + steps, minimum, maximum);
    if (next === current(this.#host.layer(), token)) return;
    this.#host.change(withNumber(this.#host.layer(), token, next), `drag ${this.#gestures}`);
  }

  #up(token: Turnable, event: PointerEvent): void {
    const drag = this.#drag;
    this.#drag = undefined;
    if (!drag || drag.id !== this.#id(token)) return;
    (event.currentTarget as HTMLElement).focus();
    if (!drag.moved) this.#edit(token);
  }

  #turnable(layer: Layer, token: Turnable): TemplateResult {
    const { parameter, part, text, implied } = token;
    const id = this.#id(token);
    const side = part < 0 ? "" : part % 2 === 0 ? `, ${this.#host.texts.row}` : `, ${this.#host.texts.column}`;
    const label = `${parameter.name}${side}`;
    if (parameter.kind === "switch") {
      const on = layer[parameter.key] === true;
      return html`<button class="switch${implied ? " implied" : ""}" role="switch" aria-checked=${on} aria-label=${label} data-id=${id} @click=${() => this.#host.change({ ...layer, [parameter.key]: !on })}>${text}</button>`;
    }
    if (this.#editing === id) {
      return html`<input class="spin editing" data-id=${id} aria-label=${label} autocomplete="off" autocapitalize="off" spellcheck="false" size=${Math.max(2, text.length)} .value=${text}
        @keydown=${(event: KeyboardEvent) => {
          const input = event.currentTarget as HTMLInputElement;
          if (event.key === "Enter") this.#commit(token, input.value, true);
          else if (event.key === "Escape") this.#commit(token, text, true);
          else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
            event.preventDefault();
            this.#commit(token, input.value, true);
            this.#step(token, event.key === "ArrowUp" ? 1 : -1);
          }
        }}
        @blur=${(event: Event) => this.#commit(token, (event.currentTarget as HTMLInputElement).value, false)}>`;
    }
    const value = current(layer, token);
    return html`<span class="spin${implied ? " implied" : ""}" role="spinbutton" tabindex="0" data-id=${id} aria-label=${label} aria-valuemin=${parameter.minimum} aria-valuemax=${parameter.maximum} aria-valuenow=${value ?? nothing} aria-valuetext=${text}
      @keydown=${(event: KeyboardEvent) => this.#key(token, event)}
      @wheel=${{
        handleEvent: (event: WheelEvent) => {
          if (document.activeElement !== event.currentTarget) return;
          event.preventDefault();
          this.#step(token, event.deltaY < 0 ? 1 : -1, `wheel ${this.#id(token)}`);
        },
        passive: false,
      }}
      @pointerdown=${(event: PointerEvent) => this.#down(token, event)}
      @pointermove=${(event: PointerEvent) => this.#move(token, event)}
      @pointerup=${(event: PointerEvent) => this.#up(token, event)}
      @pointercancel=${() => {
        this.#drag = undefined;
      }}>${text}</span>`;
  }

  #choose(name: LayerName): void {
    this.#menuOpen = false;
    const { layer, dropped } = withClass(this.#host.layer(), name);
    this.#host.change(layer);
    if (dropped.length > 0) this.#host.tellDropped(className(name), dropped.join(", "));
    this.#host.redraw();
    document.querySelector<HTMLElement>("#code .class-name")?.focus();
  }

  #openMenu(open: boolean): void {
    this.#menuOpen = open;
    this.#host.redraw();
    if (!open) return;
    document.querySelector<HTMLElement>('#layers [aria-checked="true"]')?.focus();
    const close = (event: Event) => {
      if (event.target instanceof Element && event.target.closest("#layers, .class-name")) return;
      document.removeEventListener("pointerdown", close);
      if (this.#menuOpen) this.#openMenu(false);
    };
    document.addEventListener("pointerdown", close);
  }

  #menuKey(event: KeyboardEvent): void {
    const items = [...document.querySelectorAll<HTMLElement>("#layers [role=menuitemradio]")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const go = (to: number) => {
      event.preventDefault();
      items[(to + items.length) % items.length]?.focus();
    };
    if (event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(-1);
    else if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      this.#openMenu(false);
      document.querySelector<HTMLElement>("#code .class-name")?.focus();
    }
  }

  /** The line itself: its text is exactly the code. */
  line(): TemplateResult {
    const layer = this.#host.layer();
    return html`<button class="class-name" aria-haspopup="menu" aria-expanded=${this.#menuOpen} aria-label="${callee(layer)}, ${this.#host.texts.layer_label}" @click=${() => this.#openMenu(!this.#menuOpen)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          event.preventDefault();
          this.#openMenu(true);
        }
      }}>${callee(layer)}</button>${pieces(tokens(layer)).map(
        ({ before, name, token }) =>
          html`<span class="mark">${before}</span>${
            token
              ? html`<span class="argument"><span class="mark">${name}</span>${this.#turnable(layer, token)}</span>`
              : nothing
          }`,
      )}`;
  }

  menu(): TemplateResult | typeof nothing {
    if (!this.#menuOpen) return nothing;
    const chosen = this.#host.layer().name;
    return html`<ul id="layers" role="menu" aria-label=${this.#host.texts.layer_label} @keydown=${(event: KeyboardEvent) => this.#menuKey(event)}>${LAYER_NAMES.map(
      (name) =>
        html`<li role="none"><button role="menuitemradio" aria-checked=${name === chosen} tabindex="-1" @click=${() => this.#choose(name)}>${className(name)}</button></li>`,
    )}</ul>`;
  }
}
