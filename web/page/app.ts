/** The page: one state, one redraw. */
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import { fromAddress, fromFile, fromGrid, fromSource, PictureError, type PictureTrouble } from "../element/pictures.js";
import { Stage } from "../element/stage.js";
import { arrange } from "../figure/arrange.js";
import { type Layer, print } from "../figure/code.js";
import { compute, lookBack, type Pooling } from "../figure/compute.js";
import { shapeOf } from "../figure/figure.js";
import { formula, type Part, plain } from "../figure/formula.js";
import { type Model, number, type Plane, unread, valueAt } from "../figure/model.js";
import { CodeError, parse } from "../figure/read.js";
import { cellBox, NUMBER_CELL } from "../figure/scene.js";
import { say, WORDS } from "../figure/texts/index.js";
import { Camera } from "./camera.js";
import { Compare } from "./compare.js";
import { CodeLine } from "./controls/code-line.js";
import { press } from "./controls/keys.js";
import { Moving, type Page, within } from "./controls/moving.js";
import { listenToPointers } from "./controls/pointers.js";
import { CellEditor } from "./editor.js";
import { animation, download, figureText, fileName } from "./export.js";
import { icons } from "./icons.js";
import { PAGE_LAYERS } from "./layers.js";
import { LARGE, Pooler } from "./pooler.js";
import { sampleAddress } from "./samples.js";
import { disagreements } from "./sections/disagreements.js";
import { elsewhere } from "./sections/elsewhere.js";
import { legend } from "./sections/legend.js";
import { lookingBack } from "./sections/looking-back.js";
import { notes } from "./sections/notes.js";
import { presets } from "./sections/presets.js";
import { frame, share, tag } from "./sections/share.js";
import { decode, encode, isOwn, type Reading, read, SAMPLES, START, type State, write } from "./state.js";
import { preferredLanguage, TEXTS, type Texts } from "./texts/index.js";
import { applyTheme, currentTheme, forgetTheme } from "./theme.js";
import { timeOf } from "./timing.js";

const SPEAK_EVERY = 300;
const LINK_AFTER = 250;
/** What nobody looks at while a number turns is drawn again when it has stopped for so long. */
const SETTLED_AFTER = 120;

const CAMERA_TROUBLE: Record<string, keyof Texts> = {
  NotAllowedError: "camera_refused",
  SecurityError: "camera_refused",
  NotFoundError: "camera_absent",
  OverconstrainedError: "camera_absent",
  TypeError: "camera_absent",
};
const PICTURE_TROUBLE: Record<PictureTrouble, keyof Texts> = {
  unreadable: "bad_picture",
  empty: "empty_picture",
  cut: "cut_picture",
  foreign: "foreign_picture",
};

/** A column of text, in which most frames stand. */
const COLUMN = 688;

const isLine = (text: string): boolean => {
  try {
    return parse(text) !== undefined;
  } catch {
    return false;
  }
};

const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

export const parts = (list: readonly Part[], lost?: () => unknown, label?: string): unknown[] =>
  list.map(({ text, role }) => {
    if (!role) return text;
    if (role === "lost" && lost) return html`<button class="lost" title=${label ?? ""} @click=${lost}>${text}</button>`;
    return html`<span class=${role}>${text}</span>`;
  });

export class App implements Page {
  state: State;
  model: Model | undefined;
  readonly #pooling: Pooling;
  #picture: Plane | undefined;
  /** The reader's own, which stays at hand when a sample is looked at. */
  #own: Plane | undefined;
  /** What the model was computed from. */
  #made: { layer?: Layer; picture?: Plane } = {};
  #error = "";
  /** Why the line did not take what was typed; the figure is as good as before. */
  #refused = "";
  /** What happened last, said in the language of the moment. */
  #note: (() => string) | undefined;
  /** Why one cannot look back here. */
  #hindrance: (() => string) | undefined;
  /** The link this state came from, until its cursor has met the figure. */
  #arrived: Reading | undefined;
  #scheduled = false;
  /** The fragment this state came from or went to. */
  #known = location.hash;
  #linking: ReturnType<typeof setTimeout> | undefined;
  #speaking: ReturnType<typeof setTimeout> | undefined;
  #spoken = 0;
  readonly stage: Stage;
  readonly #line: CodeLine;
  readonly #compare: Compare;
  readonly #editor: CellEditor;
  readonly #moving: Moving = new Moving(this);
  readonly #camera: Camera;
  readonly #pooler: Pooler;
  readonly #openNotes = new Set<string>();
  #busy = false;
  readonly #rendered = new Map<string, unknown[]>();

