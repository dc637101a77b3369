import type { Clock } from "../../protocol/clock.ts";
import { opusPacketMs } from "../../protocol/ogg/opus-packet.ts";
import { oggOpusFile } from "../audio/ogg-opus-file.ts";
import type { TurnReport } from "../pipeline/turn-report.ts";
import type { Asr } from "../providers/asr.ts";
import type { DeviceLink, LinkEvents } from "../session/link.ts";
import type { MessageAudio } from "../storage/messages.ts";

/** Longest sound that is kept of one message: of a song its beginning is enough. */
const MAX_MS = 60_000;
/** Packets of a device that are remembered, in case they turn out to be speech. */
const MAX_PACKETS = 1_000;
/** ms before a recogniser is asked that belong to what was said: a voice detector is sure late. */
const PRE_ROLL_MS = 700;
/** What was coded: the rate of microphones, and of what devices hear. */
const UP_RATE = 16_000;
const DOWN_RATE = 24_000;
const START = /"type":"tts","state":"start"/;

/** What was heard and said in a turn; undefined where there was no sound. */
export interface TurnSound {
  readonly heard: MessageAudio | undefined;
  readonly said: MessageAudio | undefined;
}

interface Heard {
  readonly packet: Uint8Array;
  readonly at: number;
}

/** Keeps the sound of one session's turns as it came and went, coded, beside the conversation. */
export class SoundRecorder {
  readonly #clock: Clock;
  #heard: Heard[] = [];
  #said: Uint8Array[] = [];
  #saidMs = 0;
  /** When recognisers were asked, of turns that are not over. */
  #began: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same link and stages, of which this notes what passes. */
  receive<Stages extends { readonly asr: Asr }>(link: DeviceLink, stages: Stages) {
    return { link: this.#through(link), stages: { ...stages, asr: this.#listening(stages.asr) } };
  }

  #through(link: DeviceLink): DeviceLink {
    return {
      device: link.device,
      transport: link.transport,
      ...(link.greeting && { greeting: link.greeting }),
      attach: (events) => link.attach(this.#noting(events)),
      sendText: (text) => {
        if (START.test(text)) this.#forgetSaid();
        link.sendText(text);
      },
      sendAudio: (packet, timestamp) => {
        this.#noteSaid(packet);
        link.sendAudio(packet, timestamp);
      },
      close: () => link.close(),
    };
  }

  #listening(asr: Asr): Asr {
    return {
      transcribe: (frames, context, signal) => {
        this.#began.push(this.#clock.now());
        return asr.transcribe(frames, context, signal);
      },
      close: () => asr.close(),
    };
  }

  /** The sound of a turn that has ended; it is given once. */
  take({ endedAt }: Pick<TurnReport, "endedAt">): TurnSound {
    const said = soundOf(this.#said, DOWN_RATE);
    this.#forgetSaid();
    if (endedAt === undefined) return { heard: undefined, said };
    const began = this.#began.findLast((at) => at <= endedAt);
    this.#began = this.#began.filter((at) => at > endedAt);
    if (began === undefined) return { heard: undefined, said };
    const packets = this.#heard.filter(({ at }) => at >= began - PRE_ROLL_MS && at <= endedAt);
    this.#heard = this.#heard.filter(({ at }) => at > endedAt);
    return {
      heard: soundOf(
        packets.map(({ packet }) => packet),
        UP_RATE,
      ),
      said,
    };
  }

  #noting(events: LinkEvents): LinkEvents {
    return {
      get sessionId() {
        return events.sessionId;
      },
      onText: (text) => events.onText(text),
      onAudio: (packet, timestamp) => {
        this.#noteHeard({ packet, at: this.#clock.now() });
        events.onAudio(packet, timestamp);
      },
      ...(events.say && { say: (text: string) => events.say?.(text) ?? Promise.resolve() }),
      onClose: () => events.onClose(),
    };
  }

  #noteHeard(heard: Heard): void {
    this.#heard.push(heard);
    if (this.#heard.length > MAX_PACKETS) this.#heard = this.#heard.slice(MAX_PACKETS / 4);
  }

  #noteSaid(packet: Uint8Array): void {
    this.#saidMs += opusPacketMs(packet);
    if (this.#saidMs <= MAX_MS) this.#said.push(packet);
  }

  #forgetSaid(): void {
    this.#said = [];
    this.#saidMs = 0;
  }
}

/** As a file that every browser plays. */
function soundOf(packets: readonly Uint8Array[], sampleRate: number): MessageAudio | undefined {
  const packetMs = opusPacketMs(packets[0] ?? new Uint8Array());
  if (packetMs === 0) return undefined;
  const bounded = packets.slice(0, Math.floor(MAX_MS / packetMs));
  return { type: "audio/ogg", data: oggOpusFile(bounded, { sampleRate, packetMs, vendor: "xiaozhi" }) };
}
