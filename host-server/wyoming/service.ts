import type { Clock } from "../../protocol/clock.ts";
import { modelsInUse } from "../config/models-in-use.ts";
import type { Config } from "../config/schema.ts";
import { listen } from "../listen.ts";
import type { Log } from "../log.ts";
import type { Stages } from "../stages.ts";
import { WyomingServer } from "./wyoming-server.ts";

/** Recogniser and voice for other programs. */
export interface WyomingService {
  /** Opens the port. @throws AppError `port-busy` or `port-refused` */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What the configuration asks for; undefined when it asks for nothing. */
export function createWyoming(
  config: Config,
  stages: Stages,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): WyomingService | undefined {
  const { wyoming, turn } = config;
  if (!wyoming.enabled) return undefined;
  const server = new WyomingServer({
    ...stages,
    models: modelsInUse(config),
    languages: wyoming.languages,
    asrMs: turn.asr_timeout * 1000,
    ttsMs: turn.tts_timeout * 1000,
    clock,
    log,
  });
  return {
    start: async () => {
      await listen(server.tcp, { ip: config.server.ip, port: wyoming.port, key: "wyoming.port" });
      log.info({ port: server.port }, "recogniser and voice can be used by others (Wyoming)");
    },
    close: () => server.close(),
  };
}
