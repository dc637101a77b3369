import type { ToolSpec } from "../providers/llm.ts";
import type { Command } from "./command.ts";
import { brightnessCommands } from "./commands/brightness.ts";
import { followUpCommands } from "./commands/follow-up.ts";
import { messageCommands } from "./commands/message-commands.ts";
import { namedToolCommands } from "./commands/named-tools.ts";
import { pluginCommands } from "./commands/plugin-commands.ts";
import { smallTalk } from "./commands/small-talk.ts";
import { statusCommands } from "./commands/status.ts";
import { themeCommands } from "./commands/theme.ts";
import { volumeCommands } from "./commands/volume.ts";
import { matchSentence, prospect, type Said } from "./match.ts";
import type { Outlook } from "./outlook.ts";
import { parseTemplate, type TemplateNode } from "./template.ts";
import { wordsOf } from "./words.ts";

// The order decides when a sentence fits two commands, and which examples are suggested first.
const sources = [
  volumeCommands,
  statusCommands,
  brightnessCommands,
  namedToolCommands,
  pluginCommands,
  messageCommands,
  themeCommands,
  followUpCommands,
  smallTalk,
];

/** Everything that can be said with a set of tools. */
export interface CommandGrammar {
  commands: readonly Command[];
  /** All sentences, politeness included, as one template: the source of the speech grammar. */
  sentences: TemplateNode;
  /** Sentences to suggest to a person, the most useful first. */
  examples: readonly string[];
  /** Gives the command that this text is, all of it. */
  understand(text: string): Understood | undefined;
  /** Says what may follow this text. */
  outlook(text: string): Outlook;
}

/** A command and the values that were said with it. */
export interface Understood extends Said {
  command: Command;
}

const politeness = {
  before: parseTemplate("please|(can|could|would) you [please]"),
  after: parseTemplate("please"),
};
const chinesePoliteness = {
  before: parseTemplate(
    "[请|麻烦|麻烦你|拜托] [(你|您)] [(能|能不能|可以|可不可以|能否)] [(帮|给|替) (我|我们|忙)] [(我|我们) (要|想|想要)]",
  ),
  after: parseTemplate("[一下] [吧|好吗|可以吗|行吗|好不好|呀|啊|吗] [谢谢|谢谢你]"),
};

// Devices of one kind share their tools, so a handful of grammars serves a fleet.
const keptGrammars = 64;
const grammars = new Map<string, CommandGrammar>();

/** Gives the grammar of these tools; made once per set of tools. */
export function grammarFor(tools: readonly ToolSpec[]): CommandGrammar {
  const key = JSON.stringify(tools.map(({ name, description, inputSchema }) => [name, description, inputSchema]));
  const known = grammars.get(key);
  if (known) return known;
  const [oldest] = grammars.keys();
  if (oldest !== undefined && grammars.size >= keptGrammars) grammars.delete(oldest);
  const grammar = buildGrammar(sources.flatMap((source) => source(tools)));
  grammars.set(key, grammar);
  return grammar;
}

/** What may follow a text that is being spoken, with these tools. */
export function outlookOf(text: string, tools: readonly ToolSpec[]): Outlook {
  return grammarFor(tools).outlook(text);
}

function buildGrammar(commands: readonly Command[]): CommandGrammar {
  const entries = commands.flatMap((command) =>
    command.sentences.map((sentence) => ({ command, template: parseTemplate(sentence) })),
  );
  const written = commands.flatMap((command) =>
    (command.written ?? []).map((sentence) => ({ command, template: politely(parseTemplate(sentence)) })),
  );
  const chinese = commands.flatMap((command) =>
    (command.chinese ?? []).map((sentence) => ({
      command,
      template: politely(parseTemplate(sentence), chinesePoliteness),
    })),
  );
  const polite = [
    ...entries.map((entry) => ({ ...entry, template: politely(entry.template) })),
    ...written,
    ...chinese,
  ];
  return {
    commands,
    sentences: spokenSentences(entries),
    examples: commands.flatMap(({ example }) => example ?? []),
    understand(text) {
      const words = wordsOf(text);
      if (words.length === 0) return undefined;
      for (const { command, template } of polite) {
        const said = matchSentence(template, words);
        if (said) return { command, ...said };
      }
      return undefined;
    },
    outlook: (text) => outlookAmong(polite, wordsOf(text)),
  };
}

/** Politeness lies outside the alternatives: repeated in each, it makes the speech grammar several times as large. */
function spokenSentences(entries: readonly Entry[]): TemplateNode {
  const choice = (isCourtesy: boolean): TemplateNode & { kind: "choice" } => {
    const some = entries.filter(({ command }) => (command.isCourtesy ?? false) === isCourtesy);
    return { kind: "choice", options: some.map(({ template }) => template) };
  };
  const [requests, courtesies] = [choice(false), choice(true)];
  const weights = [requests, courtesies].map(({ options }) => options.length / entries.length);
  return { kind: "choice", options: [politely(requests), courtesies], weights };
}

interface Entry {
  command: Command;
  template: TemplateNode;
}

function outlookAmong(entries: readonly Entry[], words: readonly string[]): Outlook {
  if (words.length === 0) return "unknown";
  const prospects = entries.map(({ command, template }) => ({ command, ...prospect(template, words) }));
  const understood = prospects.find(({ isSentence }) => isSentence);
  if (!understood) return prospects.some(({ isBeginning }) => isBeginning) ? "unfinished" : "unknown";
  const mayChange = prospects.some(({ command, isSentence, isBeginning, mayChangeValue }) =>
    command === understood.command ? mayChangeValue : isBeginning && !isSentence,
  );
  return mayChange ? "extendable" : "complete";
}

function politely(sentence: TemplateNode, { before, after } = politeness): TemplateNode {
  return {
    kind: "sequence",
    parts: [{ kind: "optional", part: before }, sentence, { kind: "optional", part: after }],
  };
}
