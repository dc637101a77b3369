import { createHash, timingSafeEqual } from "node:crypto";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The key of the day (UTC): SHA-256 of the date (`yyyy-MM-dd`) and the secret, in hexadecimal. */
export function dailyKey(secret: string, ms: number): string {
  return createHash("sha256")
    .update(new Date(ms).toISOString().slice(0, 10) + secret)
    .digest("hex");
}

/**
 * Whether a bearer token is today's: SHA-256 of the date (`yyyy-MM-dd`) and the secret, in hexadecimal. Consoles and
 * gateways live in different time zones, so that the days before and after count, too.
 */
export function isDailyKey(token: string, secret: string, now: number): boolean {
  const given = Buffer.from(token);
  const days = [now - DAY_MS, now, now + DAY_MS].map((ms) => Buffer.from(dailyKey(secret, ms)));
  // Each is compared, so that the time it takes tells nothing.
  return days.map((key) => key.length === given.length && timingSafeEqual(key, given)).includes(true);
}
