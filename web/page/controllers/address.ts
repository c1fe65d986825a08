/** The page's address: it follows what is shown, and what somebody follows is shown. */
import { decode, encode } from "../state.js";

/** The first change of several is written so long after it was made. */
const DELAY = 250;
/** Safari refuses more than a hundred changes in half a minute. */
const INTERVAL = 400;

/** The address of this page with another fragment. Made of the whole address: a path may begin with two slashes, as a host does. */
export function pageAddress(fragment: string, search = ""): string {
  const address = new URL(location.href);
  address.search = search;
  address.hash = encode(fragment);
  return address.href;
}

export interface AddressHost {
  /** What is shown, as a fragment without its `#`. */
  fragment(): string;
  /** Shows what a link names. */
  follow(hash: string): void;
}

export class Address {
  /** The fragment that the state came from or went to. */
  #known = location.hash;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #written = Number.NEGATIVE_INFINITY;

  readonly #host: AddressHost;

  constructor(host: AddressHost) {
    this.#host = host;
    addEventListener("hashchange", ({ newURL }) => {
      const { hash } = new URL(newURL);
      this.#known = hash;
      if (decode(hash) !== decode(`#${encode(host.fragment())}`)) host.follow(hash);
    });
  }

  /** Writes the state into the address, soon. What changes all the time, a film or the playing cursor, is written at intervals. */
  update(): void {
    this.#timer ??= setTimeout(() => this.#write(), Math.max(DELAY, this.#written + INTERVAL - performance.now()));
  }

  #write(): void {
    this.#timer = undefined;
    // Somebody has just followed a link: its state comes first, and then this one is old.
    if (location.hash !== this.#known) return;
    const next = `#${encode(this.#host.fragment())}`;
    if (next === location.hash) return;
    this.#written = performance.now();
    try {
      history.replaceState(null, "", next);
    } catch {
      // A sandboxed frame may not write its address.
    }
    this.#known = location.hash;
  }
}
