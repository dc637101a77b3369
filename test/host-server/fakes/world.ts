import { Writable } from "node:stream";
import { z } from "zod";
import { loadConfig } from "../../../host-server/config/load.ts";
import type { ProviderTable } from "../../../host-server/config/schema.ts";
import { createLog } from "../../../host-server/log.ts";
import type { TurnReport } from "../../../host-server/pipeline/turn-report.ts";
import { createServer, type Server, type ServerOptions } from "../../../host-server/server.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { FakeDevice } from "./device.ts";
import { type Script, scriptedStages } from "./stages.ts";

const fake = { name: "scripted", settings: z.strictObject({}), create: () => undefined };

/** One provider for each stage, so that a configuration can name it. */
export const fakeProviders: ProviderTable = { vad: [fake], asr: [fake], llm: [fake], tts: [fake] };

/** A server with scripted stages on a virtual clock. */
export interface World {
  readonly clock: VirtualClock;
  readonly server: Server;
  readonly script: Script;
  readonly stages: ReturnType<typeof scriptedStages>;
  readonly turns: TurnReport[];
  /** Lines of the log, parsed. */
  readonly log: Record<string, unknown>[];
  /** Connects a device that has said hello. */
  connect(options?: { id?: string; features?: object; mcp?: FakeDevice["mcp"] }): Promise<FakeDevice>;
}

/** Makes a world. `env` sets configuration keys, as in `{ XIAOZHI_TOOL_CALL_TIMEOUT: "1" }`. */
export function createWorld(
  script: Script = {},
  env: Record<string, string> = {},
  dataDirectory = "data",
  more: Partial<ServerOptions> = {},
): World {
  const clock = more.clock instanceof VirtualClock ? more.clock : new VirtualClock();
  const log: Record<string, unknown>[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      log.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const { config } = loadConfig({ path: "no-such-file.yaml", env, providers: fakeProviders });
  const stages = scriptedStages(script, clock);
  const options = {
    config,
    clock,
    log: createLog({ level: "debug", output }),
    providers: script.wrap?.(stages, clock) ?? stages,
    dataDirectory,
    ...more,
  };
  const server = createServer(options);
  const turns: TurnReport[] = [];
  server.onTurn((report) => turns.push(report));
  const connect: World["connect"] = async ({ id, features, mcp } = {}) => {
    const device = new FakeDevice(clock, id);
    device.mcp = mcp;
    server.attach(device);
    device.hello(features);
    await clock.advance(10);
    return device;
  };
  return { clock, server, script, stages, turns, log, connect };
}
