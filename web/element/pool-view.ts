import { type Layer, print } from "../figure/code.js";
import { compute, type Pooling } from "../figure/compute.js";
import { explain } from "../figure/frameworks/explain.js";
import { CodeError } from "../figure/frameworks/parse.js";
import { readLine, readOwnLine } from "../figure/line.js";
import type { Cursor, Model, Plane } from "../figure/model.js";
import type { Side } from "../figure/scene.js";
import { WORDS, type Words } from "../figure/texts/index.js";
import type { ThemeName } from "../figure/theme.js";
import type { ImageLike, Tensor } from "../module/index.js";
import { loadMethods } from "../module/start.js";
import { type Cell, CursorPlace, listenToPointers, moveByKey, nearestCell } from "./cursor.js";
import { type PoolState, send } from "./events.js";
import { FigureView, rootOf } from "./figure-view.js";
import { DEFAULT_INPUT, type Given, type GridSize, InputReader, type InputRefusal } from "./input.js";
import { followLanguage, isChinese } from "./language.js";
import { heightFor, measure, watchSight, watchSize } from "./size.js";
import { adoptStyle } from "./style.js";

// Importing must work where there is no DOM: server-side rendering, Node, workers.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const ATTRIBUTES = ["code", "src", "at", "side", "input", "lang", "theme"] as const;
const DEFAULT_CODE = "nn.MaxPool2d(kernel_size=3, stride=2)";
/** What came of a line of code and an input. */
interface Outcome {
  code: string;
  plane: Plane;
  /** Why the line is refused. */
  error?: Error;
}

/**
 * A living figure of one pooling layer. Attributes are the interface, each with a property of the same name:
 *
 * - `code`: the layer, as PyTorch, ONNX, Keras or this package writes it. What reads other words than PyTorch's and this
 *   package's is a chunk of the package that is loaded for them; `element.min.js` has it inside;
 * - `src`: a picture's address; without it, `input="8x9"` gives a grid of digits, and `input="2:1,2,nan,-inf"` these numbers;
 * - `at`: the cell under the cursor, "row,column" or "channel,row,column"; without a channel the one shown stays;
 * - `side`: "output" (default) or "input", the side that `at` is a cell of. Where the author gives no `side`, an `at` is a
 *   cell of the output, unless it is one that `poolcursor` has just told of;
 * - `lang`: "en" or "zh"; the nearest `lang` around the element counts too, and is followed when it changes;
 * - `theme`: "light" or "dark"; absent, the system's.
 *
 * The property `data` takes a tensor or an ImageData instead of `src` and `input`; the property `state` tells what has come of it
 * all, and is a custom state too: `pool-view:state(ready)`. Readers move the cursor, which writes `at` and `side`; no other
 * attribute is written.
 *
 * What cannot be used is said in the part `error`, and the last figure stays. A shadow root that the page's HTML brought is
 * emptied and used. Arrow keys, I, O and, where there are channels, C move the cursor; keys that were used do not bubble.
 *
 * Events, bubbling and composed: `poolchange` (PoolChange), `poolcursor` (PoolCursor) and `poolerror` (PoolError).
 * Parts: `code`, `figure`, `sentence`, `error`, `live`. Custom properties: --pool-paper, --pool-ink, --pool-soft,
 * --pool-line, --pool-window, --pool-winner, --pool-lost, --pool-low, --pool-high, --pool-space.
 */
export class PoolView extends Base {
  static readonly observedAttributes: readonly string[] = ATTRIBUTES;

  readonly #prototype: object = Object.getPrototypeOf(this);
  #view: FigureView | undefined;
  #internals: ElementInternals | undefined;
  readonly #reader = new InputReader(() => this.#ask());
  #given: Given | null = null;
  #model: Model | undefined;
  #outcome: Outcome | undefined;
  #line: { code: string; layer: Promise<Layer | Error> } | undefined;
  /** A core that broke is started again once for what broke it. */
  #restarted = false;
  /** What `poolerror` has told of. */
  #reported: { code?: unknown; input?: InputRefusal | undefined } = {};
  #state: PoolState = "loading";

  readonly #place = new CursorPlace();
  /** Whether an attribute is written by the element itself. */
  #writing = false;

  #width = 0;
  #awake = false;
  #cancelFrame: (() => void) | undefined;
  #leave: (() => void) | undefined;
  #scheme: MediaQueryList | undefined;

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

  /** The cell under the cursor, "row,column" or "channel,row,column", from 0. Default: "0,0". */
  get at(): string {
    return this.getAttribute("at") ?? "0,0";
  }
  set at(value: string) {
    this.#reflect("at", value);
  }

  /** The side that `at` is a cell of. Default: "output". */
  get side(): Side {
    return this.#place.side;
  }
  set side(value: Side) {
    this.#reflect("side", value);
  }

  /**
   * The numbers where there is no picture: "rows x columns" of digits, or "columns:value,value,…" with nan, inf and -inf among
   * them. Default: "8x9".
   */
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

