import { once } from "node:events";
import { parseArgs } from "node:util";
import { systemClock } from "./clock.ts";
import { loadConfig } from "./config/load.ts";
import { GatewayServer } from "./gateway-server.ts";
import { createLog } from "./log.ts";
import { providers } from "./providers/registry.ts";

const HELP = `Usage: xiaozhi gateway [--config FILE]

Lets devices in over MQTT and UDP, and hands their sessions on to XiaoZhi servers over WebSocket.

  --config FILE  configuration (default data/.config.yaml)

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
  const options = { config: { type: "string", default: "data/.config.yaml" }, help: { type: "boolean" } } as const;
  const { values } = parseArgs({ args, options });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { config, warnings } = loadConfig({ path: values.config, env: process.env, providers });
  const log = createLog({ level: config.log.level });
  for (const warning of warnings) log.warn({ file: values.config }, warning);
  const gateway = new GatewayServer({ config, clock: systemClock, log });
  await gateway.start();
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await gateway.stop();
  return 0;
}
