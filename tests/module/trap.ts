/** A core that traps: poolscope's own bytes, some functions of which are `unreachable` from its first instruction on. */
import { loadPooling, type Pooling, PoolingError } from "../../web/module/index.js";

/** Reads a LEB128 number; where it ends. */
function number(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  let shift = 0;
  for (let i = at; ; i++) {
    const byte = bytes[i] as number;
    value += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if (byte < 0x80) return [value, i + 1];
  }
}

const CODE = 10;
const END = 0x0b;

/** Where each function's body lies, the longest first, as the core's start needs short ones. */
function bodies(bytes: Uint8Array): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (let at = 8; at < bytes.length; ) {
    const kind = bytes[at];
    const [size, start] = number(bytes, at + 1);
    at = start + size;
    if (kind !== CODE) continue;
    let [count, from] = number(bytes, start);
    while (count--) {
      const [length, body] = number(bytes, from);
      from = body + length;
      found.push([body, from]);
    }
  }
  return found.sort(([a, b], [c, d]) => d - c - (b - a));
}

/** The bytes of a core that starts and of which `traps` says so; undefined is that of one that does not start. */
export async function trapping(
  whole: ArrayBuffer,
  traps: (wasm: WebAssembly.Module) => Promise<boolean | undefined>,
): Promise<Uint8Array> {
  const groups = [bodies(new Uint8Array(whole))];
  for (let group = groups.shift(); group; group = groups.shift()) {
    const bytes = new Uint8Array(whole.slice(0));
    for (const [start, end] of group) {
      // No locals, then nothing but `unreachable`, which is the byte 0.
      bytes.fill(0, start, end);
      bytes[end - 1] = END;
    }
    const trapped = await traps(await WebAssembly.compile(bytes));
    if (trapped) return bytes;
    const half = group.length >> 1;
    if (trapped === undefined && half > 0) groups.push(group.slice(0, half), group.slice(half));
  }
  throw new Error("no function of the core traps");
}

/** The bytes of a core in which `act` traps and `before` does not. */
export const trappingIn = (
  whole: ArrayBuffer,
  act: (pooling: Pooling) => unknown,
  before: (pooling: Pooling) => unknown = () => {},
): Promise<Uint8Array> =>
  trapping(whole, async (wasm) => {
    const pooling = await loadPooling({ wasm })
      .then((started) => {
        before(started);
        return started;
      })
      .catch(() => undefined);
    if (!pooling) return undefined;
    try {
      act(pooling);
    } catch (error) {
      return error instanceof PoolingError ? error.code === "internal" : true;
    }
    return false;
  });
