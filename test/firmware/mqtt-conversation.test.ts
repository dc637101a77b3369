import assert from "node:assert/strict";
import { test } from "node:test";
import { UDP_HELLO } from "./mqtt-udp-server.ts";
import { createMqttWorld } from "./mqtt-world.ts";
import { toneFrames } from "./scripted-server.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const SENTENCE = { type: "tts", state: "sentence_start", text: "hello", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };
const alerts = (lines: readonly string[]) => lines.filter((line) => line.includes("alert"));

test("one conversation: MQTT hello, UDP hello back, packets from 1 with the header as counter, goodbye", async () => {
  const { clock, server, device, states, web, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  assert.deepEqual(server.messages[0], {
    type: "hello",
    version: 3,
    transport: "udp",
    features: { mcp: true, glyph_push: false },
    audio_params: { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 },
  });
  assert.deepEqual(server.messages[1], { session_id: "s1", type: "listen", state: "start", mode: "auto" });
  await clock.advance(600);
  const [first, second] = server.frames;
  assert.equal(first?.header, "01000001123456780000000000000001", "nonce, length, number 1");
  assert.deepEqual([...(first?.packet ?? [])], [0x58], "silence, so that the server learns the address");
  assert.equal(second?.header.slice(24), "00000002");
  assert.ok(server.frames.slice(1).every(({ packet, after }) => after >= 2 && (packet[0] as number) >> 3 === 11));
  server.send({ type: "stt", text: "hello", session_id: "s1" });
  server.send(START);
  server.speak(toneFrames(600));
  await clock.run(device.reached("speaking"));
  await clock.advance(900);
  assert.ok(device.stats.playedSamples >= 24 * 600);
  server.send(STOP);
  await clock.advance(700);
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(50);
  assert.deepEqual(server.messages.at(-1), { session_id: "s1", type: "goodbye" });
  assert.deepEqual(server.log, ["hello", "listen start auto", "listen start auto", "goodbye"]);
  assert.deepEqual(states.slice(2), ["idle", "connecting", "listening", "speaking", "listening", "idle"]);
  assert.ok(server.mqtt.published.every(({ topic, qos, retain }) => topic === "device-server" && qos === 0 && !retain));
  assert.equal(server.mqtt.isConnected, true, "MQTT stays for the next conversation");
  assert.equal(web.upgrades.length, 0);
  assert.equal(device.stats.crashes, 0);
});

test("each conversation has its own key stream and begins at packet 1", async () => {
  const { clock, server, device, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(200);
  server.hello = { ...UDP_HELLO, session_id: "s2" };
  server.frames.length = 0;
  await listen();
  assert.equal(server.frames[0]?.header.slice(24), "00000001");
  assert.equal(server.messages.at(-1)?.["session_id"], "s2");
  server.send({ ...START, session_id: "s2" });
  server.speak(toneFrames(300));
  await clock.advance(600);
  assert.ok(device.stats.playedSamples > 0, "the server begins at 1 again, too");
});

test("goodbye of the server: idle without an answer; of another session or of none it is ignored", async () => {
  const { clock, server, device, lines, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  for (const session_id of ["other", null, "", undefined]) server.send({ type: "goodbye", session_id });
  await clock.advance(100);
  assert.equal(device.state, "listening");
  server.send({ type: "goodbye", session_id: "s1" });
  await clock.run(device.reached("idle"));
  await clock.advance(100);
  assert.equal(server.log.includes("goodbye"), false);
  assert.deepEqual(alerts(lines), []);
  server.send({ type: "goodbye", session_id: "s1" });
  await clock.advance(100);
  await listen();
  assert.equal(device.state, "listening", "the next click opens a new one");
});

test("the first packet was lost: at tts start the device shows its address again", async () => {
  const { clock, server, device, boot } = await createMqttWorld();
  await boot();
  server.send({ type: "speak_request", text: "Dinner is ready" });
  await clock.advance(200);
  server.device = undefined;
  server.send(START);
  await clock.advance(100);
  server.speak(toneFrames(300));
  await clock.advance(600);
  assert.ok(device.stats.playedSamples > 0);
});

test("loss, repeats and reordering: what is late is dropped, the rest is heard, and the log counts", async () => {
  const { clock, server, device, lines, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  server.send(START);
  await clock.advance(20);
  const frames = toneFrames(1200);
  // 1 2 3 _ 5 5 4 7 6 …: 4 and 6 come too late, 5 twice, and 8 never.
  for (const number of [1, 2, 3, 5, 5, 4, 7, 6, 9, 10]) {
    server.sendBinary(frames[number] as Uint8Array, number);
    await clock.advance(20);
  }
  await clock.advance(1000);
  assert.ok(device.stats.playedSamples > 0);
  server.send(STOP);
  server.send({ type: "goodbye", session_id: "s1" });
  await clock.run(device.reached("idle"));
  const ended = lines.find((line) => line.includes("audio ended"));
  assert.match(ended ?? "", /lost=3 late=3 refused=0/);
});

test("numbers wrap at 32 bits without deafness", async () => {
  const { clock, server, device, lines, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  server.send(START);
  await clock.advance(20);
  const frames = toneFrames(1200);
  for (const [index, number] of [0x7fff_ffff, 0xffff_fffe, 0xffff_ffff, 0, 1, 2, 3, 4, 5, 6].entries()) {
    server.sendBinary(frames[index] as Uint8Array, number);
  }
  await clock.advance(1500);
  server.send({ type: "goodbye", session_id: "s1" });
  await clock.run(device.reached("idle"));
  assert.match(lines.find((line) => line.includes("audio ended")) ?? "", /late=0 refused=0/);
});

test("datagrams that lie, that are short, of another type, or from elsewhere are dropped; one line says so", async () => {
  const { clock, server, device, lines, network, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  server.send(START);
  await clock.advance(20);
  const header = Buffer.from("01000008123456780000000000000001", "hex");
  server.sendDatagram(Buffer.concat([header, Buffer.alloc(7)]));
  server.sendDatagram(header.subarray(0, 15));
  server.sendDatagram(Buffer.from(`02${"00".repeat(15)}`, "hex"));
  server.sendDatagram(new Uint8Array(0));
  for (const [host, port] of [
    ["10.66.6.6", 8884],
    ["10.9.9.9", 8885],
  ] as const) {
    const stranger = await network.bind(host, port, () => {});
    if (server.device) stranger.send(Buffer.concat([header, Buffer.alloc(8)]), server.device);
  }
  await clock.advance(100);
  assert.equal(lines.filter((line) => line.includes("audio refused")).length, 1);
  assert.equal(device.stats.crashes, 0);
  server.speak(toneFrames(300));
  await clock.advance(600);
  assert.ok(device.stats.playedSamples > 0, "the strangers' packet 1 did not shut out the server's");
});

test("no UDP arrives: after the first sentence the server is told, and the device is idle with an alert", async () => {
  const { clock, server, device, lines, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  server.send(START);
  await clock.advance(10_000);
  assert.equal(device.state, "speaking", "a server that thinks is not a broken one");
  server.send(SENTENCE);
  await clock.advance(4900);
  assert.equal(device.state, "speaking");
  await clock.run(device.reached("idle"));
  await clock.advance(50);
  assert.deepEqual(server.messages.at(-1), { session_id: "s1", type: "udp_timeout" });
  assert.equal(server.log.includes("goodbye"), false);
  assert.match(alerts(lines).join(), /No sound from the server/);
  await listen();
  assert.equal(server.log.filter((entry) => entry === "hello").length, 2, "the next click begins anew");
});

test("an answer of which something arrived, and one that ends without sound, are not given up", async () => {
  const { clock, server, device, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  server.send(START);
  server.send(SENTENCE);
  server.sendBinary(toneFrames(60)[0] as Uint8Array);
  await clock.advance(8000);
  assert.equal(device.state, "speaking");
  server.send(SENTENCE);
  await clock.advance(8000);
  assert.equal(device.state, "speaking");
  server.send(STOP);
  await clock.run(device.reached("listening"));
  server.send(START);
  server.send(STOP);
  await clock.advance(30_000);
  assert.equal(device.state, "listening");
  assert.equal(server.log.includes("udp_timeout"), false);
});

test("MQTT gone while speaking: what has arrived is played out, the device is idle, and connects again", async () => {
  const { clock, server, device, lines, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  server.send(START);
  await clock.advance(20);
  for (const frame of toneFrames(900)) server.sendBinary(frame);
  await clock.advance(100);
  const cutAt = clock.now();
  server.mqtt.drop();
  await clock.run(device.reached("idle"));
  await clock.advance(3000);
  assert.ok((device.speaker.lastAudibleAt ?? 0) - cutAt > 600);
  assert.deepEqual(alerts(lines), []);
  assert.equal(server.mqtt.logins.length, 2);
  await listen();
});

test("no hello within 10 s, and a hello that is unusable, end as an alert; a late one opens nothing", async () => {
  for (const hello of [undefined, { ...UDP_HELLO, transport: "websocket" }, { ...UDP_HELLO, udp: { server: "x" } }]) {
    const { clock, server, device, lines, boot } = await createMqttWorld();
    await boot();
    server.hello = hello;
    device.click();
    await clock.run(device.reached("connecting"));
    await clock.advance(9900);
    assert.equal(device.state, "connecting");
    await clock.run(device.reached("idle"));
    assert.match(alerts(lines).join(), /Waiting for response timeout/);
    server.send(UDP_HELLO);
    await clock.advance(100);
    assert.equal(device.state, "idle");
    assert.equal(server.frames.length, 0);
  }
});

test("a UDP host that nobody knows ends as an alert", async () => {
  const { clock, server, device, lines, boot } = await createMqttWorld();
  await boot();
  server.hello = { ...UDP_HELLO, udp: { ...UDP_HELLO.udp, server: "nowhere.test" } };
  device.click();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  assert.match(alerts(lines).join(), /Unable to connect/);
});

test("more than 120 s of silence from the server: the next press opens a new session", async () => {
  const { clock, server, device, boot } = await createMqttWorld();
  await boot();
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.run(device.reached("idle"));
  await clock.advance(100_000);
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.run(device.reached("idle"));
  assert.equal(server.log.filter((entry) => entry === "hello").length, 1, "100 s are not too long");
  await clock.advance(121_000);
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.advance(50);
  assert.equal(server.log.filter((entry) => entry === "hello").length, 2);
});

test("lost datagrams up and down do not end a conversation", async () => {
  const wires = { delayMs: [2, 60], datagramLoss: 0.2, seed: 7 } as const;
  const { clock, server, device, boot, listen } = await createMqttWorld({}, wires);
  await boot();
  await listen();
  await clock.advance(3000);
  server.send(START);
  server.speak(toneFrames(2000));
  await clock.advance(3000);
  server.send(STOP);
  await clock.run(device.reached("listening"));
  assert.ok(device.stats.playedSamples > 24 * 1000);
  assert.equal(device.stats.crashes, 0);
});
