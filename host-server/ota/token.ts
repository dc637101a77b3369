import { createHmac, timingSafeEqual } from "node:crypto";

/** Whose token it is. */
export interface TokenOwner {
  readonly clientId: string;
  readonly deviceId: string;
}

function signature(secret: string, { clientId, deviceId }: TokenOwner, seconds: number): string {
  return createHmac("sha256", secret).update(`${clientId}|${deviceId}|${seconds}`).digest("base64url");
}

/** A token for a device: a signature over client, device and time, and the time (seconds since the epoch). */
export function signToken(secret: string, owner: TokenOwner, seconds: number): string {
  return `${signature(secret, owner, seconds)}.${seconds}`;
}

/** Which tokens are good: those made after the second `from`, and not longer ago than `expireSeconds`. */
export interface TokenSpan {
  readonly now: number;
  readonly expireSeconds: number;
  readonly from?: number;
}

/** Whether a token is this device's, and good. */
export function verifyToken(
  secret: string,
  owner: TokenOwner,
  token: string,
  { now, expireSeconds, from = 0 }: TokenSpan,
): boolean {
  const [given, time, ...rest] = token.split(".");
  if (given === undefined || time === undefined || rest.length > 0 || !/^\d{1,12}$/.test(time)) return false;
  const seconds = Number(time);
  const expected = Buffer.from(signature(secret, owner, seconds));
  const actual = Buffer.from(given);
  const isGenuine = actual.length === expected.length && timingSafeEqual(actual, expected);
  return isGenuine && now - seconds <= expireSeconds && (from === 0 || seconds > from);
}
