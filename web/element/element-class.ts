/**
 * `poolscope/element-class`: the class behind `<pool-view>`, without registering it.
 *
 *   <pool-view code="nn.MaxPool2d(3, stride=2)" src="picture.png" at="1,1">what to show until it is ready</pool-view>
 */
import { MEDIUM, roomFor } from "../figure/arrange.js";
import { callee, print } from "../figure/code.js";
import { compute, type Pooling } from "../figure/compute.js";
import { digits, MOST_CELLS } from "../figure/digits.js";
import { shapeOf } from "../figure/figure.js";
import { plain, sentence } from "../figure/formula.js";
import type { Cursor, Model, Plane } from "../figure/model.js";
import { CodeError, explain, parse } from "../figure/read.js";
import type { Side } from "../figure/scene.js";
import { type Language, say, WORDS } from "../figure/texts/index.js";
import { THEMES, type Theme, type ThemeName } from "../figure/theme.js";
import { show } from "../module/errors.js";
import { loadMethods } from "../module/start.js";
import { fromAddress, fromGrid, PictureError, readGrid } from "./pictures.js";
import { Stage } from "./stage.js";
import { STYLE, WORDS_HEIGHT } from "./style.js";

/** What `poolchange` carries: the layer as a line of code, and both shapes. */
export interface PoolChange {
  /** The layer, in full. */
  code: string;
  /** Channels, rows, columns. */
  inputShape: readonly [number, number, number];
  /** Channels, rows, columns. */
  outputShape: readonly [number, number, number];
}

/** What `poolcursor` carries: the cell under the cursor and its sentence. */
export interface PoolCursor {
  /** Whether the cell is the input's or the output's. */
  side: Side;
  /** Of the cell, from 0. */
  row: number;
  /** Of the cell, from 0. */
  column: number;
  /** What is said of it, in the element's language. */
  sentence: string;
}

// Importing must work where there is no DOM: server-side rendering, Node, workers.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const ATTRIBUTES = ["code", "src", "at", "input", "lang", "theme"] as const;
const DEFAULT_CODE = "nn.MaxPool2d(kernel_size=3, stride=2)";
const DEFAULT_INPUT = "8x9";

interface GridSize {
  rows: number;
  columns: number;
}

/** Rows and columns of an `input`; undefined where it is none. */
function sizeOf(input: string): GridSize | undefined {
  const own = readGrid(input);
  if (own) return { rows: own.values.length / own.width, columns: own.width };
  const [, rows = 0, columns = 0] = /^(\d+)\s*[x×,]\s*(\d+)$/.exec(input.trim())?.map(Number) ?? [];
  return rows * columns > 0 && Math.max(rows, columns) <= MOST_CELLS ? { rows, columns } : undefined;
}

/** The cursor on the cell of a side that is nearest to this one. */
function nearest(model: Model, side: Side, row: number, column: number): Cursor {
  const { height, width } = model[side];
  const inside = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  return { side, row: inside(row, height), column: inside(column, width), channel: 0 };
}

/** Who waits for a width, and what is done with it. */
let waiting: [Element, (width: number) => void][] = [];

/** Before anything is painted, and for all elements of one script with one layout: first every width is read, then they are used. */
function measure(element: Element, use: (width: number) => void): void {
  if (waiting.push([element, use]) > 1) return;
  queueMicrotask(() => {
    const now = waiting;
    waiting = [];
    const widths = now.map(([one]) => one.clientWidth);
    for (const [at, [, then]] of now.entries()) then(widths[at] as number);
  });
}

/** What the connected elements do when a `lang` around them changes, and the one observer that tells them. */
const followers = new Set<() => void>();
let languages: MutationObserver | undefined;

let sheet: CSSStyleSheet | undefined;
function style(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    // jsdom has no such method, and nothing to style.
    sheet.replaceSync?.(STYLE);
  }
  return sheet;
}

/**
 * A living figure of one pooling layer. Attributes are the interface, each with a property of the same name:
 *
 * - `code`: the layer, as PyTorch, ONNX, Keras or this package writes it;
 * - `src`: a picture's address; without it, `input="8x9"` gives a grid of digits, and `input="2:1,2,3,4"` these numbers;
 * - `at`: the output cell, "row,column";
 * - `lang`: "en" or "zh"; the nearest `lang` around the element counts too, and is followed when it changes;
 * - `theme`: "light" or "dark"; absent, the system's.
 *
 * What cannot be used is said in the part `error`, and the last figure stays. A shadow root that the page's HTML brought is
 * emptied and used.
 *
 * Events, bubbling and composed: `poolchange` (PoolChange) and `poolcursor` (PoolCursor).
 * Parts: `code`, `figure`, `sentence`, `error`, `live`. Custom properties: --pool-paper, --pool-ink, --pool-soft,
 * --pool-line, --pool-window, --pool-winner, --pool-lost, --pool-low, --pool-high, --pool-space.
 */
