import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { MqttPackets, mqttPacket, mqttText, PACKET, readPublish } from "../../host-server/gateway/outer-broker/wire.ts";
import { MqttCredentials } from "../../host-server/ota/mqtt-credentials.ts";
import { SIGNATURE_KEY } from "../gateway/frame.ts";

/** A device that is connected, and silent save for what keeps its connection. */
export interface IdleDevice {
  /** Asks whether the server is there; resolves when it is. */
  ping(): Promise<void>;
  close(): void;
}

const KEEPALIVE_SECONDS = 240;
const credentials = new MqttCredentials(SIGNATURE_KEY);
const PINGREQ = Buffer.of(0xc0, 0);

/** Addresses of this computer that devices come from, so that no address runs out of ports. */
const localAddress = (n: number) => `127.0.0.${2 + (n % 8)}`;

function macOf(n: number): string {
  const parts = [2, 0, 0, n >> 16, n >> 8, n];
  return parts.map((part) => (part & 255).toString(16).padStart(2, "0")).join(":");
}

/** Connects device number `n` over WebSocket, says hello, and waits for what is said to that. */
export async function connectWebSocket(port: number, n: number): Promise<IdleDevice> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/xiaozhi/v1/`, {
    headers: { "device-id": macOf(n), "client-id": `idle-${n}` },
    perMessageDeflate: false,
    localAddress: localAddress(n),
  });
  await once(socket, "open");
  const audio_params = { format: "opus", sample_rate: 16_000, channels: 1, frame_duration: 60 };
  socket.send(JSON.stringify({ type: "hello", version: 1, transport: "websocket", audio_params }));
  await once(socket, "message");
  return {
    ping: async () => {
      socket.ping();
      await once(socket, "pong");
    },
    close: () => socket.terminate(),
  };
}

/** Connects device number `n` over MQTT, and answers what the server asks of its tools. */
export async function connectMqtt(port: number, n: number): Promise<IdleDevice> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: localAddress(n), noDelay: true });
  const { clientId, username, password } = credentials.loginFor(macOf(n), "bench");
  const head = Buffer.of(4, 0xc2, KEEPALIVE_SECONDS >> 8, KEEPALIVE_SECONDS & 0xff);
  socket.write(mqttPacket(0x10, mqttText("MQTT"), head, ...[clientId, username, password].map(mqttText)));
  const packets = new MqttPackets();
  const waiting: (() => void)[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`the broker closed the connection of device ${n}`)));
    socket.on("data", (data) => {
      for (const { type, body } of packets.accept(data)) {
        if (type === PACKET.connack) resolve();
        if (type === PACKET.pingresp) waiting.shift()?.();
        if (type === PACKET.publish) answer(socket, readPublish(body).payload);
      }
    });
  });
  return {
    ping: () => {
      socket.write(PINGREQ);
      return new Promise((resolve) => waiting.push(resolve));
    },
    close: () => {
      socket.removeAllListeners("close");
      socket.destroy();
    },
  };
}

/** A device without tools. */
function answer(socket: Socket, text: string): void {
  const { type, payload } = JSON.parse(text);
  if (type !== "mcp" || payload.id === undefined) return;
  const result = payload.method === "tools/list" ? { tools: [] } : { protocolVersion: "2024-11-05", capabilities: {} };
  const message = JSON.stringify({ type: "mcp", payload: { jsonrpc: "2.0", id: payload.id, result } });
  socket.write(mqttPacket(0x30, mqttText("device-server"), Buffer.from(message)));
}