  constructor(pooling: Pooling) {
    this.#pooling = pooling;
    const reading = read(location.hash, preferredLanguage());
    this.state = reading.state;
    this.#noteBad(reading.bad);
    this.#arrived = reading;
    this.stage = new Stage(place("stage"));
    this.#compare = new Compare(this.stage.sheet);
    this.#editor = new CellEditor(this.stage.sheet);
    this.#pooler = new Pooler(
      document.documentElement.dataset.worker,
      (outcome) => this.#pooled(outcome),
      () => {
        this.#made = {};
        this.redraw();
      },
    );
    this.#camera = new Camera(
      (video, width, height) => void this.#filmed(video, width, height),
      () => {
        this.change({ image: "file" });
        this.#refuse("camera_lost");
      },
    );
    const app = this;
    this.#line = new CodeLine({
      get texts() {
        return app.texts;
      },
      layer: () => this.state.layer,
      change: (layer) => this.change({ layer }),
      refuse: (message) => {
        this.#refused = message;
        this.redraw();
      },
      redraw: () => this.#render(),
    });
    this.#listen();
  }

  get texts() {
    return TEXTS[this.state.language];
  }

  get #words() {
    return WORDS[this.state.language];
  }

  #noteBad(bad: string[]): void {
    this.#note = bad.length > 0 ? () => say(this.texts.bad_link, { parts: bad.join(" · ") }) : undefined;
  }

  #started = false;

  async start(): Promise<void> {
    await this.#load();
    // The static markup goes and the living comes in one frame, so nothing is seen to move.
    for (const id of ["head", "code", "under", "presets", "notes"]) place(id).replaceChildren();
    this.#started = true;
    this.#render();
    document.documentElement.dataset.state = "ready";
  }

  /** Fetches the picture the state names. */
  async #load(): Promise<void> {
    const { image, grid } = this.state;
    if (image === "file") return;
    if (image === "numbers") this.#picture = fromGrid(grid);
    else {
      const picture = await fromAddress(sampleAddress(image));
      // A later choice may have overtaken this one.
      if (this.state.image === image) this.#picture = picture;
    }
  }

  change(patch: Partial<State>): void {
    const before = this.state;
    this.state = { ...this.state, ...patch };
    this.#refused = "";
    // What was said of another layer or picture is said no longer.
    if (patch.layer || patch.image) this.#note = undefined;
    if (patch.image === "file") this.#own = this.#picture;
    if (this.state.image !== before.image && before.image === "camera") this.#camera.stop();
    if (this.state.image !== before.image && patch.image && !["file", "camera"].includes(patch.image)) {
      void this.#load().then(() => this.redraw());
      return;
    }
    if (this.state.grid !== before.grid) this.#picture = fromGrid(this.state.grid);
    this.redraw();
  }

  redraw(): void {
    // What is drawn before the static markup goes would go with it: a resize can come while the first picture loads.
    if (!this.#started) return;
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#render();
    });
  }

  #pool(): void {
    const { layer } = this.state;
    const picture = this.#picture;
    if (!picture || (this.#made.layer === layer && this.#made.picture === picture)) return;
    this.#made = { layer, picture };
    if (this.#pooler.there && this.model) {
      // The next frame brings its own figure, and a large picture's comes when it is done; till then the last one stands.
      if (this.state.image === "camera") return;
      if (picture.height * picture.width >= LARGE) {
        this.#pooler.picture(layer, picture);
        return;
      }
    }
    try {
      this.model = compute(this.#pooling, layer, picture);
      this.#error = "";
    } catch (error) {
      // The last good figure stays, greyed; the sentence says why. A link that never was good gets the opening layer's.
      this.#error = (error as Error).message;
      const kernelSize = Math.min(START.kernelSize as number, picture.height, picture.width);
      this.model ??= compute(this.#pooling, { ...START, kernelSize }, picture);
    }
  }

  /** What the worker made. */
  #pooled(outcome: { model: Model } | { error: string }): void {
    if ("error" in outcome) this.#error = outcome.error;
    else {
      const { model } = outcome;
      const film = this.state.image === "camera";
      // Another picture has been chosen meanwhile.
      if (!film && model.input !== this.#picture) return;
      this.model = model;
      this.#picture = model.input;
      if (film) this.#made = { layer: model.layer, picture: model.input };
      this.#error = "";
    }
    this.redraw();
  }

  async #filmed(video: HTMLVideoElement, width: number, height: number): Promise<void> {
    const pooler = this.#pooler;
    if (!pooler.there) {
      this.#picture = fromSource(video, width, height);
      this.redraw();
    } else if (!pooler.busy) {
      const frame = await createImageBitmap(video, { resizeWidth: width, resizeHeight: height });
      pooler.frame(this.state.layer, frame);
    }
  }

  #clampCursor(model: Model): void {
    const { state } = this;
    const plane = model[state.side];
    const row = Math.min(state.row, plane.height - 1);
    const column = Math.min(state.column, plane.width - 1);
    const channel = Math.min(state.channel, plane.channels - 1);
    if (row !== state.row || column !== state.column || channel !== state.channel) {
      this.state = { ...state, row, column, channel };
      if (this.#arrived?.placed) {
        this.#noteBad([...this.#arrived.bad, `at=${state.row},${state.column}`]);
        this.redraw();
      }
    }
    const { zoom } = this.state;
    if (zoom) {
      const [middle, across] = [within(zoom.row, model.input.height), within(zoom.column, model.input.width)];
      if (middle !== zoom.row || across !== zoom.column)
        this.state = { ...this.state, zoom: { ...zoom, row: middle, column: across } };
    }
    this.#arrived = undefined;
    model.cursor = { side: state.side, row, column, channel, pinned: this.#moving.pinned };
    model.pointed = this.#moving.pointed;
  }

  /** Is any of `deps` another than when this part was last rendered? Moving the cursor must not rebuild the whole page. */
  #fresh(part: string, ...deps: unknown[]): boolean {
    const before = this.#rendered.get(part);
    if (before && deps.every((value, at) => value === before[at])) return false;
    this.#rendered.set(part, deps);
    return true;
  }

  #render(): void {
    this.#pool();
    const { state, model, texts } = this;
    const { language, theme } = state;
    if (this.#fresh("head", language, theme)) {
      document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
      document.title = texts.title;
      document.querySelector("meta[name=description]")?.setAttribute("content", texts.description);
      applyTheme(theme);
      this.stage.element.setAttribute("aria-label", texts.figure_label);
      render(this.#head(), place("head"));
      render(this.#lineTools(), place("line-tools"));
      render(presets(texts), place("presets"));
    }
    render(this.#line.line(), place("code"));
    render(this.#line.menu(), place("menu"));
    if (model) {
      this.#clampCursor(model);
      this.#turnBack(model);
    }
    const error = this.#error || this.#refused;
    const note = [this.#note?.(), this.#hindrance?.(), this.#stillShown()].filter(Boolean).join(" ");
    if (this.#fresh("messages", error, this.#error, note)) {
      place("error").textContent = error;
      place("note").textContent = note;
      for (const id of ["stage", "facts", "under"]) place(id).classList.toggle("stale", this.#error !== "");
    }
    if (model) {
      this.stage.element.classList.toggle("zoomed", state.zoom !== undefined);
      this.stage.draw(model, state.zoom, currentTheme(), this.#words, PAGE_LAYERS);
      if (this.stage.arrangement) this.#compare.draw(model, this.stage.arrangement, this.stage.output, texts.divider);
      const shape = `${shapeOf(model.input)} → ${shapeOf(model.output)}`;
      if (this.#fresh("shape", shape)) place("shape").textContent = shape;
      if (this.#fresh("legend", model.layer, model.input, language)) render(legend(model, texts), place("legend"));
      render(this.#under(model), place("under"));
      const { playing, pinned, speed } = this.#moving;
      if (
        this.#fresh("tools", language, state.image, state.look, state.zoom, playing, pinned, speed, this.#compare.on)
      ) {
        render(this.#tools(), place("tools"));
      }
      this.#below();
      this.#speak(model);
    }
    this.#link();
  }

  /** What the greyed figure is of, where that is not what the line or the picture is. */
  #stillShown(): string {
    const { model, state, texts } = this;
    if (!this.#error || !model || (model.layer === state.layer && model.input === this.#picture)) return "";
    return say(texts.still_shown, { code: print(model.layer), shape: shapeOf(model.input) });
  }

  #settling: ReturnType<typeof setTimeout> | undefined;
  #lowered = false;

  /** What stands below the figure: at once the first time, afterwards when the figure has come to rest. */
  #below(): void {
    const draw = () => {
      const { model, state, texts } = this;
      if (!model) return;
      const { layer, language } = state;
      if (this.#fresh("elsewhere", layer, language)) {
        render(
          elsewhere(layer, texts, (event, text) => this.#copy(event, text)),
          place("elsewhere"),
        );
      }
      // A film changes many times a second; what the notes show of it can wait until it stops.
      const still = state.image === "camera" ? undefined : model;
      if (this.#lowered) this.#time(still);
      if (this.#fresh("notes", still, language, [...this.#openNotes].join()))
        render(this.#notes(model), place("notes"));
    };
    clearTimeout(this.#settling);
    if (!this.#lowered) draw();
    this.#settling = setTimeout(draw, SETTLED_AFTER);
    this.#lowered = true;
  }

  #took: number | undefined;

  /** What the reader waits for when a picture is pooled; large ones and films are pooled elsewhere. Measured once a model. */
  #time(model: Model | undefined): void {
    if (this.#fresh("took", model)) {
      const here = model && this.#error === "" && model.input.height * model.input.width < LARGE;
      this.#took = here ? timeOf(this.#pooling, model) : undefined;
    }
    const { texts } = this;
    const took = this.#took;
    const text = took === undefined ? "" : say(texts.took, { time: number(Number(took.toPrecision(2))) });
    if (place("took").textContent !== text) place("took").textContent = text;
  }

  /** Puts what one sees looking back in the input's place; asked of the module once a model. */
  #turnBack(model: Model): void {
    const { look } = this.state;
    if (this.#fresh("back", model, look)) {
      this.#hindrance = undefined;
      model.back = undefined;
      if (look === "forward") return;
      try {
        model.back = lookBack(this.#pooling, model, look);
        const why = look === "unpool" ? "back_no_indices" : "back_no_gradient";
        if (!model.back) this.#hindrance = () => this.texts[why];
      } catch (error) {
        const { message } = error as Error;
        this.#hindrance = () => message;
      }
    }
  }

  #sentence(model: Model): Part[] {
    return lookingBack(model, this.state.look, this.texts, this.#words);
  }

  #notes(model: Model): TemplateResult {
    const { texts } = this;
    const toggle = (name: string, on: boolean) => {
      if (this.#openNotes.has(name) === on) return;
      if (on) this.#openNotes.add(name);
      else this.#openNotes.delete(name);
      this.redraw();
    };
    return html`${notes({ pooling: this.#pooling, model, texts }, this.#openNotes, toggle)}
      ${disagreements(texts)}
      <details><summary>${texts.keys}</summary><p>${texts.keys_body}</p></details>`;
  }

  // --- the parts of the page ---------------------------------------------------------------------------------------

  #head(): TemplateResult {
    const { texts, state } = this;
    const next = { auto: "light", light: "dark", dark: "auto" } as const;
    return html`<p class="tagline">${texts.tagline}</p>
      <button lang=${state.language === "en" ? "zh-CN" : "en"} @click=${() => this.change({ language: state.language === "en" ? "zh" : "en" })}>${texts.language}</button>
      <button aria-label=${texts[`theme_${state.theme}`]} title=${texts[`theme_${state.theme}`]} @click=${() => this.change({ theme: next[state.theme] })}>${icons[state.theme]}</button>`;
  }

  #lineTools(): TemplateResult {
    const { texts } = this;
    const { embed } = document.documentElement.dataset;
    if (embed !== undefined) {
      return html`<a class="whole" href=${location.pathname} target="_blank" rel="noopener" aria-label=${texts.full_page} title=${texts.full_page} @click=${(
        event: Event,
      ) => {
        (event.currentTarget as HTMLAnchorElement).hash = encode(write(this.state));
      }}>Poolscope</a>`;
    }
    return html`<button aria-label=${texts.copy_line} title=${texts.copy_line} @click=${(event: Event) => this.#copy(event, print(this.state.layer))}>${icons.copy}</button>
      <button aria-label=${texts.paste_line} title=${texts.paste_line} @click=${() => this.#pasteLine()}>${icons.paste}</button>
      <button aria-label=${texts.copy_link} title=${texts.copy_link} @click=${(event: Event) => this.#copy(event, this.#address())}>${icons.link}</button>`;
  }

  /** The link to what is shown now; the one in the address bar comes a little later. */
  #address(query = ""): string {
    return new URL(`${location.pathname}${query}#${encode(write(this.state))}`, location.href).href;
  }

  #pasteLine(): void {
    const read = navigator.clipboard?.readText?.() ?? Promise.reject(new Error("no clipboard"));
    read.then(
      (text) => this.#take(text),
      () => this.#refuse("paste_failed"),
    );
  }

  #copy(event: Event, text: string): void {
    const button = event.currentTarget as HTMLElement;
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
    written.then(
      () => {
        button.dataset.done = this.texts.copied;
        setTimeout(() => delete button.dataset.done, 1200);
      },
      () => {
        const code = button.previousElementSibling;
        if (code) getSelection()?.selectAllChildren(code);
        if (this.#dialog.open) this.#renderShare(this.texts.copy_failed);
        else this.#refuse("copy_failed");
      },
    );
  }

  #showLost(model: Model): void {
    const row = unread(model.rows).at(-1);
    const column = unread(model.columns).at(-1);
    this.change({
      side: "input",
      row: row ? row[0] : this.state.side === "input" ? this.state.row : Math.floor(model.input.height / 2),
      column: row ? Math.floor(model.input.width / 2) : (column?.[0] ?? 0),
    });
  }

  #under(model: Model): TemplateResult {
    const { texts, state } = this;
    const words = this.#words;
    const axes: [Model["rows"], string][] = [
      [model.rows, "H"],
      [model.columns, "W"],
    ];
    const channels = model.input.channels > 1 ? ["R", "G", "B"].slice(0, model.input.channels) : [];
    return html`<div id="formula">${axes.map(
      ([axis, letter]) =>
        html`<p>${parts(formula(axis, letter, model.layer, words), () => this.#showLost(model), texts.lost_button)}</p>`,
    )}</div>
    <div class="said"><p id="sentence">${parts(this.#sentence(model))}</p>
    ${
      channels.length > 0
        ? html`<div class="channels" role="group" aria-label=${texts.channel}>${channels.map(
            (name, at) =>
              html`<button aria-pressed=${at === state.channel} @click=${() => this.change({ channel: at })}>${name}</button>`,
          )}</div>`
        : nothing
    }</div>
    ${state.image === "numbers" ? html`<p class="hint soft">${texts.edit_hint}</p>` : nothing}`;
  }

  #tools(): TemplateResult {
    const { texts, state } = this;
    const moving = this.#moving;
    const { playing, pinned, speed } = moving;
    return html`<div class="group">
        <button aria-label=${texts.previous} title=${texts.previous} @click=${() => moving.walk(-1)}>${icons.previous}</button>
        <button aria-label=${playing ? texts.pause : texts.play} title=${playing ? texts.pause : texts.play} @click=${() => moving.play(!playing)}>${playing ? icons.pause : icons.play}</button>
        <button aria-label=${texts.next} title=${texts.next} @click=${() => moving.walk(1)}>${icons.next}</button>
        <input type="range" min="1" max="60" .value=${String(Math.round(speed))} aria-label=${texts.speed} title=${texts.speed} @input=${(
          event: Event,
        ) => {
          moving.speed = Number((event.currentTarget as HTMLInputElement).value);
        }}>
        <button aria-pressed=${pinned} title=${pinned ? texts.pinned : texts.pin_help} @click=${() => moving.pin(!pinned)}>${texts.pin}</button>
      </div>
      <div class="group">
        <button aria-label=${texts.zoom_out} title=${texts.zoom_out} @click=${() => moving.zoomBy(1 / 1.5)}>${icons.minus}</button>
        <button aria-label=${texts.zoom_in} title=${texts.zoom_in} @click=${() => moving.zoomBy(1.5)}>${icons.plus}</button>
        <button aria-disabled=${!state.zoom} @click=${() => this.change({ zoom: undefined })}>${texts.zoom_fit}</button>
      </div>
      <div class="group" role="group" aria-label=${texts.picture}>
        <select aria-label=${texts.picture} @change=${(event: Event) => this.#choose((event.currentTarget as HTMLSelectElement).value)}>
          ${[...SAMPLES, "numbers" as const].map((name) => html`<option value=${name} ?selected=${state.image === name}>${texts[name]}</option>`)}
          ${this.#own ? html`<option value="file" ?selected=${state.image === "file"}>${texts.file}</option>` : nothing}
          ${state.image === "camera" ? html`<option value="camera" selected>${texts.camera}</option>` : nothing}
        </select>
        <label class="button" title=${texts.open_help}>${texts.open}<input type="file" accept="image/*,video/*" aria-label=${texts.open_help} @change=${(
          event: Event,
        ) => {
          const input = event.currentTarget as HTMLInputElement;
          const file = input.files?.[0];
          if (file) void this.#open(file);
          input.value = "";
        }}></label>
        <button aria-pressed=${state.image === "camera"} @click=${() => this.#film()}>${state.image === "camera" ? texts.camera_stop : texts.camera}</button>
      </div>
      <div class="group" role="group" aria-label=${texts.look_help} title=${texts.look_help}>
        <span class="soft">${texts.look}</span>
        ${(["forward", "unpool", "gradient"] as const).map(
          (look) =>
            html`<button aria-pressed=${state.look === look} @click=${() => this.change({ look })}>${texts[`look_${look}`]}</button>`,
        )}
        ${
          state.image === "numbers"
            ? nothing
            : html`<button aria-pressed=${this.#compare.on} @click=${() => {
                this.#compare.on = !this.#compare.on;
                this.redraw();
              }}>${texts.compare}</button>`
        }
      </div>
      <button class="share" aria-haspopup="dialog" @click=${() => this.#openShare()}>${icons.share} ${texts.share}</button>`;
  }

  #choose(image: string): void {
    if (image === "file") this.#picture = this.#own;
    this.change({ image, zoom: undefined });
  }

  // --- taking the figure along -------------------------------------------------------------------------------------

  get #dialog(): HTMLDialogElement {
    return place("share") as HTMLDialogElement;
  }

  #openShare(): void {
    this.#moving.play(false);
    this.#renderShare();
    this.#dialog.showModal();
  }

  #renderShare(trouble = ""): void {
    const { state } = this;
    const dialog = this.#dialog;
    const shared = {
      link: this.#address(),
      tag: tag(state, new URL(sampleAddress(state.image), location.href).href),
      frame: frame(state.layer, this.#address("?embed"), this.#frameHeight()),
      own: isOwn(state),
      trouble,
      busy: this.#busy,
    };
    const acts = {
      copy: (event: Event, text: string) => this.#copy(event, text),
      copySvg: (event: Event) => this.#copy(event, this.#svgText()),
      saveSvg: () => this.#saveSvg(),
      savePng: () => this.#savePng(),
      animate: () => void this.#animate(),
      close: () => dialog.close(),
    };
    render(share(shared, this.texts, acts), dialog);
  }

  /** What a frame needs in a column of text as well as in a window like this one. */
  #frameHeight(): number {
    const { model, stage } = this;
    if (!model) return 0;
    const above = place("stage").getBoundingClientRect().top - place("line").getBoundingClientRect().top;
    const { height } = arrange(model, { width: COLUMN, density: 1, zoom: this.state.zoom });
    // Its sentences take more lines there.
    const narrow = stage.element.offsetWidth > COLUMN ? 80 : 0;
    const rooms = ["facts", "under"].map((id) => place(id).offsetHeight);
    const figure = Math.max(stage.element.offsetHeight, height);
    return Math.ceil(rooms.reduce((sum, room) => sum + room, above + figure + 44 + narrow));
  }

  #width(): number {
    return this.stage.arrangement?.width ?? 1120;
  }

  #svgText(): string {
    const { model, stage } = this;
    const { input, output } = stage;
    return figureText(model as Model, this.state.zoom, this.#width(), currentTheme(), this.#words, { input, output });
  }

  #saveSvg(): void {
    if (this.model) download(new Blob([this.#svgText()], { type: "image/svg+xml" }), fileName(this.model, "svg"));
  }

  #savePng(): void {
    const { model } = this;
    this.stage.output.toBlob((blob) => {
      if (blob && model) download(blob, fileName(model, "png"));
    }, "image/png");
  }

  async #animate(): Promise<void> {
    const { model } = this;
    if (this.#busy || !model) return;
    this.#busy = true;
    this.#renderShare();
    const { input, output } = this.stage;
    const width = Math.min(this.#width(), 800);
    download(
      await animation(model, width, currentTheme(), this.#words, { input, output }),
      fileName(model, "apng.png"),
    );
    this.#busy = false;
    this.#renderShare();
  }

  #film(): void {
    if (this.state.image === "camera") {
      this.change({ image: "spaceship" });
      return;
    }
    this.#camera.start().then(
      () => {
        this.change({ image: "camera", zoom: undefined });
      },
      (error: Error) => this.#refuse(CAMERA_TROUBLE[error.name] ?? "camera_busy"),
    );
  }

  /** Says why something cannot be had; what is there stays. */
  #refuse(why: keyof Texts): void {
    this.#note = () => this.texts[why];
    this.redraw();
  }

  /** Opens a field over an input cell; a number typed there becomes the cell's. */
  edit(row: number, column: number, typed?: string): void {
    const { model } = this;
    const { arrangement } = this.stage;
    if (!model || !arrangement || arrangement.input.cell < NUMBER_CELL || model.back) return;
    const channel = model.cursor?.channel ?? 0;
    const old = valueAt(model.input, channel, row, column);
    const label = say(this.texts.editing, { row, column });
    this.#editor.ask(cellBox(arrangement.input, row, column), old, typed, label, (value, onward, bad) => {
      const colour = value === undefined || this.state.image === "numbers" || Number.isFinite(value);
      this.#note = undefined;
      if (bad !== undefined) this.#note = () => say(this.texts.not_a_number, { text: bad, value: number(old) });
      else if (!colour) this.#note = () => say(this.texts.not_a_colour, { value: number(old) });
      else if (value !== undefined && !Object.is(value, old)) this.#put(channel, row, column, value);
      this.redraw();
      this.stage.element.focus();
      if (onward && column + 1 < model.input.width) this.change({ side: "input", row, column: column + 1 });
    });
    this.change({ side: "input", row, column });
  }

  #put(channel: number, row: number, column: number, value: number): void {
    const { state } = this;
    const picture = this.#picture;
    if (!picture) return;
    if (state.image === "numbers") {
      const values = [...state.grid.values];
      values[row * picture.width + column] = value;
      this.change({ grid: { ...state.grid, values } });
      return;
    }
    const data = Uint8Array.from(picture.data);
    data[(channel * picture.height + row) * picture.width + column] = Math.min(255, Math.max(0, Math.round(value)));
    this.#picture = { ...picture, data };
    this.change({ image: "file" });
  }

  #listen(): void {
    const { element } = this.stage;
    listenToPointers(this, this.#moving);
    element.addEventListener("keydown", (event) => {
      if (event.target === element) press(event, this, this.#moving);
    });
    new ResizeObserver(([entry]) => {
      if (entry && this.stage.resize(entry.contentRect.width)) this.redraw();
    }).observe(element);
    // Paper is light, and waits for no frame.
    addEventListener("beforeprint", () => {
      applyTheme("light");
      this.#render();
    });
    addEventListener("afterprint", () => {
      applyTheme(this.state.theme);
      this.redraw();
    });
    // Another screen may have another density.
    addEventListener("resize", () => this.redraw());
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", () => {
        forgetTheme();
        this.redraw();
      });
    }
    addEventListener("hashchange", ({ newURL }) => {
      const { hash } = new URL(newURL);
      this.#known = hash;
      if (decode(hash) === decode(`#${encode(write(this.state))}`)) return;
      const reading = read(hash, this.state.language);
      const { state, bad } = reading;
      this.#noteBad(bad);
      this.#arrived = reading;
      const { image, grid, theme } = this.state;
      if (!hash.includes("&theme=")) state.theme = theme;
      this.state = state;
      this.#moving.pinned = false;
      // The line first: what a link changes is read there.
      place("line").scrollIntoView({ block: "nearest" });
      this.#refused = "";
      // A link to one's own picture names none: back to it while it is here.
      if (this.#own && !hash.includes("&image=")) {
        state.image = "file";
        this.#picture = this.#own;
      }
      if (state.image !== image || state.grid !== grid) void this.#load().then(() => this.redraw());
      else this.redraw();
    });
    addEventListener("paste", (event) => this.#paste(event));
    // Turnable numbers are no text to browsers: what is copied out of the line is the line.
    addEventListener("copy", (event) => {
      const selection = getSelection();
      const inLine = [selection?.anchorNode, selection?.focusNode].some((node) => place("code").contains(node ?? null));
      if (!inLine || event.target instanceof HTMLInputElement) return;
      event.clipboardData?.setData("text/plain", print(this.state.layer));
      event.preventDefault();
    });
    addEventListener("dragover", (event) => {
      event.preventDefault();
      document.documentElement.dataset.drop = this.texts.drop;
    });
    addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) delete document.documentElement.dataset.drop;
    });
    addEventListener("drop", (event) => {
      event.preventDefault();
      delete document.documentElement.dataset.drop;
      const file = event.dataTransfer?.files[0];
      const text = event.dataTransfer?.getData("text/plain");
      if (file) void this.#open(file);
      // Pictures dragged out of another page come as their addresses.
      else if (event.dataTransfer?.types.includes("text/uri-list")) this.#refuse("foreign_picture");
      else if (text) this.#take(text);
    });
  }

  // --- pictures and lines from outside -----------------------------------------------------------------------------

  async #open(file: Blob): Promise<void> {
    try {
      if (file.type.startsWith("video/")) {
        await this.#camera.file(file).catch(() => {
          throw new PictureError("unreadable");
        });
        this.change({ image: "camera", zoom: undefined });
        return;
      }
      const { plane, scaled } = await fromFile(file);
      this.#picture = plane;
      this.change({ image: "file", zoom: undefined });
      this.#note = scaled && (() => say(this.texts.scaled_picture, scaled));
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      this.#refuse(PICTURE_TROUBLE[error.trouble]);
    }
  }

  #take(text: string): void {
    try {
      const layer = parse(text);
      this.change({ layer });
      if (/return_indices\s*=\s*True/.test(text)) this.#note = () => this.texts.pasted_indices;
    } catch (error) {
      if (!(error instanceof CodeError)) throw error;
      if (/^\s*https?:\S+\s*$/.test(text)) {
        this.#refuse("foreign_picture");
        return;
      }
      const { message } = error;
      this.#note = () => say(this.texts.pasted_bad, { message });
      this.redraw();
    }
  }

  #paste(event: ClipboardEvent): void {
    const { target } = event;
    const file = [...(event.clipboardData?.files ?? [])][0];
    const text = event.clipboardData?.getData("text/plain");
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) {
      // A whole line where a number is typed means the line.
      if (!target.matches("#code input") || !text || !isLine(text)) return;
      this.#line.leave();
    }
    if (file) void this.#open(file);
    else if (text) this.#take(text);
    else this.#refuse("paste_nothing");
    event.preventDefault();
  }

  // --- what leaves the page ----------------------------------------------------------------------------------------

  /** The address follows the state, a little behind it: browsers limit how often it may change. */
  #link(): void {
    clearTimeout(this.#linking);
    this.#linking = setTimeout(() => {
      // Somebody has just followed a link: its state comes first, and then this one is old.
      if (location.hash !== this.#known) return;
      const next = `#${encode(write(this.state))}`;
      if (location.hash !== next) history.replaceState(null, "", next);
      this.#known = location.hash;
    }, LINK_AFTER);
  }

  /** One sentence a cursor move, at most every 300 ms, and the last one is always said. */
  #speak(model: Model): void {
    const { state, texts } = this;
    const text = say(state.side === "output" ? texts.output_cell : texts.input_cell, {
      row: state.row,
      column: state.column,
      sentence: plain(this.#sentence(model)),
    });
    clearTimeout(this.#speaking);
    const wait = Math.max(0, this.#spoken + SPEAK_EVERY - performance.now());
    this.#speaking = setTimeout(() => {
      this.#spoken = performance.now();
      const live = place("live");
      if (live.textContent !== text) live.textContent = text;
    }, wait);
  }
}
