import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { MqttService } from "../../host-server/mqtt-service.ts";
import { providers } from "../../host-server/providers/registry.ts";
import type { DeviceLink } from "../../host-server/session/link.ts";
import { SIGNATURE_KEY, stampReceived } from "./frame.ts";
import { startRawEcho } from "./raw.ts";
import type { Subject } from "./run.ts";
import { startSmallestGateway } from "./smallest.ts";

/** What the parent gets: the port once, and what was used whenever it asks. */
export type FromServer =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "usage"; readonly cpuMicroseconds: number; readonly rssBytes: number };

/** Sends every frame back. */
function echo(link: DeviceLink): void {
  link.attach({
    sessionId: "s",
    onText: () => link.sendText(JSON.stringify({ type: "hello", transport: "udp", session_id: "s", ...link.greeting })),
    onAudio: (packet) => {
      stampReceived(packet);
      link.sendAudio(packet);
    },
    onClose: () => {},
  });
}

async function startOurs(): Promise<number> {
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: SIGNATURE_KEY,
    XIAOZHI_GATEWAY_PORT: "0",
    XIAOZHI_GATEWAY_UDP_PORT: "0",
    XIAOZHI_GATEWAY_API_PORT: "0",
  };
  const { config } = loadConfig({ path: "", env, providers });
  const service = new MqttService({
    config,
    clock: systemClock,
    log: createLog({ level: "silent" }),
    dataDirectory: "",
    onLink: echo,
  });
  await service.start();
  return service.ports.mqtt;
}

function tell(message: FromServer): void {
  process.send?.(message);
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  tell({ type: "usage", cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on("disconnect", () => process.exit(0));
const start = {
  ours: startOurs,
  smallest: () => startSmallestGateway(stampReceived),
  raw: () => startRawEcho(stampReceived),
};
tell({ type: "listening", port: await start[process.argv[2] as Subject]() });
