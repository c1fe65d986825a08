/** The page: one state, one redraw. */
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import { fromFile, PictureError, type PictureTrouble } from "../element/pictures.js";
import { Stage } from "../element/stage.js";
import { print } from "../figure/code.js";
import type { Pooling } from "../figure/compute.js";
import { shapeOf } from "../figure/figure.js";
import { formula, type Part, plain } from "../figure/formula.js";
import { type Model, number, type Plane, unread, valueAt } from "../figure/model.js";
import { CodeError, explain, findLayers, parse } from "../figure/read.js";
import { cellBox, NUMBER_CELL } from "../figure/scene.js";
import { say, WORDS } from "../figure/texts/index.js";
import { Compare } from "./compare.js";
import { Address, pageAddress } from "./controllers/address.js";
import { Camera, cameraTrouble } from "./controllers/camera.js";
import { type ClipboardHost, copy, listenToClipboard, readClipboard } from "./controllers/clipboard.js";
import { Moving, type Page, within } from "./controllers/cursor.js";
import { History, isSame, listenToUndo, type Moment } from "./controllers/history.js";
import { Picture, withValue } from "./controllers/picture.js";
import { Pooled } from "./controllers/pooled.js";
import { LARGE } from "./controllers/pooler.js";
import { ShareDialog } from "./controllers/share.js";
import { CodeLine } from "./controls/code-line.js";
import { press } from "./controls/keys.js";
import { listenToPointers } from "./controls/pointers.js";
import { CellEditor } from "./editor.js";
import { icons } from "./icons.js";
import { PAGE_LAYERS } from "./layers.js";
import { readMatrix } from "./matrix.js";
import { sampleAddress } from "./samples.js";
import { disagreements } from "./sections/disagreements.js";
import { elsewhere } from "./sections/elsewhere.js";
import { type Choice, found } from "./sections/found.js";
import { legend } from "./sections/legend.js";
import { lookingBack } from "./sections/looking-back.js";
import { notes } from "./sections/notes.js";
import { presets } from "./sections/presets.js";
import { type Reading, read, SAMPLES, type State, write } from "./state.js";
import { preferredLanguage, shorten, TEXTS, type Texts } from "./texts/index.js";
import { applyTheme, currentTheme, forgetTheme } from "./theme.js";
import { timeOf } from "./timing.js";

const SPEAK_EVERY = 300;
/** What nobody looks at while a number turns is drawn again when it has stopped for so long. */
const SETTLED_AFTER = 120;
/** The longest error or note, in characters: both may quote what somebody else wrote. */
const MAX_MESSAGE = 400;
const MAX_QUOTE = 120;

const PICTURE_TROUBLE: Record<PictureTrouble, keyof Texts> = {
  unreadable: "bad_picture",
  empty: "empty_picture",
  cut: "cut_picture",
  foreign: "foreign_picture",
};

const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

export const parts = (list: readonly Part[], lost?: () => unknown, label?: string): unknown[] =>
  list.map(({ text, role }) => {
    if (!role) return text;
    if (role === "lost" && lost) return html`<button class="lost" title=${label ?? ""} @click=${lost}>${text}</button>`;
    return html`<span class=${role}>${text}</span>`;
  });

export class App implements Page, ClipboardHost {
  state: State;
  readonly stage: Stage;
  readonly picture = new Picture(sampleAddress);
  readonly #pooled: Pooled;
  readonly #history = new History();
  /** Where the cursor was put, which a pointer that passes does not change. */
  #settled: Partial<State> = {};
  /** Why the line did not take what was typed; the figure is as good as before. */
  #refused = "";
  /** The pooling layers of a pasted text, to choose from. */
  #choices: readonly Choice[] = [];
  /** What happened last, said in the language of the moment. */
  #note: (() => string) | undefined;
  /** The link this state came from, until its cursor has met the figure. */
  #arrived: Reading | undefined;
  #scheduled = false;
  #speaking: ReturnType<typeof setTimeout> | undefined;
  #spoken = 0;
  readonly #address: Address;
  readonly #line: CodeLine;
  readonly #compare: Compare;
  readonly #editor: CellEditor;
  readonly #moving: Moving = new Moving(this);
  readonly #camera: Camera;
  readonly #share: ShareDialog;
  readonly #openNotes = new Set<string>();
  readonly #rendered = new Map<string, unknown[]>();

