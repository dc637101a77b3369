import type { Cancel, Clock } from "../../protocol/clock.ts";
import { OggOpusReader } from "../../protocol/ogg/ogg-opus.ts";
import { opusPacketMs } from "../../protocol/ogg/opus-packet.ts";
import type { Notify } from "../../protocol/to-device.ts";
import type { Speaker } from "../audio/speaker.ts";
import { log, reason } from "../system/log.ts";

/** The bytes of a sound file, as they come. */
export interface SoundSource {
  /** Up to `maxBytes`; undefined when none have come. */
  read(maxBytes: number): Uint8Array | undefined;
  close(): void;
}

export interface NotificationParts {
  readonly clock: Clock;
  readonly speaker: Speaker;
  /** `onEnd` is called once, with an error when the file could not be read to its end. @throws Error for a bad URL */
  readonly openSound: (url: string, onEnd: (error: Error | undefined) => void) => SoundSource;
  /** Runs `callback` when the network goes, until it is cancelled. */
  readonly onceLost: (callback: () => void) => Cancel;
  /** A line that the user should see. */
  readonly onText: (text: string) => void;
  /** It was played, or has failed; not after `stop`. */
  readonly onEnd: () => void;
}

/** The speaker's buffer is filled again so often. */
const STEP_MS = 100;

/** First the chime, then the sound. */
const CHIME_MS = 400;

/** Half of what the speaker's buffer holds: the rest of the file waits at the server. */
const MAX_WAITING_PACKETS = 20;

const PIECE_BYTES = 1024;

/** A sound that the server lets the device play while it rests. The file is read at the pace at which it is heard. */
export class Notification {
  readonly #parts: NotificationParts;
  readonly #notify: Notify;
  readonly #reader = new OggOpusReader();
  readonly #cancelWatch: Cancel;
  #source: SoundSource | undefined;
  /** The source has given all it had; or why it has not. */
  #sourceEnd: "complete" | Error | undefined;
  #cancelStep: Cancel;
  /** ms of sound that the speaker was given. */
  #givenMs = 0;
  #shownSubtitles = 0;
  #isOver = false;

  constructor(notify: Notify, parts: NotificationParts) {
    this.#parts = parts;
    this.#notify = notify;
    parts.speaker.complete();
    parts.speaker.chime();
    this.#cancelWatch = parts.onceLost(() => this.#end("network lost"));
    this.#cancelStep = parts.clock.schedule(CHIME_MS, () => this.#step());
    try {
      this.#source = parts.openSound(notify.audio_url, (error) => {
        this.#sourceEnd = error ?? "complete";
      });
    } catch (error) {
      this.#sourceEnd = error instanceof Error ? error : new Error(String(error));
    }
  }

  /** The speaker has played up to `ms` of the sound. */
  played(ms: number): void {
    const subtitles = this.#givenMs > 0 ? (this.#notify.subtitles ?? []) : [];
    for (let next = subtitles[this.#shownSubtitles]; next; next = subtitles[this.#shownSubtitles]) {
      if (next.start_ms > ms) return;
      this.#shownSubtitles++;
      this.#parts.onText(next.text);
    }
  }

  /** Ends it without an event, silent at once. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelStep();
    this.#cancelWatch();
    this.#source?.close();
    this.#parts.speaker.flush();
  }

  #step(): void {
    try {
      if (this.#fill()) return this.#finish();
    } catch (error) {
      return this.#end(reason(error));
    }
    this.#cancelStep = this.#parts.clock.schedule(STEP_MS, () => this.#step());
  }

  /**
   * Gives the speaker what fits; true when that was the end.
   *
   * @throws Error when the file is damaged or could not be read
   */
  #fill(): boolean {
    const { speaker } = this.#parts;
    // What was said before is played out first.
    if (this.#givenMs === 0 && !speaker.isDrained) return false;
    while (speaker.waiting < MAX_WAITING_PACKETS) {
      const packet = this.#reader.next();
      if (packet) this.#play(packet);
      else if (this.#reader.isEnded) return true;
      else {
        const piece = this.#source?.read(PIECE_BYTES);
        if (piece) this.#reader.push(piece);
        else return this.#isSourceRead();
      }
    }
    return false;
  }

  #isSourceRead(): boolean {
    if (this.#sourceEnd instanceof Error) throw this.#sourceEnd;
    if (this.#sourceEnd === undefined) return false;
    this.#reader.end();
    return true;
  }

  #play(packet: Uint8Array): void {
    this.#givenMs += opusPacketMs(packet);
    this.#parts.speaker.play(packet, Math.max(1, Math.round(this.#givenMs)));
  }

  /** The end of the sound is played out. */
  #finish(): void {
    this.#source?.close();
    this.#parts.speaker.whenDrained(() => this.#end(undefined));
  }

  #end(failure: string | undefined): void {
    if (this.#isOver) return;
    const { speaker, onEnd } = this.#parts;
    const playedMs = Math.round(this.#givenMs);
    this.stop();
    const { concealed, dropped } = speaker.takeCounts();
    if (failure === undefined) log.info("notification played", { playedMs, concealed, dropped });
    else log.warn("notification ended", { reason: failure, playedMs });
    onEnd();
  }
}
