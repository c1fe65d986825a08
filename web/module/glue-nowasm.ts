/** What Emscripten generated of the same C++ as plain JavaScript. Nothing but `poolscope/nowasm` asks for it. */
import factory from "poolscope-nowasm-glue";
import type { Glue } from "./glue.js";

/** Starts one instance. */
export const instantiateScript = async (): Promise<Glue> => (await factory({})) as Glue;
