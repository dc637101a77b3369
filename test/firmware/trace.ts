import assert from "node:assert/strict";

/** Audio may be a frame more or less than said: the first frame of a stretch begins when the microphone does. */
const TOLERANCE_FRAMES = 1;

/**
 * What happened between a device and its server, in order, as lines: `D: {json}` and `S: {json}` for messages as they
 * are on the wire, `D: audio ×10` for frames in a row, `= speaking` for the state the device moved to, and `S: closes`.
 */
export class Trace {
  readonly #lines: string[] = [];
  #frames = 0;
  #from = "";

  get lines(): readonly string[] {
    return this.#frames === 0 ? this.#lines : [...this.#lines, this.#audio()];
  }

  message(from: "D" | "S", text: string): void {
    this.#note(`${from}: ${text}`);
  }

  state(state: string): void {
    this.#note(`= ${state}`);
  }

  audio(from: "D" | "S"): void {
    if (this.#frames > 0 && this.#from !== from) this.#endAudio();
    this.#from = from;
    this.#frames++;
  }

  clear(): void {
    this.#lines.length = 0;
    this.#frames = 0;
  }

  /** Compares all lines, the numbers of audio frames as nearly as the clock allows. */
  assertIs(expected: readonly string[]): void {
    const actual = this.lines.map((line, n) => (isNear(line, expected[n]) ? expected[n] : line));
    assert.deepEqual(actual, expected);
  }

  #note(line: string): void {
    this.#endAudio();
    this.#lines.push(line);
  }

  #audio(): string {
    return `${this.#from}: audio ×${this.#frames}`;
  }

  #endAudio(): void {
    if (this.#frames > 0) this.#lines.push(this.#audio());
    this.#frames = 0;
  }
}

function isNear(line: string, expected = ""): boolean {
  const [head, count] = line.split(" ×");
  const [expectedHead, expectedCount] = expected.split(" ×");
  if (count === undefined || expectedCount === undefined || head !== expectedHead) return false;
  return Math.abs(Number(count) - Number(expectedCount)) <= TOLERANCE_FRAMES;
}
