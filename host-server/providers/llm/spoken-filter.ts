/** What a piece of a model's text turned out to be. */
export type FilteredText = { type: "text"; text: string } | { type: "call"; source: string };

type Mode = "spoken" | "thinking" | "call";

const TAGS: { readonly [mode in Mode]: readonly { readonly tag: string; readonly next: Mode }[] } = {
  spoken: [
    { tag: "<think>", next: "thinking" },
    { tag: "<tool_call>", next: "call" },
    // Some servers send the end alone: the beginning was part of their prompt.
    { tag: "</think>", next: "spoken" },
    { tag: "</tool_call>", next: "spoken" },
  ],
  thinking: [{ tag: "</think>", next: "spoken" }],
  call: [{ tag: "</tool_call>", next: "spoken" }],
};

/**
 * Takes out of a model's text what is not to be spoken: thoughts between `<think>` and `</think>`, and tool calls that are
 * written as text, `<tool_call>{"name": …, "arguments": {…}}</tool_call>`. Tags may be cut anywhere by the stream.
 */
export class SpokenFilter {
  #mode: Mode = "spoken";
  #held = "";
  #call = "";
  #hasSpoken = false;

  /** Takes the next piece; gives what is certain. */
  push(piece: string): FilteredText[] {
    this.#held += piece;
    const found: FilteredText[] = [];
    for (let cut = this.#firstTag(); cut; cut = this.#firstTag()) {
      this.#give(this.#held.slice(0, cut.at), found);
      this.#held = this.#held.slice(cut.at + cut.tag.length);
      this.#enter(cut.next, found);
    }
    const certain = this.#held.length - this.#openTagLength();
    this.#give(this.#held.slice(0, certain), found);
    this.#held = this.#held.slice(certain);
    return found;
  }

  /** No more follows. A call whose end is missing is a call all the same. */
  end(): FilteredText[] {
    const found: FilteredText[] = [];
    this.#give(this.#held, found);
    this.#held = "";
    this.#enter("spoken", found);
    return found;
  }

  #firstTag(): { at: number; tag: string; next: Mode } | undefined {
    let first: { at: number; tag: string; next: Mode } | undefined;
    for (const { tag, next } of TAGS[this.#mode]) {
      const at = this.#held.indexOf(tag);
      if (at >= 0 && (!first || at < first.at)) first = { at, tag, next };
    }
    return first;
  }

  /** How much of the end may be the beginning of a tag. */
  #openTagLength(): number {
    let longest = 0;
    for (const { tag } of TAGS[this.#mode]) {
      for (let length = Math.min(tag.length - 1, this.#held.length); length > longest; length--) {
        if (this.#held.endsWith(tag.slice(0, length))) longest = length;
      }
    }
    return longest;
  }

  #give(text: string, found: FilteredText[]): void {
    if (this.#mode === "call") this.#call += text;
    if (this.#mode !== "spoken") return;
    // Lines between thoughts and answer are no part of it.
    const spoken = this.#hasSpoken ? text : text.trimStart();
    if (spoken === "") return;
    this.#hasSpoken = true;
    found.push({ type: "text", text: spoken });
  }

  #enter(mode: Mode, found: FilteredText[]): void {
    if (this.#mode === "call" && this.#call.trim() !== "") found.push({ type: "call", source: this.#call.trim() });
    this.#call = "";
    this.#mode = mode;
  }
}
