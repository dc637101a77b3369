import assert from "node:assert/strict";
import { test } from "node:test";
import type { WebSocket } from "ws";
import { frameFromGateway, frameFromServer } from "../../../host-server/gateway/server-frame.ts";
import { verifyToken } from "../../../host-server/ota/token.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { scriptedServer } from "../fakes/chat-server.ts";
import { connect, createGateway, MAC, SUFFIX } from "../fakes/gateway-alone.ts";
import { connectedPair } from "../fakes/http.ts";
import { FakeAudioSocket } from "../fakes/mqtt.ts";

/** A gateway alone with one device in a session, on a server that counts its sessions. */
async function createUpstreamWorld(env: Record<string, string> = {}) {
  const clock = new VirtualClock();
  const chats: WebSocket[] = [];
  const server = scriptedServer((socket) => {
    chats.push(socket);
    socket.send(JSON.stringify({ type: "hello", session_id: `s${chats.length}` }));
  });
  const route = { dial: server.dial };
  const gateway = createGateway(clock, [`ws://a.test${SUFFIX}`], () => route.dial(), env);
  const device = await connect(gateway, clock);
  const converse = async () => {
    device.hello();
    await clock.advance(50);
    return new FakeAudioSocket(gateway, device.of("hello").at(-1) as JsonObject);
  };
  return { clock, chats, server, route, gateway, device, converse, stop: () => clock.run(gateway.stop()) };
}

test("the server is dialled with a signed token, the framing's number, and where the device is", async () => {
  const { server, clock, converse, stop } = await createUpstreamWorld({ XIAOZHI_SERVER_AUTH_KEY: "s3cret" });
  await converse();
  const headers = server.requests[0]?.headers ?? {};
  assert.deepEqual([headers["protocol-version"], headers["x-forwarded-for"]], ["2", "10.0.0.9"]);
  const [, token = ""] = /^Bearer (.+)$/.exec(String(headers["authorization"])) ?? [];
  const owner = { deviceId: MAC, clientId: MAC.replaceAll(":", "_") };
  const now = Math.floor(clock.now() / 1000);
  assert.equal(verifyToken("s3cret", owner, token, { now, expireSeconds: 60 }), true);
  await stop();
});

test("text passes as it is, both ways, whatever its members", async () => {
  const { chats, server, clock, device, converse, stop } = await createUpstreamWorld();
  await converse();
  const up = { session_id: "s1", type: "listen", state: "start", mode: "auto", extra: { 你: [1, null] } };
  device.send(up);
  const down = { type: "custom", payload: { deep: ["é", true] }, session_id: "s1" };
  chats[0]?.send(JSON.stringify(down));
  await clock.advance(50);
  assert.deepEqual(JSON.parse(server.texts.at(-1) ?? ""), up);
  assert.deepEqual(device.of("custom"), [down]);
  await stop();
});

test("the time of a packet passes as it is, both ways", async () => {
  const { chats, server, clock, converse, stop } = await createUpstreamWorld();
  const audio = await converse();
  audio.timestamp = 0xfedc_ba98;
  const packet = Uint8Array.of(0x58, 1);
  audio.send(packet);
  chats[0]?.send(frameFromServer({ audio: packet, timestamp: 0x8765_4321 }, 0));
  await clock.advance(50);
  assert.deepEqual(server.packets, [Buffer.from(frameFromGateway({ audio: packet, timestamp: 0xfedc_ba98 }))]);
  assert.equal(audio.received[0]?.timestamp, 0x8765_4321);
  await stop();
});

test("a server that closes the old session late ends nothing of the new one", async () => {
  const { chats, route, server, clock, device, converse, stop } = await createUpstreamWorld();
  // The close of the first session takes two seconds to reach the gateway.
  const held: (() => void)[] = [];
  route.dial = () => {
    const [ours, theirs] = connectedPair();
    const end = ours.destroy.bind(ours);
    ours.destroy = (error) => {
      held.push(() => end(error));
      return ours;
    };
    const inner = server.dial();
    theirs.pipe(inner).pipe(theirs);
    return ours;
  };
  await converse();
  clock.schedule(2_000, () => {
    for (const end of held.splice(0)) end();
    chats[0]?.terminate();
  });
  route.dial = server.dial;
  const audio = await converse();
  await clock.advance(5_000);
  chats[1]?.send('{"type":"stt","text":"still here"}');
  audio.send(Uint8Array.of(0x58, 1));
  await clock.advance(50);
  assert.deepEqual([device.of("goodbye").length, device.of("stt").length, server.packets.length], [0, 1, 1]);
  assert.equal(device.of("hello").at(-1)?.["session_id"], "s2");
  await stop();
});

test("a hello on a live session is answered at once, with nothing of the old session after it", async () => {
  const { chats, clock, device, converse, stop } = await createUpstreamWorld();
  await converse();
  device.hello();
  chats[0]?.send('{"type":"stt","text":"too late"}');
  await clock.advance(50);
  chats[0]?.send('{"type":"stt","text":"too late"}');
  await clock.advance(50);
  assert.deepEqual(
    device.messages.slice(-2).map(({ type }) => type),
    ["hello", "hello"],
  );
  await stop();
});
