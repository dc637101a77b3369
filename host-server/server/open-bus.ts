import { hostname } from "node:os";
import type { Clock } from "../../protocol/clock.ts";
import type { Config } from "../config/schema.ts";
import { ConfigError } from "../errors.ts";
import type { Log } from "../log.ts";
import { NatsBus } from "../nodes/nats-bus.ts";

/** Shortest secret that keys of all nodes are made of. */
const MIN_SECRET = 16;

/**
 * What connects this server with others, where NATS is configured. It does not wait for NATS: a node that comes first, or after
 * a failure, serves its own devices meanwhile.
 *
 * @throws ConfigError `config-invalid` when something is missing without which several servers are not one
 */
export async function openBus(
  { nats, node, server, database }: Config,
  parts: { readonly clock: Clock; readonly log: Log },
): Promise<NatsBus | undefined> {
  if (nats.url === "") return undefined;
  const missing = [
    ...(database.url === "" ? ["database.url: expected the PostgreSQL that all nodes share, got nothing"] : []),
    ...(server.auth_key.length < MIN_SECRET
      ? [`server.auth_key: expected the secret that all nodes share, ${MIN_SECRET} characters at least`]
      : []),
  ];
  if (missing.length > 0) {
    const lines = missing.map((line) => `config-invalid: ${line} (nats.url is set)`);
    throw new ConfigError("config-invalid", lines.join("\n"));
  }
  const { url, prefix, token, credentials, tls_ca: tlsCa, tls_cert: tlsCert, tls_key: tlsKey } = nats;
  const name = node.name || hostname();
  const bus = new NatsBus({ url, name, prefix, token, credentials, tlsCa, tlsCert, tlsKey }, parts);
  await bus.start();
  return bus;
}
