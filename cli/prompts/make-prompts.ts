import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { oggOpusFile } from "../../host-server/audio/ogg-opus-file.ts";
import { createEncoder } from "../../host-server/audio/opus.ts";
import { createResampler } from "../../host-server/audio/resampler.ts";
import type { Speech } from "../../host-server/providers/tts.ts";
import { ROOT, runProgram } from "../process.ts";
import { synthesize } from "../speech.ts";
import { type EspeakLibrary, MandarinVoice } from "./espeak.ts";
import { levelled, trimmed } from "./level.ts";
import { SPOKEN, TONES } from "./plan.ts";
import { synthesizeTones } from "./tones.ts";

const OUTPUT = join(ROOT, "modules/audio/prompts/sounds");
const TOOLS = join(ROOT, ".build/prompts");

/** Fetched when prompts are made, which is seldom. It makes sound; nothing of it gets into the firmware. */
const ESPEAK = "@echogarden/espeak-ng-emscripten";
const ESPEAK_VERSION = "0.3.5";

/** Hz. */
const SAMPLE_RATE = 16_000;
const PACKET_MS = 60;
const BIT_RATE = 14_000;
const COMPLEXITY = 10;

const HELP = `Usage: xiaozhi make-prompts [--out DIR]

Makes the sounds anew that the device has of its own: signals from tones, English from Flite, Chinese from eSpeak NG,
which is fetched (24 MB). Writes Ogg/Opus files of 16 kHz to modules/audio/prompts/sounds, or to DIR.`;

/** `xiaozhi make-prompts`: the device's own sounds. */
export async function run(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  const at = args.indexOf("--out");
  const output = at < 0 ? OUTPUT : args[at + 1];
  if (output === undefined) {
    console.error("xiaozhi make-prompts: --out: expected a folder");
    return 2;
  }
  mkdirSync(TOOLS, { recursive: true });
  writeFileSync(join(TOOLS, "package.json"), '{ "private": true }\n');
  const packages = [`${ESPEAK}@${ESPEAK_VERSION}`];
  const status = await runProgram("npm", ["install", "--prefix", TOOLS, "--ignore-scripts", "--no-fund", ...packages]);
  if (status !== 0) return status;
  await makeAll(output);
  return 0;
}

async function makeAll(output: string): Promise<void> {
  for (const [name, notes] of Object.entries(TONES)) {
    save(join(output, "tones"), name, encodePrompt(synthesizeTones(notes, SAMPLE_RATE)));
  }
  const mandarin = new MandarinVoice(await loadEspeak());
  for (const { folder, texts } of SPOKEN) {
    for (const [name, text] of Object.entries(texts)) {
      const speech = folder === "zh" ? mandarin.speak(text) : await synthesize(text, "slt");
      save(join(output, folder), name, encodePrompt(trimmed(atOurRate(speech), SAMPLE_RATE)));
    }
  }
}

async function loadEspeak(): Promise<EspeakLibrary> {
  const path = createRequire(join(TOOLS, "package.json")).resolve(ESPEAK);
  const library = (await import(pathToFileURL(path).href)) as { readonly default: () => Promise<EspeakLibrary> };
  return library.default();
}

function atOurRate({ pcm, sampleRate }: Speech): Float64Array {
  const resampler = createResampler(sampleRate, SAMPLE_RATE);
  const sound = Float64Array.from(resampler.process(pcm), (sample) => sample / 32_768);
  resampler.close();
  return sound;
}

/** The sound as an Ogg/Opus file; `sound` is from -1 to 1, at 16 kHz, of any loudness. */
export function encodePrompt(sound: Float64Array): Buffer {
  const pcm = levelled(sound);
  const frame = (SAMPLE_RATE * PACKET_MS) / 1000;
  const encoder = createEncoder({ sampleRate: SAMPLE_RATE, complexity: COMPLEXITY, bitRate: BIT_RATE });
  const packets: Uint8Array[] = [];
  for (let at = 0; at < pcm.length; at += frame) {
    const samples = new Int16Array(frame);
    samples.set(pcm.subarray(at, at + frame));
    packets.push(encoder.encode(samples));
  }
  encoder.close();
  return oggOpusFile(packets, { sampleRate: SAMPLE_RATE, packetMs: PACKET_MS, vendor: "xiaozhi make-prompts" });
}

function save(folder: string, name: string, bytes: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.ogg`), bytes);
  console.log(`${join(folder, name)}.ogg: ${bytes.length} bytes`);
}
