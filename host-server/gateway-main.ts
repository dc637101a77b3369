import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "./clock.ts";
import type { Config } from "./config/schema.ts";
import { hiding } from "./config/secrets/known-secrets.ts";
import { containedClock } from "./faults/contained-clock.ts";
import { outliveFaults } from "./faults/outlive-faults.ts";
import { mosquittoFiles } from "./gateway/outer-broker/mosquitto-files.ts";
import { GatewayServer } from "./gateway-server.ts";
import { createLog } from "./log.ts";
import { MqttCredentials } from "./ota/mqtt-credentials.ts";
import { readConfiguration } from "./server/read-configuration.ts";

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

const HELP = `Usage: xiaozhi gateway [--config FILE]
       xiaozhi gateway --mosquitto-files DIR MAC…

Lets devices in over MQTT and UDP, and hands their sessions on to XiaoZhi servers over WebSocket.

  --config FILE          configuration (default data/.config.yaml)
  --mosquitto-files DIR  writes passwords and rules for Mosquitto and these devices, and ends

It needs server.mqtt_signature_key, as the server's version check uses it, and the servers:

  gateway:
    servers:
      - url: ws://127.0.0.1:8000/xiaozhi/v1/?from=mqtt_gateway

Where servers demand tokens, server.auth_key is the key of theirs.`;

/**
 * Runs the gateway alone until SIGINT or SIGTERM; gives the exit status.
 *
 * @throws ConfigError, or AppError `port-busy` and `port-refused`
 */
export async function runGateway(args: string[]): Promise<number> {
  const options = {
    config: { type: "string", default: "data/.config.yaml" },
    "mosquitto-files": { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { config, warnings } = await readConfiguration(values.config);
  const log = createLog({ level: config.log.level, hide: hiding(config) });
  for (const warning of warnings) log.warn({ file: values.config }, warning);
  const { "mosquitto-files": directory } = values;
  if (directory !== undefined) return writeMosquittoFiles(directory, positionals, config);
  const endNet = outliveFaults(log);
  const gateway = new GatewayServer({ config, clock: containedClock(systemClock, log), log });
  await gateway.start();
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await gateway.stop();
  endNet();
  return 0;
}

function writeMosquittoFiles(directory: string, deviceIds: readonly string[], { server, gateway }: Config): number {
  const wrong = deviceIds.find((id) => !MAC.test(id));
  const isReady = gateway.broker !== "" && server.mqtt_signature_key !== "";
  if (wrong !== undefined || deviceIds.length === 0 || !isReady) {
    const needs = "set gateway.broker and server.mqtt_signature_key";
    console.error(`xiaozhi gateway: ${isReady ? `expected MAC addresses, got "${wrong ?? ""}"` : needs}`);
    return 2;
  }
  const credentials = new MqttCredentials(server.mqtt_signature_key);
  const logins = deviceIds.map((id) => credentials.brokerLoginFor(id.toLowerCase(), ""));
  const [user, password] = brokerUser(gateway.broker);
  const { passwords, rules } = mosquittoFiles({ user, password, node: gateway.node }, logins);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "passwords"), passwords, { mode: 0o600 });
  writeFileSync(join(directory, "rules"), rules);
  console.log(`Written: ${join(directory, "passwords")} (password_file) and ${join(directory, "rules")} (acl_file)`);
  return 0;
}

function brokerUser(broker: string): [user: string, password: string] {
  const { username, password } = new URL(broker);
  return [decodeURIComponent(username), decodeURIComponent(password)];
}
