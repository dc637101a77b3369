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
    return {
      accept: async (pcm) => {
        const release = this.#clock.hold();
        try {
          return (await opening).accept(pcm) ? 1 : 0;
        } finally {
          release();
        }
      },
      close: () => void opening.then((gate) => gate.close()),
    };
  }

  async close(): Promise<void> {}
}
