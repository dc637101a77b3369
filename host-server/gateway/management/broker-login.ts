import type { JsonObject } from "../../../protocol/json.ts";
import type { BrokerLogin } from "../mqtt/broker-connection.ts";

/** What a broker that asks over HTTP is told about a login, as EMQX understands it; `acl` since EMQX 5.8. */
export type BrokerVerdict =
  | { readonly result: "deny" }
  | { readonly result: "allow"; readonly is_superuser: boolean; readonly acl: readonly BrokerRule[] };

interface BrokerRule {
  readonly permission: "allow" | "deny";
  readonly action: "publish" | "subscribe" | "all";
  readonly topic: string;
}

export interface BrokerLoginOptions {
  readonly node: string;
  /** Whether it is the login of the gateway itself. */
  readonly isOurs: (login: BrokerLogin) => boolean;
  readonly isGenuine: (login: BrokerLogin) => boolean;
}

/** Judges the login that a broker asks about: `clientid`, `username` and `password`. */
export function judgeBrokerLogin(body: JsonObject, { node, isOurs, isGenuine }: BrokerLoginOptions): BrokerVerdict {
  const text = (key: string) => (typeof body[key] === "string" ? body[key] : "");
  const [clientId, username, password] = ["clientid", "username", "password"].map(text) as [string, string, string];
  const login = { clientId, username, password };
  if (isOurs(login)) return { result: "allow", is_superuser: true, acl: [] };
  if (!isGenuine(login)) return { result: "deny" };
  const acl = [
    { permission: "allow", action: "publish", topic: `device-server/${node}/${username}` },
    { permission: "allow", action: "subscribe", topic: `devices/p2p/${username}` },
    { permission: "deny", action: "all", topic: "#" },
  ] as const;
  return { result: "allow", is_superuser: false, acl };
}
