/**
 * `poolscope/element-class`: the class behind `<pool-view>`, without registering it.
 *
 *   <pool-view code="nn.MaxPool2d(3, stride=2)" src="picture.png" at="1,1">what to show until it is ready</pool-view>
 */
export { useCore } from "../module/start.js";
export type { PoolChange, PoolCursor, PoolError, PoolState } from "./events.js";
export { PoolView } from "./pool-view.js";
