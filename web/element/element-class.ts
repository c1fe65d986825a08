/**
 * `poolscope/element-class`: the class behind `<pool-view>`, without registering it.
 *
 *   <pool-view code="nn.MaxPool2d(3, stride=2)" src="picture.png" at="1,1">what to show until it is ready</pool-view>
 */
import { MEDIUM, roomFor } from "../figure/arrange.js";
import { CodeError, className, parse, print } from "../figure/code.js";
import { digits } from "../figure/digits.js";
import { shapeOf } from "../figure/figure.js";
import { plain, sentence } from "../figure/formula.js";
import type { Cursor, Model, Plane } from "../figure/model.js";
import type { Side } from "../figure/scene.js";
import { type Language, say, WORDS } from "../figure/texts/index.js";
import { THEMES, type Theme, type ThemeName } from "../figure/theme.js";
import { loadPooling } from "../module/index.js";
import { compute, type Pooling } from "./compute.js";
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

/** Rows and columns of an `input`. */
function sizeOf(input: string): [number, number] {
  const own = readGrid(input);
  if (own) return [own.values.length / own.width, own.width];
  const [, rows = 8, columns = 9] = /^(\d+)\s*[x×,]\s*(\d+)$/.exec(input)?.map(Number) ?? [];
  const inside = (size: number) => Math.min(512, Math.max(1, size));
  return [inside(rows), inside(columns)];
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

let sheet: CSSStyleSheet | undefined;
function style(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  return sheet;
}

/**
 * A living figure of one pooling layer. Attributes are the interface, each with a property of the same name:
 *
 * - `code`: the layer, as PyTorch, ONNX, Keras or this package writes it;
 * - `src`: a picture's address; without it, `input="8x9"` gives a grid of digits, and `input="2:1,2,3,4"` these numbers;
 * - `at`: the output cell, "row,column";
 * - `lang`: "en" or "zh"; the nearest `lang` around the element counts too;
 * - `theme`: "light" or "dark"; absent, the system's.
 *
 * Events, bubbling and composed: `poolchange` (PoolChange) and `poolcursor` (PoolCursor).
 * Parts: `code`, `figure`, `sentence`, `error`, `live`. Custom properties: --pool-paper, --pool-ink, --pool-soft,
 * --pool-line, --pool-window, --pool-winner, --pool-lost, --pool-low, --pool-high, --pool-space.
 */
export class PoolView extends Base {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;

  private model: Model | undefined;
  private picture: { key: string; plane: Plane } | undefined;
  /** Why the picture asked for last cannot be had; it is not asked for again. */
  private trouble: { key: string; foreign: boolean } | undefined;
  private stage: Stage | undefined;
  private pooling: Pooling | undefined;
  private side: Side = "output";
  private seen: IntersectionObserver | undefined;
  private sized: ResizeObserver | undefined;
  private scheme: MediaQueryList | undefined;
  private asked = false;
  private awake = false;
  private readonly refresh = () => this.ask();
  private width = 0;
  private paper!: HTMLElement;
  /** Of no height: what is measured must not change by what is made of it. */
  private ruler!: HTMLElement;
  private fallback!: HTMLElement;
  private parts: Record<"code" | "figure" | "sentence" | "error" | "live", HTMLElement> | undefined;

  /** The layer, as PyTorch, ONNX, Keras or this package writes it. Default: `nn.MaxPool2d(kernel_size=3, stride=2)`. */
  get code(): string {
    return this.getAttribute("code") ?? DEFAULT_CODE;
  }
  set code(value: string) {
    this.reflect("code", value);
  }

  /** A picture's address; null shows a grid of digits. */
  get src(): string | null {
    return this.getAttribute("src");
  }
  set src(value: string | null) {
    this.reflect("src", value);
  }

  /** The output cell under the cursor, "row,column". Default: "0,0". */
  get at(): string {
    return this.getAttribute("at") ?? "0,0";
  }
  set at(value: string) {
    this.reflect("at", value);
  }

  /** The numbers where there is no picture: "rows x columns" of digits, or "columns:value,value,…". Default: "8x9". */
  get input(): string {
    return this.getAttribute("input") ?? "8x9";
  }
  set input(value: string) {
    this.reflect("input", value);
  }

  /** null follows the system's. */
  get theme(): ThemeName | null {
    const value = this.getAttribute("theme");
    return value === "light" || value === "dark" ? value : null;
  }
  set theme(value: ThemeName | null) {
    this.reflect("theme", value);
  }

  /** Frameworks take a property back by undefined or null. */
  private reflect(name: string, value: string | null | undefined): void {
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
    if (!this.shadowRoot) this.build();
    this.seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.seen?.disconnect();
      void this.wake();
    });
    this.seen.observe(this);
    this.sized = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) {
        const { width, height } = contentRect;
        if (target === this.ruler) {
          this.width = width;
          this.reserve();
        } else if (this.stage?.resize(width, height)) this.ask();
      }
    });
    this.sized.observe(this.ruler);
    measure(this.ruler, (width) => {
      this.width = width;
      this.reserve();
    });
    if (this.parts) this.sized.observe(this.parts.figure);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", this.refresh);
  }

  disconnectedCallback(): void {
    this.seen?.disconnect();
    this.sized?.disconnect();
    this.scheme?.removeEventListener("change", this.refresh);
    this.awake = false;
  }

  attributeChangedCallback(name: string): void {
    if (name === "at") this.side = "output";
    this.reserve();
    this.ask();
  }

  /**
   * Keeps the height free that a figure of this width and this kind of input gets, before there is one: what it turns out to be is
   * fitted into it, so nothing around it ever moves. An author's own height or aspect ratio of the element comes first.
   */
  private reserve(): void {
    if (!this.width) return;
    const words = this.width < MEDIUM ? WORDS_HEIGHT.narrow : WORDS_HEIGHT.medium;
    const [rows, columns] = this.src === null ? sizeOf(this.input) : [];
    const room = roomFor(this.width, rows && columns ? { rows, columns } : undefined);
    this.paper.style.height = `${room + words}px`;
  }

  private build(): void {
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [style()];
    this.paper = document.createElement("div");
    const make = (tag: string, name: string) => {
      const element = document.createElement(tag);
      element.setAttribute("part", name);
      element.className = name;
      return element;
    };
    const hold = make("div", "hold");
    this.ruler = make("div", "ruler");
    this.fallback = make("div", "fallback");
    const foot = make("div", "foot");
    for (const inside of [hold, this.ruler, this.fallback, foot]) inside.removeAttribute("part");
    const figure = make("div", "figure");
    figure.tabIndex = 0;
    figure.setAttribute("role", "application");
    const live = make("p", "live");
    live.setAttribute("role", "status");
    this.parts = { code: make("p", "code"), figure, sentence: make("p", "sentence"), error: make("p", "error"), live };
    this.parts.error.setAttribute("role", "alert");
    this.fallback.append(document.createElement("slot"));
    this.paper.className = "paper";
    foot.append(this.parts.error, this.parts.sentence);
    this.paper.append(this.fallback, this.parts.code, figure, foot, live);
    hold.append(this.ruler, this.paper);
    root.append(hold);
    try {
      // As many lines as it will have.
      this.parts.code.textContent = print(parse(this.code));
    } catch {
      // It is refused when it is drawn.
    }
    this.stage = new Stage(figure);
    figure.addEventListener("pointermove", (event) => this.point(event));
    figure.addEventListener("pointerdown", (event) => this.point(event));
    figure.addEventListener("keydown", (event) => this.key(event));
  }

  private async wake(): Promise<void> {
    this.awake = true;
    try {
      this.pooling ??= (await loadPooling()) as unknown as Pooling;
    } catch (error) {
      // The light DOM stays: whatever the author put there is the figure now.
      this.fail(error as Error);
      return;
    }
    await this.load();
    this.ask();
  }

  private async load(): Promise<void> {
    const { src, input } = this;
    const key = src ?? `digits ${input}`;
    if (this.trouble?.key === key) return;
    this.trouble = undefined;
    if (this.picture?.key === key) return;
    const own = src === null ? readGrid(input) : undefined;
    if (own) {
      this.picture = { key, plane: fromGrid(own) };
      return;
    }
    if (src === null) {
      this.picture = { key, plane: digits(...sizeOf(input)) };
      return;
    }
    try {
      const plane = await fromAddress(new URL(src, this.baseURI).href);
      // A later src may have overtaken this one.
      if (this.src === src) this.picture = { key, plane };
    } catch (error) {
      // What is no address at all is no picture either.
      const foreign = error instanceof PictureError && error.trouble === "foreign";
      if (this.src === src) this.trouble = { key, foreign };
    }
  }

  /** Why there is no picture, in the language of now. */
  private get complaint(): string {
    if (!this.trouble) return "";
    const { foreignPicture, badPicture } = WORDS[this.language];
    return say(this.trouble.foreign ? foreignPicture : badPicture, { address: this.trouble.key });
  }

  private fail(error: Error): void {
    if (!this.parts) return;
    this.parts.error.textContent = error.message;
    this.setAttribute("data-state", "error");
  }

  private ask(): void {
    if (this.asked || !this.awake) return;
    this.asked = true;
    requestAnimationFrame(async () => {
      this.asked = false;
      if (!this.awake || !this.pooling) return;
      await this.load();
      this.render();
    });
  }

  private get language(): Language {
    const around = this.closest("[lang]")?.getAttribute("lang") ?? "";
    return around.toLowerCase().startsWith("zh") ? "zh" : "en";
  }

  private currentTheme(): Theme {
    const name = this.theme ?? (this.scheme?.matches ? "dark" : "light");
    const theme: Record<string, string> = { ...THEMES[name] };
    const own = getComputedStyle(this);
    for (const role of Object.keys(theme)) {
      const value = own.getPropertyValue(`--pool-${role}`).trim();
      if (value) theme[role] = value;
    }
    return theme as unknown as Theme;
  }

  private cursor(model: Model): Cursor {
    const [row = 0, column = 0] = this.at.split(",").map((part) => Math.max(0, Math.trunc(Number(part)) || 0));
    const plane = model[this.side];
    return {
      side: this.side,
      row: Math.min(row, plane.height - 1),
      column: Math.min(column, plane.width - 1),
      channel: 0,
    };
  }

  private render(): void {
    const { pooling, picture, stage, parts } = this;
    if (!picture && this.trouble) this.fail(new Error(this.complaint));
    if (!pooling || !picture || !stage || !parts) return;
    const before = this.model;
    try {
      const layer = parse(this.code);
      if (!before || before.input !== picture.plane || print(before.layer) !== print(layer)) {
        this.model = compute(pooling, layer, picture.plane);
      }
      parts.error.textContent = this.complaint;
      parts.figure.classList.remove("stale");
    } catch (error) {
      if (!(error instanceof CodeError) && (error as Error).name !== "PoolingError") throw error;
      parts.error.textContent = (error as Error).message;
      parts.figure.classList.toggle("stale", before !== undefined);
    }
    const theme = this.currentTheme();
    for (const [role, colour] of Object.entries(theme)) this.paper.style.setProperty(`--${role}`, colour as string);
    const { model } = this;
    if (!model) {
      this.setAttribute("data-state", "error");
      return;
    }
    const words = WORDS[this.language];
    model.cursor = this.cursor(model);
    stage.draw(model, undefined, theme, words);
    this.fallback.remove();
    const text = plain(sentence(model, words));
    parts.code.textContent = print(model.layer);
    parts.sentence.textContent = text;
    parts.figure.setAttribute(
      "aria-label",
      say(words.title, {
        code: className(model.layer.name),
        input: shapeOf(model.input),
        output: shapeOf(model.output),
      }),
    );
    this.setAttribute("data-state", "ready");
    if (model !== before) {
      const { input, output } = model;
      const detail: PoolChange = {
        code: print(model.layer),
        inputShape: [input.channels, input.height, input.width],
        outputShape: [output.channels, output.height, output.width],
      };
      this.dispatchEvent(new CustomEvent("poolchange", { detail, bubbles: true, composed: true }));
    }
  }

  private go(side: Side, row: number, column: number): void {
    const { model } = this;
    if (!model) return;
    const plane = model[side];
    const inside = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
    const [y, x] = [inside(row, plane.height), inside(column, plane.width)];
    if (side === this.side && `${y},${x}` === this.at) return;
    this.at = `${y},${x}`;
    this.side = side; // an author's `at` is a cell of the output
    const cursor = { side, row: y, column: x, channel: 0 };
    const text = plain(sentence({ ...model, cursor }, WORDS[this.language]));
    if (this.parts) this.parts.live.textContent = text;
    const detail: PoolCursor = { side, row: y, column: x, sentence: text };
    this.dispatchEvent(new CustomEvent("poolcursor", { detail, bubbles: true, composed: true }));
    this.ask();
  }

  private point(event: PointerEvent): void {
    const under = this.stage?.at(event);
    if (under && under.panel.role !== "lens") this.go(under.side, under.row, under.column);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.model) return;
    // Two keys within one frame count from each other, not from what was drawn last.
    const { side, row, column } = this.cursor(this.model);
    const step = event.shiftKey ? 8 : 1;
    const moves: Record<string, () => void> = {
      ArrowUp: () => this.go(side, row - step, column),
      ArrowDown: () => this.go(side, row + step, column),
      ArrowLeft: () => this.go(side, row, column - step),
      ArrowRight: () => this.go(side, row, column + step),
      i: () => this.go("input", row, column),
      o: () => this.go("output", row, column),
    };
    const move = moves[event.key] ?? moves[event.key.toLowerCase()];
    if (!move) return;
    event.preventDefault();
    move();
  }
}
