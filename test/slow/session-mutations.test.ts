import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { VirtualClock } from "../../simulator/clock.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { type Firmware, loadFirmware } from "../../simulator/firmware.ts";
import { ScriptedServer, toneFrames } from "../firmware/scripted-server.ts";
import { createWorld } from "../firmware/world.ts";
import { oggOpusFile } from "../protocol/ogg/ogg-file.ts";

/** Tests of the tests: faults of one line in the session, each of which a scenario must notice. */
const SOURCES: readonly { readonly specifier: string; readonly source: string }[] = [
  "session",
  "answer",
  "ears",
  "notification",
].map((name) => {
  const specifier = `modules/session/${name}`;
  return { specifier, source: readFileSync(join(import.meta.dirname, "../..", `${specifier}.ts`), "utf8") };
});
const { otaUrl } = new ScriptedServer(new VirtualClock());

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };

type World = Awaited<ReturnType<typeof createWorld>>;
type Scenario = (world: World) => Promise<void>;

async function hold({ device, clock }: World): Promise<void> {
  device.press();
  await clock.run(device.reached("listening"));
  await clock.advance(100);
  device.release();
  await clock.run(device.reached("idle"));
  await clock.advance(100);
}

/** Six seconds of sound for a device at rest, whose channel is open. */
async function notify(world: World): Promise<void> {
  const sound = oggOpusFile(toneFrames(6000));
  const http = createServer((_, response) => response.end(sound));
  await world.network.listen("sounds.test", 80, (stream) => http.emit("connection", stream));
  await hold(world);
  world.server.send({ type: "notify", audio_url: "http://sounds.test/a.ogg" });
  await world.clock.run(world.device.reached("speaking"));
}

