import type { ToolArguments, ToolParams } from "../protocol/tool-schema.ts";
import type { Tool, ToolCall } from "./tool.ts";

/** How long an answer to the question counts. */
const VALID_MS = 120_000;

/** Asks before it does: the first call gives the question, and the next one with `confirmed` does the work. */
class ConfirmedTool implements Tool {
  readonly name: string;
  readonly description: string;
  readonly params: ToolParams;
  readonly audience?: "user";
  readonly #tool: Tool;
  readonly #question: string;
  readonly #now: () => number;
  /** The arguments that the user was asked about. */
  #asked: { readonly text: string; readonly at: number } | undefined;

  constructor(tool: Tool, question: string, now: () => number) {
    this.#tool = tool;
    this.#question = question;
    this.#now = now;
    this.name = tool.name;
    this.description =
      `${tool.description} It asks back first: put its question to the user, and call it again with ` +
      "`confirmed` true only if the user says yes.";
    this.params = { ...tool.params, confirmed: { type: "boolean", default: false } };
    if (tool.audience) this.audience = tool.audience;
  }

  run(args: ToolArguments<ToolParams>, call: ToolCall): unknown {
    const { confirmed, ...rest } = args;
    const text = JSON.stringify(rest);
    const now = this.#now();
    const asked = this.#asked;
    this.#asked = undefined;
    if (confirmed === true && asked?.text === text && now - asked.at <= VALID_MS) {
      return this.#tool.run(rest as never, call);
    }
    this.#asked = { text, at: now };
    return { done: false, ask_user: this.#question };
  }
}

/**
 * The tools as they are offered: one that names a question (`confirm`) does nothing before it has asked, whatever the
 * caller says. A yes counts for the same arguments, once, within two minutes.
 *
 * @param now ms on a clock that does not jump
 */
export function confirming(tools: readonly Tool[], now: () => number): readonly Tool[] {
  return tools.map((tool) => (tool.confirm === undefined ? tool : new ConfirmedTool(tool, tool.confirm, now)));
}
