/** Arrays, dtypes and tensors. */

/** `Float16Array` where the consumer's library knows it. */
export type Float16 = typeof globalThis extends { Float16Array: { prototype: infer F } } ? F : never;

/** The classes of array a tensor can have. Uint8ClampedArray pools as Uint8Array does. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Float16;

/**
 * A new array of A's dtype, a plain one over an ArrayBuffer, whatever A is: a Buffer's is a Uint8Array. Named by what slice() returns,
 * as TypeScript before 5.7 knows no other buffers.
 */
export type NewArray<A extends TypedArray> = A extends Float32Array
  ? ReturnType<Float32Array["slice"]>
  : A extends Float64Array
    ? ReturnType<Float64Array["slice"]>
    : A extends Uint8Array
      ? ReturnType<Uint8Array["slice"]>
      : A extends Uint8ClampedArray
        ? ReturnType<Uint8ClampedArray["slice"]>
        : A extends Int8Array
          ? ReturnType<Int8Array["slice"]>
          : A extends Uint16Array
            ? ReturnType<Uint16Array["slice"]>
            : A extends Int16Array
              ? ReturnType<Int16Array["slice"]>
              : A extends Int32Array
                ? ReturnType<Int32Array["slice"]>
                : A extends Float16 & { slice(): infer F extends TypedArray }
                  ? F
                  : A;

/** An array of A's dtype over any buffer. */
export type AnyArray<A extends TypedArray> = { [K in DType]: A extends DTypes[K] ? DTypes[K] : never }[DType];

/** Dense, row-major. The array's class is the dtype. */
export interface Tensor<A extends TypedArray = TypedArray> {
  /** As many elements as the product of the shape. An input's are never changed or kept; `out` is written, `transfer` detaches. */
  readonly data: A;
  /** Sizes, the last axis being the one whose neighbours lie side by side. */
  readonly shape: readonly number[];
  /** "float16" where a Uint16Array holds halves, as a result of such a tensor says too. Else the array's class is the dtype. */
  readonly dtype?: string | undefined;
}

/** The dtypes by name, as resident tensors are asked for, and the class of array each is. */
export interface DTypes {
  /** Sums are kept in float32, as in PyTorch. */
  float32: Float32Array;
  /** Sums are kept in float64. */
  float64: Float64Array;
  /** Sums of integers are exact. */
  uint8: Uint8Array;
  /** As uint8: the class of a canvas's pixels. */
  uint8clamped: Uint8ClampedArray;
  /** Sums of integers are exact. */
  int8: Int8Array;
  /** Sums of integers are exact. */
  uint16: Uint16Array;
  /** Sums of integers are exact. */
  int16: Int16Array;
  /** Sums of integers are exact. */
  int32: Int32Array;
  /**
   * Where the engine has Float16Array; everywhere as a Uint16Array of `dtype: "float16"`. Computed in float32, rounded to nearest
   * even at the end.
   */
  float16: Float16;
}
/** The name of a dtype. */
export type DType = keyof DTypes;

/** `[Symbol.dispose]` where the consumer's library knows it. */
export type Dispose = SymbolConstructor extends { readonly dispose: infer S extends symbol }
  ? { [K in S]: () => void }
  : unknown;

/** Lives on the WASM heap: a call that reads or writes it copies nothing. */
export type ResidentTensor<A extends TypedArray = TypedArray> = Tensor<A> & {
  /** A view on the tensor, valid until the next call: read it anew each time. After free() a PoolingError "disposed". */
  readonly data: A;
  /** Gives the memory back; a second time does nothing. A forgotten tensor is freed when it is collected. */
  free(): void;
} & Dispose;
