/**
 * Two hues and ink. Blue is the window, orange the winner and what is lost; every meaning also has a shape.
 * The distances between the roles under the three colour blindnesses, and the contrasts, are measured in tests/figure.
 */
export interface Theme {
  paper: string;
  ink: string;
  /** Captions and numbers that are not the point. */
  soft: string;
  /** Lines between cells. */
  line: string;
  window: string;
  winner: string;
  /** The winner's hue where it carries small text. */
  lost: string;
  /** The lightest and darkest tint of a cell in a grid of numbers. */
  low: string;
  high: string;
}

export const LIGHT: Theme = {
  paper: "#ffffff",
  ink: "#16191d",
  soft: "#5b636e",
  line: "#d3d8de",
  window: "#0072b2",
  winner: "#d55e00",
  lost: "#b84a00",
  low: "#fbfcfd",
  high: "#dae1e8",
};

export const DARK: Theme = {
  paper: "#111417",
  ink: "#eef1f4",
  soft: "#a6b0bb",
  line: "#333b44",
  window: "#4fa8e8",
  winner: "#ff9f40",
  lost: "#ff9f40",
  low: "#161a1f",
  high: "#333d48",
};

export const THEMES = { light: LIGHT, dark: DARK } as const;
/** A set of colours. */
export type ThemeName = keyof typeof THEMES;

/** The same roles as CSS variables, for a drawing that lives in a page and follows its theme. */
export const CSS_THEME: Theme = {
  paper: "var(--paper)",
  ink: "var(--ink)",
  soft: "var(--soft)",
  line: "var(--line)",
  window: "var(--window)",
  winner: "var(--winner)",
  lost: "var(--lost)",
  low: "var(--low)",
  high: "var(--high)",
};
