import { createDecoder, createEncoder, OpusError } from "../../../host-server/audio/opus.ts";
import { loadWasmOpus } from "../../../host-server/audio/opus-wasm.ts";
import { expect, type FuzzTarget, packed, pieces, refusable } from "../target.ts";

const RATES = [8_000, 16_000, 24_000, 48_000];
/** RFC 6716 §3.2.5: a packet holds no more. */
const MAX_MS = 120;

function packetsAt(sampleRate: number): Uint8Array[] {
  const encoder = createEncoder({ sampleRate });
  const samples = (sampleRate / 1000) * 60;
  const made = Array.from({ length: 4 }, (_, frame) =>
    encoder.encode(Int16Array.from({ length: samples }, (_, at) => 9_000 * Math.sin((at + frame * samples) / 7))),
  );
  encoder.close();
  return made;
}

/** Packets of Opus, one after the other, for the native decoder and the one in WebAssembly. */
export async function opus(): Promise<FuzzTarget> {
  const wasm = await loadWasmOpus();
  return {
    seeds: RATES.map((rate) => packed(...packetsAt(rate))),
    form: "pieces",
    run: (input) => {
      const sampleRate = RATES[input.length % RATES.length] as number;
      const limit = (sampleRate / 1000) * MAX_MS;
      const decoder = createDecoder({ sampleRate });
      const other = wasm.createDecoder(sampleRate);
      const words = pieces(input).map((packet) => {
        const native = refusable(() => `${decoder.decode(packet).length}`, [OpusError]);
        let portable: string | undefined;
        try {
          portable = `${wasm.decode(other, packet).length}`;
        } catch (error) {
          portable = (error as { code?: string }).code;
          expect(
            portable === "opus-packet" || portable === "opus-argument",
            `a packet is refused, not ${String(error)}`,
          );
        }
        expect(!(Number(native) > limit) && !(Number(portable) > limit), `a packet is at most ${MAX_MS} ms`);
        return `${native} ${portable}`;
      });
      decoder.close();
      wasm.close(other);
      return words.slice(0, 3).join("|");
    },
  };
}
