import { ApiError } from "./api.ts";

/** No server sends so much as one event; one that does would fill the memory. */
const MAX_CHARACTERS = 1_000_000;
const LINE_BREAK = /\r\n|[\r\n]/;
const DATA = "data:";

/** Reads server-sent events from bytes that may be cut anywhere (HTML standard, section 9.2.6); only their data matters here. */
export class EventStream {
  readonly #decoder = new TextDecoder();
  /** The line that is not complete yet. */
  #line = "";
  /** Lines of data of the event that is not complete yet. */
  #data: string[] = [];
  #held = 0;

  /** The data of the events that these bytes complete. @throws ApiError when an event never ends */
  push(bytes: Uint8Array): string[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The data of an event that only the end completes. */
  end(): string[] {
    return this.#line.endsWith("\r") ? this.#take("\n") : [];
  }

  #take(text: string): string[] {
    const all = this.#line + text;
    // At the very end this may be half of a line break.
    const whole = all.endsWith("\r") ? all.length - 1 : all.length;
    const lines = all.slice(0, whole).split(LINE_BREAK);
    this.#line = (lines.pop() as string) + all.slice(whole);
    const found: string[] = [];
    for (const line of lines) {
      if (line === "") found.push(...this.#complete());
      else if (line.startsWith(DATA)) this.#keep(line.slice(line[DATA.length] === " " ? DATA.length + 1 : DATA.length));
    }
    if (this.#held + this.#line.length > MAX_CHARACTERS) {
      throw new ApiError(undefined, `it sent more than ${MAX_CHARACTERS} characters as one event`);
    }
    return found;
  }

  #keep(data: string): void {
    this.#data.push(data);
    this.#held += data.length;
  }

  #complete(): string[] {
    if (this.#data.length === 0) return [];
    const data = this.#data.join("\n");
    this.#data = [];
    this.#held = 0;
    return [data];
  }
}

/** The data of the events in a stream, in order. @throws what reading throws */
export async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const events = new EventStream();
  for await (const bytes of body) yield* events.push(bytes);
  yield* events.end();
}
