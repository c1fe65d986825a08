/** The public types of poolscope/worker. */
import type {
  BothWritten,
  Dispose,
  DType,
  DTypes,
  ImageLike,
  ImageOptions,
  LayoutOption,
  LoadOptions,
  NewArray,
  Out,
  OutWithIndices,
  Pool,
  PooledImage,
  Pooling,
  PoolingInfo,
  PoolWithIndices,
  Receiver,
  Scatter,
  Target,
  Targets,
  Tensor,
  TypedArray,
  Written,
} from "../types.js";

/** A tensor that stays in the worker: a call that reads or writes it sends no pixels. */
export type WorkerTensor<A extends TypedArray = TypedArray> = {
  /** Its sizes. */
  readonly shape: readonly number[];
  /** A copy of its elements. After free() a PoolingError "disposed". */
  read(): Promise<NewArray<A>>;
  /** Copies `data`, as many elements of its class, into it. */
  write(data: A): Promise<void>;
  /** Gives the memory back; a second time does nothing. A forgotten tensor is freed when it is collected. */
  free(): void;
} & Dispose;

/** What every operator in a worker also takes. */
export interface TransferOption {
  /**
   * Hands the buffers of the tensors or the picture that are read over to the worker instead of copying them: they are
   * detached here. A buffer that `out` lies in is copied and stays, and without a worker all of them stay.
   * @defaultValue false
   */
  transfer?: boolean | undefined;
}

/** How to load in a worker. */
export interface WorkerLoadOptions extends LoadOptions {
  /**
   * Where worker-thread.js lies, for a bundler that does not follow `new URL(…, import.meta.url)`, and for a module that comes
   * from another origin: browsers start workers of the page's own origin only. A relative address is relative to this module.
   * Under a policy that asks for trusted types, a TrustedScriptURL.
   * @defaultValue beside this module
   */
  worker?: { readonly href: string } | { toJSON(): string } | string | undefined;
}

type Source<A extends TypedArray> = Tensor<A> | WorkerTensor<A>;
interface LaterAll {
  <A extends TypedArray>(
    x: Source<A>,
    options: LayoutOption & TransferOption & { out: WorkerTensor<A> },
  ): Promise<WorkerTensor<A>>;
  <A extends TypedArray, T extends Target<A> | Targets<A> = never>(
    x: Source<A>,
    options?: LayoutOption & TransferOption & Out<A> & Receiver<T>,
  ): Promise<Tensor<Written<A, T>>>;
}
interface LaterPool<O> {
  <A extends TypedArray>(
    x: Source<A>,
    options: O & TransferOption & { out: WorkerTensor<A> },
  ): Promise<WorkerTensor<A>>;
  <A extends TypedArray, T extends Target<A> | Targets<A> = never>(
    x: Source<A>,
    options: O & TransferOption & Out<A> & Receiver<T>,
  ): Promise<Tensor<Written<A, T>>>;
}
interface LaterWithIndices<O> {
  <A extends TypedArray>(
    x: Source<A>,
    options: O & TransferOption & { out: { output: WorkerTensor<A>; indices: WorkerTensor<Int32Array> } },
  ): Promise<{ output: WorkerTensor<A>; indices: WorkerTensor<Int32Array> }>;
  <A extends TypedArray, T extends Target<A> | Targets<A> = never>(
    x: Source<A>,
    options: O & TransferOption & OutWithIndices<A> & Receiver<T>,
  ): Promise<BothWritten<A, T>>;
}
interface LaterScatter<O> {
  <A extends TypedArray>(
    x: Source<A>,
    indices: Source<Int32Array> | Int32Array,
    options: O & TransferOption & { out: WorkerTensor<A> },
  ): Promise<WorkerTensor<A>>;
  <A extends TypedArray, T extends Target<A> | Targets<A> = never>(
    x: Source<A>,
    indices: Source<Int32Array> | Int32Array,
    options: O & TransferOption & Out<A> & Receiver<T>,
  ): Promise<Tensor<Written<A, T>>>;
}
/** The name says which form of call it is: without strictFunctionTypes the type of any form passes for every other. */
type Later<K extends string, F> = K extends `global${string}`
  ? LaterAll
  : K extends `${string}WithIndices`
    ? F extends PoolWithIndices<infer O>
      ? LaterWithIndices<O>
      : never
    : K extends `maxUnpool${string}` | `maxPool${string}Backward`
      ? F extends Scatter<infer O>
        ? LaterScatter<O>
        : never
      : K extends `${string}Pool${string}`
        ? F extends Pool<infer O>
          ? LaterPool<O>
          : never
        : F extends (...given: infer G) => infer R
          ? (...given: G) => Promise<R>
          : never;

/** What an instance is, and where it runs. */
export interface WorkerInfo extends PoolingInfo {
  /** Whether the core runs in a worker; if not, it runs on the calling thread. */
  worker: boolean;
  /** Why there is no worker, in one line; undefined where there is one. */
  workerError?: string;
}

/** What is not simply the same with a promise around it. */
interface Own {
  /** What the core is, and whether it runs in a worker. */
  info(): Promise<WorkerInfo>;
  /** A tensor in the worker, filled with zeros, for pipelines that must not copy. */
  tensor<T extends DType>(dtype: T, shape: readonly number[]): Promise<WorkerTensor<DTypes[T]>>;
  /** As the module's poolImage. */
  poolImage(image: ImageLike, options: ImageOptions & TransferOption): Promise<PooledImage>;
  /** Ends the worker. What is still asked of it, or later, is a PoolingError "disposed". */
  close(): void;
}

/**
 * A core in a worker: the methods of the module's `Pooling`, each returning a promise. Whatever fails in the core fails one call; the
 * next one has a fresh core, to which resident tensors of before are "disposed".
 */
// A mapping over keyof Pooling itself, for only that keeps the docstrings.
export type WorkerPooling = {
  [K in keyof Pooling as K extends keyof Own | symbol ? never : K]: Later<K & string, Pooling[K]>;
} & Own &
  Dispose;
