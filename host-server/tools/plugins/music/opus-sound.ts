import { OggOpusReader } from "../../../../protocol/ogg/ogg-opus.ts";
import { createDecoder } from "../../../audio/opus.ts";
import { fromPacketFile } from "../../../audio/packet-file.ts";
import type { Speech } from "../../../providers/tts.ts";

/** Hz to which packets are decoded: what devices hear. */
const SAMPLE_RATE = 24_000;
/** The clock of Ogg/Opus, Hz. */
const OPUS_RATE = 48_000;
/** Channels of music; a decoder makes one of them. */
const STEREO = 2;

/**
 * The sound of an Ogg/Opus file that comes in pieces, mono or stereo.
 *
 * @throws ProtocolError `ogg-invalid`, and OpusError for a packet that is none
 */
export async function* oggSound(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Speech, void, undefined> {
  const reader = new OggOpusReader(STEREO);
  const decoder = createDecoder({ sampleRate: SAMPLE_RATE });
  let skip: number | undefined;
  try {
    for await (const piece of pieces) {
      reader.push(piece);
      for (let packet = reader.next(); packet; packet = reader.next()) {
        skip ??= Math.round((reader.preSkip * SAMPLE_RATE) / OPUS_RATE);
        const samples = decoder.decode(packet);
        if (skip < samples.length) yield { pcm: samples.subarray(skip), sampleRate: SAMPLE_RATE };
        skip = Math.max(0, skip - samples.length);
      }
      if (reader.isEnded) return;
    }
    reader.end();
  } finally {
    decoder.close();
  }
}

/** The sound of a file of the reference's kind `p3`: Opus packets one after the other. */
export function* packetFileSound(file: Uint8Array): Generator<Speech, void, undefined> {
  const decoder = createDecoder({ sampleRate: SAMPLE_RATE });
  try {
    for (const packet of fromPacketFile(file)) yield { pcm: decoder.decode(packet), sampleRate: SAMPLE_RATE };
  } finally {
    decoder.close();
  }
}
