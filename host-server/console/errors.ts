import { AppError } from "../errors.ts";

type Status = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 503;

/** Why a request of the console is refused, and with which status. */
export class ConsoleError extends AppError {
  override readonly name = "ConsoleError";
  readonly status: Status;
  /** Path of the value that is wrong. */
  readonly field: string | undefined;

  constructor(status: Status, code: string, reason: string, field?: string) {
    super(code, `${code}: ${reason}`);
    this.status = status;
    this.field = field;
  }
}

/** The refusal for what is not there, or not the asker's. */
export function notFound(what: string, id: string | number): ConsoleError {
  return new ConsoleError(404, "not-found", `there is no ${what} ${id}`);
}
