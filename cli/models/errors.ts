import { AppError } from "../../host-server/errors.ts";

/** Why a model could not be brought, found or removed. */
export class ModelError extends AppError {
  override readonly name: string = "ModelError";
}

/** A transfer that broke off and may go on where it stopped. */
export class TransferError extends ModelError {
  override readonly name = "TransferError";
}
