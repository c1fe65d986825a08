/** What went wrong, for programs: the sentence in `message` is for people. */
export type PoolingErrorCode =
  | "invalid_argument"
  | "unsupported_dtype"
  | "out_of_memory"
  | "wasm_unavailable"
  | "disposed"
  | "internal";

/** Whether `error` was made by the class below. Runs no code of the caller's, as `instanceof` does for a Proxy. */
export let isPoolingError: (error: unknown) => error is PoolingError;

/**
 * The only error this module throws. After it the instance works on, nothing is half written and no memory is lost; only after
 * "internal", a fault of the module's own, the instance is closed, and the next loadPooling() starts another.
 * What PyTorch refuses is refused in PyTorch's words; `cause` holds what a caller's own getter or promise threw.
 */
export class PoolingError extends Error {
  static {
    // Minifiers rename classes, consoles show the name.
    Object.defineProperty(PoolingError, "name", { value: "PoolingError" });
    isPoolingError = (error): error is PoolingError => isObject(error) && #own in error;
  }
  readonly #own = true;
  /** For those who cannot use `instanceof`: another copy of the module, another realm. */
  override readonly name = "PoolingError";
  /** What went wrong, for programs. */
  readonly code: PoolingErrorCode;

  /** Thrown by this module only. */
  constructor(code: PoolingErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** A value as it is named in a sentence. Never runs code of the value's owner. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case "bigint":
      // Of many digits it makes a sentence nobody reads, and takes seconds to write.
      return BigInt.asIntN(64, value) === value ? `${value}n` : "a BigInt beyond 64 bits";
    case "symbol":
    case "function":
      return `a ${typeof value}`;
    case "object":
      return value ? "an object" : "null";
    default:
      return String(value);
  }
}

export const list = (values: ArrayLike<unknown>): string => `[${Array.from(values).join(", ")}]`;

/** Throws a refusal in PyTorch's own words. */
export function torchSays(sentence: string): never {
  throw new PoolingError("invalid_argument", sentence);
}

export function refuse(name: string, argument: string, problem: string): never {
  torchSays(`${name}(): argument '${argument}' ${problem}`);
}

/** Refuses `value`, which is not what it must be. */
export function mustBe(name: string, argument: string, wanted: string, value: unknown): never {
  refuse(name, argument, `must be ${wanted}, not ${show(value)}`);
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Whether an object, or a class it is of, has this name: what somebody put on Object.prototype is nobody's. */
export function has(object: object, key: string): boolean {
  if (!(key in Object.prototype)) return key in object;
  let at: object | null = object;
  while (at && at !== Object.prototype && !Object.hasOwn(at, key)) at = Object.getPrototypeOf(at);
  return at !== null && at !== Object.prototype;
}

/** What it has under this name, read once. */
export function property(object: object, key: string): unknown {
  return key in Object.prototype && !has(object, key) ? undefined : (object as Record<string, unknown>)[key];
}

/**
 * What a thrown value says of itself, and the value as a cause: both only where it can be asked without throwing again, as
 * consoles will ask it too.
 */
export function said(thrown: unknown): { words: string; options: { cause: unknown } | undefined } {
  try {
    const words = thrown instanceof Error ? thrown.message : "";
    if (typeof words === "string") return { words, options: { cause: thrown } };
  } catch {}
  return { words: "", options: undefined };
}

/** Whatever the caller's own code threw while it was read (a getter, a Proxy), with the argument's name. */
export function wrap(error: unknown, name: string, argument: string): PoolingError {
  if (isPoolingError(error)) return error;
  const { words, options } = said(error);
  const detail = words && `: ${words}`;
  return new PoolingError("invalid_argument", `${name}(): argument '${argument}' cannot be read${detail}`, options);
}

/** The core could not be started, for whatever reason. */
export function unavailable(cause: unknown): PoolingError {
  if (isPoolingError(cause)) return cause;
  const { words, options } = said(cause);
  return new PoolingError(
    "wasm_unavailable",
    `the WebAssembly core cannot be started: ${words || show(cause)}`,
    options,
  );
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    let left = i + 1;
    row = row.map((above, j) => {
      if (j > 0) left = Math.min(left + 1, above + 1, (row[j - 1] as number) + (a[i] === b[j - 1] ? 0 : 1));
      return left;
    });
  }
  return row[b.length] as number;
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z]/g, "");

/** "did you mean 'kernelSize'?" for kernel_size, else everything that is known. */
export function suggest(given: string, known: readonly string[]): string {
  const apart = (name: string) => distance(plain(given.slice(0, 40)), plain(name));
  const nearest = [...known].sort((a, b) => apart(a) - apart(b))[0] ?? "";
  if (apart(nearest) <= Math.max(2, nearest.length / 3)) return `did you mean '${nearest}'?`;
  return `known are ${known.join(", ")}`;
}

/** A misspelt option is refused, not ignored. */
export function checkNames(name: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      torchSays(`${name}() got an unexpected keyword argument '${key.slice(0, 40)}'; ${suggest(key, known)}`);
    }
  }
}
