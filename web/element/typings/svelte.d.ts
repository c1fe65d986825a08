/**
 * `<pool-view>` in Svelte's markup: `import type {} from "poolscope/svelte"` once, anywhere.
 */
import type { HTMLAttributes } from "svelte/elements";
import type { PoolView } from "../element-class.js";
import type { PoolChangeListener, PoolCursorListener, PoolViewAttributes } from "./attributes.js";

export type { PoolChangeListener, PoolCursorListener, PoolViewAttributes } from "./attributes.js";

type Own = PoolViewAttributes & {
  onpoolchange?: PoolChangeListener | undefined;
  onpoolcursor?: PoolCursorListener | undefined;
  /** As Svelte 4 writes it. */
  "on:poolchange"?: PoolChangeListener | undefined;
  "on:poolcursor"?: PoolCursorListener | undefined;
};

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "pool-view": HTMLAttributes<PoolView> & Own;
  }
}
