/**
 * `<pool-view>` in TSX, for React 19 and its typings: `import type {} from "poolscope/react"` once, anywhere.
 */
import type { DetailedHTMLProps, HTMLAttributes } from "react";
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
  /** React hands what follows "on" to addEventListener as it is written. */
  onpoolchange?: PoolChangeListener | undefined;
  onpoolcursor?: PoolCursorListener | undefined;
  onpoolerror?: PoolErrorListener | undefined;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "pool-view": DetailedHTMLProps<HTMLAttributes<PoolView>, PoolView> & Own;
    }
  }
}
