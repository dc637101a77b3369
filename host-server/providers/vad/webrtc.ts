import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import { defineVad } from "../provider.ts";
import type { Vad, VadStream } from "../vad.ts";
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
    const opening = VoiceGate.open(this.#strictness);
    let heardSamples = 0;
    return {
      accept: async (pcm) => {
        const release = this.#clock.hold();
        try {
          heardSamples += pcm.length;
          const isSettled = heardSamples > settlingSamples;
          return (await opening).accept(pcm) && isSettled ? 1 : 0;
        } finally {
          release();
        }
      },
      close: () => void opening.then((gate) => gate.close()),
    };
  }

  async close(): Promise<void> {}
}
