/** What a stage may add to its error. */
type StageErrorOptions = { cause?: unknown; retryable?: boolean };

/** Base of every error this server raises on purpose: a stable `code` for programs and a message that names who, what and which value. */
export class AppError extends Error {
  override readonly name: string = "AppError";
  /** Stable kebab-case identifier, for logs, metrics and the API. */
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** A failed stage of a turn. `retryable` says whether the same call may succeed when repeated. */
export class StageError extends AppError {
  override readonly name: string = "StageError";
  readonly retryable: boolean;

  constructor(code: string, message: string, options: StageErrorOptions = {}) {
    super(code, message, "cause" in options ? { cause: options.cause } : undefined);
    this.retryable = options.retryable ?? false;
  }
}

/** Speech could not be recognised because the recogniser failed (not because nothing was understood). */
export class AsrError extends StageError {
  override readonly name: string = "AsrError";
}

/** The language model failed to answer. */
export class LlmError extends StageError {
  override readonly name: string = "LlmError";
}

/** A sentence could not be synthesised. */
export class TtsError extends StageError {
  override readonly name: string = "TtsError";
}

/** A tool could not be called or reported a failure. */
export class ToolError extends StageError {
  override readonly name: string = "ToolError";
}

/** A setting is missing, unknown or of the wrong kind; the server refuses to start. */
export class ConfigError extends AppError {
  override readonly name: string = "ConfigError";
}
