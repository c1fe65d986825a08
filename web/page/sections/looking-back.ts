import { isMean } from "../../figure/code.js";
import { type Part, sentence } from "../../figure/formula.js";
import { cellName, cursorReaders, divisorOf, type Model, number, valueAt, winnerOf } from "../../figure/model.js";
import { say, type Words } from "../../figure/texts/index.js";
import type { Look } from "../state.js";
import type { Texts } from "../texts/index.js";

/** What goes back from the cursor's output, or comes back to its input cell. */
export function lookingBack(model: Model, look: Look, texts: Texts, words: Words): Part[] {
  const { cursor, back, input, output, layer } = model;
  if (!cursor || !back || look === "forward") return sentence(model, words);
  const { channel, row, column } = cursor;
  if (cursor.side === "input") {
    const fed = cursorReaders(model);
    if (fed.length === 0) return sentence(model, words);
    const value = number(valueAt(back, channel, row, column));
    if (look === "gradient") return [...sentence(model, words), { text: say(texts.back_gradient, { value }) }];
    return [{ text: say(texts.back_value, { place: cellName("input", input.channels, channel, row, column), value }) }];
  }
  const place = { place: cellName("output", output.channels, channel, row, column) };
  if (isMean(layer)) {
    const divisor = divisorOf(model, row, column);
    const part = `${divisor < 0 ? "−" : ""}1/${number(Math.abs(divisor))}`;
    const count = (model.rows.valid[row] as number) * (model.columns.valid[column] as number);
    return [{ text: say(texts.back_spread, { ...place, part, count }) }];
  }
  const winner = winnerOf(model, channel, row, column);
  // A window of padding only: the sentence says that there is no cell to go back to.
  if (!winner) return sentence(model, words);
  const value = look === "unpool" ? number(valueAt(output, channel, row, column)) : "1";
  const to = { winner: cellName("input", input.channels, channel, ...winner), value };
  return [{ text: say(look === "unpool" ? texts.back_put : texts.back_whole, { ...place, ...to }) }];
}
