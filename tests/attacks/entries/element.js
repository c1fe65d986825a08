/**
 * The places of `<pool-view>`, in a browser: each value is given to an element of its own, before it is in the document, or to one that
 * lives there. `attack(cause)` puts one cause to all of them.
 */
import "/dist/module/element.js";
import { textCauses, valueCauses } from "../causes/index.js";
import { outcomeOf, refusal } from "../judge.js";
import { faultOf } from "../putting.js";

/** @typedef {import("./entry.js").Place} Place */
/** @typedef {import("../causes/index.js").Value} Value */
/** @typedef {HTMLElement & { state: string } & Record<string, unknown>} View */

const frame = () => new Promise(requestAnimationFrame);

/** Made in sight, as an element out of sight draws nothing. @returns {View} */
function make() {
  const view = /** @type {View} */ (document.createElement("pool-view"));
  view.setAttribute("input", "4x4");
  view.setAttribute("code", "nn.MaxPool2d(2)");
  view.style.cssText = "position: fixed; inset: 0 auto auto 0; width: 600px";
  return view;
}

/** @param {View} view @param {string} part */
const partOf = (view, part) => view.shadowRoot?.querySelector(`[part=${part}]`);

/** What the element shows, or its refusal as the module's are. @param {View} view */
async function shown(view) {
  for (let frames = 0; frames < 2 || view.state === "loading"; frames++) await frame();
  // The figure is a canvas: what is drawn in it cannot run, what is said beside it is text.
  if (view.shadowRoot?.querySelector("script, iframe, object, embed, svg, img, link"))
    throw new Error("markup came in");
  if (view.state === "ready")
    return `${partOf(view, "figure")?.getAttribute("aria-label")} ${partOf(view, "sentence")?.textContent}`;
  throw refusal(partOf(view, "error")?.textContent ?? "");
}

/**
 * @param {(view: View) => void} set @param {boolean} living whether the element is in the document, and drawn, before
 */
async function put(set, living) {
  const view = make();
  try {
    if (living) {
      document.body.append(view);
      await shown(view);
    }
    try {
      set(view);
    } catch {
      // No attribute takes a symbol, or an object that has no text: the platform says so at the assignment.
      throw refusal("an assignment that the platform refuses");
    }
    if (!living) document.body.append(view);
    return await shown(view);
  } finally {
    view.remove();
  }
}

/** A picture of 2 × 2 pixels. */
const picture =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='2' height='2'><rect width='2' height='2' fill='blue'/></svg>";
const tensor = () => ({ data: Float32Array.from({ length: 16 }, (_, at) => at), shape: [4, 4] });
const pixels = () => ({ data: new Uint8ClampedArray(64).fill(200), width: 4, height: 4 });

/** @type {[name: string, honest: () => unknown, texts?: "only"][]} */
const reflected = [
  ["code", () => "nn.MaxPool2d(2)"],
  ["input", () => "4x4"],
  ["src", () => picture],
  ["at", () => "1,1"],
  ["side", () => "output"],
  ["theme", () => "light"],
  ["lang", () => "en"],
];
/** @type {[name: string, honest: () => unknown, data: (value: any) => unknown][]} */
const handed = [
  ["data", tensor, (value) => value],
  ["data of data", () => tensor().data, (data) => ({ data, shape: [4, 4] })],
  ["shape of data", () => [4, 4], (shape) => ({ ...tensor(), shape })],
  ["dtype of data", () => "float32", (dtype) => ({ ...tensor(), dtype })],
  ["data of an image", () => pixels().data, (data) => ({ ...pixels(), data })],
  ["width of an image", () => 4, (width) => ({ ...pixels(), width })],
];
/** @type {(Place & { asks?: boolean })[]} */
const places = [true, false].flatMap((living) => {
  const where = living ? "" : ", before it is in the document";
  // Of the attributes one stands for all: they are read when the element is drawn.
  const some = living ? reflected : reflected.slice(0, 1);
  return [
    ...some.map(([name, honest]) => ({
      name: `the property ${name}${where}`,
      honest,
      // A text of its own has an answer of its own.
      own: true,
      asks: name === "src",
      texts: true,
      put: (/** @type {unknown} */ value) => put((view) => Object.assign(view, { [name]: value }), living),
    })),
    ...handed.map(([name, honest, data]) => ({
      name: `${name}${where}`,
      honest,
      put: (/** @type {unknown} */ value) => put((view) => Object.assign(view, { data: data(value) }), living),
    })),
  ];
});

/** @param {string} base64 @param {string} type */
const address = (base64, type) =>
  URL.createObjectURL(new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type }));

/** @param {Value} value @param {Place & { asks?: boolean }} place @param {{ address: string, again: () => unknown }} world */
async function attackPlace(value, place, world) {
  // An address that it is given is what `src` asks for: of nobody here.
  const fault = await faultOf({}, place, value, place.asks ? { ...world, address: "http://127.0.0.1:9" } : world);
  return fault && `${value.name} as ${place.name}: ${fault}`;
}

/** What is done to the realm is done once for all places: their honest values get the answers that they always get. @param {Value} value */
async function attackRealm({ name, around }) {
  const answers = () => Promise.all(places.map((place) => outcomeOf(() => place.put(place.honest()))));
  const before = await answers();
  const undo = around?.();
  const after = await answers();
  undo?.();
  return places.map((place, at) => {
    const [was, is] = [before, after].map((all) => JSON.stringify(all[at]));
    return was === is ? "" : `${name} as ${place.name}: ${is?.slice(0, 200)}`;
  });
}

/** Values that are put at once: an element draws in the next frame, and frames are what takes the time. */
const AT_ONCE = 6;

Object.assign(globalThis, {
  /** @param {{ cause: string, address: string }} given @returns {Promise<{ faults: string[], puts: number }>} */
  async attack({ cause, address }) {
    const isText = Object.hasOwn(textCauses, cause);
    const chosen = places.filter(({ texts }) => !isText || texts);
    const world = { address, again: () => put((view) => Object.assign(view, { code: "nn.AvgPool2d(2)" }), false) };
    /** @type {string[]} */
    const faults = [];
    let puts = 0;
    const values = (isText ? textCauses : valueCauses)[cause] ?? [];
    for (let from = 0; from < values.length; from += AT_ONCE) {
      const some = values.slice(from, from + AT_ONCE);
      puts += chosen.length * some.length;
      for (const value of some.filter(({ around }) => around)) faults.push(...(await attackRealm(value)));
      const plain = some.filter(({ around }) => !around);
      const answers = plain.flatMap((value) => chosen.map((place) => attackPlace(value, place, world)));
      faults.push(...(await Promise.all(answers)));
    }
    return { faults: faults.filter(Boolean), puts };
  },

  /** @param {{ name: string, base64: string, type: string }[]} files */
  async attackFiles(files) {
    const answers = await Promise.all(
      files.map(({ base64, type }) =>
        outcomeOf(() => put((view) => Object.assign(view, { src: address(base64, type) }), true)),
      ),
    );
    return answers.map((answer) =>
      "result" in answer || answer.name === "PoolingError" ? "" : `${answer.name}: ${answer.message}`,
    );
  },

  /** What an honest element shows. */
  honest: () => put(() => {}, true),
});
document.documentElement.dataset.state = "ready";
