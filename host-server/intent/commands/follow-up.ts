import { type Command, type CommandSource, type CommandState, type Step, sayIn } from "../command.ts";

const unclear = {
  en: "Tell me first what to change, for example: louder.",
  zh: "请先告诉我要调什么，比如：大声一点。",
};

/** Sentences that go on from the one before: "louder", and then "a bit more". */
export const followUpCommands: CommandSource = () => [
  followUp(
    "more",
    ["(a (little|bit)|even|some) more", "[and] a (little|bit) more", "more", "again", "once more"],
    [
      "(再|还要|继续) [(大|高|多|来|加)] [一] (点|些|点儿)",
      "(再|还) 来 (一次|一点|点)",
      "继续",
      "还要",
      "还不够",
      "不够",
    ],
  ),
  followUp(
    "less",
    ["[and] a (little|bit) less", "less", "(too|that is too|that's too) much", "back a (little|bit)"],
    ["[太] (多|过) [头] 了", "(少|低|回) [来] [一] (点|些)", "再 (少|低|回|小) [来] [一] (点|些)"],
  ),
];

function followUp(which: "more" | "less", sentences: readonly string[], chinese: readonly string[]): Command {
  const go = (state: CommandState): Step => {
    const { previous, language } = state;
    const next = previous?.command[which];
    if (!previous || !next) return sayIn(language, unclear, "confused");
    return next({ ...state, slots: previous.slots, previous: undefined });
  };
  return { intent: `follow-up-${which}`, sentences, chinese, next: go };
}
