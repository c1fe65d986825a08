/** Puts one value to one place of an entry and judges the answer. Runs as it is in Node and in browsers. */
import { outcomeOf, PATIENCE, wrongRefusal } from "./judge.js";

/**
 * @typedef {import("./causes/values.js").Value} Value
 * @typedef {import("./causes/values.js").World} World
 * @typedef {import("./entries/entry.js").Entry} Entry
 * @typedef {import("./entries/entry.js").Place} Place
 * @typedef {import("./judge.js").Outcome} Outcome
 */

const ran = () => "attackRan" in globalThis || "polluted" in Object.prototype;
/** @param {Outcome} outcome */
const show = (outcome) => ("result" in outcome ? outcome.result : `${outcome.name}: ${outcome.message}`).slice(0, 200);

/** Milliseconds: of the processor where it can be asked. */
const clock = () => {
  const usage = globalThis.process?.cpuUsage?.();
  return usage ? (usage.user + usage.system) / 1000 : performance.now();
};

/** @param {Place} place @param {unknown} value */
const answer = (place, value) => outcomeOf(() => place.put(value), value);

/** The answers that a value may get beside a refusal: an honest one's, none's, and its own as plain data.
 * @param {Place} place @param {Value} value @param {World} world */
function* twins(place, { make }, world) {
  yield place.honest();
  yield undefined;
  try {
    const value = make(place.honest(), world);
    if (Array.isArray(value) && value.length <= 8) yield Array.from({ length: value.length }, (_, at) => value[at]);
    yield structuredClone(make(place.honest(), world));
  } catch {
    // It cannot be read, or is no data.
  }
}

/**
 * What is wrong with the answer; nothing if all is well.
 * @param {Pick<Entry, "wrongResult">} entry @param {Place} place @param {Value} value @param {World} world
 */
export async function faultOf(entry, place, value, world) {
  const given = value.make(place.honest(), world);
  const before = clock();
  const undo = value.around?.();
  /** @type {Outcome} */
  let outcome;
  try {
    outcome = await answer(place, given);
  } finally {
    undo?.();
  }
  const time = clock() - before;
  if (time > PATIENCE) return `it took ${time / 1000} s`;
  if (ran()) return "a script ran, or Object.prototype was changed";
  if (!("result" in outcome)) return wrongRefusal(outcome);
  const wrong = entry.wrongResult?.(outcome.result) ?? "";
  if (wrong) return wrong;
  const { result } = outcome;
  // A text is its own plain data, and a file too.
  if (typeof given === "string" || place.files || place.own) return "";
  for (const plain of twins(place, value, world)) {
    const twin = await answer(place, plain);
    if ("result" in twin && twin.result === result) return "";
  }
  return `answered as no honest data is: ${show(outcome)}`;
}
