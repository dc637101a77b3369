import { isObject, type JsonObject } from "../../../protocol/json.ts";
import { isSecretKey } from "../../config/secrets/secret-names.ts";
import type { AuditEntry } from "../../storage/audit-log.ts";
import { SECRET_MASK } from "../contract/common.ts";
import { forAudit } from "./masked.ts";
import type { Route } from "./route.ts";

const ACTIONS = { post: "create", patch: "update", delete: "remove" } as const;

/** What a change is called in the audit log: `/api/devices/{id}/reboot` is `reboot` of `devices`. */
export function changeOf(
  { method, path }: Pick<Route, "method" | "path">,
  given: { readonly params: Readonly<Record<string, string>>; readonly body: unknown; readonly answer: unknown },
): Omit<AuditEntry, "actor"> {
  const [entity = "", ...names] = path.split("/").slice(2);
  const words = names.filter((name) => !name.startsWith("{"));
  const usual = method === "get" ? "read" : ACTIONS[method];
  const isVerb = method === "post" && words.length > 0;
  const action = isVerb ? words.join(" ") : [usual, ...words].join(" ");
  const made = (given.answer as { readonly id?: unknown } | undefined)?.id;
  const subject = Object.values(given.params).join(" ") || String(made ?? "");
  const body = withoutSecret(given.body, subject);
  return { action, entity, subject, ...(body !== undefined && { detail: forAudit(body) as JsonObject }) };
}

/** A setting is named by the path or by itself, and what it is set to stands beside. */
function withoutSecret(body: unknown, subject: string): unknown {
  const isSecret = isSecretKey(subject.split(".").at(-1) ?? "");
  return isSecret && isObject(body) && "value" in body ? { ...body, value: SECRET_MASK } : body;
}
