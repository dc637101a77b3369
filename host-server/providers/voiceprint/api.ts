import { writeWav } from "../../audio/wav.ts";
import { socketFailure, stageError } from "../network/socket-failure.ts";
import type { ProviderContext } from "../provider.ts";
import type { Voiceprint } from "../voiceprint.ts";
import { knownSpeakers, type VoiceprintSettings } from "./settings.ts";

/** Likeness from which it is the same person. */
const THRESHOLD = 0.4;
const SAMPLE_RATE = 16_000;
/** Longest part of a server's own words in an error. */
const MAX_REASON_CHARACTERS = 200;
/** ms that the server has to say that it is well. */
const CHECK_MS = 3_000;
/** ms that it has to learn a voice, or to forget one. */
const LIMIT_MS = 20_000;

/** What is asked of it. */
interface Question {
  readonly signal?: AbortSignal;
  readonly body?: FormData;
  readonly method?: "GET" | "POST" | "DELETE";
}

/** The voiceprint API that goes with the reference server: it has the voices, and is asked whose of some it is. */
export class ApiVoiceprint implements Voiceprint {
  readonly #settings: VoiceprintSettings;
  readonly #context: ProviderContext;
  readonly #names: ReadonlyMap<string, string>;

  constructor(settings: VoiceprintSettings, context: ProviderContext) {
    this.#settings = settings;
    this.#context = context;
    this.#names = new Map(knownSpeakers(settings).map(({ id, name }) => [id, name]));
  }

  async warmUp(): Promise<void> {
    // Nobody waits for servers elsewhere.
    this.check().catch((error: unknown) => {
      this.#context.log.warn({ reason: (error as Error).message }, "voices are not known yet");
    });
  }

  async check(): Promise<void> {
    const { status } = (await this.#ask("health", { signal: AbortSignal.timeout(CHECK_MS) })) as { status?: unknown };
    if (status !== "healthy") throw stageError("voiceprint", "unwell", `${this.#address("health")} says ${status}`);
  }

  async identify(pcm: Int16Array, signal: AbortSignal): Promise<string | undefined> {
    const body = formOf(pcm, { speaker_ids: [...this.#names.keys()].join(",") });
    const { speaker_id: id, score } = (await this.#ask("identify", { signal, body })) as {
      speaker_id?: unknown;
      score?: unknown;
    };
    const isAlike = typeof score === "number" && score >= (this.#settings.similarity_threshold ?? THRESHOLD);
    return isAlike && typeof id === "string" ? this.#names.get(id) : undefined;
  }

  async learn(id: string, pcm: Int16Array): Promise<Float32Array> {
    await this.#ask("register", { body: formOf(pcm, { speaker_id: id }) });
    return new Float32Array();
  }

  async forget(id: string): Promise<void> {
    await this.#ask(encodeURIComponent(id), { method: "DELETE" });
  }

  async close(): Promise<void> {}

  /** The settings have the address of `health`, with the key in its query. */
  #address(what: string): URL {
    const address = new URL(this.#settings.url);
    address.pathname = /\/voiceprint\/health\/?$/.test(address.pathname)
      ? address.pathname.replace(/health\/?$/, what)
      : `/voiceprint/${what}`;
    if (what !== "health") address.search = "";
    return address;
  }

  /** @throws StageError */
  async #ask(
    what: string,
    { signal = AbortSignal.timeout(LIMIT_MS), body, method = body ? "POST" : "GET" }: Question,
  ): Promise<object> {
    const address = this.#address(what);
    const key = new URL(this.#settings.url).searchParams.get("key");
    const headers = { accept: "application/json", ...(key && { authorization: `Bearer ${key}` }) };
    // A server's time is real time.
    const release = this.#context.clock.hold();
    try {
      const response = await fetch(address, { headers, signal, method, ...(body && { body }) });
      const text = await response.text();
      if (!response.ok) {
        const reason = `${address.origin} answered ${response.status}: ${text.slice(0, MAX_REASON_CHARACTERS)}`;
        throw stageError("voiceprint", response.status === 401 ? "unauthorized" : "refused", reason);
      }
      const answer: unknown = JSON.parse(text);
      if (typeof answer === "object" && answer !== null) return answer;
      throw stageError("voiceprint", "garbled", `${address.origin} answered ${text.slice(0, MAX_REASON_CHARACTERS)}`);
    } catch (cause) {
      throw socketFailure("voiceprint", address.origin, cause);
    } finally {
      release();
    }
  }
}

/** A recording, and whose it is. */
function formOf(pcm: Int16Array, fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const wav = writeWav({ pcm, sampleRate: SAMPLE_RATE, channels: 1 });
  form.set("file", new Blob([wav as Uint8Array<ArrayBuffer>], { type: "audio/wav" }), "audio.wav");
  return form;
}
