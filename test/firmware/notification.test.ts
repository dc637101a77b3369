import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { test } from "node:test";
import { credentials, makeCertificate } from "../../host-server/certificate/certificate.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { oggOpusFile, opusHead } from "../protocol/ogg/ogg-file.ts";
import { TlsFront } from "../tls/front.ts";
import { MQTT_SECTION } from "./mqtt-udp-server.ts";
import { createMqttWorld } from "./mqtt-world.ts";
import { toneFrames } from "./scripted-server.ts";
import { AUTHORITY, createTlsMqttWorld } from "./tls-world.ts";

const URL = "http://sounds.test/bell.ogg";
const NOTIFY = { type: "notify", audio_url: URL };

type Answer = (response: ServerResponse) => void;

/** A device at rest, and a server with one sound. */
async function createSoundWorld(answer: Buffer | Answer, options: Parameters<typeof createMqttWorld>[0] = {}) {
  const world = await createMqttWorld(options);
  const requests: { method: string | undefined; accept: string | undefined }[] = [];
  const http = createServer((request, response) => {
    requests.push({ method: request.method, accept: request.headers.accept });
    if (typeof answer === "function") answer(response);
    else response.end(answer);
  });
  await world.network.listen("sounds.test", 80, (stream) => http.emit("connection", stream));
  await world.boot();
  /** Sends the notification and waits for the sound. */
  const notify = async (members: object = {}) => {
    world.server.send({ ...NOTIFY, ...members });
    await world.clock.run(world.device.reached("speaking"));
  };
  const alerts = () => world.lines.filter((line) => line.includes("alert")).map((line) => line.replace(/.*text=/, ""));
  const logged = (text: string) => world.lines.some((line) => line.includes(text));
  return { ...world, requests, notify, alerts, logged };
}

test("a sound is played to a device at rest: a chime, the sound, and rest again", async () => {
  const { clock, device, states, server, requests, notify, lines } = await createSoundWorld(
    oggOpusFile(toneFrames(3000)),
  );
  await notify();
  const from = clock.now();
  await clock.run(device.reached("idle"));
  const { firstAudibleAt = 0, lastAudibleAt = 0 } = device.speaker;
  assert.ok(firstAudibleAt - from < 200, "the chime");
  assert.ok(lastAudibleAt - from > 3300 && lastAudibleAt - from < 4000, `${lastAudibleAt - from} ms`);
  assert.equal(device.stats.underruns, 0);
  assert.deepEqual(states.slice(-3), ["idle", "speaking", "idle"]);
  assert.deepEqual(requests, [{ method: "GET", accept: "audio/ogg" }]);
  assert.deepEqual(server.messages, [], "no conversation");
  assert.ok(lines.some((line) => line.includes("notification played playedMs=3000")));
});

test("a body in chunks, and a body that ends with its connection", async () => {
  const frames = toneFrames(1200);
  const file = oggOpusFile(frames);
  for (const send of [
    (response: ServerResponse) => {
      for (let at = 0; at < file.length; at += 700) response.write(file.subarray(at, at + 700));
      response.end();
    },
    (response: ServerResponse) => {
      response.socket?.end(Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), file]));
    },
  ]) {
    const { clock, device, notify, logged } = await createSoundWorld(send);
    await notify();
    await clock.run(device.reached("idle"));
    assert.ok(logged("notification played playedMs=1200"));
  }
});

test("subtitles are shown when their part is heard", async () => {
  const { clock, device, notify, alerts } = await createSoundWorld(oggOpusFile(toneFrames(2400)));
  await notify({
    subtitles: [
      { start_ms: 1200, text: "second" },
      { start_ms: 0, text: "first" },
      { start_ms: 60_000, text: "never" },
    ],
  });
  await clock.advance(1000);
  assert.deepEqual(alerts(), ["first"]);
  await clock.run(device.reached("idle"));
  assert.deepEqual(alerts(), ["first", "second"]);
});

test("two minutes of sound take no more memory than its first seconds: the rest waits at the server", async () => {
  const frames = toneFrames(12_000);
  const file = oggOpusFile(Array.from({ length: 10 }, () => frames).flat());
  const { clock, device, notify, logged } = await createSoundWorld(file);
  await notify();
  await clock.advance(12_000);
  const peak = device.stats.heap?.chunkPeakAboveBaselineBytes ?? 0;
  const { receivedBytes } = device.stats.traffic;
  assert.ok(receivedBytes < file.length / 4, `${receivedBytes} of ${file.length} bytes after a tenth of the time`);
  await clock.run(device.reached("idle"));
  assert.ok(logged("notification played playedMs=120000"));
  assert.equal(device.stats.underruns, 0);
  assert.ok((device.stats.heap?.chunkPeakAboveBaselineBytes ?? 0) - peak < 16_384);
  assert.equal(device.stats.crashes, 0);
});

