import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWav } from "../../audio/wav.ts";
import { AppError } from "../../errors.ts";
import { updateVoiceprint, type VoiceprintRecord } from "../../storage/voiceprints.ts";
import { within } from "../../time-limit.ts";
import type { Voiceprint } from "../contract/agents.ts";
import { notFound } from "../errors.ts";
import type { ConsoleParts } from "../parts.ts";
import { VOICE_RATE } from "./recording.ts";

/** ms that a voice may take to be learned: a model may have to be loaded for it. */
const LEARN_MS = 30_000;
/** Ids that are names of files: all that the console gives, and what others have brought. */
const ID = /^[\w-]{1,64}$/;

type Needs = Pick<ConsoleParts, "storage" | "dataDirectory" | "voiceprintOf" | "refreshAgents" | "clock" | "log">;

/** As the API shows them. */
export async function shownVoices(parts: Needs, rows: readonly VoiceprintRecord[]): Promise<Voiceprint[]> {
  const files = new Set(await readdir(folderOf(parts)).catch(() => []));
  return rows.map(({ id, name, description, embedding, created, updated }) => {
    const hasRecording = files.has(`${id}.wav`);
    return { id, name, description, hasRecording, isLearned: embedding !== null, created, updated };
  });
}

/** The recording of somebody. @throws ConsoleError `not-found` */
export async function recordingOf(parts: Needs, { id }: VoiceprintRecord): Promise<Uint8Array> {
  const bytes = ID.test(id) ? await readFile(fileOf(parts, id)).catch(() => undefined) : undefined;
  if (!bytes) throw notFound("recording of voiceprint", id);
  return bytes;
}

/**
 * Keeps a recording of somebody, in place of an earlier one, and has the voice learned where the agent knows voices.
 *
 * @returns why it could not be learned; undefined when it was, or nobody learns voices here
 */
export async function keepRecording(
  parts: Needs,
  { id, agent }: VoiceprintRecord,
  pcm: Int16Array,
): Promise<string | undefined> {
  if (!ID.test(id)) throw notFound("voiceprint", id);
  const file = fileOf(parts, id);
  await mkdir(folderOf(parts), { recursive: true });
  await writeFile(`${file}.part`, writeWav({ pcm, sampleRate: VOICE_RATE, channels: 1 }));
  await rename(`${file}.part`, file);
  const { embedding, problem } = await learn(parts, { id, agent }, pcm);
  await updateVoiceprint(parts.storage, id, { embedding });
  await parts.refreshAgents();
  return problem;
}

/** Removes the recording of somebody, and what was learned from it. */
export async function forgetRecording(parts: Needs, { id, agent }: Pick<VoiceprintRecord, "id" | "agent">) {
  if (!ID.test(id)) return;
  await rm(fileOf(parts, id), { force: true });
  await updateVoiceprint(parts.storage, id, { embedding: null });
  try {
    await parts.voiceprintOf(agent)?.forget?.(id);
  } catch (error) {
    parts.log.warn({ error, voiceprint: id }, "a voice is still known elsewhere");
  }
}

async function learn(
  { voiceprintOf, clock, log }: Needs,
  { id, agent }: Pick<VoiceprintRecord, "id" | "agent">,
  pcm: Int16Array,
): Promise<{ readonly embedding: Uint8Array | null; readonly problem?: string }> {
  const learning = voiceprintOf(agent)?.learn?.(id, pcm);
  if (!learning) return { embedding: null };
  const error = (ms: number) => new AppError("voice-timeout", `voice-timeout: it was not learned within ${ms} ms`);
  try {
    const { buffer, byteOffset, byteLength } = await within(learning, { clock, ms: LEARN_MS, error });
    return { embedding: new Uint8Array(buffer, byteOffset, byteLength) };
  } catch (error) {
    log.warn({ error, voiceprint: id }, "a voice was not learned");
    return { embedding: null, problem: (error as Error).message };
  }
}

function folderOf({ dataDirectory }: Needs): string {
  return join(dataDirectory, "voiceprints");
}

function fileOf(parts: Needs, id: string): string {
  return join(folderOf(parts), `${id}.wav`);
}
