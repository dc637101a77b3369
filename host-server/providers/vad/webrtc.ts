import { z } from "zod";
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
  create: ({ strictness }) => new WebRtcVad(strictness as Strictness),
});

/** Detects voice with the WebRTC detector alone: probability 1 or 0. */
export class WebRtcVad implements Vad {
  readonly #strictness: Strictness;

  constructor(strictness: Strictness) {
    this.#strictness = strictness;
  }

  async warmUp(): Promise<void> {
    (await VoiceGate.open(this.#strictness)).close();
  }

  open(): VadStream {
    const opening = VoiceGate.open(this.#strictness);
    return {
      accept: async (pcm) => ((await opening).accept(pcm) ? 1 : 0),
      close: () => void opening.then((gate) => gate.close()),
    };
  }

  async close(): Promise<void> {}
}