test("pages as large as Ogg allows fit the memory of a device", async (context) => {
  // 255 segments of 255 bytes: packets of 1 kB, far more than speech has, and with padding, so that they are silent.
  const padded = Buffer.alloc(1019);
  padded.set([0x5b, 0x41, 254, 254, 254, 254]);
  const packets = Array.from({ length: 200 }, () => padded);
  const { clock, device, notify, logged } = await createSoundWorld(oggOpusFile(packets, { segments: 255 }));
  await notify();
  await clock.run(device.reached("idle"));
  assert.ok(logged("notification played playedMs=12000"));
  const { slotsPeakAboveBaseline, chunkPeakAboveBaselineBytes } = device.stats.heap ?? {};
  context.diagnostic(`peak above the baseline: ${slotsPeakAboveBaseline} slots, ${chunkPeakAboveBaselineBytes} bytes`);
  assert.equal(device.stats.crashes, 0);
});

test("a timer rings over it, and a click then is for the timer", async () => {
  const { clock, device, server, notify, alerts, logged } = await createSoundWorld(oggOpusFile(toneFrames(6000)));
  const params = { name: "self.timer.set", arguments: { seconds: 2, label: "tea" } };
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params } });
  await clock.advance(500);
  await notify();
  await clock.advance(3000);
  assert.deepEqual(alerts(), ["Timer: tea"]);
  device.click();
  await clock.advance(500);
  assert.equal(device.state, "speaking");
  await clock.run(device.reached("idle"));
  assert.ok(logged("notification played playedMs=6000"));
});

for (const [what, act, log] of [
  ["a click", (device: { click(): void }) => device.click(), ["hello", "listen start auto"]],
  ["a held button", (device: { press(): void }) => device.press(), ["hello", "listen start manual"]],
  [
    "a wake word",
    (device: { wake(): boolean }) => assert.equal(device.wake(), true),
    ["hello", "listen detect", "listen start auto"],
  ],
] as const) {
  test(`${what} ends it and begins a conversation, as at rest`, async () => {
    const firmware = what === "a wake word" ? { firmware: hearing() } : {};
    const { clock, device, server, states, notify } = await createSoundWorld(oggOpusFile(toneFrames(9000)), firmware);
    await notify();
    await clock.advance(2000);
    act(device);
    await clock.run(device.reached("listening"));
    await clock.advance(300);
    assert.deepEqual(server.log, log);
    assert.deepEqual(states.slice(-4), ["speaking", "idle", "connecting", "listening"]);
    const heardUntil = device.speaker.lastAudibleAt ?? 0;
    await clock.advance(2000);
    assert.equal(device.speaker.lastAudibleAt, heardUntil, "silent");
  });
}

function hearing() {
  return loadFirmware({
    board: "simulator-wake",
    config: { otaUrl: "http://server.test:8002/xiaozhi/ota/" },
  });
}

test("only a device at rest plays it; a call of the server is refused meanwhile", async () => {
  const world = await createSoundWorld(oggOpusFile(toneFrames(3000)));
  const { clock, device, server, requests, notify, logged } = world;
  await world.listen();
  server.send(NOTIFY);
  await clock.advance(500);
  assert.equal(device.state, "listening");
  assert.ok(logged("notification ignored state=listening"));
  assert.equal(requests.length, 0);
  device.click();
  await clock.run(device.reached("idle"));
  await notify();
  server.send(NOTIFY);
  server.send({ type: "speak_request", text: "news" });
  await clock.run(device.reached("idle"));
  assert.equal(requests.length, 1);
  assert.ok(logged("speak request ignored state=speaking"));
});

test("with an open channel the server's answer ends it", async () => {
  const { clock, device, server, notify } = await createSoundWorld(oggOpusFile(toneFrames(9000)));
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.run(device.reached("idle"));
  await notify();
  await clock.advance(1000);
  server.send({ type: "tts", state: "stop", session_id: "s1" });
  await clock.advance(100);
  assert.equal(device.state, "speaking", "the end of some answer is not its end");
  server.send({ type: "tts", state: "start", session_id: "s1" });
  await clock.advance(300);
  const silentFrom = device.speaker.lastAudibleAt ?? 0;
  await clock.advance(1000);
  assert.equal(device.speaker.lastAudibleAt, silentFrom);
  server.send({ type: "tts", state: "stop", session_id: "s1" });
  await clock.run(device.reached("idle"));
});

test("the server's goodbye to the open channel does not end it", async () => {
  const { clock, device, server, notify, logged } = await createSoundWorld(oggOpusFile(toneFrames(3000)));
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.run(device.reached("idle"));
  await notify();
  server.send({ type: "goodbye", session_id: "s1" });
  await clock.run(device.reached("idle"));
  assert.ok(logged("notification played playedMs=3000"));
});

