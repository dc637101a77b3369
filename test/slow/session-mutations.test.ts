import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { VirtualClock } from "../../simulator/clock.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { type Firmware, loadFirmware } from "../../simulator/firmware.ts";
import { ScriptedServer, toneFrames } from "../firmware/scripted-server.ts";
import { createWorld } from "../firmware/world.ts";

/** Tests of the tests: ten faults of one line in the session, each of which a scenario must notice. */
const SOURCE = readFileSync(join(import.meta.dirname, "../../modules/session/session.ts"), "utf8");
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

const scenarios = {
  async "an abort silences at once"({ listen, server, clock, device }) {
    await listen();
    server.send(START);
    for (const frame of toneFrames(1800)) server.sendBinary(frame);
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
    for (const frame of toneFrames(1200)) server.sendBinary(frame);
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
    for (const frame of toneFrames(300)) server.sendBinary(frame);
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
    for (const frame of toneFrames(60)) world.server.sendBinary(frame);
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
} satisfies Record<string, Scenario>;

/** A piece of the source, what stands there instead, and who must notice. */
const MUTATIONS: readonly [from: string, to: string, noticedBy: keyof typeof scenarios][] = [
  ['this.#isMuted = this.#state === "speaking";', "", "an abort silences at once"],
  [
    "this.#abortedAt = this.#parts.clock.now();\n    this.#hush();",
    "this.#abortedAt = this.#parts.clock.now();",
    "an abort silences at once",
  ],
  ['this.#say({ type: "listen", state: "stop" });', "", "a released button ends the utterance"],
  [
    'else if (this.#mode !== "auto") this.#listen();',
    "else if (this.#mode) this.#listen();",
    "in auto mode the answer is played out first",
  ],
  ["!isFullDuplex", "false", "the microphone is off while the device speaks"],
  ["else this.#early.hold(packet, timestamp);", "", "early audio is heard"],
  [
    'this.#mode === "manual" ? "idle" : "listening"',
    '"listening"',
    "after a held question and its answer the device rests",
  ],
  ["if (error !== undefined) this.#parts.onAlert(error);", "", "a failed connection is told"],
  [
    "if (this.#isReleased) this.#parts",
    "if (this.#isCalled) this.#parts",
    "who let go before the channel was open is not heard",
  ],
  ["this.#parts.speaker.complete();", "", "an answer of one packet is heard"],
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
  ["this.#parts.mcp.begin();", "", "user tools are asked for in each connection"],
];

function build(source: string): Firmware {
  const module = { specifier: "modules/session/session", path: "modules/session/session.ts", source };
  return loadFirmware({ config: { otaUrl }, board: "simulator-wake", modules: [module] });
}

async function play(scenario: Scenario, source: string): Promise<void> {
  const store = new MemoryStore();
  if (scenario === scenarios["the follow-up window is for what follows an answer"]) {
    store.set("session", "follow_up", { format: "int32", value: 3 });
  }
  const world = await createWorld({ firmware: build(source), store });
  try {
    await world.boot();
    await scenario(world);
  } finally {
    world.device.close();
  }
}

for (const [name, scenario] of Object.entries(scenarios)) {
  test(`as it is: ${name}`, () => play(scenario, SOURCE));
}

for (const [from, to, noticedBy] of MUTATIONS) {
  test(`without ${from.split("\n")[0]} a test fails`, async () => {
    assert.equal(SOURCE.split(from).length, 2, "the source has this piece once");
    await assert.rejects(play(scenarios[noticedBy], SOURCE.replace(from, to)), assert.AssertionError);
  });
}
