import { type Command, type CommandSource, call, say } from "../command.ts";
import { numberWords } from "../numbers.ts";
import { toolNamed } from "./tools-by-name.ts";

const talk: readonly Command[] = [
  {
    intent: "hello",
    sentences: ["(hello|hi|hey) [there]", "good (morning|afternoon|evening)"],
    next: () => say("Hello! What can I do for you?", "happy"),
  },
  {
    intent: "thanks",
    sentences: ["thank you [very much|so much]", "thanks [a lot]"],
    next: () => say("You are welcome.", "happy"),
  },
  {
    intent: "how-are-you",
    sentences: ["how are you [today]"],
    next: () => say("I am fine, thank you.", "happy"),
  },
  {
    intent: "who-are-you",
    sentences: ["who are you", "(what is|what's) your name"],
    example: "who are you",
    next: () => say("I am XiaoZhi, your voice assistant.", "happy"),
  },
  {
    intent: "what-can-you-do",
    sentences: ["what can (you do|i say)", "help [me]"],
    example: "what can you do",
    next: ({ examples }) => say(`You can say, for example: ${spokenList(examples.slice(0, 4))}.`, "happy"),
  },
  {
    intent: "time",
    sentences: ["what time is it [now]", "(what is|what's) the time", "tell me the time"],
    example: "what time is it",
    next: ({ now }) => say(`It is ${spokenTime(new Date(now))}.`),
  },
  {
    intent: "date",
    sentences: ["what day is (it|today) [today]", "(what is|what's) the date [today]", "(what is|what's) today's date"],
    next: ({ now }) => say(`Today is ${new Date(now).toLocaleDateString("en-US", { dateStyle: "full" })}.`),
  },
];

/** What needs no tool, and the goodbye, which ends the conversation where a tool for that is present. */
export const smallTalk: CommandSource = (tools) => {
  const exit = toolNamed(tools, /^handle_exit_intent$/);
  const goodbye: Command = {
    intent: "goodbye",
    sentences: ["(goodbye|good bye|bye [bye]|good night)", "see you [later|tomorrow|soon]", "that is all", "exit"],
    next: ({ outcomes: [outcome] }) => {
      if (exit && !outcome) return call(exit.name, { say_goodbye: "Goodbye!" });
      return say("Goodbye!", "happy");
    },
  };
  return [...talk, goodbye];
};

/** Joins suggestions: `one, two, or three`. */
export function spokenList(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")}, or ${items.at(-1)}`;
}

function spokenTime(time: Date): string {
  const hours = time.getHours() % 12 === 0 ? 12 : time.getHours() % 12;
  const minutes = time.getMinutes();
  const half = time.getHours() < 12 ? "a.m." : "p.m.";
  if (minutes === 0) return `${numberWords(hours)} o'clock ${half}`.replace(/\.$/, "");
  const spoken = minutes < 10 ? `oh ${numberWords(minutes)}` : numberWords(minutes);
  return `${numberWords(hours)} ${spoken} ${half}`.replace(/\.$/, "");
}
