import assert from "node:assert/strict";
import { test } from "node:test";
import { createMqttWorld } from "../mqtt-world.ts";
import { toneFrames } from "../scripted-server.ts";
import { createWorldOn, type Transport } from "../transports.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const SENTENCE = { type: "tts", state: "sentence_start", text: "Once upon a time", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };
const ANSWER_MS = 12_000;
const [SERVER_UDP, DEVICE] = ["10.9.9.9", "10.0.0.2"];

const alerts = (lines: readonly string[]) => lines.filter((line) => line.includes("alert"));

for (const [way, host] of [
  ["to the server", SERVER_UDP],
  ["to the device", DEVICE],
] as const) {
  test(`no datagram gets through ${way}: after 5 s without the answer's sound the user is told, and a click begins anew`, async () => {
    const { clock, network, server, device, lines, boot, listen } = await createMqttWorld();
    await boot();
    const mend = network.mute(host);
    await listen();
    await clock.advance(1000);
    server.send(START);
    server.send(SENTENCE);
    server.speak(toneFrames(1000));
    await clock.run(device.reached("speaking"));
    await clock.run(device.reached("idle"));
    await clock.advance(100);
    assert.match(alerts(lines).join(), /No sound from the server, please check the network/);
    assert.equal(server.log.at(-1), "udp_timeout");
    assert.equal(server.frames.length > 0, host === DEVICE, "what the server heard");
    mend();
    await listen();
    server.send(START);
    server.speak(toneFrames(300));
    await clock.advance(600);
    assert.notEqual(device.speaker.firstAudibleAt, undefined);
  });
}

test("datagrams stop getting through to the server mid-conversation: the answers are heard as before, none of it is lost", async () => {
  const { clock, network, server, device, lines, boot, listen } = await createMqttWorld();
  await boot();
  await listen();
  await clock.advance(500);
  network.mute(SERVER_UDP);
  server.send(START);
  server.send(SENTENCE);
  server.speak(toneFrames(1000));
  await clock.advance(1500);
  server.send(STOP);
  await clock.run(device.reached("listening"));
  assert.match(lines.findLast((line) => line.includes("answer received")) ?? "", /received=17 late=0 concealed=0/);
  await clock.advance(10_000);
  assert.equal(device.state, "listening", "how long to wait for speech is the server's to say");
});

interface Wires {
  readonly transport: Transport;
  readonly lossPercent: number;
  /** A frame takes 20 ms, and up to this much more. */
  readonly jitterMs: number;
  /** Percent of the answer that must be heard as sound, made up or not. */
  readonly heard: number;
}

const WIRES: readonly Wires[] = [
  { transport: "MQTT and UDP", lossPercent: 0, jitterMs: 0, heard: 100 },
  { transport: "MQTT and UDP", lossPercent: 1, jitterMs: 0, heard: 99 },
  { transport: "MQTT and UDP", lossPercent: 5, jitterMs: 0, heard: 97 },
  { transport: "MQTT and UDP", lossPercent: 10, jitterMs: 0, heard: 94 },
  { transport: "MQTT and UDP", lossPercent: 30, jitterMs: 0, heard: 80 },
  { transport: "MQTT and UDP", lossPercent: 0, jitterMs: 100, heard: 93 },
  { transport: "MQTT and UDP", lossPercent: 5, jitterMs: 100, heard: 92 },
  { transport: "WebSocket", lossPercent: 0, jitterMs: 100, heard: 100 },
];

function counts(line: string | undefined): { [name: string]: number } {
  return Object.fromEntries([...(line ?? "").matchAll(/(\w+)=(\d+)/g)].map(([, name, n]) => [name, Number(n)]));
}

for (const { transport, lossPercent, jitterMs, heard } of WIRES) {
  test(`${transport}, ${lossPercent} % loss, ${jitterMs} ms jitter: at least ${heard} % of an answer is heard`, async (context) => {
    const wires = { delayMs: [20, 20 + jitterMs] as const, datagramLoss: lossPercent / 100, seed: 11 };
    const { clock, server, device, lines, boot, listen } = await createWorldOn(transport, {}, wires);
    await boot();
    await listen();
    device.speaker.record();
    server.send(START);
    await clock.run(device.reached("speaking"));
    const frames = toneFrames(ANSWER_MS);
    server.speak(frames);
    await clock.advance(ANSWER_MS + 1000);
    server.send(STOP);
    await clock.run(device.reached("listening"));
    const sound = device.speaker.recording();
    const audibleMs = loudMs(sound, device.speaker.sampleRate);
    device.click();
    await clock.run(device.reached("idle"));
    const answer = counts(lines.find((line) => line.includes("answer received")));
    const ended = counts(lines.find((line) => line.includes("audio ended")));
    const percent = Math.round((100 * audibleMs) / ANSWER_MS);
    context.diagnostic(
      `sent ${frames.length}, received ${answer["received"]}, lost ${ended["lost"] ?? 0}, overtaken ${ended["late"] ?? 0}, ` +
        `late ${answer["late"]}, concealed ${answer["concealed"]}, gaps ${device.stats.underruns}, heard ${percent} %`,
    );
    assert.ok(percent >= heard, `${percent} % heard`);
    assert.equal(device.stats.crashes, 0);
    if (transport === "WebSocket" || (lossPercent === 0 && jitterMs === 0)) {
      assert.equal(answer["received"], frames.length);
    } else assert.ok((answer["received"] ?? 0) <= frames.length);
  });
}

/** How long it was loud, by blocks of 10 ms. */
function loudMs(pcm: Int16Array, sampleRate: number): number {
  const block = sampleRate / 100;
  let ms = 0;
  for (let at = 0; at + block <= pcm.length; at += block) {
    if (pcm.subarray(at, at + block).some((sample) => Math.abs(sample) > 500)) ms += 10;
  }
  return ms;
}