export class PoolView extends Base {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;

  #model: Model | undefined;
  #picture: { key: string; plane: Plane } | undefined;
  /** Why the picture asked for last cannot be had; it is not asked for again. */
  #trouble: { key: string; foreign: boolean } | undefined;
  /** The last `input` that is one, and what was read last: every drawing asks. */
  #input = { text: DEFAULT_INPUT, size: sizeOf(DEFAULT_INPUT) as GridSize };
  #read: { text: string; size: GridSize | undefined } = this.#input;
  #stage!: Stage;
  #pooling: Pooling | undefined;
  #side: Side = "output";
  #seen: IntersectionObserver | undefined;
  #sized: ResizeObserver | undefined;
  #scheme: MediaQueryList | undefined;
  #asked = false;
  #awake = false;
  readonly #refresh = () => this.#ask();
  #width = 0;
  #paper!: HTMLElement;
  /** Of no height: what is measured must not change by what is made of it. */
  #ruler!: HTMLElement;
  #fallback!: HTMLElement;
  #parts!: Record<"code" | "figure" | "sentence" | "error" | "live", HTMLElement>;

  /** The layer, as PyTorch, ONNX, Keras or this package writes it. Default: `nn.MaxPool2d(kernel_size=3, stride=2)`. */
  get code(): string {
    return this.getAttribute("code") ?? DEFAULT_CODE;
  }
  set code(value: string) {
    this.#reflect("code", value);
  }

  /** A picture's address; null shows a grid of digits. */
  get src(): string | null {
    return this.getAttribute("src");
  }
  set src(value: string | null) {
    this.#reflect("src", value);
  }

  /** The output cell under the cursor, "row,column". Default: "0,0". */
  get at(): string {
    return this.getAttribute("at") ?? "0,0";
  }
  set at(value: string) {
    this.#reflect("at", value);
  }

  /** The numbers where there is no picture: "rows x columns" of digits, or "columns:value,value,…". Default: "8x9". */
  get input(): string {
    return this.getAttribute("input") ?? DEFAULT_INPUT;
  }
  set input(value: string) {
    this.#reflect("input", value);
  }

  /** null follows the system's. */
  get theme(): ThemeName | null {
    const value = this.getAttribute("theme");
    return value === "light" || value === "dark" ? value : null;
  }
  set theme(value: ThemeName | null) {
    this.#reflect("theme", value);
  }

