/** What comes from outside, pasted or dropped, and what is copied. */
import { parse } from "../../figure/read.js";
import type { Texts } from "../texts/index.js";

export interface ClipboardHost {
  readonly texts: Texts;
  /** The line of code, which is copied where a part of it is selected. */
  line(): string;
  /** Closes the line's field and leaves its number as it was. */
  leaveField(): void;
  /** Opens a picture or a film. */
  open(file: Blob): void;
  /** Takes what a text holds: a layer, or numbers. */
  take(text: string): void;
  refuse(why: keyof Texts): void;
}

const isLine = (text: string): boolean => {
  try {
    return parse(text) !== undefined;
  } catch {
    return false;
  }
};

const COPIED_FOR = 1200;

/** Copies a text and says so at the button; where the browser refuses, the text beside the button is selected. */
export function copy(event: Event, text: string, texts: Texts, refuse: () => void): void {
  const button = event.currentTarget as HTMLElement;
  const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
  written.then(
    () => {
      button.dataset.done = texts.copied;
      setTimeout(() => delete button.dataset.done, COPIED_FOR);
    },
    () => {
      const code = button.previousElementSibling;
      if (code) getSelection()?.selectAllChildren(code);
      refuse();
    },
  );
}

/** Takes what the clipboard holds. */
export function readClipboard(host: ClipboardHost): void {
  const read = navigator.clipboard?.readText?.() ?? Promise.reject(new Error("no clipboard"));
  read.then(
    (text) => host.take(text),
    () => host.refuse("paste_failed"),
  );
}

function paste(event: ClipboardEvent, host: ClipboardHost): void {
  const { target } = event;
  const file = [...(event.clipboardData?.files ?? [])][0];
  const text = event.clipboardData?.getData("text/plain");
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) {
    // A whole line where a number is typed means the line.
    if (!target.matches("#code input") || !text || !isLine(text)) return;
    host.leaveField();
  }
  if (file) host.open(file);
  else if (text) host.take(text);
  else host.refuse("paste_nothing");
  event.preventDefault();
}

export function listenToClipboard(host: ClipboardHost): void {
  addEventListener("paste", (event) => paste(event, host));
  // Turnable numbers are no text to browsers: what is copied out of the line is the line.
  addEventListener("copy", (event) => {
    const selection = getSelection();
    const code = document.getElementById("code");
    const inLine = [selection?.anchorNode, selection?.focusNode].some((node) => code?.contains(node ?? null));
    if (!inLine || event.target instanceof HTMLInputElement) return;
    event.clipboardData?.setData("text/plain", host.line());
    event.preventDefault();
  });
  const { dataset } = document.documentElement;
  addEventListener("dragover", (event) => {
    event.preventDefault();
    dataset.drop = host.texts.drop;
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) delete dataset.drop;
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    delete dataset.drop;
    const file = event.dataTransfer?.files[0];
    const text = event.dataTransfer?.getData("text/plain");
    if (file) host.open(file);
    // Pictures dragged out of another page come as their addresses.
    else if (event.dataTransfer?.types.includes("text/uri-list")) host.refuse("foreign_picture");
    else if (text) host.take(text);
  });
}
