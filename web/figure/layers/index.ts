import { cells } from "./cells.js";
import { grid } from "./grid.js";
import { made } from "./made.js";
import { numbers } from "./numbers.js";
import { overhang } from "./overhang.js";
import { padding } from "./padding.js";
import { readersLayer } from "./readers.js";
import { spotlight } from "./spotlight.js";
import { unreadCells } from "./unread.js";
import type { DrawingLayer } from "./view.js";
import { windowLayer } from "./window.js";
import { winner } from "./winner.js";

/** From the paper up. A new layer is one file and one line here. */
export const LAYERS: readonly DrawingLayer[] = [
  cells,
  spotlight,
  grid,
  unreadCells,
  padding,
  overhang,
  numbers,
  windowLayer,
  readersLayer,
  winner,
  made,
];
