import { z } from "zod";
import { audioOf } from "../../storage/messages.ts";
import {
  createVoiceprint,
  getVoiceprint,
  listVoiceprints,
  removeVoiceprint,
  updateVoiceprint,
  type VoiceprintRecord,
} from "../../storage/voiceprints.ts";
import type { Principal } from "../accounts/principal.ts";
import { ownAgent } from "../agents/agents.ts";
import { MAX_RECORDING_BYTES, voiceInMessage, voiceInWav } from "../agents/recording.ts";
import { forgetRecording, keepRecording, recordingOf, shownVoices } from "../agents/voices.ts";
import {
  newVoiceprint,
  recordedVoice,
  recordingQuery,
  type Voiceprint,
  voiceprint,
  voiceprintChange,
} from "../contract/agents.ts";
import { ownMessage } from "../conversations.ts";
import { notFound } from "../errors.ts";
import { bytesOf } from "../http/body-bytes.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { ConsoleParts, RouteMaker } from "../parts.ts";

/** Whose voices an agent knows, and the recordings that they are known by. */
export const voiceRoutes: readonly RouteMaker[] = [
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/agents/{id}/voiceprints",
      access: "user",
      summary: "Lists those whose voices an agent knows.",
      answer: z.array(voiceprint),
      run: async ({ principal, params: { id = "" } }) => {
        await ownAgent(parts, principal, id);
        return shownVoices(parts, await listVoiceprints(parts.storage, id));
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/agents/{id}/voiceprints",
      access: "user",
      summary: "Adds somebody whose voice is to be learned.",
      body: newVoiceprint,
      answer: voiceprint,
      status: 201,
      run: async ({ principal, params: { id = "" }, body }) => {
        await ownAgent(parts, principal, id);
        const made = await createVoiceprint(parts.storage, id, body);
        await parts.refreshAgents();
        return shown(parts, made);
      },
    }),
  (parts) =>
    defineRoute({
      method: "patch",
      path: "/api/agents/{id}/voiceprints/{voiceprint}",
      access: "user",
      summary: "Changes what is known of somebody.",
      body: voiceprintChange,
      answer: voiceprint,
      run: async ({ principal, params, body }) => {
        const { id } = await ownVoice(parts, principal, params);
        await updateVoiceprint(parts.storage, id, present(body));
        await parts.refreshAgents();
        return shown(parts, await ownVoice(parts, principal, params));
      },
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/agents/{id}/voiceprints/{voiceprint}",
      access: "user",
      summary: "Forgets somebody, voice and recording.",
      run: async ({ principal, params }) => {
        const voice = await ownVoice(parts, principal, params);
        await forgetRecording(parts, voice);
        await removeVoiceprint(parts.storage, voice.id);
        await parts.refreshAgents();
        return { id: voice.id };
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/agents/{id}/voiceprints/{voiceprint}/recording",
      access: "user",
      summary:
        "Takes a recording (WAV of 1 to 30 seconds with 16 bits) of somebody's voice, or the sound of a message, and learns it.",
      query: recordingQuery,
      takesBytes: true,
      answer: recordedVoice,
      run: async ({ principal, params, query: { message }, context }) => {
        const voice = await ownVoice(parts, principal, params);
        const pcm =
          message === undefined
            ? await voiceInWav(await bytesOf(context, MAX_RECORDING_BYTES))
            : await voiceInMessage(await soundOf(parts, principal, message));
        const problem = await keepRecording(parts, voice, pcm);
        const learned = await shown(parts, await ownVoice(parts, principal, params));
        return { ...learned, ...(problem !== undefined && { problem }) };
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/agents/{id}/voiceprints/{voiceprint}/recording",
      access: "user",
      summary: "Gives the recording of somebody's voice (WAV).",
      media: "audio/wav",
      run: async ({ principal, params, context }) => {
        const bytes = await recordingOf(parts, await ownVoice(parts, principal, params));
        return context.body(new Uint8Array(bytes), 200, { "Content-Type": "audio/wav" });
      },
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/agents/{id}/voiceprints/{voiceprint}/recording",
      access: "user",
      summary: "Removes the recording of somebody's voice, and what was learned from it.",
      run: async ({ principal, params }) => {
        const voice = await ownVoice(parts, principal, params);
        await forgetRecording(parts, voice);
        await parts.refreshAgents();
        return { id: voice.id };
      },
    }),
];

async function shown(parts: ConsoleParts, row: VoiceprintRecord): Promise<Voiceprint> {
  const [voice] = await shownVoices(parts, [row]);
  return voice as Voiceprint;
}

/** @throws ConsoleError `not-found`, for a voice of another agent too */
async function ownVoice(
  parts: ConsoleParts,
  principal: Principal,
  { id: agent = "", voiceprint: id = "" }: Readonly<Record<string, string>>,
): Promise<VoiceprintRecord> {
  await ownAgent(parts, principal, agent);
  const found = await getVoiceprint(parts.storage, id);
  if (found?.agent !== agent) throw notFound("voiceprint", id);
  return found;
}

async function soundOf(parts: ConsoleParts, principal: Principal, message: string) {
  const sound = await audioOf(parts.storage, await ownMessage(parts, principal, message));
  if (!sound) throw notFound("sound of message", message);
  return sound;
}
