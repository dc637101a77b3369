import { createInterface } from "node:readline";

/** Something that is asked, or given as an option of the command. */
export interface Question {
  /** The option's name: `--button`. */
  readonly key: string;
  readonly text: string;
  readonly usual: string;
  /** Asked only when the answers so far make it matter. */
  readonly when?: (answers: Answers) => boolean;
  /** What is wrong with an answer; undefined when nothing is. */
  readonly fault: (answer: string) => string | undefined;
}

/** By the questions' keys. */
export type Answers = { readonly [key: string]: string };

/** An answer on the command line that cannot be used. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  readonly code = "answer";
}

/** Where answers come from that were not given as options. */
export type Ask = (question: Question) => Promise<string>;

/** One of these words. */
export function choice(...choices: readonly string[]): Question["fault"] {
  return (answer) => (choices.includes(answer) ? undefined : `expected ${choices.join(", ")}, got "${answer}"`);
}

/** So many pins, apart by blanks or commas. `none` is also fine with `isOptional`. */
export function pins(least: number, most = least, isOptional = false): Question["fault"] {
  return (answer) => {
    if (isOptional && answer === "none") return undefined;
    const numbers = pinsOf(answer);
    const isGood = numbers.length >= least && numbers.length <= most && numbers.every(Number.isInteger);
    const expected = least === most ? (least === 1 ? "a pin" : `${least} pins`) : `${least} or ${most} pins`;
    return isGood ? undefined : `expected ${expected}${isOptional ? " or none" : ""}, got "${answer}"`;
  };
}

export function pinsOf(answer: string): number[] {
  return answer
    .split(/[\s,]+/)
    .filter((word) => word !== "")
    .map(Number);
}

/**
 * Goes through the questions: those that have an option are not asked.
 *
 * @throws AnswerError for an option that does not fit
 */
export async function answersTo(questions: readonly Question[], given: Answers, ask: Ask): Promise<Answers> {
  const answers: { [key: string]: string } = {};
  for (const question of questions) {
    if (question.when && !question.when(answers)) continue;
    const answer = given[question.key] ?? (await ask(question));
    const fault = question.fault(answer);
    if (fault !== undefined) throw new AnswerError(`--${question.key}: ${fault}`);
    answers[question.key] = answer;
  }
  return answers;
}

/** The usual answer to everything. */
export const takeUsual: Ask = async ({ usual }) => usual;

/**
 * Asks a person at the terminal, again until the answer fits; Enter takes what is usual. Lines may be typed, or pasted,
 * before they are asked for.
 */
export function askTerminal(
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stdout,
): { readonly ask: Ask; close(): void } {
  const terminal = createInterface({ input, output });
  const lines = terminal[Symbol.asyncIterator]();
  let isOpen = true;
  terminal.once("close", () => {
    isOpen = false;
  });
  const ask: Ask = async ({ key, text, usual, fault }) => {
    for (;;) {
      terminal.setPrompt(`${text} [${usual}]: `);
      // Once the input has ended there is only what was typed before.
      if (isOpen) terminal.prompt();
      const { value, done } = await lines.next();
      if (done) throw new AnswerError(`--${key}: there was no answer`);
      const typed = value.trim();
      const answer = typed === "" ? usual : typed;
      const problem = fault(answer);
      if (problem === undefined) return answer;
      output.write(`  ${problem}\n`);
    }
  };
  return { ask, close: () => terminal.close() };
}
