/** One operator on the caller's objects: everything is read first, which may run the caller's code; then nothing of it runs. */
import { asIndices, fill, isArray, keepApart } from "./arrays.js";
import { has, isObject, list, property, refuse, show, torchSays, wrap } from "./errors.js";
import { type Accepted, type ArrayKind, aligned, type BoundOperator, type Heap } from "./heap.js";
import type { Operator } from "./operators.js";
import { type Call, firstAxis, readOptions, readSamples, setRatio, setShape, takeAll } from "./options.js";
import { refusalOf } from "./sentences.js";
import {
  addressOf,
  checkLength,
  copyIn,
  copyNew,
  copyOut,
  elements,
  type Given,
  type GivenTensor,
  readArray,
  readTensor,
} from "./tensor.js";
import type { Tensor, TypedArray } from "./types.js";

/** Where a result goes: an array of the caller's, perhaps in a tensor that is handed back itself, or nothing: a new array. */
interface Target {
  readonly given: Given | undefined;
  readonly tensor: Tensor | undefined;
}

function readTarget(heap: Heap, value: unknown, name: string, argument: string): Target {
  if (value === undefined) return nowhere;
  if (isArray(value) && !has(value, "shape"))
    return { given: readArray(heap, value, name, argument), tensor: undefined };
  return { given: readTensor(heap, value, name, argument), tensor: value as Tensor };
}

/** `out`, which for an operator with indices may also be { output, indices }. */
function readTargets(heap: Heap, { name, returnsIndices }: Operator, out: unknown): [Target, Target] {
  try {
    if (returnsIndices && isObject(out) && !isArray(out) && !has(out, "data")) {
      for (const key of Object.keys(out)) {
        if (key !== "output" && key !== "indices") {
          refuse(name, "out", `must be a tensor, an array or { output, indices }, but has ${show(key)}`);
        }
      }
      return [
        readTarget(heap, property(out, "output"), name, "out.output"),
        readTarget(heap, property(out, "indices"), name, "out.indices"),
      ];
    }
    return [readTarget(heap, out, name, "out"), nowhere];
  } catch (error) {
    throw wrap(error, name, "out");
  }
}

/** The indices of an unpooling or a backward: a tensor of x's shape, or an array of its length. */
function readIndices(heap: Heap, value: unknown, x: GivenTensor, name: string): Given {
  const alone = isArray(value) && !has(value, "shape");
  const indices: Given = (alone ? readArray : readTensor)(heap, value, name, "indices");
  const { name: kind } = indices.kind;
  if (kind !== "Int32Array") torchSays(`elements in indices should be type int32 but got: ${kind}`);
  if (indices.shape && !same(indices.shape, x.shape)) {
    torchSays(
      `Expected shape of indices to be same as that of the input tensor (${list(x.shape)}) ` +
        `but got indices tensor with shape: ${list(indices.shape)}`,
    );
  }
  return indices;
}

const same = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);

const label = ({ name, type }: ArrayKind): string =>
  name === "Uint16Array" && type === "float16" ? 'Uint16Array of dtype "float16"' : name;

/** Refuses a target of another class or size than the result. */
function checkTarget({ given }: Target, kind: ArrayKind, wanted: readonly number[], name: string): void {
  if (!given) return;
  const { argument, shape } = given;
  // An array alone says nothing of what its words mean.
  const isSame = given.kind === kind || (!shape && given.kind.make === kind.make);
  if (!isSame) refuse(name, argument, `must be a ${label(kind)}, not a ${label(given.kind)}`);
  if (shape && !same(shape, wanted)) {
    refuse(name, argument, `must have the result's shape ${list(wanted)}, not ${list(shape)}`);
  }
  checkLength(given, wanted, name);
}

