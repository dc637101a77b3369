import TCP from "embedded:io/socket/tcp";
import MQTT from "embedded:network/mqtt/client";
import Timer from "timer";
import { bytes, type Environment, Resolver, text } from "../environment.ts";

interface Control {
  readonly operation: number;
  readonly returnCode?: number;
}

interface Client {
  read(count: number): ArrayBuffer;
  write(data: Uint8Array | null, options: object): number;
  close(): void;
}

const MQTTClient = MQTT as unknown as (new (
  options: object & ThisType<Client>,
) => Client) & { readonly CONNACK: number; readonly SUBSCRIBE: number };

/** Login, subscription, messages both ways, a message of QoS 1, and a connection that breaks. */
export default function mqttClient({ say, attempt, done, ports }: Environment): void {
  const client = new MQTTClient({
    host: "broker.test",
    port: ports["mqtt"],
    id: "me",
    user: "u",
    password: "p",
    keepAlive: 240_000,
    dns: { io: Resolver },
    socket: { io: TCP },
    onControl(message: Control) {
      say(["control", message.operation, message.returnCode ?? "none", this === client]);
      if (message.operation !== MQTTClient.CONNACK) return;
      this.write(null, { operation: MQTTClient.SUBSCRIBE, items: [{ topic: "to/device" }] });
      say(this.write(bytes("hello"), { topic: "to/server" }) > 500);
      this.write(bytes("qos 1"), { topic: "to/server" });
      Timer.set(() => this.write(bytes("break"), { topic: "to/server" }), 300);
    },
    onReadable(count: number, options: { topic: string; more: boolean; byteLength: number }) {
      say(["message", options.topic, options.byteLength, text(this.read(count)), options.more]);
    },
    onError() {
      say(["error", this === client]);
      Timer.set(done, 50);
    },
  });
  say(attempt(() => client.write(bytes("early"), { topic: "t" })));
}
