/** What Emscripten generated of the same C++ as plain JavaScript. Nothing but `poolscope/nowasm` asks for it. */
import factory from "poolscope-nowasm-glue";
import type { Glue } from "./glue.js";

/** Starts one instance. As WebAssembly does, it empties all views on its memory when that has grown. */
export async function instantiateScript(): Promise<Glue> {
  const glue = (await factory({})) as Glue;
  const memory = glue.memory();
  let known = memory.buffer;
  const emptied = {
    get buffer() {
      const { buffer } = memory;
      if (buffer !== known) structuredClone(known, { transfer: [known as ArrayBuffer] });
      known = buffer;
      return buffer;
    },
  };
  return Object.assign(glue, { memory: () => emptied });
}
