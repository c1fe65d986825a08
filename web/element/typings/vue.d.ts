/**
 * `<pool-view>` in Vue's templates: `import type {} from "poolscope/vue"` once, anywhere. The compiler has to be told that
 * it is an element: `compilerOptions: { isCustomElement: (tag) => tag === "pool-view" }`.
 */
import type { HTMLAttributes, PublicProps } from "vue";
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
  /** `@poolchange` */
  onPoolchange?: PoolChangeListener | undefined;
  /** `@poolcursor` */
  onPoolcursor?: PoolCursorListener | undefined;
  /** `@poolerror` */
  onPoolerror?: PoolErrorListener | undefined;
};

declare module "vue" {
  interface GlobalComponents {
    "pool-view": new () => { $props: Own & HTMLAttributes & PublicProps };
  }
}
