/** The theme as the style sheet has it: the canvas follows forced colours and the reader's choice like everything else. */
import { CSS_THEME, type Theme } from "../figure/theme.js";
import type { ThemeChoice } from "./state.js";

let known: Theme | undefined;

export function forgetTheme(): void {
  known = undefined;
}

export function applyTheme(choice: ThemeChoice): void {
  forgetTheme();
  const { documentElement } = document;
  if (choice === "auto") documentElement.removeAttribute("data-theme");
  else documentElement.setAttribute("data-theme", choice);
}

/** The roles from the style sheet's variables; read once a theme, since reading makes the browser settle all styles. */
export function currentTheme(): Theme {
  if (known) return known;
  const style = getComputedStyle(document.documentElement);
  const theme: Record<string, string> = {};
  for (const [role, variable] of Object.entries(CSS_THEME)) {
    theme[role] = style.getPropertyValue(variable.slice(4, -1)).trim();
  }
  known = theme as unknown as Theme;
  return known;
}
