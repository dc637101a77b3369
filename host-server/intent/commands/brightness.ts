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
    chinese: [
      "[把|将|让] [屏幕] [的] 亮度 (调|调整|调节|设|设置|设定|改|变|升|降|提高|降低) (到|成|为|至) (百分之 {brightness:0-100}|{brightness:0-100} [percent])",
      "[屏幕] [的] 亮度 [到|为|是] (百分之 {brightness:0-100}|{brightness:0-100} [percent])",
      "(设置|调整|调节|调) [屏幕] [的] 亮度 (到|为|成|至) (百分之 {brightness:0-100}|{brightness:0-100} [percent])",
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
    chinese: [
      "[把|将|让] [屏幕] [再] (亮|调亮) [一] (点|些|点儿)",
      "[把|将|让] 屏幕 调亮",
      "[把|将|让] [屏幕] [的] 亮度 [再] (调高|调大|调亮|提高|增加|加大|高|大|亮) [[一] (点|些|点儿)] [(百分之 {step:0-100}|{step:0-100} [percent])]",
      "[再] (调高|调大|提高|增加|加大) [屏幕] [的] 亮度 [(百分之 {step:0-100}|{step:0-100} [percent])]",
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
      "[a (little|bit)] (darker|dimmer)",
    ],
    chinese: [
      "[把|将|让] [屏幕] [再] (暗|调暗) [一] (点|些|点儿)",
      "[把|将|让] 屏幕 调暗",
      "[把|将|让] [屏幕] [的] 亮度 [再] (调低|调小|调暗|降低|减少|减小|低|小|暗) [[一] (点|些|点儿)] [(百分之 {step:0-100}|{step:0-100} [percent])]",
      "[再] (调低|调小|降低|减少|减小) [屏幕] [的] 亮度 [(百分之 {step:0-100}|{step:0-100} [percent])]",
    ],
    example: "dim the screen",
  },
  {
    intent: "brightness-maximum",
    sentences: ["(maximum|full) brightness"],
    chinese: [
      "最大 亮度",
      "[把|将] [屏幕] [的] 亮度 [调|开|调到|开到|设为] 最 (大|亮|高)",
      "[把|将] 屏幕 [调|调到] 最亮",
    ],
    fixed: 100,
  },
];

/** Commands for the backlight. */
export const brightnessCommands: CommandSource = (tools) => {
  const setTool = toolNamed(tools, /(^|_)screen_set_brightness$/);
  if (!setTool) return [];
  const level: Level = {
    name: "brightness",
    chinese: "亮度",
    setTool,
    statusTool: statusTool(tools),
    statusPath: ["screen", "brightness"],
  };
  return levelCommands(level, sentences);
};