  /** Frameworks take a property back by undefined or null. */
  #reflect(name: string, value: string | null | undefined): void {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  connectedCallback(): void {
    // Properties set before the class was known hide the accessors until they are set again.
    for (const name of ATTRIBUTES) {
      if (name === "lang" || !Object.hasOwn(this, name)) continue;
      const own = this as unknown as Record<string, unknown>;
      const value = own[name];
      delete own[name];
      own[name] = value;
    }
    if (!this.#parts) this.#build();
    // A closed shadow root that a script made is not this element's to have.
    if (!this.#parts) return;
    // The test environments of Node have no observers, no media queries and no pictures.
    if (globalThis.IntersectionObserver) {
      this.#seen = new IntersectionObserver((entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        this.#seen?.disconnect();
        void this.#wake();
      });
      this.#seen.observe(this);
    } else void this.#wake();
    const measured = (width: number) => {
      this.#width = width;
      this.#reserve();
    };
    if (globalThis.ResizeObserver) {
      this.#sized = new ResizeObserver((entries) => {
        for (const { target, contentRect } of entries) {
          const { width, height } = contentRect;
          if (target === this.#ruler) measured(width);
          else if (this.#stage.resize(width, height)) this.#ask();
        }
      });
      this.#sized.observe(this.#ruler);
      this.#sized.observe(this.#parts.figure);
    }
    measure(this.#ruler, measured);
    this.#scheme = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
    this.#scheme?.addEventListener("change", this.#refresh);
    languages ??= new MutationObserver(() => {
      for (const refresh of followers) refresh();
    });
    languages.observe(document, { attributeFilter: ["lang"], subtree: true });
    followers.add(this.#refresh);
  }

  disconnectedCallback(): void {
    this.#seen?.disconnect();
    this.#sized?.disconnect();
    this.#scheme?.removeEventListener("change", this.#refresh);
    followers.delete(this.#refresh);
    if (!followers.size) languages?.disconnect();
    this.#awake = false;
  }

  attributeChangedCallback(name: string): void {
    if (name === "at") this.#side = "output";
    this.#reserve();
    this.#ask();
  }

  /**
   * Keeps the height free that a figure of this width and this kind of input gets, before there is one: what it turns out to be is
   * fitted into it, so nothing around it ever moves. An author's own height or aspect ratio of the element comes first.
   */
  #reserve(): void {
    if (!this.#width) return;
    const words = this.#width < MEDIUM ? WORDS_HEIGHT.narrow : WORDS_HEIGHT.medium;
    const room = roomFor(this.#width, this.src === null ? this.#size() : undefined);
    this.#paper.style.height = `${room + words}px`;
  }

  /** The size that `input` has, read once; undefined where it is none. */
  #asks(): GridSize | undefined {
    const { input } = this;
    if (input !== this.#read.text) {
      const size = sizeOf(input);
      this.#read = { text: input, size };
      if (size) this.#input = { text: input, size };
    }
    return this.#read.size;
  }

  /** Of the last `input` that is one. */
  #size(): GridSize {
    return this.#asks() ?? this.#input.size;
  }

  #build(): void {
    let { shadowRoot: root } = this;
    try {
      root ??= this.attachShadow({ mode: "open", delegatesFocus: true });
    } catch {
      // The page's HTML brought a closed one.
      root = this.attachInternals().shadowRoot;
    }
    if (!root) return;
    root.adoptedStyleSheets = [style()];
    const make = (name: string, tag = "div") => {
      const element = document.createElement(tag);
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
    this.#ruler = make("ruler");
    this.#paper = make("paper");
    this.#fallback = make("fallback");
    this.#fallback.append(document.createElement("slot"));
    const foot = make("foot");
    foot.append(error, sentence);
    this.#paper.append(this.#fallback, code, figure, foot, live);
    const hold = make("hold");
    hold.append(this.#ruler, this.#paper);
    root.replaceChildren(hold);
    try {
      // As many lines as it will have.
      code.textContent = print(parse(this.code));
    } catch {
      // It is refused when it is drawn.
    }
    this.#stage = new Stage(figure);
    figure.addEventListener("pointermove", (event) => this.#point(event));
    figure.addEventListener("pointerdown", (event) => this.#point(event));
    figure.addEventListener("keydown", (event) => this.#key(event));
  }

  async #wake(): Promise<void> {
    this.#awake = true;
    try {
      this.#pooling ??= (await loadMethods()) as unknown as Pooling;
    } catch (error) {
      // The light DOM stays: whatever the author put there is the figure now.
      this.#fail((error as Error).message);
      return;
    }
    await this.#load();
    this.#ask();
  }

  async #load(): Promise<void> {
    const { src } = this;
    const { rows, columns } = this.#size();
    const key = src ?? `digits ${this.#input.text}`;
    if (this.#trouble?.key === key) return;
    this.#trouble = undefined;
    if (this.#picture?.key === key) return;
    if (src === null) {
      const own = readGrid(this.#input.text);
      this.#picture = { key, plane: own ? fromGrid(own) : digits(rows, columns) };
      return;
    }
    try {
      const plane = await fromAddress(new URL(src, this.baseURI).href);
      // A later src may have overtaken this one.
      if (this.src === src) this.#picture = { key, plane };
    } catch (error) {
      // What is no address at all is no picture either.
      const foreign = error instanceof PictureError && error.trouble === "foreign";
      if (this.src === src) this.#trouble = { key, foreign };
    }
  }

  /** Why what was asked for is not shown, in the language of now. */
  get #complaint(): string {
    const { foreignPicture, badPicture, badInput } = WORDS[this.#language];
    const { src, input } = this;
    if (src === null) return this.#asks() ? "" : say(badInput, { address: show(input), most: MOST_CELLS });
    if (!this.#trouble) return "";
    return say(this.#trouble.foreign ? foreignPicture : badPicture, { address: this.#trouble.key });
  }

  #fail(message: string): void {
    this.#parts.error.textContent = message;
    this.setAttribute("data-state", "error");
  }

  #ask(): void {
    if (this.#asked || !this.#awake) return;
    this.#asked = true;
    requestAnimationFrame(async () => {
      this.#asked = false;
      if (!this.#awake || !this.#pooling) return;
      await this.#load();
      this.#render();
    });
  }

  get #language(): Language {
    return this.matches(":lang(zh)") ? "zh" : "en";
  }

  #currentTheme(): Theme {
    const name = this.theme ?? (this.#scheme?.matches ? "dark" : "light");
    const theme: Record<string, string> = { ...THEMES[name] };
    const own = getComputedStyle(this);
    for (const role of Object.keys(theme)) {
      const value = own.getPropertyValue(`--pool-${role}`).trim();
      if (value) theme[role] = value;
    }
    return theme as unknown as Theme;
  }

  #cursor(model: Model): Cursor {
    const [row = 0, column = 0] = this.at.split(",").map((part) => Math.trunc(Number(part)) || 0);
    return nearest(model, this.#side, row, column);
  }

  #render(): void {
    const pooling = this.#pooling;
    const picture = this.#picture;
    const parts = this.#parts;
    if (!picture && this.#trouble) this.#fail(this.#complaint);
    if (!pooling || !picture) return;
    const before = this.#model;
    try {
      const layer = parse(this.code);
      if (!before || before.input !== picture.plane || print(before.layer) !== print(layer)) {
        this.#model = compute(pooling, layer, picture.plane);
      }
      parts.error.textContent = this.#complaint;
      parts.figure.classList.remove("stale");
    } catch (error) {
      if (!(error instanceof CodeError) && (error as Error).name !== "PoolingError") throw error;
      parts.error.textContent =
        error instanceof CodeError ? explain(error, WORDS[this.#language]) : (error as Error).message;
      parts.figure.classList.toggle("stale", before !== undefined);
    }
    const theme = this.#currentTheme();
    for (const [role, colour] of Object.entries(theme)) this.#paper.style.setProperty(`--${role}`, colour as string);
    const model = this.#model;
    if (!model) {
      this.setAttribute("data-state", "error");
      return;
    }
    const words = WORDS[this.#language];
    model.cursor = this.#cursor(model);
    if (globalThis.ImageData) this.#stage.draw(model, undefined, theme, words);
    this.#fallback.remove();
    const text = plain(sentence(model, words));
    parts.code.textContent = print(model.layer);
    parts.sentence.textContent = text;
    parts.figure.setAttribute(
      "aria-label",
      say(words.title, {
        code: callee(model.layer),
        input: shapeOf(model.input),
        output: shapeOf(model.output),
      }),
    );
    this.setAttribute("data-state", "ready");
    if (model !== before) {
      const shape = ({ channels, height, width }: Plane) => [channels, height, width] as const;
      const { layer, input, output } = model;
      const detail: PoolChange = { code: print(layer), inputShape: shape(input), outputShape: shape(output) };
      this.dispatchEvent(new CustomEvent("poolchange", { detail, bubbles: true, composed: true }));
    }
  }

  #go(side: Side, row: number, column: number): void {
    const model = this.#model;
    if (!model) return;
    const cursor = nearest(model, side, row, column);
    const at = `${cursor.row},${cursor.column}`;
    if (side === this.#side && at === this.at) return;
    this.at = at;
    this.#side = side; // an author's `at` is a cell of the output
    const text = plain(sentence({ ...model, cursor }, WORDS[this.#language]));
    this.#parts.live.textContent = text;
    const detail: PoolCursor = { side, row: cursor.row, column: cursor.column, sentence: text };
    this.dispatchEvent(new CustomEvent("poolcursor", { detail, bubbles: true, composed: true }));
    this.#ask();
  }

  #point(event: PointerEvent): void {
    const under = this.#stage.at(event);
    if (under && under.panel.role !== "lens") this.#go(under.side, under.row, under.column);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#model) return;
    // Two keys within one frame count from each other, not from what was drawn last.
    const { side, row, column } = this.#cursor(this.#model);
    const step = event.shiftKey ? 8 : 1;
    const moves: Record<string, [Side, number, number]> = {
      arrowup: [side, row - step, column],
      arrowdown: [side, row + step, column],
      arrowleft: [side, row, column - step],
      arrowright: [side, row, column + step],
      i: ["input", row, column],
      o: ["output", row, column],
    };
    const move = moves[event.key.toLowerCase()];
    if (!move) return;
    event.preventDefault();
    this.#go(...move);
  }
}
