import { type Command, type CommandSource, call, say } from "../command.ts";
import { toolNamed } from "./tools-by-name.ts";

/** Commands for the light and the dark look of the screen. */
export const themeCommands: CommandSource = (tools) => {
  const tool = toolNamed(tools, /(^|_)screen_set_theme$/);
  if (!tool) return [];
  const themeCommand = (theme: "light" | "dark"): Command => ({
    intent: `theme-${theme}`,
    sentences: [`(set|change) the [screen] theme to ${theme}`, `(use|switch to) [the] ${theme} (theme|mode)`],
    example: `use the ${theme} theme`,
    next: ({ outcomes: [outcome] }) => {
      if (!outcome) return call(tool.name, { theme });
      return outcome.ok
        ? say(`The ${theme} theme is on.`, "happy")
        : say(`I could not change the theme: ${outcome.error}.`, "sad");
    },
  });
  return [themeCommand("dark"), themeCommand("light")];
};
