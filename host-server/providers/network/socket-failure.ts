import { AsrError, LlmError, StageError, TtsError } from "../../errors.ts";

/** Stages whose providers may lie at the other end of a network. */
export type NetworkStage = "asr" | "llm" | "tts" | "voiceprint";

type StageErrorOptions = ConstructorParameters<typeof StageError>[2];

/** The error of a stage. @param what the end of its code: `unreachable` gives `asr-unreachable` */
export function stageError(stage: NetworkStage, what: string, message: string, options?: StageErrorOptions) {
  const Kind = { asr: AsrError, llm: LlmError, tts: TtsError, voiceprint: StageError }[stage];
  return new Kind(`${stage}-${what}`, message, options);
}

/** Names what went wrong with a connection to `address`; an error of a stage is given back as it is. */
export function socketFailure(stage: NetworkStage, address: string, cause: unknown): StageError {
  if (cause instanceof StageError) return cause;
  const code = socketCode(cause);
  if (code !== undefined && UNREACHABLE.has(code)) {
    return stageError(stage, "unreachable", `${address} cannot be reached (${code})`, { cause });
  }
  const reason = code ?? (cause instanceof Error ? cause.message : String(cause));
  return stageError(stage, "broken", `${address} broke off: ${reason}`, { cause, retryable: true });
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
]);

/** The operating system's code of a broken connection, which lies at the end of a chain of causes. */
export function socketCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && /^E[A-Z_]+$/.test(cause.code)) return cause.code;
    // A name with several addresses, all of which failed.
    if (cause instanceof AggregateError) return socketCode(cause.errors[0]);
  }
  return undefined;
}
