import { z } from "zod";
import type { StageError } from "../../errors.ts";
import type { Asr } from "../asr.ts";
import type { Llm } from "../llm.ts";
import { MessageSocket, type MessageSocketOptions } from "../network/message-socket.ts";
import { socketFailure, stageError } from "../network/socket-failure.ts";
import type { Provider } from "../provider.ts";
import type { Registry } from "../registry.ts";
import { speechOf } from "../tts/sound-stream.ts";
import type { Speech, Tts } from "../tts.ts";
import type { Vad } from "../vad.ts";
import type { Vllm } from "../vllm.ts";

/** A provider of one's own, and the stage that it fills. */
export interface UserProvider {
  readonly stage: keyof Registry;
  readonly provider: Provider<unknown>;
}

type Define<Stage> = <S extends z.ZodObject>(provider: Provider<Stage, S>) => UserProvider;

/** What a file in `data/providers` is given, so that it need import nothing of the server but types. */
export interface ProviderHost {
  /** Describes the settings: `z.strictObject({ api_key: z.string() })`. */
  readonly z: typeof z;
  readonly defineVad: Define<Vad>;
  readonly defineAsr: Define<Asr>;
  readonly defineLlm: Define<Llm>;
  readonly defineTts: Define<Tts>;
  readonly defineVllm: Define<Vllm>;
  /** Opens a WebSocket with headers, which ends when the signal is aborted. @throws Error of the network */
  connect(options: MessageSocketOptions, signal: AbortSignal): Promise<MessageSocket>;
  /** The speech in bytes that stream in: WAV, MP3, or bare samples of 16 bits at this rate in Hz. */
  speechOf(bytes: AsyncIterable<Uint8Array>, sampleRate: number): AsyncIterable<Speech>;
  /** An error of a stage; `what` is the end of its code: `refused` gives `tts-refused`. */
  stageError(stage: "asr" | "llm" | "tts", what: string, message: string): StageError;
  /** Names what went wrong with a connection; an error of a stage is given back as it is. */
  socketFailure(stage: "asr" | "llm" | "tts", address: string, cause: unknown): StageError;
}

/** What a file in `data/providers` exports by default. */
export type ProviderFile = (
  host: ProviderHost,
) => UserProvider | readonly UserProvider[] | Promise<UserProvider | readonly UserProvider[]>;

const as =
  <Stage>(stage: keyof Registry): Define<Stage> =>
  (provider) => ({ stage, provider: provider as unknown as Provider<unknown> });

/** What files of providers are given. */
export const providerHost: ProviderHost = {
  z,
  defineVad: as("vad"),
  defineAsr: as("asr"),
  defineLlm: as("llm"),
  defineTts: as("tts"),
  defineVllm: as("vllm"),
  connect: MessageSocket.open,
  speechOf,
  stageError,
  socketFailure,
};
