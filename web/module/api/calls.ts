/** The forms of a call, and where results go. */
import type { LayoutOption } from "./options.js";
import type { AnyArray, NewArray, Tensor, TypedArray } from "./tensors.js";

/** Where a result may go: a tensor of its shape, or an array of its length, of the input's class. */
export type Target<A extends TypedArray> = Tensor<AnyArray<A>> | AnyArray<A>;
/** Where both results of an operator with indices may go. */
export interface Targets<A extends TypedArray> {
  /** Receives the output. */
  output?: Target<A> | undefined;
  /** Receives the indices. */
  indices?: Target<Int32Array> | undefined;
}
// The forms of these conditions keep the compiler from taking what is expected of a call's result for what was given.
type IsGiven<T> = [T] extends [never] ? false : true;
/** The class of a result that went to T: that of what was given, or a new array of A's dtype. */
export type Written<A extends TypedArray, T> =
  IsGiven<T> extends true
    ? T extends { readonly data: infer R extends TypedArray }
      ? R
      : T extends infer R extends TypedArray
        ? R
        : NewArray<A>
    : NewArray<A>;
/** The classes of output and indices that went to T. */
export type BothWritten<A extends TypedArray, T> =
  IsGiven<T> extends true
    ? T extends { readonly data: TypedArray } | TypedArray
      ? WithIndices<Written<A, T>>
      : WithIndices<
          Written<A, T extends { output?: infer O } ? O : never>,
          Written<Int32Array, T extends { indices?: infer I } ? I : never>
        >
    : WithIndices<NewArray<A>>;

/** Where an operator may write its result. */
export interface Out<A extends TypedArray> {
  /**
   * Receives the result instead of a new array: a tensor of the result's shape, or an array of its length, of the
   * input's class.
   * @defaultValue a new array
   */
  out?: Target<A> | undefined;
}

/** Where an operator with indices may write its results. */
export interface OutWithIndices<A extends TypedArray> {
  /**
   * Receives the output, or output and indices, instead of new arrays.
   * @defaultValue new arrays
   */
  out?: Target<A> | Targets<A> | undefined;
}

/** What is given to receive results, from which the class of the results follows. */
export interface Receiver<T> {
  /** As Out and OutWithIndices say. */
  out?: T | undefined;
}

/** A pooling's output, and where it came from. */
export interface WithIndices<A extends TypedArray, I extends TypedArray = NewArray<Int32Array>> {
  /** The picked elements, in the input's class, rank and layout. */
  output: Tensor<A>;
  /**
   * Of each output the flat position of its element in the unpadded input plane, −1 for a window with no real tap. An
   * Int32Array that is a tensor as well: it carries `shape`, and its `data` is itself.
   */
  indices: I & Tensor<I>;
}

// All forms have the same parameters of type, so that one of several methods, chosen by name, can be called.
/** A pooling of one tensor: the result's class is that of x's dtype. */
export type Pool<O> = <A extends TypedArray, T extends Target<A> | Targets<A> = never>(
  x: Tensor<A>,
  options: O & Out<A> & Receiver<T>,
) => Tensor<Written<A, T>>;
/** A pooling that also says where each result comes from. */
export type PoolWithIndices<O> = <A extends TypedArray, T extends Target<A> | Targets<A> = never>(
  x: Tensor<A>,
  options: O & OutWithIndices<A> & Receiver<T>,
) => BothWritten<A, T>;
/** A pooling of whole planes, which needs no options. */
export type PoolAll = <A extends TypedArray, T extends Target<A> | Targets<A> = never>(
  x: Tensor<A>,
  options?: LayoutOption & Out<A> & Receiver<T>,
) => Tensor<Written<A, T>>;
/** What goes back by indices: unpooling and gradients. `indices` are a tensor of x's shape, or an array of its length. */
export type Scatter<O> = <A extends TypedArray, T extends Target<A> | Targets<A> = never>(
  x: Tensor<A>,
  indices: Tensor<Int32Array> | Int32Array,
  options: O & Out<A> & Receiver<T>,
) => Tensor<Written<A, T>>;
