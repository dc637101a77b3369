import { signToken, verifyToken } from "../ota/token.ts";

/** Stands for the client in tokens, so that none of them opens a session, and no session's token this. */
const CLIENT = "vision";
/** Seconds that a token is good for: longer than any session, each of which gets a new one. */
const EXPIRE_SECONDS = 24 * 3600;

/** A token with which a device may ask about pictures: its id, a signature, and the time (seconds since the epoch). */
export function signVisionToken(secret: string, deviceId: string, seconds: number): string {
  const signed = signToken(secret, { clientId: CLIENT, deviceId }, seconds);
  return `${Buffer.from(deviceId).toString("base64url")}.${signed}`;
}

/** The id of the device whose token it is; undefined when it is forged, cut off or too old. */
export function visionTokenOwner(secret: string, token: string, now: number): string | undefined {
  const dot = token.indexOf(".");
  if (dot < 1) return undefined;
  const deviceId = Buffer.from(token.slice(0, dot), "base64url").toString();
  const isGenuine = verifyToken(secret, { clientId: CLIENT, deviceId }, token.slice(dot + 1), {
    now,
    expireSeconds: EXPIRE_SECONDS,
  });
  return isGenuine ? deviceId : undefined;
}
