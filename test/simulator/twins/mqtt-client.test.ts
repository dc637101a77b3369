import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../../simulator/clock.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";
import { MqttServer, mqttPacket } from "../../firmware/mqtt-server.ts";
import { run } from "./program.ts";

async function served() {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: [1, 20] });
  const server = new MqttServer();
  await server.join(network, "broker.test", 1883);
  return { clock, network, server };
}

/** A client that reports its callbacks; `options` replaces or adds some, `accepted` runs once it is logged in. */
function client(options: string, accepted = ""): string {
  return `import MQTTClient from "embedded:network/mqtt/client";
    import TCP from "embedded:io/socket/tcp";
    import Resolver from "embedded:network/dns/resolver/udp";
    import Timer from "timer";
    export default () => {
      const client = new MQTTClient({
        host: "broker.test", port: 1883, dns: { io: Resolver }, socket: { io: TCP },
        onReadable(count, { topic, more, byteLength }) {
          const piece = text(this.read(count));
          say([topic ?? "", byteLength ?? 0, count > 100 ? count : piece, more]);
        },
        onControl(message) {
          say(message);
          if (message.operation === MQTTClient.CONNACK) { ${accepted} }
        },
        onError() { say(["error", this === client]); },
        ${options}
      });
    };`;
}

const CONNACK = { operation: 2, returnCode: 0 };

test("login: MQTT 3.1.1, clean session, who and how long, no will", async () => {
  const { server, ...network } = await served();
  const said = await run(client(`id: "me", user: "u", password: "p", keepAlive: 240000,`), 500, network);
  assert.deepEqual(server.logins, [
    { protocol: "MQTT", level: 4, flags: 0xc2, keepAliveSeconds: 240, texts: ["me", "u", "p"] },
  ]);
  assert.deepEqual(said, [CONNACK]);
});

test("publish, subscribe and messages both ways; a message of the server needs no subscription", async () => {
  const { server, ...network } = await served();
  server.onMessage = (text) => server.publish("to/device", `re: ${text}`);
  const accepted = `this.write(null, { operation: MQTTClient.SUBSCRIBE, items: [{ topic: "to/device" }] });
    say(this.write(new Uint8Array(bytes("hello")), { topic: "to/server" }) > 5000);`;
  const said = await run(client("", accepted), 500, network);
  assert.deepEqual(server.subscriptions, ["to/device"]);
  assert.deepEqual(server.published, [{ topic: "to/server", text: "hello", qos: 0, retain: false }]);
  assert.deepEqual(said, [CONNACK, true, { operation: 9, id: 2, payload: [0] }, ["to/device", 9, "re: hello", false]]);
});

test("a message that is longer than the socket's buffer goes out in pieces and comes in pieces", async () => {
  const { server, ...network } = await served();
  const accepted = `let left = 9000;
    const write = () => {
      for (let room; left > 0; left -= room) {
        room = Math.min(left, left === 9000 ? 4000 : 1000);
        client.write(new Uint8Array(room).fill(65), left === 9000 ? { topic: "t", byteLength: 9000 } : undefined);
      }
    };
    say(attempt(() => write()));
    say(attempt(() => this.write(null, { operation: MQTTClient.PINGREQ })));
    Timer.set(write, 300);`;
  const said = await run(client("", accepted), 1000, network);
  assert.equal(said[1], "Error: would block");
  assert.match(`${said[2]}`, /^TypeError: .*cannot coerce null to object$/);
  assert.equal(server.published[0]?.text, "A".repeat(9000));
  const long = await served();
  long.server.onMessage = () => long.server.publish("t", "B".repeat(20_000));
  const pieces = (await run(client("", `this.write(new Uint8Array(1), { topic: "t" });`), 1000, long)).slice(1);
  assert.deepEqual((pieces[0] as unknown[]).slice(0, 2), ["t", 20_000]);
  let bytes = 0;
  for (const piece of pieces as [string, number, number][]) bytes += piece[2];
  assert.equal(bytes, 20_000);
  assert.equal((pieces.at(-1) as unknown[])[3], false);
});

