import type { RaRecord } from "react-admin";
import { withoutEmpty } from "../parts/clean.ts";

/** What is sent: settings without fields that nobody filled in. */
export function asModel({ settings = {}, ...rest }: Partial<RaRecord>): Partial<RaRecord> {
  return { ...rest, settings: withoutEmpty(settings) };
}
