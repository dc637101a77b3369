import { ApiError } from "./api.ts";

/** No server sends so much as one event; one that does would fill the memory. */
const MAX_CHARACTERS = 1_000_000;
const LINE_BREAK = /\r\n|[\r\n]/;
const DATA = "data:";
const NAME = "event:";

/** An event; its name is empty where it has none. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Reads server-sent events from bytes that may be cut anywhere (HTML standard, section 9.2.6). */
export class EventStream {
  readonly #decoder = new TextDecoder();
  /** The line that is not complete yet. */
  #line = "";
  /** Lines of data of the event that is not complete yet. */
  #data: string[] = [];
  #name = "";
  #held = 0;

  /** The data of the events that these bytes complete. @throws ApiError when an event never ends */
  push(bytes: Uint8Array): string[] {
    return this.pushNamed(bytes).map(({ data }) => data);
  }

  /** The events that these bytes complete. @throws ApiError when an event never ends */
  pushNamed(bytes: Uint8Array): ServerEvent[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The data of an event that only the end completes. */
  end(): string[] {
    return this.endNamed().map(({ data }) => data);
  }

  /** An event that only the end completes. */
  endNamed(): ServerEvent[] {
    return this.#line.endsWith("\r") ? this.#take("\n") : [];
  }

  #take(text: string): ServerEvent[] {
    const all = this.#line + text;
    // At the very end this may be half of a line break.
    const whole = all.endsWith("\r") ? all.length - 1 : all.length;
    const lines = all.slice(0, whole).split(LINE_BREAK);
    this.#line = (lines.pop() as string) + all.slice(whole);
    const found: ServerEvent[] = [];
    for (const line of lines) {
      if (line === "") found.push(...this.#complete());
      else if (line.startsWith(DATA)) this.#keep(fieldOf(line, DATA));
      else if (line.startsWith(NAME)) this.#name = fieldOf(line, NAME);
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

  #complete(): ServerEvent[] {
    const name = this.#name;
    this.#name = "";
    if (this.#data.length === 0) return [];
    const data = this.#data.join("\n");
    this.#data = [];
    this.#held = 0;
    return [{ name, data }];
  }
}

function fieldOf(line: string, field: string): string {
  return line.slice(line[field.length] === " " ? field.length + 1 : field.length);
}

/** The data of the events in a stream, in order. @throws what reading throws */
export async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const events = new EventStream();
  for await (const bytes of body) yield* events.push(bytes);
  yield* events.end();
}

/** The events in a stream with their names, in order. @throws what reading throws */
export async function* namedEventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent, void, undefined> {
  const events = new EventStream();
  for await (const bytes of body) yield* events.pushNamed(bytes);
  yield* events.endNamed();
}
