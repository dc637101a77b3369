import type { JsonObject } from "../../../protocol/json.ts";
import { isSecretKey } from "../../config/secrets/secret-names.ts";
import { SECRET_MASK } from "../contract/common.ts";

const MAX_SHOWN = 200;

/** The same settings with `********` in place of every secret that is set. */
export function masked(settings: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, maskedValue(key, value)]));
}

/** Settings that came back from a form: what is still masked is what it was. */
export function unmasked(settings: JsonObject, before: JsonObject): JsonObject {
  const entries = Object.entries(settings).flatMap(([key, value]): [string, unknown][] => {
    const known = Object.hasOwn(before, key) ? before[key] : undefined;
    if (value === SECRET_MASK && isSecretKey(key)) return known === undefined ? [] : [[key, known]];
    if (isMap(value)) return [[key, unmasked(value, isMap(known) ? known : {})]];
    if (Array.isArray(value)) return [[key, value.map((item, at) => unmaskedItem(item, known, at))]];
    return [[key, value]];
  });
  return Object.fromEntries(entries);
}

/** A body as the audit log keeps it: without secrets, long texts cut. */
export function forAudit(value: unknown): unknown {
  if (typeof value === "string") return value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
  if (Array.isArray(value)) return value.slice(0, 50).map(forAudit);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSecretKey(key) && inner !== "" ? SECRET_MASK : forAudit(inner),
    ]),
  );
}

function maskedValue(key: string, value: unknown): unknown {
  if (isSecretKey(key) && typeof value === "string") return value === "" ? "" : SECRET_MASK;
  if (Array.isArray(value)) return value.map((item) => (isMap(item) ? masked(item) : item));
  return isMap(value) ? masked(value) : value;
}

function unmaskedItem(item: unknown, before: unknown, at: number): unknown {
  const known = Array.isArray(before) ? before[at] : undefined;
  return isMap(item) ? unmasked(item, isMap(known) ? known : {}) : item;
}

function isMap(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
