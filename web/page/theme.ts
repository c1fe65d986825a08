/** The theme as the style sheet has it: the canvas follows forced colours and the reader's choice like everything else. */
import { CSS_THEME, type Theme } from "../figure/theme.js";
import type { ThemeChoice } from "./state.js";

export function applyTheme(choice: ThemeChoice): void {
  const { documentElement } = document;
  if (choice === "auto") documentElement.removeAttribute("data-theme");
  else documentElement.setAttribute("data-theme", choice);
}

/** Reads the roles from the style sheet's variables. */
export function currentTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const theme: Record<string, string> = {};
  for (const [role, variable] of Object.entries(CSS_THEME)) {
    theme[role] = style.getPropertyValue(variable.slice(4, -1)).trim();
  }
  return theme as unknown as Theme;
}
