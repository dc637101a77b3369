import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import { defineVad } from "../provider.ts";
import type { Vad, VadStream } from "../vad.ts";
import { OpeningStream } from "./opening-stream.ts";
import { type Strictness, VoiceGate } from "./voice-gate.ts";

const settings = z.strictObject({
  strictness: z.int().min(0).max(3).default(2).describe("How much a frame must sound like voice: 0 least, 3 most"),
});

/** Voice detection that runs anywhere. It never ends an utterance in loud steady noise: only its maximum length does. */
export const webrtc = defineVad({
  name: "webrtc",
  settings,
  create: ({ strictness }, { clock }) => new WebRtcVad(strictness as Strictness, clock),
});

/**
 * Samples after which a stream is trusted, 0.3 s: before, the detector does not know the noise of the room and takes it
 * for voice. Somebody who speaks at once is not lost: an utterance begins with more than this from before its start.
 */
const settlingSamples = 4_800;

/** Detects voice with the WebRTC detector alone: probability 1 or 0. */
export class WebRtcVad implements Vad {
  readonly #strictness: Strictness;
  readonly #clock: Clock;

  constructor(strictness: Strictness, clock: Clock) {
    this.#strictness = strictness;
    this.#clock = clock;
  }

  async warmUp(): Promise<void> {
    (await VoiceGate.open(this.#strictness)).close();
  }

  open(): VadStream {
    return new OpeningStream(
      VoiceGate.open(this.#strictness).then((gate) => new WebRtcStream(gate)),
      this.#clock,
    );
  }

  async close(): Promise<void> {}
}

class WebRtcStream implements VadStream {
  readonly #gate: VoiceGate;
  #heardSamples = 0;

  constructor(gate: VoiceGate) {
    this.#gate = gate;
  }

  accept(pcm: Int16Array): number {
    this.#heardSamples += pcm.length;
    return this.#gate.accept(pcm) && this.#heardSamples > settlingSamples ? 1 : 0;
  }

  close(): void {
    this.#gate.close();
  }
}
