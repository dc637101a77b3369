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

export interface DemoOptions {
  /** Replaces the server's stages: for a server that cannot hear or speak. */
  readonly stages?: ((own: Stages) => Stages) | undefined;
  /** What the device speaks: WebSocket, unless this says MQTT and UDP. */
  readonly overMqtt?: boolean | undefined;
}

/** Makes the world. */
export async function createDemoWorld({ stages = (own) => own, overMqtt }: DemoOptions = {}): Promise<DemoWorld> {
  const clock = new VirtualClock();
  // One delay for all datagrams: those that are sent together arrive in order, as they do nearly always in the air.
  const network = new MemoryNetwork({ clock, delayMs: overMqtt ? 8 : [2, 15] });
  const { config } = loadConfig({
    path: "",
    env: {
      XIAOZHI_SERVER_WEBSOCKET: `ws://${HOST}:8000/xiaozhi/v1/`,
      ...(overMqtt && { XIAOZHI_SERVER_MQTT_GATEWAY: `${HOST}:1883` }),
    },
    providers,
  });
  const log = createLog({ level: "silent" });
  const server = createServer({ config, clock, log, providers: stages(createStages(config, { clock, log })) });
  await network.listen(HOST, 8000, (stream) => server.accept("websocket", stream));
  await network.listen(HOST, 8002, (stream) => server.accept("http", stream));
  await network.listen(HOST, 1883, (stream) => server.accept("mqtt", stream));
  const receive = server.join((data, port, address) => audio.send(data, { port, address }));
  const audio = await network.bind(HOST, 8884, ({ data, ...from }) => receive(data, from));
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
