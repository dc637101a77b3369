import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { MqttService } from "../../host-server/mqtt-service.ts";
import { providers } from "../../host-server/providers/registry.ts";
import type { DeviceLink } from "../../host-server/session/link.ts";
import { SIGNATURE_KEY, stampReceived } from "./frame.ts";

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

/** The gateway of this project, with so many threads for audio, whose sessions send every frame back; gives its port. */
export async function startOurs(workers: number): Promise<number> {
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: SIGNATURE_KEY,
    XIAOZHI_GATEWAY_WORKERS: String(workers),
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
