import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../protocol/clock.ts";
import { fromPacketFile, toPacketFile } from "../audio/packet-file.ts";
import { TtsError } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Recording, record } from "../pipeline/sound/recording.ts";
import type { Tts } from "../providers/tts.ts";

/** ms that the voice may take for one line. */
const RECORDING_MS = 30_000;
/** Lines whose sound is kept: more than anybody writes, fewer than would fill the memory. */
const MAX_LINES = 50;

export interface GreeterOptions {
  readonly tts: Pick<Tts, "speak">;
  /** Stands for the voice and its settings: another voice has recordings of its own. */
  readonly voice: string;
  /** Folder for recordings. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What a device says when it is called by its wake word. The sound of each line is made once for each voice, kept in
 * memory and on disk, and played at once from then on; a line that has none yet gets it in the background, after a call.
 */
export class Greeter {
  readonly #options: GreeterOptions;
  readonly #sounds = new Map<string, readonly Uint8Array[]>();
  /** Lines that were looked for on the disk. */
  readonly #searched = new Set<string>();
  #turn = 0;
  #isRecording = false;

  constructor(options: GreeterOptions) {
    this.#options = options;
  }

  /** One of the lines, in turn: one that has its sound, if there is any. The next missing sound is made meanwhile. */
  next(lines: readonly string[]): Recording {
    const known = lines.slice(0, MAX_LINES);
    const inTurn = [...known.slice(this.#turn), ...known.slice(0, this.#turn)];
    const text = inTurn.find((line) => this.#sounds.has(line)) ?? inTurn[0] ?? "";
    this.#turn = (known.indexOf(text) + 1) % known.length;
    this.#fill(known);
    const packets = this.#sounds.get(text);
    return packets ? { text, packets } : { text };
  }

  /** Fetches the sounds that are on the disk; those that cannot be read are made anew. */
  async load(lines: readonly string[]): Promise<void> {
    for (const line of lines.slice(0, MAX_LINES)) await this.#read(line);
  }

  #fill(lines: readonly string[]): void {
    if (this.#isRecording) return;
    this.#isRecording = true;
    this.load(lines)
      .then(() => this.#recordFirst(lines))
      .catch((error: unknown) => this.#options.log.warn({ error }, "a greeting could not be recorded"))
      .finally(() => {
        this.#isRecording = false;
      });
  }

  async #recordFirst(lines: readonly string[]): Promise<void> {
    const missing = lines.find((line) => !this.#sounds.has(line));
    if (missing !== undefined) await this.#record(missing);
  }

  async #read(line: string): Promise<void> {
    if (this.#sounds.has(line) || this.#searched.has(line)) return;
    this.#searched.add(line);
    try {
      const packets = fromPacketFile(await readFile(this.#fileOf(line)));
      if (packets.length > 0) this.#sounds.set(line, packets);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      this.#options.log.warn({ error }, "the sound of a greeting could not be read");
    }
  }

  async #record(line: string): Promise<void> {
    const { tts, clock } = this.#options;
    const abort = new AbortController();
    const late = Promise.withResolvers<never>();
    const cancel = clock.schedule(RECORDING_MS, () => {
      abort.abort();
      late.reject(new TtsError("tts-timeout", `tts-timeout: a greeting took more than ${RECORDING_MS} ms`));
    });
    try {
      const packets = await Promise.race([record(line, tts, abort.signal), late.promise]);
      if (packets.length === 0) return;
      this.#sounds.set(line, packets);
      await mkdir(this.#options.directory, { recursive: true });
      await writeFile(this.#fileOf(line), toPacketFile(packets));
    } finally {
      cancel();
    }
  }

  #fileOf(line: string): string {
    const name = createHash("sha256").update(`${this.#options.voice}\n${line}`).digest("hex").slice(0, 32);
    return join(this.#options.directory, `${name}.p3`);
  }
}
