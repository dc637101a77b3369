import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { WebSocket } from "ws";
import {
  frameFromGateway,
  frameFromServer,
  hasServerFrames,
  readServerFrame,
} from "../../../host-server/gateway/server-frame.ts";
import { ServerList } from "../../../host-server/gateway/server-list.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { scriptedServer } from "../fakes/chat-server.ts";
import { silence } from "../fakes/device.ts";
import { connect, createGateway, MAC, SUFFIX } from "../fakes/gateway-alone.ts";
import { connectedPair, openSocket, streamTo } from "../fakes/http.ts";
import { FakeAudioSocket } from "../fakes/mqtt.ts";
import { createWorld } from "../fakes/world.ts";

const HELLO = JSON.stringify({ type: "hello", session_id: "s1", audio_params: { sample_rate: 24000 } });

test("frames of servers and gateways: the bytes, and back", () => {
  const audio = Uint8Array.of(1, 2, 3);
  const fromServer = Buffer.from(frameFromServer({ audio, timestamp: 0xfaf7a2cc }, 7)).toString("hex");
  assert.equal(fromServer, "0100000300000007faf7a2cc00000003010203");
  const fromGateway = frameFromGateway({ audio, timestamp: 5 });
  assert.equal(Buffer.from(fromGateway).toString("hex"), "00000000000000000000000500000003010203");
  assert.deepEqual(readServerFrame(fromGateway), { audio, timestamp: 5 });
  assert.equal(hasServerFrames(SUFFIX), true);
  assert.equal(hasServerFrames("/?from=elsewhere"), false);
});

test("any bytes are a frame or none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const frame = readServerFrame(bytes);
      assert.ok(frame === undefined || (frame.audio.length > 0 && frame.audio.length <= bytes.length - 16));
    }),
  );
});

test("servers are chosen by their weights; one that failed rests, unless it is the only one", async () => {
  const clock = new VirtualClock();
  let point = 0;
  const list = new ServerList(
    [
      { url: "a", weight: 1 },
      { url: "b", weight: 3 },
    ],
    clock,
    () => point,
  );
  const pick = (at: number, tried: string[] = []) => {
    point = at;
    return list.pick(new Set(tried))?.url;
  };
  assert.deepEqual([pick(0.2), pick(0.3), pick(0.99)], ["a", "b", "b"]);
  assert.deepEqual([pick(0.99, ["b"]), pick(0, ["a", "b"])], ["a", undefined]);
  list.markFailed("b");
  assert.deepEqual([pick(0.99), pick(0, ["a"])], ["a", "b"]);
  await clock.advance(31_000);
  assert.equal(pick(0.99), "b");
});

test("our WebSocket takes the link of a gateway: audio with a header both ways, in one turn", async () => {
  const { server, clock } = createWorld();
  const { socket, texts, packets } = await openSocket(server, SUFFIX, { "device-id": MAC });
  socket.send('{"type":"hello","version":2,"transport":"websocket"}');
  socket.send('{"type":"listen","state":"detect","text":"hi"}');
  socket.send(Buffer.alloc(5));
  await clock.advance(3_000);
  assert.equal(JSON.parse(texts.at(-1) ?? "").state, "stop");
  assert.deepEqual(
    packets.map((packet) => packet.readUInt32BE(4)),
    packets.map((_, at) => at),
  );
  assert.ok(packets.length > 0 && packets.every((packet) => packet.readUInt32BE(12) === packet.length - 16));
  socket.close();
});

test("a device behind the gateway alone has a turn with a server of this project", async () => {
  const world = createWorld({}, { XIAOZHI_SERVER_AUTH_ENABLED: "true", XIAOZHI_SERVER_AUTH_KEY: "s3cret" });
  const { server, clock, turns } = world;
  const dial = () => streamTo(server, "websocket");
  const gateway = createGateway(clock, [`ws://a.test${SUFFIX}`], dial, { XIAOZHI_SERVER_AUTH_KEY: "s3cret" });
  const device = await connect(gateway, clock);
  device.hello();
  await clock.advance(100);
  const [hello] = device.of("hello");
  assert.ok(hello);
  const { version, transport, session_id } = hello;
  assert.deepEqual([version, transport], [3, "udp"]);
  const audio = new FakeAudioSocket(gateway, hello);
  audio.send(silence);
  device.send({ session_id, type: "listen", state: "detect", text: "hi" });
  await clock.advance(3_000);
  assert.equal(turns[0]?.device, MAC);
  assert.ok(audio.received.length > 0);
  device.send({ session_id, type: "goodbye" });
  await clock.advance(100);
  assert.equal(server.sessionCount, 0, "the server learns that the device has left");
  await clock.run(gateway.stop());
});

