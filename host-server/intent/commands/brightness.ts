import type { CommandSource } from "../command.ts";
import { type Level, type LevelSentences, levelCommands } from "./level.ts";
import { statusTool, toolNamed } from "./tools-by-name.ts";

const sentences: readonly LevelSentences[] = [
  {
    intent: "brightness-set",
    sentences: [
      "(set|change|turn|put|raise|lower|increase|decrease) the [screen] brightness [up|down] to {brightness:0-100} [percent]",
      "(set|change) [screen] brightness to {brightness:0-100} [percent]",
      "[screen] brightness [to|at] {brightness:0-100} [percent]",
    ],
    example: "set the brightness to seventy",
  },
  {
    direction: 1,
    intent: "brightness-up",
    sentences: [
      "make (it|the screen) [a (little|bit)|much] brighter",
      "turn the [screen] brightness up [by {step:0-100} [percent]]",
      "turn up the [screen] brightness [by {step:0-100} [percent]]",
      "(raise|increase) the [screen] brightness [by {step:0-100} [percent]]",
      "[a (little|bit)] brighter",
    ],
    example: "make the screen brighter",
  },
  {
    direction: -1,
    intent: "brightness-down",
    sentences: [
      "make (it|the screen) [a (little|bit)|much] (darker|dimmer)",
      "turn the [screen] brightness down [by {step:0-100} [percent]]",
      "turn down the [screen] brightness [by {step:0-100} [percent]]",
      "(lower|decrease|reduce) the [screen] brightness [by {step:0-100} [percent]]",
      "dim the screen",
      "[a (little|bit)] darker",
    ],
    example: "dim the screen",
  },
  {
    intent: "brightness-maximum",
    sentences: ["(maximum|full) brightness"],
    fixed: 100,
  },
];

/** Commands for the backlight. */
export const brightnessCommands: CommandSource = (tools) => {
  const setTool = toolNamed(tools, /(^|_)screen_set_brightness$/);
  if (!setTool) return [];
  const level: Level = {
    name: "brightness",
    setTool,
    statusTool: statusTool(tools),
    statusPath: ["screen", "brightness"],
  };
  return levelCommands(level, sentences);
};
