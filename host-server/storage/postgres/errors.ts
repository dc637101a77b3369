import { StorageError } from "../errors.ts";

/** By SQLSTATE, and for those that are not here by its class, the first two characters. */
const CODES: { readonly [state: string]: string } = {
  23505: "storage-conflict",
  23503: "storage-reference",
  23: "storage-invalid",
  22: "storage-invalid",
  40: "storage-busy",
  55: "storage-busy",
  53: "storage-full",
  53300: "storage-busy",
  XX: "storage-damaged",
  28: "storage-unreachable",
  "3D": "storage-unreachable",
  "08": "storage-lost",
  57: "storage-lost",
};

const CONNECTION = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN)/;

/** The error for what PostgreSQL, or the way to it, answered. */
export function postgresError(error: unknown): StorageError {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const named = nameOf(code, message);
  return new StorageError(named, `${named}: PostgreSQL: ${message}`, { cause: error });
}

function nameOf(code: string, message: string): string {
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || /timeout exceeded/.test(message)) return "storage-unreachable";
  if (CONNECTION.test(code) || /Connection terminated|not queryable|Query read timeout/.test(message))
    return "storage-lost";
  return CODES[code] ?? CODES[code.slice(0, 2)] ?? "storage-failed";
}
