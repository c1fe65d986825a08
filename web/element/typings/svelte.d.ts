/**
 * `<pool-view>` in Svelte's markup: `import type {} from "poolscope/svelte"` once, anywhere.
 */
import type { HTMLAttributes } from "svelte/elements";
import type { PoolView } from "../element-class.js";
import type {
  PoolChangeListener,
  PoolCursorListener,
  PoolErrorListener,
  PoolViewAttributes,
  PoolViewData,
} from "./attributes.js";

export type { PoolChangeListener, PoolCursorListener, PoolErrorListener, PoolViewAttributes } from "./attributes.js";

type Own = PoolViewAttributes & {
  data?: PoolViewData;
  onpoolchange?: PoolChangeListener | undefined;
  onpoolcursor?: PoolCursorListener | undefined;
  onpoolerror?: PoolErrorListener | undefined;
  /** As Svelte 4 writes it. */
  "on:poolchange"?: PoolChangeListener | undefined;
  "on:poolcursor"?: PoolCursorListener | undefined;
  "on:poolerror"?: PoolErrorListener | undefined;
};

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "pool-view": HTMLAttributes<PoolView> & Own;
  }
}
