import { existsSync, readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { readSpeech } from "../../cli/speech-file.ts";
import { createResampler } from "../../host-server/audio/resampler.ts";

/** Hz of what the detector hears. */
export const SAMPLE_RATE = 16_000;

/** A recording and what is known of its end. */
export interface Labelled {
  /** Path of the WAV file. */
  readonly file: string;
  /** Whether the speaker has finished at the end of the recording. */
  readonly isComplete: boolean;
  /** Where the speaker's last sound ends, ms from the beginning; undefined where only the label is known. */
  readonly endMs: number | undefined;
}

/** A set that cannot be read. */
export class SetError extends Error {
  override readonly name = "SetError";
  readonly code = "set-invalid";
}

/**
 * Reads a set: a JSON-lines file, a folder with `manifest.jsonl`, or a folder with subfolders `complete` and `incomplete`
 * of WAV files.
 *
 * @throws SetError naming the file and the line
 */
export async function readSet(path: string): Promise<Labelled[]> {
  if (!existsSync(path)) throw new SetError(`${path}: there is no such file or folder`);
  if (!statSync(path).isDirectory()) return readLines(path);
  const manifest = join(path, "manifest.jsonl");
  if (existsSync(manifest)) return readLines(manifest);
  const found: Labelled[] = [];
  for (const label of ["complete", "incomplete"]) {
    const folder = join(path, label);
    const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith(".wav")).sort() : [];
    for (const name of names)
      found.push({ file: join(folder, name), isComplete: label === "complete", endMs: undefined });
  }
  if (found.length === 0)
    throw new SetError(`${path}: expected manifest.jsonl, or WAV files in complete/ and incomplete/`);
  return found;
}

function readLines(path: string): Labelled[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line, at) => (line.trim() === "" ? [] : [parseLine(line, `${path}:${at + 1}`, dirname(path))]));
}

/**
 * Reads a line: `{"audio": "a.wav", "label": "complete"}`; for the label also `"endpoint_bool": true`, and `end_ms` or
 * `end_s` for the end of the last sound, which alone means a finished turn.
 *
 * @throws SetError
 */
export function parseLine(line: string, where: string, folder: string): Labelled {
  let fields: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new Error("no object");
    fields = parsed as Record<string, unknown>;
  } catch (cause) {
    throw new SetError(`${where}: expected a JSON object, got ${line.slice(0, 60)}`, { cause });
  }
  const audio = fields["audio"] ?? fields["file"] ?? fields["path"];
  if (typeof audio !== "string" || audio === "")
    throw new SetError(`${where}: audio: expected a path, got ${JSON.stringify(audio)}`);
  const endMs = endOf(fields, where);
  return { file: isAbsolute(audio) ? audio : join(folder, audio), isComplete: labelOf(fields, endMs, where), endMs };
}

function labelOf(fields: Record<string, unknown>, endMs: number | undefined, where: string): boolean {
  const label = fields["label"] ?? fields["endpoint_bool"];
  if (label === "complete" || label === true) return true;
  if (label === "incomplete" || label === false) return false;
  if (label === undefined && endMs !== undefined) return true;
  throw new SetError(`${where}: label: expected "complete" or "incomplete", got ${JSON.stringify(label)}`);
}

function endOf(fields: Record<string, unknown>, where: string): number | undefined {
  const { end_ms: ms, end_s: seconds } = fields;
  const end = ms ?? (typeof seconds === "number" ? seconds * 1_000 : seconds);
  if (end === undefined) return undefined;
  if (typeof end !== "number" || !(end >= 0))
    throw new SetError(`${where}: end_ms: expected ms, got ${JSON.stringify(end)}`);
  return end;
}

/** The recording at 16 kHz mono. */
export function readRecording({ file }: Labelled): Int16Array {
  const { pcm, sampleRate } = readSpeech(file);
  const resampler = createResampler(sampleRate, SAMPLE_RATE);
  const samples = resampler.process(pcm).slice();
  resampler.close();
  return samples;
}
