/**
 * Pooling as PyTorch means it, in WebAssembly SIMD. Importing this does nothing; `await loadPooling()` starts the core.
 *
 *   const pooling = await loadPooling();
 *   const { data, shape } = pooling.maxPool2d({ data: new Float32Array(64), shape: [1, 8, 8] }, { kernelSize: 2 });
 */
export { PoolingError, type PoolingErrorCode } from "./errors.js";
export { loadPooling } from "./load.js";
export type {
  AdaptiveOptions,
  AverageOptions,
  Axis,
  ChainStage,
  DType,
  DTypes,
  FractionalOptions,
  ImageLike,
  ImageOptions,
  InputShape,
  Layout,
  LayoutOption,
  LoadOptions,
  NewArray,
  NormOptions,
  Operators,
  Out,
  OutWithIndices,
  Padding,
  Padding2,
  PooledImage,
  Pooling,
  PoolingInfo,
  PoolingMethods,
  Rank,
  ResidentTensor,
  ShapeOptions,
  Size,
  Size2,
  SlidingOptions,
  Tensor,
  TypedArray,
  UnpoolOptions,
  WasmSource,
  WindowOptions,
  WithIndices,
} from "./types.js";
