import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { OuterBroker } from "../../../../host-server/gateway/outer-broker/outer-broker.ts";
import { MqttPackets, readPublish } from "../../../../host-server/gateway/outer-broker/wire.ts";
import { createLog } from "../../../../host-server/log.ts";
import { VirtualClock } from "../../../../simulator/clock.ts";
import { mqttPacket, text } from "../../fakes/mqtt.ts";

const CONNACK = mqttPacket(0x20, Buffer.of(0, 0));
const SUBACK = mqttPacket(0x90, Buffer.of(0, 1, 0));

test("a stream is the same packets, wherever it is cut", () => {
  const bodies = fc.array(fc.tuple(fc.nat(15), fc.uint8Array({ maxLength: 300 })), { maxLength: 6 });
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(2_000), { maxLength: 10 }), (packets, places) => {
      const bytes = Buffer.concat(packets.map(([type, body]) => mqttPacket(type << 4, body)));
      const ends = [...places.map((place) => Math.min(place, bytes.length)), bytes.length].sort((a, b) => a - b);
      const reader = new MqttPackets();
      const read = ends.flatMap((end, at) => reader.accept(bytes.subarray(ends[at - 1] ?? 0, end)));
      assert.deepEqual(
        read.map(({ type, body }) => [type, Buffer.from(body).toString("hex")]),
        packets.map(([type, body]) => [type, Buffer.from(body).toString("hex")]),
      );
    }),
  );
});

test("the body of a message is a topic and a text, or a RangeError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (body) => {
      try {
        const { topic, payload } = readPublish(Buffer.from(body));
        assert.ok(typeof topic === "string" && typeof payload === "string");
      } catch (error) {
        assert.ok(error instanceof RangeError);
      }
    }),
  );
});

/** A broker that sends what a test tells it to, and a gateway that is its client. */
async function createBroker() {
  const clock = new VirtualClock();
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const heard: string[] = [];
  const broker = new OuterBroker({
    url: new URL(`mqtt://gate:secret@127.0.0.1:${port}`),
    node: "east",
    clock,
    log: createLog({ level: "silent" }),
    onDevice: (_channel, { text: id, group }) => {
      heard.push(`${group} comes`);
      return { onText: (message) => heard.push(`${id}: ${message}`), onClose: () => heard.push(`${group} goes`) };
    },
  });
  const settle = async () => {
    for (let count = 0; count < 20; count++) await new Promise((resolve) => setImmediate(resolve));
  };
  /** Waits for the next login, and takes it. */
  const welcome = async () => {
    const count = sockets.length;
    for (let tries = 0; sockets.length === count && tries < 100; tries++) {
      await clock.advance(1_000);
      await settle();
    }
    const socket = sockets.at(-1) as Socket;
    socket.write(Buffer.concat([CONNACK, SUBACK]));
    for (let tries = 0; !broker.isReady && tries < 100; tries++) await settle();
    assert.equal(broker.isReady, true);
    return socket;
  };
  const publish = (socket: Socket, topic: string, message: object) =>
    socket.write(mqttPacket(0x30, text(topic), Buffer.from(JSON.stringify(message))));
  const stop = async () => {
    broker.stop();
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { broker, heard, welcome, publish, settle, stop };
}

const TOPIC = "device-server/east/11_22_33_44_55_66";
const ID = "GID_box@@@11_22_33_44_55_66@@@uuid";

test("a device at the broker has the group that it says, and no other device's address", async () => {
  const { broker, heard, welcome, publish, settle, stop } = await createBroker();
  broker.start();
  const socket = await welcome();
  publish(socket, TOPIC, { type: "online", client_id: ID });
  publish(socket, TOPIC, { type: "hello" });
  publish(socket, TOPIC, { type: "offline" });
  publish(socket, TOPIC, { type: "online", client_id: ID.replace("66", "67") });
  publish(socket, TOPIC, { type: "online", client_id: 7 });
  publish(socket, "device-server/east/nonsense", { type: "online", client_id: ID });
  for (let tries = 0; heard.length < 6 && tries < 100; tries++) await settle();
  await settle();
  assert.deepEqual(heard, [
    "GID_box comes",
    `${ID}: {"type":"hello"}`,
    "GID_box goes",
    "GID_default comes",
    "GID_default goes",
    "GID_default comes",
  ]);
  await stop();
});

test("whatever a broker sends, the gateway comes back to it and goes on", async () => {
  const { broker, heard, welcome, publish, settle, stop } = await createBroker();
  broker.start();
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 40 })).map(([first, body]) => mqttPacket(first, body)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { maxLength: 5 }), async (pieces) => {
      const rude = await welcome();
      for (const piece of pieces) rude.write(piece);
      await settle();
      rude.destroy();
      for (let tries = 0; broker.isReady && tries < 100; tries++) await settle();
    }),
    { numRuns: 40 },
  );
  const socket = await welcome();
  heard.length = 0;
  publish(socket, TOPIC, { type: "online", client_id: ID });
  for (let tries = 0; heard.length === 0 && tries < 100; tries++) await settle();
  assert.deepEqual(heard, ["GID_box comes"]);
  await stop();
});
