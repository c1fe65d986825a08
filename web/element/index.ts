/** `poolscope/element`: importing it registers `<pool-view>`, once, and only where there is a page to register it in. */
import { PoolView } from "./element-class.js";

export {
  type PoolChange,
  type PoolCursor,
  type PoolError,
  type PoolState,
  PoolView,
  useCore,
} from "./element-class.js";

declare global {
  interface HTMLElementTagNameMap {
    "pool-view": PoolView;
  }
  interface HTMLElementEventMap {
    poolchange: CustomEvent<import("./element-class.js").PoolChange>;
    poolcursor: CustomEvent<import("./element-class.js").PoolCursor>;
    poolerror: CustomEvent<import("./element-class.js").PoolError>;
  }
}

if (globalThis.customElements && !customElements.get("pool-view")) customElements.define("pool-view", PoolView);
