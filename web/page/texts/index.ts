import { en, type Texts } from "./en.js";
import { zh } from "./zh.js";

export type { Texts };
export const TEXTS = { en, zh } as const;
