/** The arguments of a call on their way to the worker, and its result on the way back. */
import { asIndices, bufferOf, className, fill, isArray, isDetached, keepApart, lengthOf, offsetOf } from "../arrays.js";
import { has, isObject, mustBe, PoolingError, property } from "../errors.js";
import { type ArrayClass, type ClassName, classNames } from "../heap.js";
import { picture } from "../picture.js";
import type { Tensor, TypedArray } from "../types.js";
import { type Owner, placeOf } from "./handle.js";
import { type Parts, type Pooler, poolerOf, type Substitute } from "./protocol.js";

type Fields = Record<string | number, unknown>;

/** An argument that cannot be sent as it is. The call is done on this side, where it is refused in the same words, or works. */
export class Stays extends Error {}

const classOf = (data: TypedArray): ArrayClass =>
  (globalThis as unknown as Record<string, ArrayClass>)[className.call(data) as string] as ArrayClass;

/** The elements alone, however large the buffer they are a part of. */
export const copyOf = (data: TypedArray): TypedArray & { buffer: ArrayBuffer } =>
  new (classOf(data))(bufferOf.call(data), offsetOf.call(data), lengthOf.call(data)).slice() as never;

const isOneOfNine = (name: string | undefined): name is ClassName =>
  (Object.values(classNames) as unknown[]).includes(name);

/** Where one result goes: a resident tensor, or an array of the caller's, perhaps in a tensor or picture that is handed back. */
export interface Target {
  readonly handle: object | undefined;
  readonly array: TypedArray | undefined;
  readonly whole: object | undefined;
}

/** Names all three, as a name that is left out would be looked up on Object.prototype. */
const target = (handle?: object, array?: TypedArray, whole?: object): Target => ({ handle, array, whole });
const NEW = /* @__PURE__ */ target();

/** An object with these names and nothing behind them. */
export const fieldsOf = (names: Iterable<string>, value: unknown): Fields => {
  const fields: Fields = Object.create(null);
  for (const name of names) fields[name] = value;
  return fields;
};

/** What a picture can be pooled with, whatever its operator. */
const imageOptions = (): string[] => {
  const names = ["maxPool2d", "avgPool2d", "lpPool2d", "adaptiveMaxPool2d"];
  return ["op", ...new Set(names.flatMap((name) => poolerOf(name)?.operator?.options ?? []))].filter(
    (name) => name !== "layout",
  );
};

/**
 * The options of a method that pools, each read once and in the module's order. A name that is not known is kept, without its value,
 * for the module to refuse.
 */
export function readOptions(
  given: Fields,
  { operator }: Pooler,
  method: string,
): { options: Fields; transfer: boolean } {
  const transfer = property(given, "transfer");
  if (transfer !== undefined && typeof transfer !== "boolean") mustBe(method, "transfer", "true or false", transfer);
  const options = fieldsOf(Object.keys(given), null);
  delete options.transfer;
  for (const name of operator?.options ?? imageOptions()) {
    const value = property(given, name);
    if (value !== undefined || Object.hasOwn(options, name)) options[name] = value;
  }
  return { options, transfer: transfer === true };
}

/** Whether `out` is { output, indices }, as the module tells it. */
export const isPair = (out: unknown, { operator }: Pooler): out is Fields =>
  operator?.returnsIndices === true && isObject(out) && !isArray(out) && !has(out, "data");

/** Whatever is not plain data in full, without a class, a getter or a hidden property, stays: a clone would say less than it does. */
function checkPlain(value: unknown): void {
  if (!isObject(value)) return;
  const isList = Array.isArray(value);
  const prototype = Object.getPrototypeOf(value);
  if (!isList && prototype && Object.getPrototypeOf(prototype)) throw new Stays();
  for (const name of Object.getOwnPropertyNames(value)) {
    const property = Object.getOwnPropertyDescriptor(value, name) as PropertyDescriptor;
    if (property.get || !(isList || property.enumerable)) throw new Stays();
    checkPlain(property.value);
  }
}

/** The arguments of one call, read once. */
export class Crossing {
  readonly given: unknown[] = [];
  readonly substitutes: Substitute[] = [];
  readonly targets: Target[] = [];
  readonly #owner: Owner;
  /** The arrays that are read, and where they belong. */
  readonly #arrays: { holder: Fields; key: string | number; data: TypedArray; mayMove: boolean }[] = [];
  #transfer = false;

  constructor(owner: Owner, method: string, given: readonly unknown[]) {
    this.#owner = owner;
    const pooler = poolerOf(method);
    if (!pooler) {
      for (const value of given) checkPlain(value);
      this.given = [...given];
      return;
    }
    for (let at = 0; at < pooler.inputs; at++) this.#readInput(given[at], at, pooler);
    const options = given[pooler.inputs];
    this.given[pooler.inputs] = isObject(options) ? this.#readOptions(options, pooler, method) : options;
  }

  /**
   * Puts the arrays into the arguments: the caller's own, where they are transferred, else copies. Returns the buffers that go
   * along. A buffer that a result is to be written to stays.
   */
  pack(mayTransfer: boolean): Set<ArrayBuffer> {
    const buffers = new Set<ArrayBuffer>();
    const stay = this.targets.map(({ array }) => array && bufferOf.call(array));
    for (const { holder, key, data, mayMove } of this.#arrays) {
      const buffer = bufferOf.call(data);
      const moves = mayTransfer && mayMove && this.#transfer && buffer instanceof ArrayBuffer && !stay.includes(buffer);
      const crossing = moves ? data : copyOf(data);
      holder[key] = crossing;
      buffers.add(bufferOf.call(crossing) as ArrayBuffer);
    }
    return buffers;
  }

