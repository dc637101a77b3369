import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createDecoder } from "../../../host-server/audio/opus.ts";
import { OggOpusReader } from "../../../protocol/ogg/ogg-opus.ts";

const SOUNDS = join(import.meta.dirname, "../../../modules/audio/prompts/sounds");

/** Names of all prompts, as "zh/success". */
export const PROMPT_FILES = globSync("*/*.ogg", { cwd: SOUNDS })
  .map((file) => file.replace(/\.ogg$/, ""))
  .sort();

export function promptBytes(name: string): Uint8Array {
  return readFileSync(join(SOUNDS, `${name}.ogg`));
}

export function promptPackets(name: string): Uint8Array[] {
  const reader = new OggOpusReader();
  reader.push(promptBytes(name));
  const packets: Uint8Array[] = [];
  for (let packet = reader.next(); packet; packet = reader.next()) packets.push(packet);
  reader.end();
  return packets;
}

/** @param sampleRate Hz */
export function promptSound(name: string, sampleRate: number): Int16Array {
  const decoder = createDecoder({ sampleRate });
  const sound = promptPackets(name).flatMap((packet) => [...decoder.decode(packet)]);
  decoder.close();
  return Int16Array.from(sound);
}

/** One sample in eight: speech stays recognisable, and comparing takes a 64th of the time. */
const STEP = 8;

function thinned(sound: Int16Array): number[] {
  const length = Math.floor(sound.length / STEP);
  return Array.from({ length }, (_, at) => {
    let sum = 0;
    for (let n = 0; n < STEP; n++) sum += sound[at * STEP + n] as number;
    return sum;
  });
}

function correlation(long: readonly number[], at: number, short: readonly number[]): number {
  let [product, power, ownPower] = [0, 1, 1];
  for (let n = 0; n < short.length; n++) {
    const [a, b] = [long[at + n] as number, short[n] as number];
    product += a * b;
    power += a * a;
    ownPower += b * b;
  }
  return product / Math.sqrt(power * ownPower);
}

/** Where a sound begins in a recording of the same rate, in samples, and how surely (1: the same, 0: nothing of it). */
export function find(recording: Int16Array, sound: Int16Array): { at: number; likeness: number } {
  const [long, short] = [thinned(recording), thinned(sound)];
  let best = { at: 0, likeness: 0 };
  for (let at = 0; at + short.length <= long.length; at++) {
    const likeness = correlation(long, at, short);
    if (likeness > best.likeness) best = { at: at * STEP, likeness };
  }
  return best;
}
