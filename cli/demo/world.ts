import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import type { TurnReport } from "../../host-server/pipeline/turn-report.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { createServer, type Server } from "../../host-server/server.ts";
import { createStages, type Stages } from "../../host-server/stages.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";

const HOST = "server.demo";

/** A server and a device that share virtual time and a network in memory: nothing between them is left out but the air. */
export interface DemoWorld {
  readonly clock: VirtualClock;
  readonly server: Server;
  readonly device: VirtualDevice;
  readonly store: MemoryStore;
  /** What the server understood and did, turn by turn. */
  readonly reports: readonly TurnReport[];
  stop(): Promise<void>;
}

/** Makes the world; `stages` replaces the server's own, for a server that cannot hear or speak. */
export async function createDemoWorld(stages: (own: Stages) => Stages = (own) => own): Promise<DemoWorld> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: [2, 15] });
  const { config } = loadConfig({
    path: "",
    env: { XIAOZHI_SERVER_WEBSOCKET: `ws://${HOST}:8000/xiaozhi/v1/` },
    providers,
  });
  const log = createLog({ level: "silent" });
  const server = createServer({ config, clock, log, providers: stages(createStages(config, { clock, log })) });
  await network.listen(HOST, 8000, (stream) => server.accept("websocket", stream));
  await network.listen(HOST, 8002, (stream) => server.accept("http", stream));
  const store = new MemoryStore();
  const device = new VirtualDevice({ clock, network, store, config: { otaUrl: `http://${HOST}:8002${OTA_PATH}` } });
  const reports: TurnReport[] = [];
  server.onTurn((report) => reports.push(report));
  const stop = async () => {
    device.close();
    await clock.run(server.stop());
  };
  return { clock, server, device, store, reports, stop };
}