test("the server hears who it is; strange messages of it harm nobody; its end is a goodbye", async () => {
  const clock = new VirtualClock();
  let chat: WebSocket | undefined;
  const server = scriptedServer((socket) => {
    chat = socket;
    for (const odd of ["not json", "[]", "", '{"type":"hello"}']) socket.send(odd);
    socket.send(Buffer.alloc(3));
    socket.send(HELLO);
    for (const odd of ['{"type":"mcp"}', '{"type":"mcp","payload":1}', "密码"]) socket.send(odd);
  });
  const gateway = createGateway(clock, [`ws://a.test${SUFFIX}`], server.dial);
  const device = await connect(gateway, clock);
  device.hello();
  await clock.advance(100);
  assert.equal(server.requests[0]?.url, SUFFIX);
  assert.equal(server.requests[0]?.headers["sec-websocket-extensions"], undefined, "compression is not offered");
  const { "device-id": id, "client-id": client, authorization } = server.requests[0]?.headers ?? {};
  assert.deepEqual([id, client, authorization], [MAC, MAC.replaceAll(":", "_"), "Bearer test-token"]);
  assert.deepEqual(JSON.parse(server.texts[0] ?? ""), {
    type: "hello",
    version: 2,
    transport: "websocket",
    audio_params: { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 },
    features: {},
  });
  const hello = device.of("hello")[0] as JsonObject;
  assert.deepEqual([hello["session_id"], hello["audio_params"]], ["s1", { sample_rate: 24000 }]);
  const audio = new FakeAudioSocket(gateway, hello);
  audio.send(Uint8Array.of(0x58, 1));
  await clock.advance(100);
  assert.deepEqual(server.packets, [Buffer.from(frameFromGateway({ audio: Uint8Array.of(0x58, 1), timestamp: 0 }))]);
  chat?.send(frameFromServer({ audio: Uint8Array.of(9, 9), timestamp: 1234 }, 0));
  await clock.advance(100);
  assert.deepEqual(audio.received, [{ sequence: 1, timestamp: 1234, audio: Buffer.of(9, 9) }]);
  chat?.close();
  await clock.advance(100);
  assert.deepEqual(device.of("goodbye"), [{ type: "goodbye", session_id: "s1" }]);
  assert.equal(device.isClosed, false);
  await clock.run(gateway.stop());
});

test("a server that is mute or away is passed over for another; when none answers the device is told", async () => {
  const clock = new VirtualClock();
  const mute = scriptedServer(() => {});
  const good = scriptedServer((socket) => socket.send(HELLO));
  const broken = () => {
    const [ours, theirs] = connectedPair();
    theirs.destroy();
    return ours;
  };
  const dials: Record<string, () => ReturnType<typeof mute.dial>> = {
    "mute.test": mute.dial,
    "gone.test": broken,
    "good.test": good.dial,
  };
  const dial = (host: string) => (dials[host] as () => ReturnType<typeof mute.dial>)();
  const gateway = createGateway(clock, ["ws://mute.test/", "ws://gone.test/", "ws://good.test/"], dial);
  const device = await connect(gateway, clock);
  for (let count = 0; count < 3; count++) {
    device.hello();
    await clock.advance(9_000);
  }
  assert.equal(device.of("hello").length, 3);
  assert.equal(device.isClosed, false);
  await clock.run(gateway.stop());
  const lonely = createGateway(clock, ["ws://mute.test/"], dial);
  const second = await connect(lonely, clock);
  second.hello();
  await clock.advance(9_500);
  assert.deepEqual([second.of("hello").length, second.of("goodbye").length], [0, 1]);
  await clock.run(lonely.stop());
});

test("a device that leaves, or says hello again, leaves no connection to a server behind", async () => {
  const clock = new VirtualClock();
  const server = scriptedServer((socket) => socket.send(HELLO));
  const gateway = createGateway(clock, [`ws://a.test${SUFFIX}`], server.dial);
  const device = await connect(gateway, clock);
  device.hello();
  await clock.advance(100);
  device.hello();
  await clock.advance(100);
  assert.deepEqual([server.requests.length, server.closedCount()], [2, 1]);
  device.stream.destroy();
  await clock.advance(100);
  assert.equal(server.closedCount(), 2);
  await clock.run(gateway.stop());
});

test("without a server or the key of the logins the gateway does not start", () => {
  const clock = new VirtualClock();
  assert.throws(() => createGateway(clock, [], undefined), { message: /gateway\.servers/ });
  const env = { XIAOZHI_SERVER_MQTT_SIGNATURE_KEY: "" };
  assert.throws(() => createGateway(clock, ["ws://a.test/"], undefined, env), { message: /mqtt_signature_key/ });
});
