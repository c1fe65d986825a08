/** The shadow tree of one element: its parts, and how a figure and its words are shown in them. */
import { callee, print } from "../figure/code.js";
import { shapeOf } from "../figure/figure.js";
import { plain, sentence } from "../figure/formula.js";
import type { Model } from "../figure/model.js";
import { say, type Words } from "../figure/texts/index.js";
import { THEMES, type Theme, type ThemeName } from "../figure/theme.js";
import { Stage } from "./stage.js";
import { adoptStyle } from "./style.js";

/** The colours of a theme under the element's own `--pool-*`; what is no colour counts as absent. */
function themeOf(element: Element, name: ThemeName): Theme {
  const theme: Record<string, string> = { ...THEMES[name] };
  const own = getComputedStyle(element);
  for (const role of Object.keys(theme)) {
    const value = own.getPropertyValue(`--pool-${role}`).trim();
    if (value && globalThis.CSS?.supports?.("color", value) !== false) theme[role] = value;
  }
  return theme as unknown as Theme;
}

/** The shadow root of the element's own, or one that the page's HTML brought; undefined for one that a script made and closed. */
export function rootOf(element: HTMLElement, internals: ElementInternals | undefined): ShadowRoot | null | undefined {
  try {
    return element.shadowRoot ?? element.attachShadow({ mode: "open", delegatesFocus: true });
  } catch {
    return internals?.shadowRoot;
  }
}

export class FigureView {
  readonly stage: Stage;
  /** Of no height: what is measured must not change by what is made of it. */
  readonly ruler: HTMLElement;
  readonly #paper: HTMLElement;
  readonly #fallback: HTMLElement;
  readonly #parts: Record<"code" | "figure" | "sentence" | "error" | "live", HTMLElement>;
  #told = "";

  constructor(
    readonly host: HTMLElement,
    readonly root: ShadowRoot,
  ) {
    adoptStyle(root);
    const make = (name: string, tag = "div") => {
      const element = host.ownerDocument.createElement(tag);
      element.className = name;
      return element;
    };
    const part = (name: string, tag: string, role?: string) => {
      const element = make(name, tag);
      element.setAttribute("part", name);
      if (role) element.setAttribute("role", role);
      return element;
    };
    const code = part("code", "p");
    const figure = part("figure", "div", "application");
    const error = part("error", "p", "alert");
    const sentence = part("sentence", "p");
    const live = part("live", "p", "status");
    this.#parts = { code, figure, sentence, error, live };
    figure.tabIndex = 0;
    this.ruler = make("ruler");
    this.#paper = make("paper");
    this.#fallback = make("fallback");
    this.#fallback.append(host.ownerDocument.createElement("slot"));
    const foot = make("foot");
    foot.append(error, sentence);
    this.#paper.append(this.#fallback, code, figure, foot, live);
    const hold = make("hold");
    hold.append(this.ruler, this.#paper);
    root.replaceChildren(hold);
    this.stage = new Stage(figure);
  }

  /** Takes the pointers, the keys and the size. */
  get figure(): HTMLElement {
    return this.#parts.figure;
  }

  set height(value: number) {
    this.#paper.style.height = `${value}px`;
  }

  /** The line above the figure, as many lines of text as it will have. */
  set code(line: string) {
    this.#parts.code.textContent = line;
  }

  /** The sentence about what is refused, empty when nothing is; a figure that is `stale` is another layer's. */
  refuse(message: string, stale: boolean): void {
    const { error, figure } = this.#parts;
    // An alert is spoken at every change.
    if (error.textContent !== message) error.textContent = message;
    figure.classList.toggle("stale", stale);
  }

  /** Says the sentence of a model to those who do not see the figure. @returns the sentence */
  tell(model: Model, words: Words): string {
    const text = plain(sentence(model, words));
    this.#parts.live.textContent = text;
    return text;
  }

  draw(model: Model, name: ThemeName, words: Words): void {
    const theme = themeOf(this.host, name);
    for (const [role, colour] of Object.entries(theme)) this.#paper.style.setProperty(`--${role}`, colour as string);
    // The test environments of Node have no pictures.
    if (globalThis.ImageData) this.stage.draw(model, undefined, theme, words);
    this.#fallback.remove();
    this.code = print(model.layer);
    const { layer, input, output } = model;
    const label = say(words.title, {
      code: callee(layer),
      input: shapeOf(input),
      output: shapeOf(output),
    });
    if (label !== this.#told) this.figure.setAttribute("aria-label", label);
    this.#told = label;
    this.#parts.sentence.textContent = plain(sentence(model, words));
  }
}
