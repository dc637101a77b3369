import { startFakeApi } from "../../host-server/fakes/openai-server.ts";

/** A stage of a turn that asks somebody. */
export type Stage = "asr" | "llm" | "tts";

const PATHS: readonly (readonly [end: string, stage: Stage])[] = [
  ["/audio/transcriptions", "asr"],
  ["/chat/completions", "llm"],
  ["/audio/speech", "tts"],
];
/** Bytes of two seconds of silence, 24 kHz. */
const SPEECH_BYTES = 96_000;

/** Recogniser, model and voice behind one address; a stage that is held never answers. */
export async function startGatedModels() {
  let held: Stage | undefined;
  let reached = () => {};
  const api = await startFakeApi((response, { path }) => {
    const [, stage] = PATHS.find(([end]) => path.endsWith(end)) ?? [];
    if (stage === held) return reached();
    if (stage === "asr") response.end(JSON.stringify({ text: "How are you?" }));
    else if (stage === "llm") {
      const choices = [{ index: 0, delta: { content: "I am well, thank you." }, finish_reason: null }];
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(
        `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", choices })}\n\ndata: [DONE]\n\n`,
      );
    } else if (stage === "tts")
      response.writeHead(200, { "content-type": "audio/pcm" }).end(Buffer.alloc(SPEECH_BYTES));
    else response.writeHead(404).end();
  });
  /** Lets a stage never answer; resolves when it is asked. */
  const hold = (stage: Stage): Promise<void> => {
    held = stage;
    return new Promise((resolve) => {
      reached = resolve;
    });
  };
  const release = () => {
    held = undefined;
  };
  return { url: api.url, hold, release, close: api.close };
}
