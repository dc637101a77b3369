import { firstAudible, lastAudible } from "../../simulator/audio/level.ts";
import { Random } from "../../simulator/random.ts";
import { pink, SOUNDS } from "./noise.ts";
import type { Sentence } from "./sentences.ts";
import { SAMPLE_RATE, type Voice } from "./voices.ts";

/** What the microphone hears of one sentence, noise included. */
export interface Clip {
  readonly sentence: Sentence;
  /** Name of the voice; "" for sounds that are no speech. */
  readonly voice: string;
  /** 16 kHz mono: quiet, the sentence, quiet. */
  readonly pcm: Int16Array;
  /** Samples before the first and after the last that is audible in the sentence itself. */
  readonly speechStart: number;
  readonly speechEnd: number;
}

/** Everything about a sentence but the noise of the room. */
export type Take = Omit<Clip, "pcm"> & { readonly clean: Int16Array; readonly seed: number };

const LEAD_MS = 800;
const TAIL_MS = 1_600;
const PAUSE_MS = [300, 700] as const;
/** Root mean square of speech, -26 to -18 dB of full scale: somebody near, or two steps away. */
const LEVEL = [1_600, 4_100] as const;

/** Speaks every sentence once; the same seed and the same voices give the same samples. */
export async function takeAll(sentences: readonly Sentence[], voices: readonly Voice[], seed: number): Promise<Take[]> {
  const deck = shuffled(sentences.length, voices, new Random(seed, "voices"));
  const takes: Take[] = [];
  for (const [at, sentence] of sentences.entries()) {
    takes.push(await take(sentence, deck[at]!, new Random(seed, `sentence ${at}`)));
  }
  return takes;
}

/** Adds a room to a take: `snrDb` is speech to noise; none for a quiet room. */
export function inRoom({ clean, seed, ...rest }: Take, snrDb: number | undefined): Clip {
  const speech = level(clean.subarray(rest.speechStart, rest.speechEnd));
  const amplitude = snrDb === undefined ? 3 : speech / 10 ** (snrDb / 20);
  const random = new Random(seed, "room");
  const source = pink(random);
  const noise = Float32Array.from(clean, source);
  const scale = amplitude / Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
  const pcm = clean.map((sample, at) => Math.max(-32_768, Math.min(32_767, Math.round(sample + noise[at]! * scale))));
  return { ...rest, pcm };
}

/** One voice for each sentence, by their shares, in an order of the seed. */
function shuffled(count: number, voices: readonly Voice[], random: Random): Voice[] {
  const total = voices.reduce((sum, { share }) => sum + share, 0);
  const deck = voices.flatMap((voice) => Array<Voice>(Math.round((voice.share * count) / total)).fill(voice));
  while (deck.length < count) deck.push(voices[0]!);
  for (let at = deck.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [deck[at], deck[other]] = [deck[other]!, deck[at]!];
  }
  return deck;
}

async function take(sentence: Sentence, voice: Voice, random: Random): Promise<Take> {
  const isSpeech = sentence.kind !== "nothing";
  const sound = isSpeech ? await spoken(sentence.parts, voice, random) : sounded(sentence.parts[0]!, random);
  const loudness = random.between(...LEVEL) / Math.max(1, level(sound));
  const lead = (LEAD_MS * SAMPLE_RATE) / 1_000;
  const clean = new Int16Array(lead + sound.length + (TAIL_MS * SAMPLE_RATE) / 1_000);
  for (const [at, sample] of sound.entries()) {
    clean[lead + at] = Math.max(-32_768, Math.min(32_767, Math.round(sample * loudness)));
  }
  return {
    sentence,
    voice: isSpeech ? voice.name : "",
    clean,
    seed: random.below(2 ** 31),
    speechStart: firstAudible(clean),
    speechEnd: lastAudible(clean) + 1,
  };
}

async function spoken(parts: readonly string[], voice: Voice, random: Random): Promise<Int16Array> {
  const pieces: Int16Array[] = [];
  for (const [at, part] of parts.entries()) {
    const pcm = await voice.speak(part);
    const pause = at === parts.length - 1 ? 0 : (random.between(...PAUSE_MS) * SAMPLE_RATE) / 1_000;
    pieces.push(pcm.subarray(Math.max(0, firstAudible(pcm)), lastAudible(pcm) + 1), new Int16Array(pause));
  }
  const joined = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}

function sounded(name: string, random: Random): Int16Array {
  const make = SOUNDS[name];
  if (!make) throw new Error(`sentences.txt: there is no sound "${name}"`);
  return Int16Array.from(make(random), (value) => value * 20_000);
}

function level(pcm: Int16Array): number {
  return pcm.length === 0 ? 0 : Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length);
}
