/** The dialog in which a figure is taken along, and the files made for it. */
import { render } from "lit/html.js";
import type { Stage } from "../../element/stage.js";
import { arrange } from "../../figure/arrange.js";
import type { Model } from "../../figure/model.js";
import type { Words } from "../../figure/texts/index.js";
import { animation, download, figureText, fileName } from "../export.js";
import { sampleAddress } from "../samples.js";
import { frame, share, tag } from "../sections/share.js";
import { isOwn, type State, write } from "../state.js";
import type { Texts } from "../texts/index.js";
import { currentTheme } from "../theme.js";
import { pageAddress } from "./address.js";

/** A column of text, in which most frames stand. */
const COLUMN = 688;
/** The page's margins and the room between its parts. */
const MARGINS = 44;

export interface ShareHost {
  readonly state: State;
  readonly model: Model | undefined;
  readonly stage: Stage;
  readonly texts: Texts;
  readonly words: Words;
  copy(event: Event, text: string): void;
}

const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

export class ShareDialog {
  readonly #host: ShareHost;
  readonly #dialog = place("share") as HTMLDialogElement;
  #busy = false;

  constructor(host: ShareHost) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.#dialog.open;
  }

  open(): void {
    this.render();
    this.#dialog.showModal();
  }

  render(trouble = ""): void {
    const { state, texts } = this.#host;
    const shared = {
      link: pageAddress(write(state)),
      tag: tag(state, new URL(sampleAddress(state.image), location.href).href),
      frame: frame(state.layer, pageAddress(write(state), "?embed"), this.#frameHeight()),
      own: isOwn(state),
      trouble,
      busy: this.#busy,
    };
    const acts = {
      copy: (event: Event, text: string) => this.#host.copy(event, text),
      copySvg: (event: Event) => this.#host.copy(event, this.#svgText()),
      saveSvg: () => this.#saveSvg(),
      savePng: () => this.#savePng(),
      animate: () => void this.#animate(),
      close: () => this.#dialog.close(),
    };
    render(share(shared, texts, acts), this.#dialog);
  }

  /** What a frame needs in a column of text as well as in a window like this one. */
  #frameHeight(): number {
    const { model, stage, state } = this.#host;
    if (!model) return 0;
    const above = place("stage").getBoundingClientRect().top - place("line").getBoundingClientRect().top;
    const { height } = arrange(model, { width: COLUMN, density: 1, zoom: state.zoom });
    // Its sentences take more lines there.
    const narrow = stage.element.offsetWidth > COLUMN ? 80 : 0;
    const rooms = ["facts", "under"].map((id) => place(id).offsetHeight);
    const figure = Math.max(stage.element.offsetHeight, height);
    return Math.ceil(rooms.reduce((sum, room) => sum + room, above + figure + MARGINS + narrow));
  }

  get #width(): number {
    return this.#host.stage.arrangement?.width ?? 1120;
  }

  #svgText(): string {
    const { model, stage, state, words } = this.#host;
    const { input, output } = stage;
    return figureText(model as Model, state.zoom, this.#width, currentTheme(), words, { input, output });
  }

  #saveSvg(): void {
    const { model } = this.#host;
    if (model) download(new Blob([this.#svgText()], { type: "image/svg+xml" }), fileName(model, "svg"));
  }

  #savePng(): void {
    const { model, stage } = this.#host;
    stage.output.toBlob((blob) => {
      if (blob && model) download(blob, fileName(model, "png"));
    }, "image/png");
  }

  async #animate(): Promise<void> {
    const { model, stage, words } = this.#host;
    if (this.#busy || !model) return;
    this.#busy = true;
    this.render();
    const { input, output } = stage;
    const width = Math.min(this.#width, 800);
    download(await animation(model, width, currentTheme(), words, { input, output }), fileName(model, "apng.png"));
    this.#busy = false;
    this.render();
  }
}
