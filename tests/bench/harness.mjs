// Runs in the page and in Node alike: compares every contender's output, warms all up by time, then times them in turns.

/**
 * @typedef {object} Contender
 * @property {string} library
 * @property {Kind} kind
 * @property {(calls: number) => void | Promise<void>} run
 * @property {() => Output | Promise<Output>} [result] in the workload's layout; asked for once, before any timing
 * @property {number} [tolerance] largest difference that is no mistake: 0 unless sums or roundings may differ
 * @property {number} [share] how many operators one call runs, when more than one
 * @property {Contender} [overhead] what a call costs without its operators
 * @property {boolean} [once] too slow to be warmed up and repeated
 */
/**
 * fresh: arrays in, new arrays out. out: arrays in, into arrays the caller has. tensor: the same without turning 8-bit
 * pixels into float planes and back. operator: on data that is already where the operator reads it. last: the same of
 * tensors whose channels come last.
 * @typedef {"fresh" | "out" | "tensor" | "operator" | "last"} Kind
 */
/** @typedef {{ output: ArrayLike<number>, indices?: ArrayLike<number | bigint> }} Output */
/** @typedef {{ library: string, kind: Kind, ms: number, low: number, high: number, samples: number, difference?: number, wrong?: string }} Timing */
/** @typedef {{ warm: number, slot: number, spend: number, best?: boolean }} Budget milliseconds; best: the fastest sample, not the median */

const now = () => performance.now();

/** @param {number[]} values @param {number} part */
const quantile = (values, part) => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  return sorted[Math.floor(at)] + (sorted[Math.ceil(at)] - sorted[Math.floor(at)]) * (at % 1);
};

/** @param {ArrayLike<number | bigint>} a @param {ArrayLike<number | bigint>} b */
function largestDifference(a, b) {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(Number(a[i]) - Number(b[i]));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/**
 * Every contender's output against the right one.
 * @param {Contender} contender @param {{ output: ArrayLike<number>, indices?: ArrayLike<number> }} right
 */
export async function compare(contender, right) {
  if (!contender.result) return {};
  const { output, indices } = await contender.result();
  const difference = largestDifference(output, right.output);
  if (!(difference <= (contender.tolerance ?? 0))) return { difference, wrong: `differs by ${difference}` };
  if (right.indices && indices && largestDifference(indices, right.indices) > 0)
    return { difference, wrong: "indices differ" };
  return { difference };
}

/**
 * @param {Contender[]} contenders @param {Budget} budget
 * @param {{ output: ArrayLike<number>, indices?: ArrayLike<number> }} [right]
 * @returns {Promise<Timing[]>}
 */
export async function measure(contenders, budget, right) {
  /** @type {{ contender: Contender, slow?: boolean, calls: number, samples: number[], spent: number, done: boolean, says: { difference?: number, wrong?: string } }[]} */
  const entries = [];
  for (const contender of contenders) {
    const start = now();
    const says = right ? await compare(contender, right) : {};
    const slow = contender.result && now() - start > 1000; // one call is a warm-up already
    entries.push({ contender, slow, calls: 1, samples: [], spent: 0, done: says.wrong !== undefined, says });
  }
  const timed = entries.filter((entry) => !entry.done);
  for (const contender of contenders) {
    if (contender.overhead && !timed.some((entry) => entry.contender === contender.overhead)) {
      const entry = { contender: contender.overhead, calls: 1, samples: [], spent: 0, done: false, says: {} };
      timed.push(entry);
    }
  }

  for (const entry of timed) {
    if (entry.contender.once || entry.slow) continue;
    let calls = 1;
    const start = now();
    let took = 0;
    while (took < budget.warm) {
      await entry.contender.run(calls);
      const spent = now() - start;
      if (spent - took < budget.slot) calls *= 2;
      took = spent;
    }
    // The last calls ran optimised: their speed says how many fill a slot.
    const again = now();
    await entry.contender.run(calls);
    entry.calls = Math.max(1, Math.round((calls * budget.slot) / Math.max(now() - again, 0.01)));
  }

  for (let round = 0; timed.some((entry) => !entry.done); round++) {
    for (let i = 0; i < timed.length; i++) {
      const entry = timed[(i + round) % timed.length];
      if (entry.done) continue;
      const start = now();
      const running = entry.contender.run(entry.calls);
      if (running) await running;
      const took = now() - start;
      entry.samples.push(took / entry.calls);
      entry.spent += took;
      entry.done =
        entry.contender.once ||
        (entry.spent >= budget.spend && entry.samples.length >= (took > 1000 ? 1 : took > 100 ? 3 : 7));
      // Threads of the peers spin for a while after their work; nobody else is timed meanwhile.
      if (running) await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  const middle = budget.best ? 0 : 0.5;
  return entries.map(({ contender, samples, says }) => {
    const { library, kind, share = 1, overhead } = contender;
    const idle = overhead ? quantile(timed.find((entry) => entry.contender === overhead).samples, middle) : 0;
    const of = (/** @type {number} */ part) =>
      samples.length ? Math.max(0, quantile(samples, part) - idle) / share : Number.NaN;
    return { library, kind, ms: of(middle), low: of(0.25), high: of(0.75), samples: samples.length, ...says };
  });
}
