import type { Duplex } from "node:stream";
import { loadConfig } from "../../host-server/config/load.ts";
import type { Config } from "../../host-server/config/schema.ts";
import { GatewayServer } from "../../host-server/gateway-server.ts";
import { createLog } from "../../host-server/log.ts";
import type { TurnReport } from "../../host-server/pipeline/turn-report.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { createServer, type Server } from "../../host-server/server.ts";
import { createStages, type Stages } from "../../host-server/stages.ts";
import type { Clock } from "../../protocol/clock.ts";
import { OTA_PATH } from "../../protocol/ota.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { type DeviceOptions, VirtualDevice } from "../../simulator/device.ts";
import { MemoryNetwork } from "../../simulator/memory-network.ts";

const HOST = "server.demo";

/** A server and a device that share virtual time and a network in memory: nothing between them is left out but the air. */
export interface DemoWorld {
  readonly clock: VirtualClock;
  readonly server: Server;
  /** The gateway that is a program of its own, when there is one. */
  readonly gateway: GatewayServer | undefined;
  readonly device: VirtualDevice;
  readonly store: MemoryStore;
  /** What the server understood and did, turn by turn. */
  readonly reports: readonly TurnReport[];
  stop(): Promise<void>;
}

/** How the device reaches the server: WebSocket; MQTT and UDP; the same through a gateway that is a program of its own. */
export type DemoWay = "websocket" | "mqtt" | "gateway";

export interface DemoOptions {
  /** Replaces the server's stages: for a server that cannot hear or speak. */
  readonly stages?: ((own: Stages, clock: Clock) => Stages) | undefined;
  /** `websocket` unless told otherwise. */
  readonly way?: DemoWay | undefined;
  /** A board's folder name or path; the simulator's own unless given. */
  readonly board?: string | undefined;
  /** ms of real time that a worker may take; 60,000 unless given. */
  readonly stuckMs?: number | undefined;
  /** What the device remembers from before; nothing unless given. */
  readonly store?: MemoryStore | undefined;
  /** What it hears with and speaks through, in place of its own. */
  readonly sound?: Pick<DeviceOptions, "microphone" | "speaker"> | undefined;
  /** Shown each WebSocket connection before the server gets it. */
  readonly onStream?: ((stream: Duplex) => void) | undefined;
}

/** The server's configuration, and the gateway's. */
function configure(way: DemoWay): Config {
  const mqtt = {
    XIAOZHI_SERVER_MQTT_GATEWAY: `${HOST}:1883`,
    XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "DemoSignature",
    XIAOZHI_SERVER_AUTH_KEY: "DemoKey",
    XIAOZHI_GATEWAY_SERVERS: `[{ url: "ws://${HOST}:8000/xiaozhi/v1/?from=mqtt_gateway", auth_key: "DemoKey" }]`,
  };
  const env = {
    XIAOZHI_SERVER_WEBSOCKET: `ws://${HOST}:8000/xiaozhi/v1/`,
    XIAOZHI_SERVER_VISION_EXPLAIN: `http://${HOST}:8002/mcp/vision/explain`,
    ...(way !== "websocket" && mqtt),
  };
  return loadConfig({ path: "", env, providers }).config;
}

/** Makes the world. */
export async function createDemoWorld(options: DemoOptions = {}): Promise<DemoWorld> {
  const { stages = (own) => own, way = "websocket" } = options;
  const clock = new VirtualClock(options.stuckMs === undefined ? {} : { stuckMs: options.stuckMs });
  // One delay for all datagrams: those that are sent together arrive in order, as they do nearly always in the air.
  const network = new MemoryNetwork({ clock, delayMs: way === "websocket" ? [2, 15] : 8 });
  const config = configure(way);
  const log = createLog({ level: "silent" });
  const server = createServer({ config, clock, log, providers: stages(createStages(config, { clock, log }), clock) });
  await network.listen(HOST, 8000, (stream) => {
    options.onStream?.(stream);
    server.accept("websocket", stream);
  });
  await network.listen(HOST, 8002, (stream) => server.accept("http", stream));
  const dial = (host: string, port: number) => network.connect({ host, port });
  const gateway = way === "gateway" ? new GatewayServer({ config, clock, log, dial }) : undefined;
  await joinMqtt(network, gateway ?? server);
  const store = options.store ?? new MemoryStore();
  const deviceConfig = { otaUrl: `http://${HOST}:8002${OTA_PATH}` };
  const board = options.board === undefined ? {} : { board: options.board };
  const device = new VirtualDevice({ clock, network, store, config: deviceConfig, ...board, ...options.sound });
  const reports: TurnReport[] = [];
  server.onTurn((report) => reports.push(report));
  const stop = async () => {
    device.close();
    if (gateway) await clock.run(gateway.stop());
    await clock.run(server.stop());
  };
  return { clock, server, gateway, device, store, reports, stop };
}

async function joinMqtt(network: MemoryNetwork, to: Server | GatewayServer): Promise<void> {
  await network.listen(HOST, 1883, (stream) =>
    to instanceof GatewayServer ? to.accept(stream) : to.accept("mqtt", stream),
  );
  const receive = to.join((data, port, address) => audio.send(data, { port, address }));
  const audio = await network.bind(HOST, 8884, ({ data, ...from }) => receive(data, from));
}
