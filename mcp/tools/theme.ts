import type { ThemeName } from "../../modules/ui/view.ts";
import { defineTool, type Tool } from "../tool.ts";

/** What the tool controls: a screen whose colours are kept. */
export interface ThemeControl {
  set(name: ThemeName): void;
}

export function themeTool(control: ThemeControl): Tool {
  return defineTool({
    name: "self.screen.set_theme",
    description: "Set the theme of the screen: light or dark.",
    params: { theme: { type: "string", enum: ["light", "dark"] } },
    run: ({ theme }) => {
      control.set(theme as ThemeName);
      return { success: true, theme, message: `Theme set to ${theme}` };
    },
  });
}