const scenarios = {
  async "an abort silences at once"({ listen, server, clock, device }) {
    await listen();
    server.send(START);
    for (const frame of toneFrames(1800)) server.sendFrame(frame);
    await clock.advance(400);
    device.click();
    await clock.advance(200);
    const until = device.speaker.lastAudibleAt ?? 0;
    server.speak(toneFrames(600));
    await clock.advance(1500);
    assert.ok((device.speaker.lastAudibleAt ?? 0) - until <= 60);
  },
  async "a released button ends the utterance"(world) {
    await hold(world);
    assert.equal(world.server.log.at(-1), "listen stop");
  },
  async "in auto mode the answer is played out first"({ listen, server, clock, device }) {
    await listen();
    server.send(START);
    for (const frame of toneFrames(1200)) server.sendFrame(frame);
    server.send(STOP);
    await clock.run(device.reached("speaking"));
    await clock.run(device.reached("listening"));
    await clock.advance(600);
    assert.equal(server.log.length, 2);
  },
  async "the microphone is off while the device speaks"({ listen, server, clock, device }) {
    await listen();
    server.send(START);
    await clock.run(device.reached("speaking"));
    await clock.advance(60);
    const { length } = server.frames;
    await clock.advance(600);
    assert.equal(server.frames.length, length);
  },
  async "early audio is heard"({ listen, server, clock, device }) {
    await listen();
    for (const frame of toneFrames(300)) server.sendFrame(frame);
    await clock.advance(100);
    server.send(START);
    await clock.advance(500);
    assert.notEqual(device.speaker.firstAudibleAt, undefined);
  },
  async "after a held question and its answer the device rests"(world) {
    await hold(world);
    world.server.send(START);
    await world.clock.run(world.device.reached("speaking"));
    world.server.send(STOP);
    await world.clock.advance(300);
    assert.equal(world.device.state, "idle");
  },
  async "a failed connection is told"({ server, clock, device, lines }) {
    server.hello = undefined;
    device.click();
    await clock.run(device.reached("connecting"));
    await clock.run(device.reached("idle"));
    assert.equal(lines.filter((line) => line.includes("alert")).length, 1);
  },
  async "who let go before the channel was open is not heard"({ server, clock, device }) {
    server.hello = undefined;
    device.press();
    await clock.run(device.reached("connecting"));
    device.release();
    await clock.advance(100);
    server.send({ type: "hello", transport: "websocket", session_id: "s1" });
    await clock.advance(300);
    assert.deepEqual(server.log, ["hello"]);
  },
  async "an answer of one packet is heard"(world) {
    await hold(world);
    world.server.send(START);
    for (const frame of toneFrames(60)) world.server.sendFrame(frame);
    await world.clock.advance(100);
    world.server.send(STOP);
    await world.clock.advance(300);
    assert.notEqual(world.device.speaker.firstAudibleAt, undefined);
  },
  async "the follow-up window is for what follows an answer"({ listen, clock, device }) {
    await listen();
    await clock.advance(10_000);
    assert.equal(device.state, "listening");
  },
  async "user tools are asked for in each connection"({ listen, server, clock, device }) {
    const ask = async (method: string, params: object) => {
      server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 1, method, params } });
      await clock.advance(50);
      return server.messages.findLast(({ type }) => type === "mcp")?.["payload"] as { error?: object };
    };
    await listen();
    await ask("tools/list", { withUserTools: true });
    device.click();
    await clock.run(device.reached("idle"));
    await clock.advance(100);
    await listen();
    assert.notEqual((await ask("tools/call", { name: "self.get_system_info" })).error, undefined);
  },
  async "the wake word is told before listening begins"({ device, server, clock }) {
    await clock.advance(3000);
    device.wake("ni hao xiao zhi");
    await clock.advance(300);
    assert.deepEqual(server.log, ["hello", "listen detect", "listen start auto"]);
    assert.equal(server.frames.filter(({ after }) => after === 1).length, 33);
  },
  async "a wake word interrupts an answer"(world) {
    const { device, server, clock } = world;
    await hold(world);
    server.send(START);
    await clock.run(device.reached("speaking"));
    device.wake("ni hao xiao zhi");
    await clock.advance(500);
    assert.equal(server.messages.at(-2)?.["reason"], "wake_word_detected");
    assert.equal(server.log.at(-1), "listen start auto");
    assert.notEqual(device.speaker.firstAudibleAt, undefined, "a chime");
  },
  async "what was played is told to who cancels echo"({ listen, server, clock, device }) {
    await listen();
    server.send(START);
    await clock.run(device.reached("speaking"));
    for (const frame of toneFrames(300)) server.sendFrame(frame, 7);
    await clock.advance(900);
    assert.ok(server.frames.filter(({ timestamp }) => timestamp === 7).length >= 3);
  },
  async "a click ends a notification"(world) {
    const { device, clock, server } = world;
    await notify(world);
    await clock.advance(1500);
    device.click();
    await clock.advance(500);
    assert.equal(device.state, "listening");
    const { lastAudibleAt } = device.speaker;
    await clock.advance(1000);
    assert.equal(device.speaker.lastAudibleAt, lastAudibleAt);
    assert.equal(server.log.at(-1), "listen start auto");
  },
  async "a notification is heard to its end"(world) {
    const { device, clock, server } = world;
    await notify(world);
    const from = clock.now();
    await clock.advance(1000);
    server.send(STOP);
    await clock.advance(100);
    assert.equal(device.state, "speaking");
    await clock.advance(9000);
    assert.equal(device.state, "idle");
    const heardMs = (device.speaker.lastAudibleAt ?? 0) - from;
    assert.ok(heardMs > 6300 && heardMs < 7000, `${heardMs} ms`);
  },
} satisfies Record<string, Scenario>;

