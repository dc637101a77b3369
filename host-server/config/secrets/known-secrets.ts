import { isSecretKey } from "./secret-names.ts";

/** What stands for a secret. */
const MASK = "********";
/** What is shorter occurs by chance, and keeps nobody out. */
const MIN_CHARACTERS = 6;

/**
 * The secrets of a configuration, found by the names of their keys, so that no text that leaves the server holds one: other
 * servers repeat in their errors what they were sent, keys included.
 */
export class KnownSecrets {
  /** As they stand in texts; the longest first, for one may hold another. */
  #written: readonly string[] = [];

  /** From now on what this says is hidden, too. */
  learn(settings: object): void {
    const found = new Set(this.#written);
    collect(settings, false, (value) => {
      for (const text of [value, JSON.stringify(value).slice(1, -1), encoded(value)]) found.add(text);
    });
    this.#written = [...found].sort((a, b) => b.length - a.length);
  }

  /** The text without them. */
  readonly hide = (text: string): string => {
    let shown = text;
    for (const secret of this.#written) if (shown.includes(secret)) shown = shown.replaceAll(secret, MASK);
    return shown;
  };
}

/** What hides the secrets of these settings. */
export function hiding(settings: object): (text: string) => string {
  const secrets = new KnownSecrets();
  secrets.learn(settings);
  return secrets.hide;
}

/** Half a pair of characters has no form for addresses. */
function encoded(value: string): string {
  return value.isWellFormed() ? encodeURIComponent(value) : value;
}

function collect(value: unknown, isSecret: boolean, found: (secret: string) => void): void {
  if (typeof value === "string") {
    if (isSecret && value.length >= MIN_CHARACTERS) found(value);
    const password = passwordIn(value);
    if (password.length >= MIN_CHARACTERS) found(password);
  } else if (typeof value === "object" && value !== null) {
    const isList = Array.isArray(value);
    for (const [name, item] of Object.entries(value)) collect(item, isList ? isSecret : isSecretKey(name), found);
  }
}

/** Of an address: `postgresql://user:password@host`. */
function passwordIn(text: string): string {
  if (!text.includes("@") || !URL.canParse(text)) return "";
  const { password } = new URL(text);
  try {
    return decodeURIComponent(password);
  } catch {
    // a percent sign that is one
    return password;
  }
}
