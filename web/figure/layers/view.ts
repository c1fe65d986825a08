import type { Model } from "../model.js";
import type { Panel, Shape } from "../scene.js";
import type { Theme } from "../theme.js";

/** All that a layer may look at. A layer computes no pooling; it draws facts. */
export interface View {
  model: Model;
  panel: Panel;
  theme: Theme;
}

export interface DrawingLayer {
  name: string;
  sides: readonly ("input" | "output")[];
  /** Lies over the threads that run between the panels: numbers must stay legible. */
  over?: true;
  draw(view: View): Shape[];
}
