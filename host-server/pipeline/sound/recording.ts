import { createEncoder } from "../../audio/opus.ts";
import type { Tts } from "../../providers/tts.ts";
import { SPEECH_SAMPLE_RATE } from "../mouth.ts";
import { spokenText } from "../text.ts";
import { Frames } from "./frames.ts";

/** A text and its sound. */
export interface Recording {
  readonly text: string;
  /** Opus packets of 60 ms; absent while the voice has not spoken it yet. */
  readonly packets?: readonly Uint8Array[];
}

/** The sound of a text as Opus packets. @throws TtsError, or what `signal` was aborted with */
export async function record(text: string, tts: Pick<Tts, "speak">, signal: AbortSignal): Promise<Uint8Array[]> {
  const frames = new Frames();
  const encoder = createEncoder({ sampleRate: SPEECH_SAMPLE_RATE });
  const packets: Uint8Array[] = [];
  try {
    for await (const { pcm, sampleRate } of tts.speak(spokenText(text), signal)) {
      signal.throwIfAborted();
      for (const frame of frames.accept(pcm, sampleRate)) packets.push(encoder.encode(frame));
    }
    for (const frame of frames.end()) packets.push(encoder.encode(frame));
    return packets;
  } finally {
    frames.close();
    encoder.close();
  }
}
