import type { CommandSource } from "../command.ts";
import { type Level, type LevelSentences, levelCommands } from "./level.ts";
import { statusTool, toolNamed } from "./tools-by-name.ts";

const sentences: readonly LevelSentences[] = [
  {
    intent: "volume-set",
    sentences: [
      "(set|change|turn|put|raise|lower|increase|decrease) (the|your) volume [up|down] to {volume:0-100} [percent]",
      "(set|change) volume to {volume:0-100} [percent]",
      "volume [to|at] {volume:0-100} [percent]",
    ],
    chinese: [
      "[把|将|让] (声音|音量) (调|调整|调节|设|设置|设定|改|变|开|升|降|提高|降低) (到|成|为|至) (百分之 {volume:0-100}|{volume:0-100} [percent])",
      "(声音|音量) [到|为|是] (百分之 {volume:0-100}|{volume:0-100} [percent])",
      "(设置|调整|调节|调) (声音|音量) (到|为|成|至) (百分之 {volume:0-100}|{volume:0-100} [percent])",
    ],
    example: "set the volume to fifty",
  },
  {
    direction: 1,
    intent: "volume-up",
    sentences: [
      "[make it|speak|talk|play] [a (little|bit)|much] louder",
      "turn (it|the volume) up [by {step:0-100} [percent]]",
      "turn up the volume [by {step:0-100} [percent]]",
      "(raise|increase) the volume [by {step:0-100} [percent]]",
      "volume up",
    ],
    chinese: [
      "[再] 大 [一] 点 [儿] 声",
      "[说话] [再] 大声 [[一] (点|些|点儿)]",
      "[把|将|让] (声音|音量) [再] (大|高|响) [一] (点|些|点儿)",
      "[把|将|让] (声音|音量) [再] (调|开|放) (大|高) [[一] (点|些|点儿)] [(百分之 {step:0-100}|{step:0-100} [percent])]",
      "[再] (调高|调大|加大|增大|提高|增加|开大) (声音|音量) [(百分之 {step:0-100}|{step:0-100} [percent])]",
      "(声音|音量) (加|提高|增加|调高|调大) [[一] (点|些|点儿)] [(百分之 {step:0-100}|{step:0-100} [percent])]",
    ],
    example: "louder",
  },
  {
    direction: -1,
    intent: "volume-down",
    sentences: [
      "[make it|speak|talk|play] [a (little|bit)|much] (quieter|softer)",
      "turn (it|the volume) down [by {step:0-100} [percent]]",
      "turn down the volume [by {step:0-100} [percent]]",
      "(lower|decrease|reduce) the volume [by {step:0-100} [percent]]",
      "volume down",
    ],
    chinese: [
      "[再] 小 [一] 点 [儿] 声",
      "[说话] [再] 小声 [[一] (点|些|点儿)]",
      "[把|将|让] (声音|音量) [再] (小|低|轻) [一] (点|些|点儿)",
      "[把|将|让] (声音|音量) [再] (调|关|放) (小|低) [[一] (点|些|点儿)] [(百分之 {step:0-100}|{step:0-100} [percent])]",
      "[再] (调低|调小|减小|降低|减少|关小) (声音|音量) [(百分之 {step:0-100}|{step:0-100} [percent])]",
      "(声音|音量) (减|降低|减少|调低|调小) [[一] (点|些|点儿)] [(百分之 {step:0-100}|{step:0-100} [percent])]",
    ],
    example: "quieter",
  },
  {
    intent: "volume-mute",
    sentences: ["mute [the (sound|volume|speaker)]", "turn off the sound", "turn the sound off", "be quiet"],
    chinese: [
      "[开启] 静音",
      "(关|关掉|关闭) (声音|音量)",
      "[把|将] (声音|音量) (关|关掉|关闭|关了)",
      "(安静|别出声|闭嘴)",
    ],
    fixed: 0,
  },
  {
    intent: "volume-unmute",
    sentences: ["unmute [the (sound|volume|speaker)]", "turn on the sound", "turn the sound on"],
    chinese: ["(取消|关闭|解除) 静音", "(打开|恢复|开) 声音", "[把|将] 声音 (打开|开开)"],
    fixed: 50,
  },
  {
    intent: "volume-maximum",
    sentences: ["(maximum|full) volume", "set the volume to [the] maximum"],
    chinese: ["最大 (音量|声音)", "[把|将] (音量|声音) [调|开|调到|开到|设为] 最大"],
    fixed: 100,
  },
];

/** Commands for the loudspeaker. */
export const volumeCommands: CommandSource = (tools) => {
  const setTool = toolNamed(tools, /(^|_)set_volume$/);
  if (!setTool) return [];
  const level: Level = {
    name: "volume",
    chinese: "音量",
    setTool,
    statusTool: statusTool(tools),
    statusPath: ["audio_speaker", "volume"],
  };
  return levelCommands(level, sentences);
};
