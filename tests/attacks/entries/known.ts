/** How each entry is asked, and what a good input gives there. */
import { figureSVG } from "../../../web/figure/index.js";
import { loadPooling, type Tensor } from "../../../web/module/index.js";
import { loadPooling as loadWorker } from "../../../web/module/worker.js";
import type { Call, Line } from "../known-table.js";

type Method = (...given: unknown[]) => unknown;

/** A call of an operator of an instance. */
const calling = async (load: () => Promise<unknown>) => {
  const pooling = (await load()) as Record<string, Method>;
  const ask = async ({ call, given }: Call): Promise<Tensor> => {
    const method = pooling[call];
    if (!method) throw new Error(`No operator is called ${call}`);
    return (await method.apply(pooling, given())) as Tensor;
  };
  const good: Call = {
    call: "maxPool2d",
    given: () => [{ data: Float32Array.from([1, 5, 2, 3]), shape: [1, 2, 2] }, { kernelSize: 2 }],
  };
  return { ask, isWell: async () => (await ask(good)).data[0] === 5 };
};

const figure = {
  ask: ({ code, on, more }: Line): Promise<string> => figureSVG({ code, input: on, ...more }),
  isWell: async () => (await figureSVG({ code: "nn.MaxPool2d(2)", input: [2, 2] })).includes("becomes 1 × 1 × 1"),
};

export const entries = {
  module: await calling(loadPooling),
  worker: await calling(loadWorker),
  figure,
};