  #readInput(value: unknown, at: number, { parts }: Pooler): void {
    const place = placeOf(value, this.#owner);
    if (place) this.substitutes.push({ path: [at], tensor: place.id });
    else if (!isObject(value)) this.given[at] = value;
    else if (isArray(value) && !has(value, "shape")) {
      this.given[at] = value;
      this.#send(this.given as unknown as Fields, at, true);
    } else {
      const copy = this.#partsOf(value, parts);
      this.given[at] = copy;
      this.#send(copy, "data", true);
    }
  }

  #partsOf(value: Fields, parts: readonly string[]): Fields {
    const copy: Fields = {};
    for (const part of parts) copy[part] = property(value, part);
    return copy;
  }

  /** An array to be read. Whatever is none is refused by its kind alone, so of an object nothing crosses. */
  #send(holder: Fields, key: string | number, mayMove = false): void {
    const value = holder[key];
    if (!isArray(value)) holder[key] = isObject(value) ? {} : value;
    else if (isDetached(value)) throw new Stays();
    else this.#arrays.push({ holder, key, data: value, mayMove });
  }

  #readOptions(given: Fields, pooler: Pooler, method: string): Fields {
    const { options, transfer } = readOptions(given, pooler, method);
    const { out, randomSamples } = options;
    this.#transfer = transfer;
    if (isObject(randomSamples) && !Array.isArray(randomSamples)) {
      const samples = isArray(randomSamples) || !("data" in randomSamples) ? randomSamples : randomSamples.data;
      options.randomSamples = samples;
      if (isArray(samples)) this.#send(options, "randomSamples");
      else if (isObject(samples) && !Array.isArray(samples)) throw new Stays();
    }
    const path = [pooler.inputs, "out"];
    if (placeOf(out, this.#owner) || !isPair(out, pooler)) {
      if (out !== undefined) this.#readTarget(options, "out", out, path, 0, pooler);
      return options;
    }
    const [output, indices] = [property(out, "output"), property(out, "indices")];
    const both = fieldsOf(Object.keys(out), undefined);
    options.out = both;
    this.#readTarget(both, "output", output, [...path, "output"], 0, pooler);
    this.#readTarget(both, "indices", indices, [...path, "indices"], 1, pooler);
    const [a, b] = this.targets;
    try {
      if (a?.array && b?.array) keepApart(method, a.array, b.array);
    } catch {
      throw new Stays();
    }
    return options;
  }

  #readTarget(
    holder: Fields,
    key: string,
    value: unknown,
    path: (string | number)[],
    which: number,
    { parts, operator }: Pooler,
  ): void {
    const place = placeOf(value, this.#owner);
    if (place) {
      this.substitutes.push({ path, tensor: place.id });
      this.targets[which] = target(value as object);
      holder[key] = undefined;
    } else if (!isObject(value)) holder[key] = value;
    else if (isArray(value) && !(operator && has(value, "shape"))) {
      this.targets[which] = target(undefined, value);
      this.#makeRoom(holder, key, value, path);
    } else {
      const copy = this.#partsOf(value, parts);
      holder[key] = copy;
      const { data } = copy;
      if (isArray(data)) {
        this.targets[which] = target(undefined, data, value);
        this.#makeRoom(copy, "data", data, [...path, "data"]);
      } else this.#send(copy, "data");
    }
  }

  /** Of an array that is only written the worker makes its own; one of a class that is no dtype is refused by its class. */
  #makeRoom(holder: Fields, key: string, data: TypedArray, path: (string | number)[]): void {
    if (isDetached(data)) throw new Stays();
    const kind = className.call(data);
    if (isOneOfNine(kind)) this.substitutes.push({ path, kind, length: lengthOf.call(data) });
    holder[key] = isOneOfNine(kind) ? undefined : new (classOf(data))(0);
  }
}

/** Refuses a target that lost its memory in the meantime, before any target is written. */
function checkRoom({ array }: Target = NEW, { data }: Parts): void {
  if (!array || lengthOf.call(array) >= lengthOf.call(data)) return;
  throw new PoolingError("invalid_argument", "argument 'out' was detached while the worker worked");
}

/** A result in the caller's hands: in its target, or as it came. */
function deliver(result: Parts, { handle, array, whole }: Target = NEW): object {
  if (handle) return handle;
  let data = result.data as TypedArray;
  if (array) {
    fill(array, data);
    if (whole) return whole;
    data = array;
  }
  const { shape, dtype, width, height, colorSpace, pixelFormat } = result;
  if (typeof width !== "number") return dtype === undefined ? { data, shape } : { data, shape, dtype };
  const pixels =
    array && !pixelFormat
      ? new Uint8ClampedArray(bufferOf.call(array), offsetOf.call(array), lengthOf.call(array))
      : data;
  return picture(pixels, width, height as number, colorSpace, pixelFormat);
}

/** The result of a call as the module's own method would return it. */
export function receive(method: string, value: unknown, targets: readonly Target[]): unknown {
  const pooler = poolerOf(method);
  if (!pooler) return value;
  if (!pooler.operator?.returnsIndices) {
    checkRoom(targets[0], value as Parts);
    return deliver(value as Parts, targets[0]);
  }
  const { output, indices } = value as { output: Parts; indices: Parts };
  checkRoom(targets[0], output);
  checkRoom(targets[1], indices);
  const found = deliver(indices, targets[1]);
  return {
    output: deliver(output, targets[0]),
    indices: targets[1]?.handle
      ? found
      : asIndices(targets[1]?.array ?? (found as Tensor).data, targets[1] !== undefined, indices.shape as number[]),
  };
}
