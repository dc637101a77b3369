import assert from "node:assert/strict";
import { test } from "node:test";
import { credentials, makeCertificate } from "../../host-server/certificate/certificate.ts";
import { TlsFront } from "../tls/front.ts";
import { MQTT_SECTION } from "./mqtt-udp-server.ts";
import { createMqttWorld, offer } from "./mqtt-world.ts";
import { TimeServer } from "./time-server.ts";
import { AUTHORITY, createTlsWorld, HTTP_URL, HTTPS_URL } from "./tls-world.ts";
import { createWorld } from "./world.ts";

const TIME_SERVERS = { timeServers: "time.test" };
const CERTIFICATE = credentials(makeCertificate({ name: "server.test", issuer: AUTHORITY }), AUTHORITY);
const HOUR_MS = 3_600_000;

type World = Awaited<ReturnType<typeof createWorld>>;

/** ms that the device's clock is ahead of the true time. */
async function aheadMs({ server, clock, device }: Pick<World, "server" | "clock" | "device">): Promise<number> {
  const params = { name: "self.timer.set", arguments: { seconds: 1000 } };
  const askedAt = clock.now();
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 9, method: "tools/call", params } });
  await clock.advance(20);
  const text = String(device.hardware.store.get("alarms", "list")?.value);
  const at = Number(/"at":(\d+)/.exec(text)?.[1]);
  assert.ok(Number.isFinite(at), text);
  return at - 1_000_000 - askedAt;
}

function assertRight(ms: number): void {
  assert.ok(Math.abs(ms) < 1500, `${ms} ms ahead`);
}

async function httpWorld(timeServers = "time.test") {
  const world = await createWorld({ config: { otaUrl: HTTP_URL, timeServers } });
  const time = new TimeServer(world.clock);
  await time.join(world.network);
  return { ...world, time };
}

async function tlsWorld() {
  const world = await createTlsWorld({ config: { otaUrl: HTTPS_URL, ...TIME_SERVERS } });
  const { network, clock } = world;
  const time = new TimeServer(clock);
  await time.join(network);
  const web = { host: "server.test", port: 8002 };
  await new TlsFront(network, web, CERTIFICATE).listen({ host: "server.test", port: 443 });
  return { ...world, time };
}

test("a clock that was never set is set before the first certificate is looked at", async () => {
  const world = await tlsWorld();
  await world.boot();
  assert.equal(world.time.questions.length, 1);
  assert.ok(world.lines.includes("info time from a server server=time.test"));
  await world.listen();
  assertRight(await aheadMs(world));
});

test("a server whose time comes with the version check: no time server is asked", async () => {
  const world = await httpWorld();
  await world.boot();
  await world.listen();
  assert.equal(world.time.questions.length, 0);
  assertRight(await aheadMs(world));
});

test("a version check without a time, or no version check at all: a time server is asked", async () => {
  for (const ota of [
    { status: 200, body: '{"websocket":{"url":"ws://server.test:8000/"}}' },
    { status: 500, body: "" },
  ]) {
    const world = await httpWorld();
    world.server.ota = ota;
    world.device.start();
    await world.clock.advance(3000);
    assert.equal(world.time.questions.length, 1);
    assert.ok(world.lines.includes("info time from a server server=time.test"));
  }
});

test("a lost question is repeated, and who says nothing or nonsense is passed over", async () => {
  const world = await httpWorld("nowhere.test silent.test lying.test time.test");
  const [silent, lying] = [new TimeServer(world.clock), new TimeServer(world.clock)];
  await silent.join(world.network, "silent.test");
  await lying.join(world.network, "lying.test");
  silent.deafFor = 99;
  lying.spoil = (answer) => answer.fill(0, 24, 32);
  world.time.deafFor = 1;
  world.server.offer({});
  world.server.ota.body = world.server.ota.body.replace("server_time", "other");
  await world.boot();
  await world.clock.advance(12_000);
  assert.deepEqual([silent.questions.length, lying.questions.length, world.time.questions.length], [2, 2, 2]);
  await world.listen();
  assertRight(await aheadMs(world));
});

test("where no time server answers, a line says so, and the device goes on", async () => {
  const world = await createWorld();
  world.server.ota.body = world.server.ota.body.replace("server_time", "other");
  await world.boot();
  await world.clock.advance(100);
  assert.ok(world.lines.some((line) => line.startsWith("warn no time server answered servers=")));
  await world.listen();
});

test("the way of an answer is counted in", async () => {
  const world = await tlsWorld();
  world.time.heldMs = 900;
  await world.boot();
  await world.listen();
  assertRight(await aheadMs(world));
});

const shifted = (world: World, ms: number, minutes: number) => {
  const { websocket } = JSON.parse(world.server.ota.body);
  const server_time = { timestamp: world.clock.now() + ms, timezone_offset: minutes };
  world.server.ota.body = JSON.stringify({ websocket, server_time });
};

test("a server that sends its local time is noticed where a time server has told better", async () => {
  for (const hours of [8, -5]) {
    const world = await tlsWorld();
    shifted(world, hours * HOUR_MS, hours * 60);
    await world.boot();
    assert.ok(world.lines.includes(`info server's time is its local time offsetMinutes=${hours * 60}`));
    await world.listen();
    assertRight(await aheadMs(world));
    assert.equal(world.device.hardware.store.get("time", "offset")?.value, hours * 60);
  }
});

test("a server whose clock is simply wrong does not win over a time server", async () => {
  const world = await tlsWorld();
  shifted(world, 3 * HOUR_MS, 480);
  await world.boot();
  assert.ok(
    world.lines.some((line) => line.startsWith("warn server's time differs") && line.includes("aheadSeconds=")),
  );
  await world.listen();
  assertRight(await aheadMs(world));
});

test("a time that cannot be, and a zone that is nowhere, are ignored", async () => {
  for (const timestamp of [0, -5, 1e300, 946_684_800_000]) {
    const world = await httpWorld();
    shifted(world, timestamp - world.clock.now(), 480);
    await world.boot();
    assert.ok(world.lines.some((line) => line.startsWith("warn server's time ignored")));
  }
  const world = await httpWorld();
  shifted(world, 0, 841);
  await world.boot();
  assert.ok(world.lines.includes("warn server's time zone ignored minutes=841"));
  assert.equal(world.device.hardware.store.get("time", "offset"), undefined);
});

test("a clock that jumps ends neither a conversation nor a connection", async () => {
  const world = await createMqttWorld({ config: { otaUrl: HTTP_URL, ...TIME_SERVERS } });
  const { web, server, clock, network, device, boot, listen } = world;
  const time = new TimeServer(clock);
  await time.join(network);
  time.heldMs = 1200;
  web.ota = offer(MQTT_SECTION);
  await boot();
  await listen();
  await clock.advance(5000);
  assert.equal(time.questions.length, 1);
  assert.ok(world.lines.includes("info time from a server server=time.test"));
  assert.equal(device.state, "listening");
  assert.equal(server.mqtt.logins.length, 1);
  server.send({ type: "tts", state: "start" });
  await clock.run(device.reached("speaking"));
});
