import { loadPooling, PoolingError } from "../../../dist/module/index.js";
import { good, goodData, hostileCalls } from "../../module/hostile-calls.js";

const pooling = await loadPooling();
/** @param {readonly (readonly [string, string])[]} families */
globalThis.tryAll = (families) => {
  const wrong = [];
  const calls = hostileCalls(pooling, families);
  for (const { what, act, names, code } of calls) {
    try {
      act();
      wrong.push(`${what}: nothing was thrown`);
    } catch (error) {
      if (!(error instanceof PoolingError)) wrong.push(`${what}: ${error}`);
      else if (error.code !== code || !names.test(error.message))
        wrong.push(`${what}: ${error.code}: ${error.message}`);
    }
    const { data } = good(pooling);
    if (data.join() !== goodData.join()) wrong.push(`the good call after ${what}: ${data}`);
  }
  return { count: calls.length, wrong };
};
document.documentElement.dataset.state = "ready";
