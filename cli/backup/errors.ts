import { AppError } from "../../host-server/errors.ts";

/**
 * Why a backup cannot be made or used: `backup-broken`, `backup-newer`, `backup-unsafe`, `backup-exists`, `restore-not-empty`.
 */
export class BackupError extends AppError {
  override readonly name = "BackupError";
}
