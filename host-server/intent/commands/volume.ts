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
    example: "quieter",
  },
  {
    intent: "volume-mute",
    sentences: ["mute [the (sound|volume|speaker)]", "turn off the sound", "turn the sound off", "be quiet"],
    fixed: 0,
  },
  {
    intent: "volume-unmute",
    sentences: ["unmute [the (sound|volume|speaker)]", "turn on the sound", "turn the sound on"],
    fixed: 50,
  },
  {
    intent: "volume-maximum",
    sentences: ["(maximum|full) volume", "set the volume to [the] maximum"],
    fixed: 100,
  },
];

/** Commands for the loudspeaker. */
export const volumeCommands: CommandSource = (tools) => {
  const setTool = toolNamed(tools, /(^|_)set_volume$/);
  if (!setTool) return [];
  const level: Level = {
    name: "volume",
    setTool,
    statusTool: statusTool(tools),
    statusPath: ["audio_speaker", "volume"],
  };
  return levelCommands(level, sentences);
};
