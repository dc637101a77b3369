import { ConsoleError } from "../errors.ts";

/** Longest password: hashing takes time. */
const MAX_LENGTH = 128;
/** What most passwords of lists of stolen ones are made of. */
const COMMON = /password|passwort|qwertyui|12345678|xiaozhi|admin123|iloveyou|letmein/i;

/**
 * @param names what must not be in it: name and e-mail of the account
 * @throws ConsoleError `password-weak`, with the rule that is broken
 */
export function checkPassword(password: string, minLength: number, names: readonly string[] = []): void {
  const refuse = (reason: string) => new ConsoleError(400, "password-weak", reason, "password");
  if ([...password].length < minLength) throw refuse(`a password has at least ${minLength} characters`);
  if (password.length > MAX_LENGTH) throw refuse(`a password has at most ${MAX_LENGTH} characters`);
  if (new Set(password).size < 5) throw refuse("a password has at least five different characters");
  if (COMMON.test(password)) throw refuse("this password is easily guessed");
  const parts = names.flatMap((name) => name.toLowerCase().split("@")[0] ?? []).filter((part) => part.length > 3);
  if (parts.some((part) => password.toLowerCase().includes(part))) throw refuse("a password does not hold your name");
}
