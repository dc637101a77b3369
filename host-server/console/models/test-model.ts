import { hiding } from "../../config/secrets/known-secrets.ts";
import { AppError } from "../../errors.ts";
import type { Asr } from "../../providers/asr.ts";
import type { Llm } from "../../providers/llm.ts";
import type { Tts } from "../../providers/tts.ts";
import type { Vad } from "../../providers/vad.ts";
import type { ModelTestResult } from "../contract/models.ts";
import type { ConsoleParts } from "../parts.ts";
import { checkModel, type GivenModel } from "./check-model.ts";

/** ms that a model may take to load, and to answer. */
const TIMEOUT_MS = 30_000;
/** Half a second of silence, 16 kHz: an answer to it is no words, but an answer. */
const SILENCE = new Int16Array(8_000);

/** A stage that is tried. */
interface Tried {
  warmUp?(): Promise<void>;
  check?(): Promise<void>;
  close(): Promise<void>;
}

/** Loads a provider with these settings and asks it something. A failure is a result, too. @throws ConsoleError for settings that it does not take */
export async function testModel(
  { providers, clock, log, dataDirectory }: Pick<ConsoleParts, "providers" | "clock" | "log" | "dataDirectory">,
  model: GivenModel,
): Promise<ModelTestResult> {
  const { provider, settings } = checkModel({ providers }, model);
  const startedAt = clock.now();
  const since = (from: number) => Math.round(clock.now() - from);
  const stop = new AbortController();
  const cancel = clock.schedule(TIMEOUT_MS, () =>
    stop.abort(new AppError("model-slow", `model-slow: no answer in ${TIMEOUT_MS / 1000} seconds`)),
  );
  let stage: Tried | undefined;
  let loadMs = 0;
  try {
    stage = provider.create(settings as never, { clock, log, dataDirectory }) as Tried;
    await orAbort(stage.warmUp?.(), stop.signal);
    loadMs = since(startedAt);
    const askedAt = clock.now();
    const text = await orAbort(ask(model.stage, stage, stop.signal), stop.signal);
    return { isOk: true, loadMs, firstMs: since(askedAt), text };
  } catch (error) {
    // Some servers repeat the key that they refuse.
    const text = hiding(settings)(error instanceof Error ? error.message : String(error));
    return { isOk: false, loadMs, firstMs: null, text };
  } finally {
    cancel();
    await stage?.close().catch((error: unknown) => log.warn({ error }, "a model that was tried could not be closed"));
  }
}

async function ask(stage: string, tried: Tried, signal: AbortSignal): Promise<string> {
  if (stage === "llm") {
    const question = { role: "user", content: "Say hello." } as const;
    for await (const event of (tried as Llm).reply([question], [], signal)) {
      if (event.type === "text" && event.text.trim() !== "") return event.text;
    }
    return "";
  }
  if (stage === "tts") {
    for await (const { pcm, sampleRate } of (tried as Tts).speak("Hello.", signal))
      return `${pcm.length} samples of ${sampleRate} Hz`;
    return "";
  }
  if (stage === "asr") {
    const frames = (async function* () {
      yield SILENCE;
    })();
    for await (const { text } of (tried as Asr).transcribe(frames, { tools: [] }, signal)) return text;
    return "";
  }
  if (stage === "vad") {
    const stream = (tried as Vad).open();
    const probability = await stream.accept(SILENCE);
    stream.close();
    return `silence is speech with ${probability.toFixed(3)}`;
  }
  await tried.check?.();
  return "";
}

/** Settles when the work does, or rejects when there is no more time. */
async function orAbort<Value>(work: Promise<Value> | undefined, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([work as Promise<Value>, promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
