import { RequestError } from "../api/request.ts";
import type { EntryTexts } from "./texts.ts";

/** By the codes of the server: its own are in small letters, those of the login in capitals. */
const KNOWN: { readonly [code: string]: keyof EntryTexts } = {
  unreachable: "unreachable",
  "too-many": "tooMany",
  "password-weak": "weak",
  "registration-closed": "closed",
  INVALID_EMAIL_OR_PASSWORD: "invalidLogin",
  INVALID_CODE: "invalidCode",
  INVALID_BACKUP_CODE: "invalidCode",
  INVALID_TWO_FACTOR_CODE: "invalidCode",
  USER_ALREADY_EXISTS: "taken",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "taken",
  PASSWORD_TOO_SHORT: "weak",
  BANNED_USER: "blocked",
};

/** Why something was refused, in the reader's language where the reason is known, else in the server's words. */
export function refusalText(error: unknown, texts: EntryTexts): string {
  if (!(error instanceof RequestError)) return String(error);
  if (error.status === 429) return texts.tooMany;
  const key = KNOWN[error.code];
  return key ? texts[key] : error.message;
}