/** A piece of the source, what stands there instead, and who must notice. */
const MUTATIONS: readonly [from: string, to: string, noticedBy: keyof typeof scenarios][] = [
  ["this.#isMuted = true;", "", "an abort silences at once"],
  ["this.#mutedAt = this.#clock.now();\n    this.silence();", "", "an abort silences at once"],
  ['this.#say({ type: "listen", state: "stop" });', "", "a released button ends the utterance"],
  [
    'else if (this.#mode !== "auto") this.#listen();',
    "else if (this.#mode) this.#listen();",
    "in auto mode the answer is played out first",
  ],
  ["!isFullDuplex", "false", "the microphone is off while the device speaks"],
  ["else this.#early.hold(heard);", "", "early audio is heard"],
  [
    'this.#mode === "manual" ? "idle" : "listening"',
    '"listening"',
    "after a held question and its answer the device rests",
  ],
  [
    "if (error !== undefined) this.#parts.onAlert(",
    'if (error === "") this.#parts.onAlert(',
    "a failed connection is told",
  ],
  [
    "if (this.#isReleased) this.#parts",
    "if (this.#isCalled) this.#parts",
    "who let go before the channel was open is not heard",
  ],
  ["this.#speaker.complete();", "", "an answer of one packet is heard"],
  ["this.#isAfterAnswer && ms > 0", "ms > 0", "the follow-up window is for what follows an answer"],
  ["if (call) this.#say(", "if (!call) this.#say(", "the wake word is told before listening begins"],
  [
    "for (const packet of call?.packets ?? [])",
    "for (const packet of [])",
    "the wake word is told before listening begins",
  ],
  ["packets ? { text, packets } :", "false ? { text, packets: [] } :", "the wake word is told before listening begins"],
  ['this.#abort("wake_word_detected");', "this.#abort();", "a wake word interrupts an answer"],
  ["this.#mode = this.#defaultMode;\n    this.#isAfterAnswer = false;", "", "a wake word interrupts an answer"],
  ["this.#isChimeDue = true;", "", "a wake word interrupts an answer"],
  ["this.#ears.follow(state, isFullDuplex);", "", "the wake word is told before listening begins"],
  ["this.#serverCancelsEcho ? this.#answer.takeEchoTime() : 0", "0", "what was played is told to who cancels echo"],
  [
    "(this.#notification ?? this.#answer).played",
    "this.#notification?.played",
    "what was played is told to who cancels echo",
  ],
  [
    'this.#endNotification();\n    if (this.#isInCall) this.#hangUp();\n    else if (this.#state === "idle") this.#converse(this.#defaultMode);',
    'if (this.#state === "idle") this.#converse(this.#defaultMode);',
    "a click ends a notification",
  ],
  ["notification.stop();", "", "a click ends a notification"],
  ["speaker.waiting < MAX_WAITING_PACKETS", "speaker.waiting >= 0", "a notification is heard to its end"],
  [
    "this.#parts.speaker.whenDrained(() => this.#end(undefined));",
    "this.#end(undefined);",
    "a notification is heard to its end",
  ],
  ["onEnd();", "", "a notification is heard to its end"],
  [
    "if (this.#isInAnswer) this.#answered();",
    'if (this.#state === "speaking") this.#answered();',
    "a notification is heard to its end",
  ],
  ["this.#parts.mcp.begin();", "", "user tools are asked for in each connection"],
];

/** Settings that scenarios need. */
const SETTINGS: {
  readonly [scenario in keyof typeof scenarios]?: readonly [path: string, key: string, value: number];
} = {
  "the follow-up window is for what follows an answer": ["session", "follow_up", 3],
  "what was played is told to who cancels echo": ["aec", "mode", 2],
};

function build(mutated: readonly { specifier: string; source: string }[]): Firmware {
  const modules = mutated.map(({ specifier, source }) => ({ specifier, path: `${specifier}.ts`, source }));
  return loadFirmware({ config: { otaUrl }, board: "simulator-wake", modules });
}

async function play(name: keyof typeof scenarios, sources: typeof SOURCES): Promise<void> {
  const store = new MemoryStore();
  const [path, key, value] = SETTINGS[name] ?? [];
  if (path && key) store.set(path, key, { format: "int32", value: value ?? 0 });
  const world = await createWorld({ firmware: build(sources), store });
  world.server.offer({ version: 2 });
  world.server.framing = 2;
  try {
    await world.boot();
    await scenarios[name](world);
  } finally {
    world.device.close();
  }
}

for (const name of Object.keys(scenarios) as (keyof typeof scenarios)[]) {
  test(`as it is: ${name}`, () => play(name, SOURCES));
}

for (const [from, to, noticedBy] of MUTATIONS) {
  test(`without ${from.split("\n")[0]} a test fails`, async () => {
    const places = SOURCES.reduce((sum, { source }) => sum + source.split(from).length - 1, 0);
    assert.equal(places, 1, "the sources have this piece once");
    const mutated = SOURCES.map(({ specifier, source }) => ({ specifier, source: source.replace(from, to) }));
    await assert.rejects(play(noticedBy, mutated), assert.AssertionError);
  });
}
