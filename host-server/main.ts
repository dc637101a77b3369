import { once } from "node:events";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "./clock.ts";
import { loadConfig } from "./config/load.ts";
import { createLog } from "./log.ts";
import { providers } from "./providers/registry.ts";
import { createServer } from "./server.ts";

const HELP = `Usage: xiaozhi server [--config FILE]

  --config FILE  configuration (default data/.config.yaml; a missing file means defaults)

Every key can also be set by the environment: server.port is XIAOZHI_SERVER_PORT.`;

/**
 * Runs the host server until SIGINT or SIGTERM; gives the exit status.
 *
 * @throws ConfigError, or AppError `port-busy` and `port-refused`
 */
export async function runServer(args: string[]): Promise<number> {
  const options = { config: { type: "string", default: "data/.config.yaml" }, help: { type: "boolean" } } as const;
  const { values } = parseArgs({ args, options });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { config, warnings } = loadConfig({ path: values.config, env: process.env, providers });
  const log = createLog({ level: config.log.level });
  for (const warning of warnings) log.warn({ file: values.config }, warning);
  const server = createServer({ config, clock: systemClock, log, dataDirectory: dirname(values.config) });
  await server.start();
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await server.stop();
  return 0;
}