for (const [what, answer, expected] of [
  ["no such sound", (response: ServerResponse) => response.writeHead(404).end(), /reason=expected status 200, got 404/],
  [
    "a redirect",
    (response: ServerResponse) => response.writeHead(302, { location: "http://sounds.test/other" }).end(),
    /reason=expected status 200, got 302/,
  ],
  [
    "no Ogg",
    Buffer.from("<html>this is a page of another kind</html>"),
    /reason=ogg-invalid: page.capture: .* 3c 68 74 6d/,
  ],
  [
    "stereo",
    oggOpusFile([Buffer.from([0x58])], { head: opusHead({ channels: 2 }) }),
    /head.channels: expected 1 \(mono\), got 2/,
  ],
  ["half a file", oggOpusFile(toneFrames(6000)).subarray(0, 9000), /ogg-invalid: page: the file ends inside of one/],
  [
    "a cut connection",
    (response: ServerResponse) => {
      response.writeHead(200, { "content-length": 50_000 });
      response.write(oggOpusFile(toneFrames(1000)).subarray(0, 2000), () => response.destroy());
    },
    /reason=body was cut off/,
  ],
  ["a silent server", () => {}, /reason=nothing came for 10000 ms/],
] as const) {
  test(`${what}: the log says so, and the device rests`, async () => {
    const { clock, device, lines, notify } = await createSoundWorld(answer);
    await notify();
    await clock.run(device.reached("idle"));
    assert.match(lines.find((line) => line.includes("notification ended")) ?? "", expected);
    await clock.advance(30_000);
    assert.equal(device.state, "idle");
    assert.equal(device.stats.crashes, 0);
  });
}

for (const url of ["ws://sounds.test/a", "not a url", "http://nowhere.test/a"]) {
  test(`${url}: the device rests after it`, async () => {
    const { clock, device, lines, notify } = await createSoundWorld(Buffer.alloc(0));
    await notify({ audio_url: url });
    await clock.run(device.reached("idle"));
    assert.ok(lines.some((line) => line.includes("notification ended")));
  });
}

test("when the network goes it ends", async () => {
  const { clock, device, notify, logged } = await createSoundWorld(oggOpusFile(toneFrames(20_000)));
  await notify();
  await clock.advance(2000);
  device.hardware.status.IP = undefined as never;
  await clock.run(device.reached("idle"));
  assert.ok(logged("notification ended reason=network lost"));
});

test("a message that is no notification is refused by name", async () => {
  const { clock, device, server, logged } = await createSoundWorld(Buffer.alloc(0));
  server.send({ type: "notify" });
  server.send({
    ...NOTIFY,
    subtitles: [
      { start_ms: 0, text: "a" },
      { start_ms: "x", text: "b" },
    ],
  });
  await clock.advance(100);
  assert.equal(device.state, "idle");
  assert.ok(logged("message-invalid: notify.audio_url: expected a string, got nothing"));
  assert.ok(logged('message-invalid: notify.subtitles[1].start_ms: expected a number of at least 0, got "x"'));
});

test("a sound over https: the certificate is checked, and the file is read as it is played", async () => {
  const world = await createTlsMqttWorld();
  const { clock, network, server, device, web, lines } = world;
  web.ota = {
    status: 200,
    body: JSON.stringify({ mqtt: MQTT_SECTION, server_time: { timestamp: clock.now(), timezone_offset: 0 } }),
  };
  const frames = toneFrames(20_000);
  const file = oggOpusFile([...frames, ...frames]);
  const http = createServer((_, response) => response.end(file));
  await network.listen("sounds.test", 80, (stream) => http.emit("connection", stream));
  const good = credentials(makeCertificate({ name: "sounds.test", issuer: AUTHORITY }), AUTHORITY);
  await new TlsFront(network, { host: "sounds.test", port: 80 }, good).listen({ host: "sounds.test", port: 443 });
  await new TlsFront(network, { host: "sounds.test", port: 80 }, good).listen({ host: "other.test", port: 443 });
  await world.boot();
  server.send({ ...NOTIFY, audio_url: "https://sounds.test/bell.ogg" });
  await clock.run(device.reached("speaking"));
  await clock.advance(4000);
  assert.ok(device.stats.traffic.receivedBytes < file.length / 2, `${device.stats.traffic.receivedBytes} bytes`);
  await clock.run(device.reached("idle"));
  assert.ok(lines.some((line) => line.includes("notification played playedMs=40080")));
  server.send({ ...NOTIFY, audio_url: "https://other.test/bell.ogg" });
  await clock.run(device.reached("speaking"));
  await clock.run(device.reached("idle"));
  assert.ok(lines.some((line) => line.includes("notification ended reason=connection failed")));
});
