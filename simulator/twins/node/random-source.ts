import { Random } from "../../random.ts";
import type { TwinHost, TwinPart } from "./part.ts";

/** The Node side of `rng`. `salt` differs from start to start of a device: hardware does not repeat itself either. */
export function createRandomSource(host: TwinHost, salt: string): TwinPart {
  const random = new Random(host.seed, `rng ${salt}`);
  return { calls: { "rng.get": (count: number) => random.bytes(count) }, close() {} };
}
