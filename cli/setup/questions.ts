import { isCancel, log, password, select, text } from "@clack/prompts";
import { SetupError } from "./errors.ts";

/** One of several answers. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** What a question is about, and the option of the command line that answers it. */
export interface Question {
  readonly option: string;
  readonly message: string;
}

/** Who is asked: somebody at a terminal, or the options of the command line. */
export interface Questions {
  choose(question: Question, choices: readonly Choice[]): Promise<string>;
  text(question: Question, initial: string): Promise<string>;
  /** What is typed is not shown. */
  secret(question: Question): Promise<string>;
  /** Says what was wrong with an answer, before the question comes again. @throws SetupError when nobody can answer again */
  wrong(problem: string): void;
}

/** Somebody at a terminal. */
export const terminalQuestions: Questions = {
  choose: async ({ message }, choices) => answered(await select({ message, options: [...choices] })),
  text: async ({ message }, initial) => {
    const answer = answered(await text({ message, placeholder: initial, defaultValue: initial }));
    return answer.trim();
  },
  secret: async ({ message }) => answered(await password({ message })).trim(),
  wrong: (problem) => log.error(problem),
};

function answered(answer: string | symbol | undefined): string {
  if (isCancel(answer)) throw new SetupError("setup-cancelled", "Nothing was changed.");
  return String(answer ?? "");
}

/** Nobody: what the options of the command line leave open has its first choice, or is missed. */
export const noQuestions: Questions = {
  choose: async (_question, choices) => choices[0]?.value ?? "",
  text: async (_question, initial) => initial,
  secret: async ({ option }) => {
    throw new SetupError("setup-incomplete", `setup-incomplete: --${option} is missing`);
  },
  wrong: (problem) => {
    throw new SetupError("setup-refused", `setup-refused: ${problem}`);
  },
};

/** Takes answers from the options of the command line, each once, and asks for the others. */
export class OptionAnswers implements Questions {
  readonly #options: Map<string, string>;
  readonly #others: Questions;

  constructor(options: { readonly [option: string]: string | undefined }, others: Questions) {
    const given = Object.entries(options).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    this.#options = new Map(given);
    this.#others = others;
  }

  async choose(question: Question, choices: readonly Choice[]): Promise<string> {
    const given = this.#take(question);
    if (given === undefined) return this.#others.choose(question, choices);
    if (choices.some(({ value }) => value === given)) return given;
    const known = choices.map(({ value }) => value).join(", ");
    throw new SetupError(
      "setup-option",
      `setup-option: --${question.option}: expected one of ${known}, got "${given}"`,
    );
  }

  async text(question: Question, initial: string): Promise<string> {
    return this.#take(question) ?? this.#others.text(question, initial);
  }

  async secret(question: Question): Promise<string> {
    return this.#take(question) ?? this.#others.secret(question);
  }

  wrong(problem: string): void {
    this.#others.wrong(problem);
  }

  #take({ option }: Question): string | undefined {
    const given = this.#options.get(option);
    this.#options.delete(option);
    return given;
  }
}
