/** Texts are changed as JSON, too; pieces (see `packed`) each for itself, and in their order. */
export type InputForm = "bytes" | "text" | "pieces";

/** Something that reads what others send. */
export interface FuzzTarget {
  /** Inputs that it takes: what is tried are changes of them. */
  readonly seeds: readonly Uint8Array[];
  /** How inputs are made; bytes unless told. */
  readonly form?: InputForm;
  /**
   * Reads an input; what it throws, or leaves as a rejection that nobody handles, is a find.
   *
   * @returns what became of it, in a word: inputs with a new one are changed further
   */
  run(input: Uint8Array): string | undefined | Promise<string | undefined>;
  close?(): void | Promise<void>;
}

/** An error by which input is refused. */
type Refusal = abstract new (...args: never[]) => Error;

function wordOf(error: Error): string {
  const { code, field } = error as Error & { code?: unknown; field?: unknown };
  return `${error.name} ${String(code ?? "")} ${String(field ?? "")}`;
}

/** What `read` gives, or the error by which it refuses; any other error is thrown. */
export function refusable(read: () => string | undefined, refusals: readonly Refusal[]): string | undefined {
  try {
    return read();
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return wordOf(error as Error);
    throw error;
  }
}

/** The same of something that takes time. */
export async function refusableLater(
  read: () => Promise<string | undefined>,
  refusals: readonly Refusal[],
): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return wordOf(error as Error);
    throw error;
  }
}

/** @throws Error naming what was expected */
export function expect(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`expected that ${what}`);
}

export function bytesOfText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Bytes with their length in front (u16), one after the other: an input that comes in pieces. */
export function packed(...pieces: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(pieces.flatMap((piece) => [Uint8Array.of(piece.length >> 8, piece.length & 255), piece]));
}

/** The pieces of an input; whatever was changed, there are some. */
export function pieces(input: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at + 2 <= input.length; ) {
    const length = ((input[at] as number) << 8) | (input[at + 1] as number);
    found.push(input.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return found;
}