  constructor(pooling: Pooling, restart: () => Promise<Pooling>) {
    const reading = read(location.hash, preferredLanguage());
    this.state = reading.state;
    this.#settle();
    this.#noteBad(reading.bad);
    this.#arrived = reading;
    this.stage = new Stage(place("stage"));
    this.#compare = new Compare(this.stage.sheet);
    this.#editor = new CellEditor(this.stage.sheet);
    this.#pooled = new Pooled(this, pooling, restart, document.documentElement.dataset.worker);
    this.#share = new ShareDialog(this);
    this.#address = new Address({ fragment: () => write(this.state), follow: (hash) => this.#follow(hash) });
    this.#camera = new Camera(
      (video, width, height) => void this.#pooled.film(video, width, height),
      () => {
        if (this.picture.plane) this.#showOwn(this.picture.plane);
        this.refuse("camera_lost");
      },
    );
    const app = this;
    this.#line = new CodeLine({
      get texts() {
        return app.texts;
      },
      layer: () => this.state.layer,
      change: (layer, group) => this.change({ layer }, group),
      refuse: (message) => {
        this.#refused = message;
        this.redraw();
      },
      tellDropped: (name, settings) => {
        this.#note = () => say(this.texts.dropped, { name, settings });
      },
      redraw: () => this.#render(),
    });
    this.#listen();
  }

  get texts() {
    return TEXTS[this.state.language];
  }

  get words() {
    return WORDS[this.state.language];
  }

  get model(): Model | undefined {
    return this.#pooled.model;
  }

  #noteBad(bad: string[]): void {
    this.#note =
      bad.length > 0
        ? () => say(this.texts.bad_link, { parts: bad.map((part) => shorten(part, MAX_QUOTE)).join(" · ") })
        : undefined;
  }

  #started = false;

  async start(): Promise<void> {
    await this.#bring();
    // The static markup goes and the living comes in one frame, so nothing is seen to move.
    for (const id of ["head", "code", "under", "presets", "notes"]) place(id).replaceChildren();
    this.#started = true;
    this.#render();
    document.documentElement.dataset.state = "ready";
  }

  // --- what is shown -----------------------------------------------------------------------------------------------

  /** Brings the picture that the state names. Where a sample cannot be had, what was shown stays, and the page says why. */
  async #bring(): Promise<void> {
    const { image, grid } = this.state;
    const isWanted = () => this.state.image === image;
    try {
      await this.picture.bring({ image, grid }, isWanted);
    } catch (error) {
      if (!isWanted()) return;
      const foreign = error instanceof PictureError && error.trouble === "foreign";
      this.state = { ...this.state, image: this.picture.fallBack() };
      this.#arrived = undefined;
      if (!this.picture.plane) await this.#bring();
      const why = foreign ? "sample_foreign" : "sample_failed";
      this.#note = () => say(this.texts[why], { name: this.texts[image as (typeof SAMPLES)[number]] });
    }
    this.redraw();
  }

  /** What is shown now, as undo brings it back. A film is over then: its last frame stands for it. */
  #moment(): Moment {
    const state = { ...this.state, ...this.#settled };
    if (state.image !== "file" && state.image !== "camera") return { state };
    return { state: { ...state, image: "file" }, picture: this.picture.plane };
  }

  change(patch: Partial<State>, group?: string): void {
    const before = this.#moment();
    const isNew = Object.entries(patch).some(([key, value]) => !isSame(value, before.state[key as keyof State]));
    if (isNew) this.#history.keep(before, group);
    this.update(patch);
    this.#settle();
  }

  #settle(): void {
    const { side, row, column } = this.state;
    this.#settled = { side, row, column };
  }

  update(patch: Partial<State>): void {
    const before = this.state;
    this.state = { ...this.state, ...patch };
    this.#refused = "";
    // What was said of another layer or picture is said no longer.
    if (patch.layer || patch.image) this.#note = undefined;
    if (this.state.image !== before.image && before.image === "camera") this.#camera.stop();
    if (this.state.image !== before.image || this.state.grid !== before.grid) void this.#bring();
    else this.redraw();
  }

  /** Shows a picture of the reader's own. */
  #showOwn(plane: Plane, patch: Partial<State> = {}, group?: string): void {
    this.#history.keep(this.#moment(), group);
    this.picture.show(plane, "file");
    this.update({ image: "file", ...patch });
    this.#settle();
  }

  /** Shows another state, a link's or an earlier one; language and theme are the reader's and stay unless it names them. */
  #arrive(state: State, own?: Plane): void {
    if (this.state.image === "camera") this.#camera.stop();
    this.state = state;
    this.#settle();
    this.#refused = "";
    this.#moving.pinned = false;
    if (own) this.picture.show(own, "file");
    void this.#bring();
  }

  #follow(hash: string): void {
    const reading = read(hash, this.state.language);
    const { state, bad } = reading;
    this.#history.keep(this.#moment());
    this.#noteBad(bad);
    this.#arrived = reading;
    this.#choices = [];
    if (!hash.includes("&theme=")) state.theme = this.state.theme;
    // The line first: what a link changes is read there.
    place("line").scrollIntoView({ block: "nearest" });
    // A link to one's own picture names none: back to it while it is here.
    const own = hash.includes("&image=") ? undefined : this.picture.own;
    if (own) state.image = "file";
    this.#arrive(state, own);
  }

  #travel(moment: Moment | undefined): void {
    if (!moment) return;
    const { language, theme } = this.state;
    this.#moving.play(false);
    this.#note = undefined;
    this.#arrived = undefined;
    this.#arrive({ ...moment.state, language, theme }, moment.picture);
  }

  #undo = (): void => this.#travel(this.#history.undo(this.#moment()));
  #redo = (): void => this.#travel(this.#history.redo(this.#moment()));

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
    this.#pooled.pool();
    const { state, model, texts } = this;
    const { language, theme } = state;
    if (this.#fresh("head", language, theme)) {
      document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
      document.title = texts.title;
      document.querySelector("meta[name=description]")?.setAttribute("content", texts.description);
      applyTheme(theme);
      this.stage.element.setAttribute("aria-label", texts.figure_label);
      render(this.#head(), place("head"));
      render(presets(texts), place("presets"));
    }
    if (this.#fresh("line-tools", language, this.#history.canUndo, this.#history.canRedo))
      render(this.#lineTools(), place("line-tools"));
    render(this.#line.line(), place("code"));
    render(this.#line.menu(), place("menu"));
    if (this.#fresh("found", this.#choices, state.layer, language)) {
      render(
        found(
          this.#choices,
          state.layer,
          texts,
          (layer) => this.change({ layer }),
          () => this.#offer([]),
        ),
        place("found"),
      );
    }
    if (model) {
      this.#clampCursor(model);
      this.#pooled.lookBack();
    }
    const stale = this.#pooled.error !== "";
    const error = shorten(this.#refused || this.#pooled.error, MAX_MESSAGE);
    const note = [this.#note?.(), this.#pooled.hindrance?.(texts), this.#stillShown()].filter(Boolean).join(" ");
    if (this.#fresh("messages", error, stale, note)) {
      place("error").textContent = error;
      place("note").textContent = shorten(note, MAX_MESSAGE);
      for (const id of ["stage", "facts", "under"]) place(id).classList.toggle("stale", stale);
    }
    if (model) {
      this.stage.element.classList.toggle("zoomed", state.zoom !== undefined);
      this.stage.draw(model, state.zoom, currentTheme(), this.words, PAGE_LAYERS);
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
      // What was chosen could not be had, and nothing was drawn in between.
      const menu = place("tools").querySelector("select");
      if (menu && menu.value !== state.image) menu.value = state.image;
      this.#below();
      this.#speak(model);
    }
    this.#address.update();
  }

  /** What the greyed figure is of, where that is not what the line or the picture is. */
  #stillShown(): string {
    const { model, state, texts } = this;
    if (!this.#pooled.error || !model || (model.layer === state.layer && model.input === this.picture.plane)) return "";
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
      const { height, width } = model.input;
      if (this.#fresh("elsewhere", layer, language, height, width)) {
        render(
          elsewhere(layer, [height, width], texts, (event, text) => this.copy(event, text)),
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
      const here = model && this.#pooled.error === "" && model.input.height * model.input.width < LARGE;
      this.#took = here ? timeOf(this.#pooled.core, model) : undefined;
    }
    const { texts } = this;
    const took = this.#took;
    const text = took === undefined ? "" : say(texts.took, { time: number(Number(took.toPrecision(2))) });
    if (place("took").textContent !== text) place("took").textContent = text;
  }

  #sentence(model: Model): Part[] {
    return lookingBack(model, this.state.look, this.texts, this.words);
  }

  #notes(model: Model): TemplateResult {
    const { texts } = this;
    const toggle = (name: string, on: boolean) => {
      if (this.#openNotes.has(name) === on) return;
      if (on) this.#openNotes.add(name);
      else this.#openNotes.delete(name);
      this.redraw();
    };
    return html`${notes({ pooling: this.#pooled.core, model, texts }, this.#openNotes, toggle)}
      ${disagreements(texts)}
      <details><summary>${texts.keys}</summary><p>${texts.keys_body}</p></details>`;
  }

  // --- the parts of the page ---------------------------------------------------------------------------------------

  #head(): TemplateResult {
    const { texts, state } = this;
    const next = { auto: "light", light: "dark", dark: "auto" } as const;
    return html`<p class="tagline">${texts.tagline}</p>
      <button lang=${state.language === "en" ? "zh-CN" : "en"} @click=${() => this.update({ language: state.language === "en" ? "zh" : "en" })}>${texts.language}</button>
      <button aria-label=${texts[`theme_${state.theme}`]} title=${texts[`theme_${state.theme}`]} @click=${() => this.update({ theme: next[state.theme] })}>${icons[state.theme]}</button>`;
  }

  #lineTools(): TemplateResult {
    const { texts } = this;
    const { embed } = document.documentElement.dataset;
    if (embed !== undefined) {
      return html`<a class="whole" href=${pageAddress("")} target="_blank" rel="noopener" aria-label=${texts.full_page} title=${texts.full_page} @click=${(
        event: Event,
      ) => {
        (event.currentTarget as HTMLAnchorElement).href = pageAddress(write(this.state));
      }}>Poolscope</a>`;
    }
    const button = (name: "undo" | "redo", can: boolean, act: () => void) =>
      html`<button class=${name} aria-disabled=${!can} aria-label=${texts[name]} title=${texts[name]} @click=${act}>${icons[name]}</button>`;
    return html`<button aria-label=${texts.copy_line} title=${texts.copy_line} @click=${(event: Event) => this.copy(event, this.line())}>${icons.copy}</button>
      <button aria-label=${texts.paste_line} title=${texts.paste_line} @click=${() => readClipboard(this)}>${icons.paste}</button>
      <button aria-label=${texts.copy_link} title=${texts.copy_link} @click=${(event: Event) => this.copy(event, pageAddress(write(this.state)))}>${icons.link}</button>
      ${button("undo", this.#history.canUndo, this.#undo)}
      ${button("redo", this.#history.canRedo, this.#redo)}`;
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
    const words = this.words;
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
          ${this.picture.own ? html`<option value="file" ?selected=${state.image === "file"}>${texts.file}</option>` : nothing}
          ${state.image === "camera" ? html`<option value="camera" selected>${texts.camera}</option>` : nothing}
        </select>
        <label class="button" title=${texts.open_help}>${texts.open}<input type="file" accept="image/*,video/*" aria-label=${texts.open_help} @change=${(
          event: Event,
        ) => {
          const input = event.currentTarget as HTMLInputElement;
          const file = input.files?.[0];
          if (file) this.open(file);
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
    const { own } = this.picture;
    if (image === "file" && own) this.#showOwn(own, { zoom: undefined });
    else this.change({ image, zoom: undefined });
  }

  #openShare(): void {
    this.#moving.play(false);
    this.#share.open();
  }

  #film(): void {
    if (this.state.image === "camera") {
      this.change({ image: "spaceship" });
      return;
    }
    this.#camera.start().then(
      () => this.change({ image: "camera", zoom: undefined }),
      (error: Error) => this.refuse(cameraTrouble(error)),
    );
  }

  // --- numbers -----------------------------------------------------------------------------------------------------

  /** Opens a field over an input cell; a number typed there becomes the cell's. */
  edit(row: number, column: number, typed?: string): void {
    const { model } = this;
    const { arrangement } = this.stage;
    this.#moving.play(false);
    if (!model || !arrangement || arrangement.input.cell < NUMBER_CELL || model.back) return;
    const channel = model.cursor?.channel ?? 0;
    const old = valueAt(model.input, channel, row, column);
    const label = say(this.texts.editing, { row, column });
    const group = `cell ${performance.now()}`;
    this.#editor.ask(cellBox(arrangement.input, row, column), old, typed, label, (value, onward, bad) => {
      const colour = value === undefined || this.state.image === "numbers" || Number.isFinite(value);
      this.#note = undefined;
      if (bad !== undefined) this.#note = () => say(this.texts.not_a_number, { text: bad, value: number(old) });
      else if (!colour) this.#note = () => say(this.texts.not_a_colour, { value: number(old) });
      else if (value !== undefined && !Object.is(value, old)) this.#put(channel, row, column, value, group);
      this.redraw();
      this.stage.element.focus();
      if (onward && column + 1 < model.input.width) this.change({ side: "input", row, column: column + 1 }, group);
    });
    this.change({ side: "input", row, column });
  }

  #put(channel: number, row: number, column: number, value: number, group: string): void {
    const { state } = this;
    const { plane } = this.picture;
    if (!plane) return;
    if (state.image === "numbers") {
      const values = [...state.grid.values];
      values[row * plane.width + column] = value;
      this.change({ grid: { ...state.grid, values } }, group);
    } else this.#showOwn(withValue(plane, channel, row, column, value), {}, group);
  }

  // --- what comes from outside -------------------------------------------------------------------------------------

  #listen(): void {
    const { element } = this.stage;
    listenToPointers(this, this.#moving);
    listenToClipboard(this);
    listenToUndo(this.#undo, this.#redo);
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
  }

  line(): string {
    return print(this.state.layer);
  }

  leaveField(): void {
    this.#line.leave();
  }

  copy(event: Event, text: string): void {
    copy(event, text, this.texts, () => {
      if (this.#share.isOpen) this.#share.render(this.texts.copy_failed);
      else this.refuse("copy_failed");
    });
  }

  /** Says why something cannot be had; what is there stays. */
  refuse(why: keyof Texts): void {
    this.#note = () => this.texts[why];
    this.redraw();
  }

  open(file: Blob): void {
    this.#open(file).catch((error: unknown) => {
      if (!(error instanceof PictureError)) throw error;
      this.refuse(PICTURE_TROUBLE[error.trouble]);
    });
  }

  async #open(file: Blob): Promise<void> {
    if (file.type.startsWith("video/")) {
      await this.#camera.file(file).catch(() => {
        throw new PictureError("unreadable");
      });
      this.change({ image: "camera", zoom: undefined });
      return;
    }
    const { plane, scaled } = await fromFile(file);
    this.#showOwn(plane, { zoom: undefined });
    this.#note = scaled && (() => say(this.texts.scaled_picture, scaled));
  }

  take(text: string): void {
    const matrix = readMatrix(text);
    if (typeof matrix === "string") this.refuse(matrix);
    else if (matrix) this.change({ image: "numbers", grid: matrix, zoom: undefined });
    else this.#takeLine(text);
  }

  #offer(choices: readonly Choice[]): void {
    this.#choices = choices;
    this.redraw();
  }

  #takeLine(text: string): void {
    try {
      const choices = findLayers(text);
      // Where none can be drawn, reading the text says why.
      const layer = choices.find((choice) => choice.layer)?.layer ?? parse(text);
      this.change({ layer });
      this.#offer(choices);
      if (/return_indices\s*=\s*True/.test(text)) this.#note = () => this.texts.pasted_indices;
    } catch (error) {
      if (!(error instanceof CodeError)) throw error;
      if (/^\s*https?:\S+\s*$/.test(text)) {
        this.refuse("foreign_picture");
        return;
      }
      this.#note = () => explain(error, WORDS[this.state.language]);
      this.redraw();
    }
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
