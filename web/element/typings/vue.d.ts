/**
 * `<pool-view>` in Vue's templates: `import type {} from "poolscope/vue"` once, anywhere. The compiler has to be told that
 * it is an element: `compilerOptions: { isCustomElement: (tag) => tag === "pool-view" }`.
 */
import type { HTMLAttributes, PublicProps } from "vue";
import type { PoolChangeListener, PoolCursorListener, PoolViewAttributes } from "./attributes.js";

export type { PoolChangeListener, PoolCursorListener, PoolViewAttributes } from "./attributes.js";

type Own = PoolViewAttributes & {
  /** `@poolchange` */
  onPoolchange?: PoolChangeListener | undefined;
  /** `@poolcursor` */
  onPoolcursor?: PoolCursorListener | undefined;
};

declare module "vue" {
  interface GlobalComponents {
    "pool-view": new () => { $props: Own & HTMLAttributes & PublicProps };
  }
}