  /**
   * The input itself, before `src` and `input`: an ImageData, or a tensor of shape (H, W), (1, H, W) or (3, H, W). Uint8 is drawn
   * as a picture, and has to be where there are three channels; anything else as numbers, at most 512 × 512. It is copied;
   * set it again after its numbers have changed. null: there is none.
   */
  get data(): Tensor | ImageLike | null {
    return this.#given?.value ?? null;
  }
  set data(value: Tensor | ImageLike | null | undefined) {
    this.#given = value === null || value === undefined ? null : { value };
    this.#change();
  }

  /** "loading" until what is asked for is drawn, "error" while something of it is refused. */
  get state(): PoolState {
    return this.#state;
  }

  /** Frameworks take a property back by undefined or null. */
  #reflect(name: string, value: string | null | undefined): void {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  connectedCallback(): void {
    // Properties set before the class was known hide the accessors until they are set again.
    for (const name of [...ATTRIBUTES, "data"]) {
      if (name === "lang" || !Object.hasOwn(this, name)) continue;
      const own = this as unknown as Record<string, unknown>;
      const value = own[name];
      delete own[name];
      own[name] = value;
    }
    this.#view ??= this.#build();
    const view = this.#view;
    // A closed shadow root that a script made is not this element's to have.
    if (!view || !this.isConnected) return;
    const measured = (width: number) => {
      this.#width = width;
      this.#reserve();
    };
    const wake = () => {
      this.#awake = true;
      this.#ask();
    };
    const disconnects = [
      followLanguage(this, this.#ask),
      watchSize(view.ruler, measured),
      watchSize(view.figure, (width, height) => view.stage.resize(width, height) && this.#ask()),
      watchSight(this, wake),
    ];
    measure(view.ruler, measured);
    this.#scheme = this.#window.matchMedia?.("(prefers-color-scheme: dark)");
    this.#scheme?.addEventListener("change", this.#ask);
    disconnects.push(() => this.#scheme?.removeEventListener("change", this.#ask));
    this.#leave = () => {
      for (const disconnect of disconnects) disconnect();
    };
  }

  disconnectedCallback(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    this.#awake = false;
  }

  adoptedCallback(): void {
    // Firefox 140 gives an element that goes into a frame's document the frame's HTMLElement for a class.
    if (Object.getPrototypeOf(this) !== this.#prototype) Object.setPrototypeOf(this, this.#prototype);
    // A style sheet does not go along into another document.
    if (this.#view) adoptStyle(this.#view.root);
  }

  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (value === before) return;
    if (!this.#writing) {
      if (name === "at") this.#takeAt();
      if (name === "side") this.#place.takeSide(value);
    }
    this.#change();
  }

  /** The window of the document that the element is in now. */
  get #window(): typeof globalThis {
    return this.ownerDocument.defaultView ?? globalThis;
  }

  #takeAt(): void {
    const { side } = this;
    this.#place.takeAt(this.at);
    if (this.side !== side && this.hasAttribute("side")) this.#write({ side: this.side });
  }

