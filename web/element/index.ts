/** `poolscope/element`: importing it registers `<pool-view>`, once, and only where there is a page to register it in. */
import { PoolView } from "./element-class.js";

export { type PoolChange, type PoolCursor, PoolView } from "./element-class.js";

declare global {
  interface HTMLElementTagNameMap {
    "pool-view": PoolView;
  }
  interface HTMLElementEventMap {
    poolchange: CustomEvent<import("./element-class.js").PoolChange>;
    poolcursor: CustomEvent<import("./element-class.js").PoolCursor>;
  }
}

if (globalThis.customElements && !customElements.get("pool-view")) customElements.define("pool-view", PoolView);
