/** Codes of refusals that the console has words for, in both languages: `refusal.<code>`. */
export const WORDED: readonly string[] = [
  "unreachable",
  "device-offline",
  "code-unknown",
  "too-many",
  "storage-conflict",
  "storage-busy",
  "forbidden",
  "not-found",
  "body-too-large",
  "unavailable",
  "password-weak",
];
