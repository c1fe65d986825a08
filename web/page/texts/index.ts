import { en, type Texts } from "./en.js";
import { zh } from "./zh.js";

export type { Texts };
/** The six notes; their texts are `note_<name>` and `note_<name>_body`. */
export const NOTE_NAMES = ["weights", "channels", "position", "dilation", "indices", "stack"] as const;
export const TEXTS = { en, zh } as const;