test("messages of QoS 1 and 2 are acknowledged", async () => {
  const { server, ...network } = await served();
  const qos = (first: number, id: number) => mqttPacket(first, Buffer.from([0, 1, 0x74, 0, id, 0x78]));
  network.clock.schedule(200, () => server.sendRaw(Buffer.concat([qos(0x32, 7), qos(0x34, 8)])));
  network.clock.schedule(400, () => server.sendRaw(mqttPacket(0x62, Buffer.from([0, 8]))));
  const said = await run(client(""), 1000, network);
  assert.deepEqual(said, [CONNACK, ["t", 1, "x", false], ["t", 1, "x", false], { operation: 6, id: 8 }]);
});

test("pings keep a connection; without answers it ends after one and a half intervals", async () => {
  const { server, ...network } = await served();
  assert.deepEqual((await run(client("keepAlive: 40000,"), 200_000, network)).at(-1), { operation: 13 });
  assert.equal(server.pings, 6);
  const mute = await served();
  mute.server.answersPings = false;
  assert.deepEqual(await run(client("keepAlive: 40000,"), 100_000, mute), [CONNACK, ["error", true]]);
});

test("a refused login, an unknown host, a cut, and bytes that are not MQTT are errors", async () => {
  const refusing = await served();
  refusing.server.returnCode = 5;
  assert.deepEqual(await run(client(""), 500, refusing), [["error", true]]);
  const clock = new VirtualClock();
  assert.deepEqual(await run(client(""), 500, { clock, network: new MemoryNetwork({ clock }) }), [["error", true]]);
  const cut = await served();
  cut.clock.schedule(200, () => cut.network.cut());
  assert.deepEqual(await run(client(""), 500, cut), [CONNACK, ["error", true]]);
  for (const bytes of [
    [0x30, 0xff, 0xff, 0xff, 0xff, 1],
    [0x00, 0],
    [0x82, 1, 0],
  ]) {
    const odd = await served();
    odd.clock.schedule(200, () => odd.server.sendRaw(Uint8Array.from(bytes)));
    assert.deepEqual(await run(client(""), 500, odd), [CONNACK, ["error", true]], `${bytes}`);
  }
});

test("faults of the SDK that firmware has to live with: a topic longer than its packet gives a negative length", async () => {
  const { server, ...network } = await served();
  network.clock.schedule(200, () => server.sendRaw(Uint8Array.from([0x30, 3, 0, 2, 0x74, 0x74, 0x20])));
  network.clock.schedule(400, () => server.publish("t", "never read"));
  const said = await run(client(`onReadable(count, { more }) { say([count, more]); },`), 1000, network);
  assert.deepEqual(said, [CONNACK, [-1, false]]);
});

test("faults of the SDK that firmware has to live with: bytes after a refused login are an exception", async () => {
  const { server, ...network } = await served();
  network.clock.schedule(200, () => server.sendRaw(Uint8Array.from([0x20, 2, 0, 5, 0xd0, 0])));
  await assert.rejects(run(client(""), 1000, network), /TypeError/);
});

test("faults of the SDK that firmware has to live with: an empty message makes it deaf", async () => {
  const { server, ...network } = await served();
  network.clock.schedule(200, () => server.publish("t", ""));
  network.clock.schedule(400, () => server.publish("t", "never read"));
  assert.deepEqual(await run(client("keepAlive: 40000,"), 70_000, network), [CONNACK, ["error", true]]);
});

test("wrong use is refused", async () => {
  const { server: _, ...network } = await served();
  const accepted = `say(attempt(() => this.write(null, { operation: 42 })));
    say(attempt(() => this.write(new Uint8Array(6000), { topic: "t" })));
    say(attempt(() => this.write(new Uint8Array(2), { topic: "t", byteLength: 1 })));`;
  const said = await run(`${client("", accepted)}`, 500, network);
  assert.deepEqual(said.slice(1), ["Error: unknown", "Error: overflow", "Error: invalid"]);
});
