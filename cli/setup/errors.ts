import { AppError } from "../../host-server/errors.ts";

/** Why the set-up could not be finished; nothing is written then. */
export class SetupError extends AppError {
  override readonly name = "SetupError";
}
