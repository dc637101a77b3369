import { once } from "node:events";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "./clock.ts";
import { KnownSecrets } from "./config/secrets/known-secrets.ts";
import { LogLines } from "./console/live/log-lines.ts";
import { containedClock } from "./faults/contained-clock.ts";
import { outliveFaults } from "./faults/outlive-faults.ts";
import { createLog } from "./log.ts";
import { openBus } from "./server/open-bus.ts";
import { openServerStorage } from "./server/open-storage.ts";
import { readConfiguration } from "./server/read-configuration.ts";
import { withStoredConfig } from "./server/stored-configuration.ts";
import { createServer, type Server } from "./server.ts";
import { startTracing } from "./tracing/tracing.ts";

/** SIGTERM lets conversations end, SIGINT does not. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

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
  while (await serve(values.config)) {
    // A console has asked for a fresh start: everything is read and opened anew.
  }
  return 0;
}

/** Runs one server to its end; gives whether another is to follow. */
async function serve(path: string): Promise<boolean> {
  const configuration = await readConfiguration(path);
  const { config, problems, registry } = configuration;
  const logLines = new LogLines();
  const secrets = new KnownSecrets();
  secrets.learn(config);
  const log = createLog({ level: config.log.level, onLine: (line) => logLines.tell(line), hide: secrets.hide });
  for (const problem of problems) log.warn({ file: path }, problem);
  const clock = containedClock(systemClock, log);
  const endNet = outliveFaults(log);
  const tracing = startTracing(process.env, { clock, log });
  const restart = Promise.withResolvers<"restart">();
  const again: typeof configuration.again = (stored) => {
    const loaded = configuration.again(stored);
    secrets.learn(loaded.config);
    return loaded;
  };
  const storage = await openServerStorage({ config, dataDirectory: dirname(path), clock, log });
  const bus = await openBus(config, { clock, log });
  const server = createServer({
    ...(await withStoredConfig({ again }, storage, log)),
    clock,
    log,
    logLines,
    dataDirectory: dirname(path),
    registry,
    restart: () => restart.resolve("restart"),
    ...(storage && { storage }),
    ...(bus && { bus }),
  });
  try {
    await server.start();
  } catch (error) {
    await bus?.close();
    await storage?.close();
    throw error;
  }
  const why = await firstOf(restart.promise);
  if (why === "SIGTERM") await drain(server, config.node.drain_seconds * 1000);
  await server.stop();
  await bus?.close();
  await storage?.close();
  await tracing?.close();
  endNet();
  return why === "restart";
}

/** Lets conversations end by themselves; whoever says so once more is impatient. */
async function drain(server: Server, ms: number): Promise<void> {
  const impatience = new AbortController();
  const stop = () => impatience.abort();
  for (const name of SIGNALS) process.on(name, stop);
  await server.drain(ms, impatience.signal);
  for (const name of SIGNALS) process.off(name, stop);
}

/** Why a server is to end. */
async function firstOf(restart: Promise<"restart">): Promise<"restart" | (typeof SIGNALS)[number]> {
  const stop = new AbortController();
  const signalled = SIGNALS.map((name) => once(process, name, { signal: stop.signal }).then(() => name));
  for (const signal of signalled) signal.catch(() => {});
  const why = await Promise.race([restart, ...signalled]);
  stop.abort();
  return why;
}
