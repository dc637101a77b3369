import { type Command, type CommandSource, call, sayIn } from "../command.ts";
import { toolNamed } from "./tools-by-name.ts";

const chineseThemes = { light: "浅", dark: "深" } as const;

/** Commands for the light and the dark look of the screen. */
export const themeCommands: CommandSource = (tools) => {
  const tool = toolNamed(tools, /(^|_)screen_set_theme$/);
  if (!tool) return [];
  const themeCommand = (theme: "light" | "dark"): Command => ({
    intent: `theme-${theme}`,
    sentences: [`(set|change) the [screen] theme to ${theme}`, `(use|switch to) [the] ${theme} (theme|mode)`],
    chinese: [
      `[把|将] [屏幕] [的] 主题 (设|设置|换|切换|改|调) (为|成|到) ${chineseThemes[theme]} [色] [主题|模式]`,
      `(用|使用|切换到|换成|打开|开启) ${chineseThemes[theme]} [色] (主题|模式)`,
    ],
    example: `use the ${theme} theme`,
    next: ({ outcomes: [outcome], language }) => {
      if (!outcome) return call(tool.name, { theme });
      const { ok, error } = outcome;
      return ok
        ? sayIn(language, { en: `The ${theme} theme is on.`, zh: `已经换成${chineseThemes[theme]}色主题。` }, "happy")
        : sayIn(language, { en: `I could not change the theme: ${error}.`, zh: `主题没有换成：${error}。` }, "sad");
    },
  });
  return [themeCommand("dark"), themeCommand("light")];
};