  #write(attributes: Record<string, string>): void {
    this.#writing = true;
    for (const [name, value] of Object.entries(attributes)) this.setAttribute(name, value);
    this.#writing = false;
  }

  #build(): FigureView | undefined {
    try {
      this.#internals = this.attachInternals?.();
    } catch {
      // A subclass has them.
    }
    const root = rootOf(this, this.#internals);
    if (!root) return undefined;
    const view = new FigureView(this, root);
    const layer = readOwnLine(this.code);
    if (layer) view.code = print(layer);
    listenToPointers(view.figure, (event) => this.#point(event));
    view.figure.addEventListener("keydown", (event) => this.#key(event));
    view.figure.addEventListener("keyup", (event) => {
      if (this.#moveOf(event)) event.stopPropagation();
    });
    return view;
  }

  #change(): void {
    this.#reserve();
    this.#ask();
  }

  /**
   * Keeps the height free that a figure of this width and this kind of input gets, before there is one: what it turns out to be is
   * fitted into it, so nothing around it ever moves. An author's own height or aspect ratio of the element comes first.
   */
  #reserve(): void {
    if (this.#width && this.#view) this.#view.height = heightFor(this.#width, this.#gridSize());
  }

  /** The size of a grid of numbers; undefined for a picture. */
  #gridSize(): GridSize | undefined {
    if (this.#given === null) return this.src === null ? this.#reader.sizeOf(this.input) : undefined;
    this.#read();
    const { plane } = this.#reader;
    return plane?.kind === "numbers" ? { rows: plane.height, columns: plane.width } : undefined;
  }

  #read(): void {
    this.#reader.read({ data: this.#given, src: this.src, input: this.input, base: this.baseURI });
  }

  /** Draws in the next frame. */
  readonly #ask = (): void => {
    if (this.#cancelFrame || !this.#awake) return;
    const window = this.#window;
    const frame = window.requestAnimationFrame(() => {
      this.#cancelFrame = undefined;
      void this.#draw();
    });
    this.#cancelFrame = () => window.cancelAnimationFrame(frame);
  };

  async #draw(): Promise<void> {
    this.#read();
    const { code } = this;
    let pooling: Pooling;
    let layer: Layer | Error;
    try {
      [pooling, layer] = await Promise.all([
        loadMethods() as Promise<unknown> as Promise<Pooling>,
        this.#readLine(code),
      ]);
    } catch (error) {
      // The light DOM stays: whatever the author put there is the figure now.
      const { message } = error as Error;
      this.#view?.refuse(message, false);
      this.#setState("error");
      if (this.#reported.code !== message) send(this, "poolerror", { message, what: "code" });
      this.#reported.code = message;
      return;
    }
    // Another line is drawn in a frame of its own.
    if (this.#awake && this.#view && code === this.code) this.#render(pooling, this.#view, code, layer);
  }

  #readLine(code: string): Promise<Layer | Error> {
    if (this.#line?.code !== code) this.#line = { code, layer: readLine(code).catch((error: Error) => error) };
    return this.#line.layer;
  }

  #render(pooling: Pooling, view: FigureView, code: string, layer: Layer | Error): void {
    const { plane, refusal, pending } = this.#reader;
    const before = this.#model;
    if (plane && (this.#outcome?.code !== code || this.#outcome.plane !== plane)) {
      this.#outcome = this.#compute(pooling, code, layer, plane);
      if (!this.#outcome) return;
    }
    const words = this.#words;
    const model = this.#model;
    const refused = this.#outcome?.error;
    const error = refused instanceof CodeError ? explain(refused, words) : refused?.message;
    const complaint = refusal?.say(words);
    view.refuse(error ?? complaint ?? "", error !== undefined && model !== undefined);
    if (model) {
      model.cursor = this.#cursor(model);
      view.draw(model, this.theme ?? (this.#scheme?.matches ? "dark" : "light"), words);
    }
    this.#setState((error ?? complaint) ? "error" : pending ? "loading" : "ready");
    if (model && model !== before) this.#sendChange(model);
    if (error !== undefined && this.#reported.code !== this.#outcome)
      send(this, "poolerror", { message: error, what: "code" });
    if (refusal && this.#reported.input !== refusal)
      send(this, "poolerror", { message: complaint as string, what: refusal.what });
    this.#reported = { code: this.#outcome, input: refusal };
  }

  /** undefined where the core has broken or was closed, and is started again. */
  #compute(pooling: Pooling, code: string, layer: Layer | Error, plane: Plane): Outcome | undefined {
    const { layer: known, input } = this.#model ?? {};
    try {
      if (layer instanceof Error) throw layer;
      if (!known || input !== plane || print(known) !== print(layer)) this.#model = compute(pooling, layer, plane);
      this.#restarted = false;
      return { code, plane };
    } catch (error) {
      if (!(error instanceof CodeError) && (error as Error).name !== "PoolingError") throw error;
      const { code: reason } = error as { code?: string };
      if ((reason !== "internal" && reason !== "disposed") || this.#restarted)
        return { code, plane, error: error as Error };
      this.#restarted = true;
      this.#ask();
      return undefined;
    }
  }

  #setState(state: PoolState): void {
    this.#state = state;
    const states = this.#internals?.states;
    if (!states || states.has(state)) return;
    try {
      states.clear();
      states.add(state);
    } catch {
      // Chromium before 125 asks for two dashes.
    }
  }

  #sendChange({ layer, input, output }: Model): void {
    const shape = ({ channels, height, width }: Plane) => [channels, height, width] as const;
    send(this, "poolchange", { code: print(layer), inputShape: shape(input), outputShape: shape(output) });
  }

  get #words(): Words {
    return WORDS[isChinese(this) ? "zh" : "en"];
  }

  #cursor(model: Model): Cursor {
    return nearestCell(model, this.#place.cell(this.at));
  }

  #go(model: Model, cell: Cell): void {
    const { side, channel, row, column } = nearestCell(model, cell);
    const from = this.#cursor(model);
    if (side === from.side && channel === from.channel && row === from.row && column === from.column) return;
    const at = this.#place.tell({ side, channel, row, column }, this.at);
    this.#write({ at, ...(side === "input" || this.hasAttribute("side") ? { side } : {}) });
    const sentence = this.#view?.tell({ ...model, cursor: { side, channel, row, column } }, this.#words) ?? "";
    send(this, "poolcursor", { side, channel, row, column, sentence });
  }

  #point(event: MouseEvent): void {
    const under = this.#view?.stage.at(event);
    if (this.#model && under && under.panel.role !== "lens")
      this.#go(this.#model, { ...under, channel: this.#cursor(this.#model).channel });
  }

  /** Two keys within one frame count from each other, not from what was drawn last. */
  #moveOf(event: KeyboardEvent): Cell | undefined {
    const model = this.#model;
    return model && moveByKey(event, this.#cursor(model), model.input.channels);
  }

  #key(event: KeyboardEvent): void {
    const move = this.#moveOf(event);
    if (!move || !this.#model) return;
    event.preventDefault();
    event.stopPropagation();
    this.#go(this.#model, move);
  }
}