/** Has the core check the numbers and work out the spatial sizes of the result; returns `shape` with these. */
export function plan(call: Call, shape: readonly number[]): number[] {
  const { heap, fields, numbers, operator } = call;
  const status = heap.plan(numbers);
  if (status !== 0) throw refusalOf(call, status, shape);
  const result = shape.slice();
  const first = firstAxis(call, shape);
  const { rank } = operator;
  for (let i = 0; i < rank; i++) result[first + i] = heap.get(fields.result[(3 - rank + i) as 0]);
  return result;
}

/** The plan of the operator's last accepted call: its result's shape. */
function planAgain(call: Call, shape: readonly number[]): number[] {
  const status = call.heap.plan(call.numbers);
  if (status !== 0) throw refusalOf(call, status, shape);
  return (call.last as Accepted).result.slice();
}

/** Holds gradOutput against the forward operator's result; returns the shape of the gradient to compute. */
function planBackward(call: Call, shape: readonly number[], given: number[]): number[] {
  const { heap, fields, numbers, operator } = call;
  const { rank, group } = operator;
  let wanted = shape.slice();
  if (group === "average") {
    const forward = { ...call, numbers: numbers.slice() };
    forward.numbers[fields.op] = heap.description.operators.indexOf("avg");
    wanted = plan(forward, shape);
  } else if (given.length === shape.length) {
    const first = firstAxis(call, shape);
    for (let i = 0; i < rank; i++) {
      wanted[first + i] = numbers[fields.size[(3 - rank + i) as 0]] = given[first + i] as number;
    }
  }
  if (!same(wanted, given)) {
    const at = wanted.findIndex((size, i) => size !== given[i]);
    torchSays(
      `Expected a tensor of dimension ${wanted.length} and tensor.size[${at}] == ${wanted[at]} ` +
        `but got: dimension ${given.length} and tensor.size[${at}] = ${given[at] ?? "none"}`,
    );
  }
  return plan(call, shape);
}

/** One tensor during a call: on the heap for good at `home`, or, where that is −1, only `at` an address while the call lasts. */
interface Slot {
  readonly bytes: number;
  readonly home: number;
  at: number;
}

const absent: Slot = { bytes: 0, home: 0, at: 0 };

function makeSlot(heap: Heap, given: Given | undefined, bytes: number, name: string): Slot {
  const home = given ? addressOf(heap, given, name) : -1;
  return { bytes, home, at: home };
}

const overlap = (a: Slot, b: Slot): boolean =>
  a.home >= 0 && b.home >= 0 && a.home < b.home + b.bytes && b.home < a.home + a.bytes;

/** Bytes of the borrowed block that a slot needs. */
const share = ({ at, bytes }: Slot): number => (at < 0 ? aligned(bytes) : 0);

/** Gives a slot without an address the next part of the block; returns where the one after it starts. */
function settle(slot: Slot, next: number): number {
  const end = next + share(slot);
  if (slot.at < 0) slot.at = next;
  return end;
}

/** The elements of a result, in the target's array or in a new one. */
function deliver(heap: Heap, { given }: Target, kind: ArrayKind, { at, home, bytes }: Slot): TypedArray {
  const length = bytes / kind.bytes;
  if (!given) return copyNew(heap, kind, at, length);
  if (home < 0) {
    copyOut(heap, kind, at, length, given.data);
    return given.data;
  }
  if (at !== home) heap.move(home, at, bytes);
  return new kind.make(heap.buffer, home, length);
}

function asTensor(heap: Heap, kind: ArrayKind, data: TypedArray, shape: number[]): Tensor {
  return kind === heap.halves ? { data, shape, dtype: "float16" } : { data, shape };
}

