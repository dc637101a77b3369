import { AppError } from "../errors.ts";
import { largestSlot, numberWords } from "./numbers.ts";
import { wordsOf } from "./words.ts";

/** A template that cannot be read. */
export class TemplateError extends AppError {
  override readonly name = "TemplateError";
}

/** A parsed template: the one source of the speech grammar and of the text parser. */
export type TemplateNode =
  | { kind: "word"; word: string }
  /** A number in words or digits; JSON schemas name it, e.g. `volume`. */
  | { kind: "slot"; name: string; from: number; to: number }
  /** Whatever is said, one word or more: for text alone. */
  | { kind: "text"; name: string }
  | { kind: "sequence"; parts: readonly TemplateNode[] }
  /** How often each option is said, beside the others; by default all alike. */
  | { kind: "choice"; options: readonly TemplateNode[]; weights?: readonly number[] }
  | { kind: "optional"; part: TemplateNode };

const tokenPattern = /\s*([[\]()|]|\{[^{}]*\}|[^\s[\](){}|]+)/y;
const slotPattern = /^\{([a-z_][a-z0-9_]*):(\d+)-(\d+)\}$/i;
const textPattern = /^\{([a-z_][a-z0-9_]*):\*\}$/i;
const wordPattern = /^[\p{Ll}\p{Lo}\p{N}][\p{Ll}\p{Lo}\p{N}']*$/u;

/**
 * Reads a sentence template: words, `[optional]`, `(one|other)`, `{slot:0-100}`, `{text:*}`. A bracket may hold alternatives too.
 *
 * @throws TemplateError `template-syntax` naming the template and the place
 */
export function parseTemplate(source: string): TemplateNode {
  const reader = new TemplateReader(source);
  const node = reader.alternatives();
  reader.expectEnd();
  return node;
}

/** Gives the plainest sentence of a template: the first alternatives, nothing optional; slots as their largest number. */
export function plainestSentence(node: TemplateNode): string {
  switch (node.kind) {
    case "word":
      return node.word;
    case "slot":
      return numberWords(node.to);
    case "text":
      return node.name;
    case "sequence":
      return node.parts
        .map(plainestSentence)
        .filter((part) => part !== "")
        .join(" ");
    case "choice":
      return plainestSentence(node.options[0]!);
    case "optional":
      return "";
  }
}

class TemplateReader {
  readonly #source: string;
  readonly #tokens: string[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  alternatives(): TemplateNode {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  expectEnd(): void {
    const token = this.#tokens[this.#next];
    if (token !== undefined) throw syntaxError(this.#source, `${token} closes nothing`);
  }

  #sequence(): TemplateNode {
    const parts: TemplateNode[] = [];
    for (
      let token = this.#tokens[this.#next];
      token !== undefined && !"|])".includes(token);
      token = this.#tokens[this.#next]
    ) {
      parts.push(this.#part());
    }
    if (parts.length === 0) throw syntaxError(this.#source, "an alternative is empty");
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  #part(): TemplateNode {
    const token = this.#tokens[this.#next++]!;
    if (token === "[") return { kind: "optional", part: this.#group("]") };
    if (token === "(") return this.#group(")");
    if (token.startsWith("{")) return this.#slot(token);
    if (!wordPattern.test(token)) throw syntaxError(this.#source, `${token} is no lower-case word`);
    return wordNode(token);
  }

  #group(end: string): TemplateNode {
    const node = this.alternatives();
    if (!this.#take(end)) throw syntaxError(this.#source, `${end} is missing`);
    return node;
  }

  #slot(token: string): TemplateNode {
    const [, text] = textPattern.exec(token) ?? [];
    if (text !== undefined) return { kind: "text", name: text };
    const [, name, low, high] = slotPattern.exec(token) ?? [];
    const [from, to] = [Number(low), Number(high)];
    if (name === undefined || from > to || to > largestSlot) {
      throw syntaxError(this.#source, `${token} is no slot like {volume:0-${largestSlot}}`);
    }
    return { kind: "slot", name, from, to };
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next++;
    return true;
  }
}

/** A Chinese word is a sequence of characters, as `wordsOf` gives them. */
function wordNode(token: string): TemplateNode {
  const words = wordsOf(token);
  if (words.length < 2) return { kind: "word", word: token };
  return { kind: "sequence", parts: words.map((word) => ({ kind: "word", word })) };
}

function tokenize(source: string): string[] {
  const tokens: string[] = [];
  const text = source.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const start = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) throw syntaxError(source, `unreadable at character ${start + 1}`);
    tokens.push(match[1]!);
  }
  return tokens;
}

function syntaxError(source: string, reason: string): TemplateError {
  return new TemplateError("template-syntax", `template "${source}": ${reason}`);
}
