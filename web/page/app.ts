/** The page: one state, one redraw. */
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import { fromAddress, fromFile, fromGrid, fromSource, PictureError, type PictureTrouble } from "../element/pictures.js";
import { Stage } from "../element/stage.js";
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
import { Moving, type Page } from "./controls/moving.js";
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
import { decode, encode, type Reading, read, SAMPLES, START, type State, write } from "./state.js";
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
  private picture: Plane | undefined;
  /** What the model was computed from. */
  private made: { layer?: Layer; picture?: Plane } = {};
  private error = "";
  /** What happened last, said in the language of the moment. */
  private note: (() => string) | undefined;
  /** Why one cannot look back here. */
  private hindrance: (() => string) | undefined;
  /** The link this state came from, until its cursor has met the figure. */
  private arrived: Reading | undefined;
  private scheduled = false;
  /** The fragment this state came from or went to. */
  private known = location.hash;
  private linking: ReturnType<typeof setTimeout> | undefined;
  private speaking: ReturnType<typeof setTimeout> | undefined;
  private spoken = 0;
  readonly stage: Stage;
  private readonly line: CodeLine;
  private readonly compare: Compare;
  private readonly editor: CellEditor;
  private readonly moving: Moving = new Moving(this);
  private readonly camera: Camera;
  private readonly pooler: Pooler;
  private readonly openNotes = new Set<string>();
  private busy = false;
  private readonly rendered = new Map<string, unknown[]>();

  constructor(private readonly pooling: Pooling) {
    const reading = read(location.hash, preferredLanguage());
    this.state = reading.state;
    this.noteBad(reading.bad);
    this.arrived = reading;
    this.stage = new Stage(place("stage"));
    this.compare = new Compare(this.stage.sheet);
    this.editor = new CellEditor(this.stage.sheet);
    this.pooler = new Pooler(
      document.documentElement.dataset.worker,
      (outcome) => this.pooled(outcome),
      () => {
        this.made = {};
        this.redraw();
      },
    );
    this.camera = new Camera(
      (video, width, height) => void this.filmed(video, width, height),
      () => {
        this.refuse("camera_lost");
        this.change({ image: "file" });
      },
    );
    const app = this;
    this.line = new CodeLine({
      get texts() {
        return app.texts;
      },
      layer: () => this.state.layer,
      change: (layer) => this.change({ layer }),
      refuse: (message) => {
        this.error = message;
        this.redraw();
      },
      redraw: () => this.render(),
    });
    this.listen();
  }

  get texts() {
    return TEXTS[this.state.language];
  }

  private get words() {
    return WORDS[this.state.language];
  }

  private noteBad(bad: string[]): void {
    this.note = bad.length > 0 ? () => say(this.texts.bad_link, { parts: bad.join(" · ") }) : undefined;
  }

  private started = false;

  async start(): Promise<void> {
    await this.load();
    // The static markup goes and the living comes in one frame, so nothing is seen to move.
    for (const id of ["head", "code", "under", "presets", "notes"]) place(id).replaceChildren();
    this.started = true;
    this.render();
    document.documentElement.dataset.state = "ready";
  }

  /** Fetches the picture the state names. */
  private async load(): Promise<void> {
    const { image, grid } = this.state;
    if (image === "numbers") this.picture = fromGrid(grid);
    else {
      const picture = await fromAddress(sampleAddress(image));
      // A later choice may have overtaken this one.
      if (this.state.image === image) this.picture = picture;
    }
  }

  change(patch: Partial<State>): void {
    const before = this.state;
    this.state = { ...this.state, ...patch };
    if (this.state.image !== before.image && before.image === "camera") this.camera.stop();
    if (this.state.image !== before.image && patch.image && !["file", "camera"].includes(patch.image)) {
      void this.load().then(() => this.redraw());
      return;
    }
    if (this.state.grid !== before.grid) this.picture = fromGrid(this.state.grid);
    this.redraw();
  }

  redraw(): void {
    // What is drawn before the static markup goes would go with it: a resize can come while the first picture loads.
    if (!this.started) return;
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.render();
    });
  }

  private pool(): void {
    const { layer } = this.state;
    const { picture } = this;
    if (!picture || (this.made.layer === layer && this.made.picture === picture)) return;
    this.made = { layer, picture };
    if (this.pooler.there && this.model) {
      // The next frame brings its own figure, and a large picture's comes when it is done; till then the last one stands.
      if (this.state.image === "camera") return;
      if (picture.height * picture.width >= LARGE) {
        this.pooler.picture(layer, picture);
        return;
      }
    }
    try {
      this.model = compute(this.pooling, layer, picture);
      this.error = "";
    } catch (error) {
      // The last good figure stays, greyed; the sentence says why. A link that never was good gets the opening layer's.
      this.error = (error as Error).message;
      this.model ??= compute(this.pooling, START, picture);
    }
  }

  /** What the worker made. */
  private pooled(outcome: { model: Model } | { error: string }): void {
    if ("error" in outcome) this.error = outcome.error;
    else {
      const { model } = outcome;
      const film = this.state.image === "camera";
      // Another picture has been chosen meanwhile.
      if (!film && model.input !== this.picture) return;
      this.model = model;
      this.picture = model.input;
      if (film) this.made = { layer: model.layer, picture: model.input };
      this.error = "";
    }
    this.redraw();
  }

  private async filmed(video: HTMLVideoElement, width: number, height: number): Promise<void> {
    const { pooler } = this;
    if (!pooler.there) {
      this.picture = fromSource(video, width, height);
      this.redraw();
    } else if (!pooler.busy) {
      const frame = await createImageBitmap(video, { resizeWidth: width, resizeHeight: height });
      pooler.frame(this.state.layer, frame);
    }
  }

  private clampCursor(model: Model): void {
    const { state } = this;
    const plane = model[state.side];
    const row = Math.min(state.row, plane.height - 1);
    const column = Math.min(state.column, plane.width - 1);
    const channel = Math.min(state.channel, plane.channels - 1);
    if (row !== state.row || column !== state.column || channel !== state.channel) {
      this.state = { ...state, row, column, channel };
      if (this.arrived?.placed) {
        this.noteBad([...this.arrived.bad, `at=${state.row},${state.column}`]);
        this.redraw();
      }
    }
    this.arrived = undefined;
    model.cursor = { side: state.side, row, column, channel, pinned: this.moving.pinned };
    model.pointed = this.moving.pointed;
  }

  /** Is any of `deps` another than when this part was last rendered? Moving the cursor must not rebuild the whole page. */
  private fresh(part: string, ...deps: unknown[]): boolean {
    const before = this.rendered.get(part);
    if (before && deps.every((value, at) => value === before[at])) return false;
    this.rendered.set(part, deps);
    return true;
  }

  private render(): void {
    this.pool();
    const { state, model, texts } = this;
    const { language, theme } = state;
    if (this.fresh("head", language, theme)) {
      document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
      document.title = texts.title;
      applyTheme(theme);
      this.stage.element.setAttribute("aria-label", texts.figure_label);
      render(this.head(), place("head"));
      render(this.lineTools(), place("line-tools"));
      render(presets(texts), place("presets"));
    }
    render(this.line.line(), place("code"));
    render(this.line.menu(), place("menu"));
    if (model) {
      this.clampCursor(model);
      this.turnBack(model);
    }
    const note = [this.note?.(), this.hindrance?.()].filter(Boolean).join(" ");
    if (this.fresh("messages", this.error, note)) {
      place("error").textContent = this.error;
      place("note").textContent = note;
      for (const id of ["stage", "facts", "under"]) place(id).classList.toggle("stale", this.error !== "");
    }
    if (model) {
      this.stage.element.classList.toggle("zoomed", state.zoom !== undefined);
      this.stage.draw(model, state.zoom, currentTheme(), this.words, PAGE_LAYERS);
      if (this.stage.arrangement) this.compare.draw(model, this.stage.arrangement, this.stage.output, texts.divider);
      const shape = `${shapeOf(model.input)} → ${shapeOf(model.output)}`;
      if (this.fresh("shape", shape)) place("shape").textContent = shape;
      if (this.fresh("legend", model.layer, model.input, language)) render(legend(model, texts), place("legend"));
      render(this.under(model), place("under"));
      const { playing, pinned, speed } = this.moving;
      if (this.fresh("tools", language, state.image, state.look, state.zoom, playing, pinned, speed, this.compare.on)) {
        render(this.tools(), place("tools"));
      }
      this.below();
      this.speak(model);
    }
    this.link();
  }

  private settling: ReturnType<typeof setTimeout> | undefined;
  private lowered = false;

  /** What stands below the figure: at once the first time, afterwards when the figure has come to rest. */
  private below(): void {
    const draw = () => {
      const { model, state, texts } = this;
      if (!model) return;
      const { layer, language } = state;
      if (this.fresh("elsewhere", layer, language)) {
        render(
          elsewhere(layer, texts, (event, text) => this.copy(event, text)),
          place("elsewhere"),
        );
      }
      // A film changes many times a second; what the notes show of it can wait until it stops.
      const still = state.image === "camera" ? undefined : model;
      if (this.lowered) this.time(still);
      if (this.fresh("notes", still, language, [...this.openNotes].join())) render(this.notes(model), place("notes"));
    };
    clearTimeout(this.settling);
    if (!this.lowered) draw();
    this.settling = setTimeout(draw, SETTLED_AFTER);
    this.lowered = true;
  }

  private took: number | undefined;

  /** What the reader waits for when a picture is pooled; large ones and films are pooled elsewhere. Measured once a model. */
  private time(model: Model | undefined): void {
    if (this.fresh("took", model)) {
      const here = model && this.error === "" && model.input.height * model.input.width < LARGE;
      this.took = here ? timeOf(this.pooling, model) : undefined;
    }
    const { took, texts } = this;
    const text = took === undefined ? "" : say(texts.took, { time: number(Number(took.toPrecision(2))) });
    if (place("took").textContent !== text) place("took").textContent = text;
  }

  /** Puts what one sees looking back in the input's place; asked of the module once a model. */
  private turnBack(model: Model): void {
    const { look } = this.state;
    if (this.fresh("back", model, look)) {
      this.hindrance = undefined;
      model.back = undefined;
      if (look === "forward") return;
      try {
        model.back = lookBack(this.pooling, model, look);
        const why = look === "unpool" ? "back_no_indices" : "back_no_gradient";
        if (!model.back) this.hindrance = () => this.texts[why];
      } catch (error) {
        const { message } = error as Error;
        this.hindrance = () => message;
      }
    }
  }

  private sentence(model: Model): Part[] {
    return lookingBack(model, this.state.look, this.texts, this.words);
  }

  private notes(model: Model): TemplateResult {
    const { texts } = this;
    const toggle = (name: string, on: boolean) => {
      if (this.openNotes.has(name) === on) return;
      if (on) this.openNotes.add(name);
      else this.openNotes.delete(name);
      this.redraw();
    };
    return html`${notes({ pooling: this.pooling, model, texts }, this.openNotes, toggle)}
      ${disagreements(texts)}
      <details><summary>${texts.keys}</summary><p>${texts.keys_body}</p></details>`;
  }

  // --- the parts of the page ---------------------------------------------------------------------------------------

  private head(): TemplateResult {
    const { texts, state } = this;
    const next = { auto: "light", light: "dark", dark: "auto" } as const;
    return html`<p class="tagline">${texts.tagline}</p>
      <button lang=${state.language === "en" ? "zh-CN" : "en"} @click=${() => this.change({ language: state.language === "en" ? "zh" : "en" })}>${texts.language}</button>
      <button aria-label=${texts[`theme_${state.theme}`]} title=${texts[`theme_${state.theme}`]} @click=${() => this.change({ theme: next[state.theme] })}>${icons[state.theme]}</button>`;
  }

  private lineTools(): TemplateResult {
    const { texts } = this;
    const { embed } = document.documentElement.dataset;
    if (embed !== undefined) {
      return html`<a class="whole" href=${location.pathname} target="_blank" rel="noopener" aria-label=${texts.full_page} title=${texts.full_page} @click=${(
        event: Event,
      ) => {
        (event.currentTarget as HTMLAnchorElement).hash = encode(write(this.state));
      }}>Poolscope</a>`;
    }
    return html`<button aria-label=${texts.copy_line} title=${texts.copy_line} @click=${(event: Event) => this.copy(event, print(this.state.layer))}>${icons.copy}</button>
      <button aria-label=${texts.copy_link} title=${texts.copy_link} @click=${(event: Event) => this.copy(event, location.href)}>${icons.link}</button>`;
  }

  private copy(event: Event, text: string): void {
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
        this.refuse("copy_failed");
      },
    );
  }

  private showLost(model: Model): void {
    const row = unread(model.rows).at(-1);
    const column = unread(model.columns).at(-1);
    this.change({
      side: "input",
      row: row ? row[0] : this.state.side === "input" ? this.state.row : Math.floor(model.input.height / 2),
      column: row ? Math.floor(model.input.width / 2) : (column?.[0] ?? 0),
    });
  }

  private under(model: Model): TemplateResult {
    const { words, texts, state } = this;
    const axes: [Model["rows"], string][] = [
      [model.rows, "H"],
      [model.columns, "W"],
    ];
    const channels = model.input.channels > 1 ? ["R", "G", "B"].slice(0, model.input.channels) : [];
    return html`<div id="formula">${axes.map(
      ([axis, letter]) =>
        html`<p>${parts(formula(axis, letter, model.layer, words), () => this.showLost(model), texts.lost_button)}</p>`,
    )}</div>
    <div class="said"><p id="sentence">${parts(this.sentence(model))}</p>
    ${
      channels.length > 0
        ? html`<div class="channels" role="group" aria-label=${texts.channel}>${channels.map(
            (name, at) =>
              html`<button aria-pressed=${at === state.channel} @click=${() => this.change({ channel: at })}>${name}</button>`,
          )}</div>`
        : nothing
    }</div>`;
  }

  private tools(): TemplateResult {
    const { texts, state, moving } = this;
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
        <select aria-label=${texts.picture} @change=${(event: Event) => this.change({ image: (event.currentTarget as HTMLSelectElement).value, zoom: undefined })}>
          ${[...SAMPLES, "numbers" as const].map((name) => html`<option value=${name} ?selected=${state.image === name}>${texts[name]}</option>`)}
          ${state.image === "file" ? html`<option value="file" selected>${texts.file}</option>` : nothing}
        </select>
        <label class="button" title=${texts.open_help}>${texts.open}<input type="file" accept="image/*,video/*" aria-label=${texts.open_help} @change=${(
          event: Event,
        ) => {
          const input = event.currentTarget as HTMLInputElement;
          const file = input.files?.[0];
          if (file) void this.open(file);
          input.value = "";
        }}></label>
        <button aria-pressed=${state.image === "camera"} @click=${() => this.film()}>${state.image === "camera" ? texts.camera_stop : texts.camera}</button>
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
            : html`<button aria-pressed=${this.compare.on} @click=${() => {
                this.compare.on = !this.compare.on;
                this.redraw();
              }}>${texts.compare}</button>`
        }
      </div>
      <button class="share" aria-haspopup="dialog" @click=${() => this.openShare()}>${icons.share} ${texts.share}</button>`;
  }

  // --- taking the figure along -------------------------------------------------------------------------------------

  private get dialog(): HTMLDialogElement {
    return place("share") as HTMLDialogElement;
  }

  private openShare(): void {
    this.moving.play(false);
    this.renderShare();
    this.dialog.showModal();
  }

  private renderShare(): void {
    const { state, dialog } = this;
    const fragment = `#${encode(write(state))}`;
    const address = (query: string) => new URL(`${location.pathname}${query}${fragment}`, location.href).href;
    const figure = place("stage").getBoundingClientRect().top - place("line").getBoundingClientRect().top;
    const rooms = ["stage", "facts", "under"].map((id) => place(id).offsetHeight);
    const height = Math.ceil(rooms.reduce((sum, room) => sum + room, figure + 44));
    const shared = {
      link: address(""),
      tag: tag(state, new URL(sampleAddress(state.image), location.href).href),
      frame: frame(state.layer, address("?embed"), height),
      own: state.image === "file" || state.image === "camera",
      busy: this.busy,
    };
    const acts = {
      copy: (event: Event, text: string) => this.copy(event, text),
      copySvg: (event: Event) => this.copy(event, this.svgText()),
      saveSvg: () => this.saveSvg(),
      savePng: () => this.savePng(),
      animate: () => void this.animate(),
      close: () => dialog.close(),
    };
    render(share(shared, this.texts, acts), dialog);
  }

  private width(): number {
    return this.stage.arrangement?.width ?? 1120;
  }

  private svgText(): string {
    const { model, stage } = this;
    const { input, output } = stage;
    return figureText(model as Model, this.state.zoom, this.width(), currentTheme(), this.words, { input, output });
  }

  private saveSvg(): void {
    if (this.model) download(new Blob([this.svgText()], { type: "image/svg+xml" }), fileName(this.model, "svg"));
  }

  private savePng(): void {
    const { model } = this;
    this.stage.output.toBlob((blob) => {
      if (blob && model) download(blob, fileName(model, "png"));
    }, "image/png");
  }

  private async animate(): Promise<void> {
    const { model } = this;
    if (this.busy || !model) return;
    this.busy = true;
    this.renderShare();
    const { input, output } = this.stage;
    const width = Math.min(this.width(), 800);
    download(await animation(model, width, currentTheme(), this.words, { input, output }), fileName(model, "apng.png"));
    this.busy = false;
    this.renderShare();
  }

  private film(): void {
    if (this.state.image === "camera") {
      this.change({ image: "spaceship" });
      return;
    }
    this.camera.start().then(
      () => {
        this.note = undefined;
        this.change({ image: "camera", zoom: undefined });
      },
      (error: Error) => this.refuse(CAMERA_TROUBLE[error.name] ?? "camera_busy"),
    );
  }

  /** Says why something cannot be had; what is there stays. */
  private refuse(why: keyof Texts): void {
    this.note = () => this.texts[why];
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
    this.editor.ask(cellBox(arrangement.input, row, column), old, typed, label, (value, onward, bad) => {
      this.note = bad === undefined ? undefined : () => say(this.texts.not_a_number, { text: bad, value: number(old) });
      if (value !== undefined && value !== old) this.put(channel, row, column, value);
      this.redraw();
      this.stage.element.focus();
      if (onward && column + 1 < model.input.width) this.change({ side: "input", row, column: column + 1 });
    });
    this.change({ side: "input", row, column });
  }

  private put(channel: number, row: number, column: number, value: number): void {
    const { picture, state } = this;
    if (!picture) return;
    if (state.image === "numbers") {
      const values = [...state.grid.values];
      values[row * picture.width + column] = value;
      this.change({ grid: { ...state.grid, values } });
      return;
    }
    const data = Uint8Array.from(picture.data);
    data[(channel * picture.height + row) * picture.width + column] = Math.min(255, Math.max(0, Math.round(value)));
    this.picture = { ...picture, data };
    this.change({ image: "file" });
  }

  private listen(): void {
    const { element } = this.stage;
    listenToPointers(this, this.moving);
    element.addEventListener("keydown", (event) => {
      if (event.target === element) press(event, this, this.moving);
    });
    new ResizeObserver(([entry]) => {
      if (entry && this.stage.resize(entry.contentRect.width)) this.redraw();
    }).observe(element);
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
      this.known = hash;
      if (decode(hash) === decode(`#${encode(write(this.state))}`)) return;
      const reading = read(hash, this.state.language);
      const { state, bad } = reading;
      this.noteBad(bad);
      this.arrived = reading;
      const { image, grid, theme } = this.state;
      if (!hash.includes("&theme=")) state.theme = theme;
      this.state = state;
      this.moving.pinned = false;
      // The line first: what a link changes is read there.
      place("line").scrollIntoView({ block: "nearest" });
      if (state.image !== image || state.grid !== grid) void this.load().then(() => this.redraw());
      else this.redraw();
    });
    addEventListener("paste", (event) => this.paste(event));
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
      if (file) void this.open(file);
      // Pictures dragged out of another page come as their addresses.
      else if (event.dataTransfer?.types.includes("text/uri-list")) this.refuse("foreign_picture");
      else if (text) this.take(text);
    });
  }

  // --- pictures and lines from outside -----------------------------------------------------------------------------

  private async open(file: Blob): Promise<void> {
    try {
      if (file.type.startsWith("video/")) {
        await this.camera.file(file).catch(() => {
          throw new PictureError("unreadable");
        });
        this.note = undefined;
        this.change({ image: "camera", zoom: undefined });
        return;
      }
      const { plane, scaled } = await fromFile(file);
      this.picture = plane;
      this.note = scaled && (() => say(this.texts.scaled_picture, scaled));
      this.change({ image: "file", zoom: undefined });
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      this.refuse(PICTURE_TROUBLE[error.trouble]);
    }
  }

  private take(text: string): void {
    try {
      const layer = parse(text);
      this.note = /return_indices\s*=\s*True/.test(text) ? () => this.texts.pasted_indices : undefined;
      this.change({ layer });
    } catch (error) {
      if (!(error instanceof CodeError)) throw error;
      if (/^\s*https?:\S+\s*$/.test(text)) {
        this.refuse("foreign_picture");
        return;
      }
      const { message } = error;
      this.note = () => say(this.texts.pasted_bad, { message });
      this.redraw();
    }
  }

  private paste(event: ClipboardEvent): void {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const file = [...(event.clipboardData?.files ?? [])][0];
    const text = event.clipboardData?.getData("text/plain");
    if (file) void this.open(file);
    else if (text) this.take(text);
    else this.refuse("paste_nothing");
    event.preventDefault();
  }

  // --- what leaves the page ----------------------------------------------------------------------------------------

  /** The address follows the state, a little behind it: browsers limit how often it may change. */
  private link(): void {
    clearTimeout(this.linking);
    this.linking = setTimeout(() => {
      // Somebody has just followed a link: its state comes first, and then this one is old.
      if (location.hash !== this.known) return;
      const next = `#${encode(write(this.state))}`;
      if (location.hash !== next) history.replaceState(null, "", next);
      this.known = location.hash;
    }, LINK_AFTER);
  }

  /** One sentence a cursor move, at most every 300 ms, and the last one is always said. */
  private speak(model: Model): void {
    const { state, texts } = this;
    const text = say(state.side === "output" ? texts.output_cell : texts.input_cell, {
      row: state.row,
      column: state.column,
      sentence: plain(this.sentence(model)),
    });
    clearTimeout(this.speaking);
    const wait = Math.max(0, this.spoken + SPEAK_EVERY - performance.now());
    this.speaking = setTimeout(() => {
      this.spoken = performance.now();
      const live = place("live");
      if (live.textContent !== text) live.textContent = text;
    }, wait);
  }
}