export function pool(heap: Heap, operator: BoundOperator, first: unknown, second: unknown, options: unknown): unknown {
  const { name, backward, takesIndices, returnsIndices } = operator;
  const { fields, int32 } = heap;

  let reading = operator.image ? "image" : backward ? "gradOutput" : "x";
  let x: GivenTensor;
  let indices: Given | undefined;
  try {
    x = readTensor(heap, first, name, reading);
    reading = "indices";
    if (takesIndices) indices = readIndices(heap, second, x, name);
  } catch (error) {
    throw wrap(error, name, reading);
  }
  const call = readOptions(heap, operator, options);
  const [target, indexTarget] = call.out === undefined ? [nowhere, nowhere] : readTargets(heap, operator, call.out);
  const shape = call.inputShape ?? x.shape;
  const { kind } = x;
  const isKnown = call.last !== undefined && call.last.kind === kind && same(call.last.shape, shape);
  if (isKnown) call.numbers = call.last?.numbers as number[];
  else {
    if (call.last) takeAll(call, call.last.values);
    setShape(call, shape);
    call.numbers[fields.dtype] = kind.dtype;
  }
  // Before work that the shape alone makes long, and again when nothing can shorten the array any more.
  checkLength(x, x.shape, name);
  let samples: Float64Array | undefined;
  if (operator.group === "fractional") {
    setRatio(call);
    plan(call, shape);
    samples = readSamples(call);
  }
  // From here on nothing of the caller's runs: lengths and addresses stay as they are read.

  checkLength(x, x.shape, name);
  if (indices) checkLength(indices, x.shape, name);
  const result = isKnown ? planAgain(call, shape) : backward ? planBackward(call, shape, x.shape) : plan(call, shape);
  if (!isKnown && call.values) {
    operator.memory.last = { values: call.values, kind, shape, numbers: call.numbers, result: result.slice() };
  }
  checkTarget(target, kind, result, name);
  checkTarget(indexTarget, int32, result, name);

  const count = elements(x.shape);
  const length = elements(result);
  const input = makeSlot(heap, x, count * kind.bytes, name);
  const output = makeSlot(heap, target.given, length * kind.bytes, name);
  const inputIndices = indices ? makeSlot(heap, indices, count * 4, name) : absent;
  const outputIndices = returnsIndices ? makeSlot(heap, indexTarget.given, length * 4, name) : absent;
  const sampleSlot = samples ? makeSlot(heap, undefined, samples.byteLength, name) : absent;
  if (target.given && indexTarget.given) keepApart(name, target.given.data, indexTarget.given.data);
  // A result is not written where an input is still being read.
  if (overlap(output, input) || overlap(output, inputIndices)) output.at = -1;
  if (overlap(outputIndices, input)) outputIndices.at = -1;

  const block = heap.borrow(
    share(input) + share(output) + share(inputIndices) + share(outputIndices) + share(sampleSlot),
  );
  try {
    let next = settle(input, block);
    next = settle(output, next);
    next = settle(inputIndices, next);
    next = settle(outputIndices, next);
    settle(sampleSlot, next);
    if (input.home < 0) copyIn(heap, x, count, input.at);
    if (indices && inputIndices.home < 0) copyIn(heap, indices, count, inputIndices.at);
    if (samples) fill(heap.doubles, samples, sampleSlot.at / 8);
    heap.put(fields.input, input.at);
    heap.put(fields.output, output.at);
    heap.put(fields.input_indices, inputIndices.at);
    heap.put(fields.output_indices, outputIndices.at);
    heap.put(fields.samples, sampleSlot.at);
    const status = heap.run();
    if (status !== 0) throw refusalOf(call, status, shape);

    // Both new arrays before either target is written: what can fail comes first.
    const newIndices =
      returnsIndices && !indexTarget.given ? deliver(heap, indexTarget, int32, outputIndices) : undefined;
    const data = deliver(heap, target, kind, output);
    const made = target.tensor ?? asTensor(heap, kind, data, result);
    if (!returnsIndices) return made;
    const found = newIndices ?? deliver(heap, indexTarget, int32, outputIndices);
    return { output: made, indices: asIndices(found, !newIndices, result.slice()) };
  } finally {
    heap.giveBack(block);
  }
}

const nowhere: Target = { given: undefined, tensor: undefined };
