/**
 * The same pooling in a worker: every method returns a promise, and the calling thread stays free.
 *
 *   const pooling = await loadPooling();
 *   const { data } = await pooling.maxPool2d({ data: new Float32Array(64), shape: [1, 8, 8] }, { kernelSize: 2 });
 */
export { PoolingError, type PoolingErrorCode } from "./errors.js";
export { loadPooling } from "./worker/client.js";
export type { TransferOption, WorkerInfo, WorkerLoadOptions, WorkerPooling, WorkerTensor } from "./worker/types.js";
