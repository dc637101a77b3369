import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { VirtualClock } from "../../simulator/clock.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { createMqttWorld } from "./mqtt-world.ts";
import { ScriptedServer, toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };
const WORDS = "ni hao xiao zhi";
const { otaUrl } = new ScriptedServer(new VirtualClock());

/** A board whose detector works as told. */
function board(traits: object, members = "") {
  return loadFirmware({
    config: { otaUrl },
    modules: [
      {
        specifier: "board",
        path: "boards/test/board.ts",
        source: `import { defineBoard } from "boards/board";
          import { pinButton } from "modules/hardware/button";
          import { pixelLight } from "modules/hardware/light";
          import VirtualWakeWord from "virtual/wake-word";
          export default defineBoard({ name: "test", chip: "simulator", button: pinButton(0),
            wakeWord: new VirtualWakeWord(${JSON.stringify(traits)}), ${members} });`,
      },
    ],
  });
}

const HEARING = { hearsMicrophone: true, worksWhileSpeaking: true };

const TRANSPORTS = [
  ["WebSocket", createWorld],
  ["MQTT and UDP", createMqttWorld],
] as const;

for (const [transport, create] of TRANSPORTS) {
  test(`${transport}: a wake word without its sound: listening begins, and a chime says so`, async () => {
    const { clock, server, device, states, boot } = await create();
    await boot();
    assert.equal(device.wake(), true);
    await clock.run(device.reached("listening"));
    await clock.advance(600);
    assert.deepEqual(server.log, ["hello", "listen start auto"]);
    assert.deepEqual(states.slice(-3), ["idle", "connecting", "listening"]);
    const { firstAudibleAt = 0, lastAudibleAt = 0 } = device.speaker;
    assert.ok(lastAudibleAt - firstAudibleAt > 200 && lastAudibleAt - firstAudibleAt <= 300, "one chime");
    assert.equal(device.wake(), false, "who listens already is not woken");
  });

  test(`${transport}: a wake word with its sound: the sound, what it was, and then listening`, async () => {
    const { clock, server, device, boot } = await create({ firmware: board(HEARING) });
    await boot();
    await clock.advance(5000);
    assert.equal(server.frames.length, 0, "at rest nothing is sent");
    device.wake(WORDS);
    await clock.run(device.reached("listening"));
    await clock.advance(20);
    assert.deepEqual(server.log, ["hello", "listen detect", "listen start auto"]);
    assert.deepEqual(server.messages[1], { session_id: "s1", type: "listen", state: "detect", text: WORDS });
    if (transport === "WebSocket") {
      assert.equal(server.frames.filter(({ after }) => after === 1).length, 33, "two seconds, before detect");
    } else assert.equal(server.frames.length, 1 + 33, "the packet that shows the address, and two seconds");
    await clock.advance(600);
    assert.ok(server.frames.filter(({ after }) => after === 3).length >= 9);
    assert.equal(device.speaker.firstAudibleAt, undefined, "no chime: the server answers");
  });

  test(`${transport}: a device that was called and is let go, because another one answers, rests without a word`, async () => {
    const { clock, server, device, states, lines, boot } = await create({ firmware: board(HEARING) });
    await boot();
    device.wake(WORDS);
    await clock.run(device.reached("listening"));
    if (server instanceof ScriptedServer) server.close();
    else server.send({ type: "goodbye", session_id: "s1" });
    await clock.run(device.reached("idle"));
    await clock.advance(3000);
    assert.deepEqual(states.slice(-3), ["connecting", "listening", "idle"]);
    assert.deepEqual(
      lines.filter((line) => /alert|error/.test(line)),
      [],
    );
    assert.equal(device.speaker.firstAudibleAt, undefined);
    assert.equal(device.wake(), true, "it can be called again");
  });

  test(`${transport}: a wake word interrupts an answer where the detector can hear it`, async () => {
    const { clock, server, device, boot, listen } = await create({ firmware: board(HEARING) });
    await boot();
    await listen();
    server.send(START);
    server.speak(toneFrames(3000));
    await clock.advance(1000);
    const sent = server.frames.length;
    assert.equal(device.wake(WORDS), true);
    await clock.run(device.reached("listening"));
    await clock.advance(500);
    const [abort, again] = server.messages.slice(2);
    assert.deepEqual(abort, { session_id: "s1", type: "abort", reason: "wake_word_detected" });
    assert.deepEqual(again, { session_id: "s1", type: "listen", state: "start", mode: "auto" });
    assert.ok(
      server.frames.slice(sent).every(({ after }) => after >= 4),
      "the detector's sound is not the server's",
    );
    server.send(STOP);
    await clock.advance(50);
    assert.equal(device.state, "listening", "the late stop is ignored");
  });
}

test("a detector that cannot hear while the device speaks is off meanwhile", async () => {
  const { clock, server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send(START);
  await clock.run(device.reached("speaking"));
  assert.equal(device.wake(), false);
  server.send(STOP);
  await clock.run(device.reached("listening"));
  device.click();
  await clock.run(device.reached("idle"));
  assert.equal(device.wake(), true, "at rest it waits again");
});

test("who finds words in sound hears the microphone as long as the device waits for its word", async () => {
  const { clock, device, boot } = await createWorld({ firmware: board(HEARING) });
  const heard: number[] = [];
  let forgotten = 0;
  device.hardware.wakeWord.finder = {
    hear: (pcm) => {
      if (pcm.some((sample) => sample === 4321)) heard.push(pcm.length);
    },
    forget: () => forgotten++,
  };
  const say = (ms: number) => device.microphone.say(new Int16Array(ms * 16).fill(4321), 16_000);
  await boot();
  await clock.advance(500);
  await clock.run(say(600));
  await clock.advance(100);
  assert.ok(heard.length >= 10 && heard.every((samples) => samples === 960), `frames of 60 ms: ${heard}`);
  assert.equal(forgotten, 0);
  device.wake(WORDS);
  await clock.run(device.reached("listening"));
  assert.equal(forgotten, 1);
  const { length } = heard;
  await clock.run(say(600));
  assert.equal(heard.length, length, "what is said to the server is none of the detector's business");
});

test("the wake word's sound stays in the device when the settings say so", async () => {
  const store = new MemoryStore();
  store.set("session", "wake_sound", { format: "int32", value: 0 });
  const { clock, server, device, boot } = await createWorld({ firmware: board(HEARING), store });
  await boot();
  await clock.advance(3000);
  device.wake(WORDS);
  await clock.run(device.reached("listening"));
  await clock.advance(600);
  assert.deepEqual(server.log, ["hello", "listen start auto"]);
  assert.ok(server.frames.every(({ after }) => after === 2));
  assert.notEqual(device.speaker.firstAudibleAt, undefined, "a chime");
});

test("after a held question the channel is open: a wake word uses it", async () => {
  const { clock, server, device, boot } = await createWorld({ firmware: board(HEARING) });
  await boot();
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.run(device.reached("idle"));
  await clock.advance(1000);
  device.wake(WORDS);
  await clock.run(device.reached("listening"));
  await clock.advance(20);
  assert.deepEqual(server.log.slice(3), ["listen detect", "listen start auto"]);
  assert.equal(server.upgrades.length, 1);
  assert.ok(server.frames.filter(({ after }) => after === 3).length >= 15);
});

test("where it is wanted, a wake word while listening begins anew", async () => {
  const firmware = board({ ...HEARING, worksWhileListening: true });
  const { clock, server, device, boot, listen } = await createWorld({ firmware });
  await boot();
  await listen();
  for (let time = 0; time < 2; time++) {
    assert.equal(device.wake(WORDS), true);
    await clock.advance(500);
    assert.equal(device.state, "listening");
  }
  const again = ["abort", "listen start auto"];
  assert.deepEqual(server.log, ["hello", "listen start auto", ...again, ...again]);
  assert.equal(server.messages[2]?.["reason"], "wake_word_detected");
});

test("in full duplex a wake word is for the server; interrupting needs a detector that works while listening", async () => {
  const full = 'echoCancel: "device"';
  const plain = await createWorld({ firmware: board(HEARING, full) });
  await plain.boot();
  await plain.listen();
  plain.server.send(START);
  await plain.clock.run(plain.device.reached("speaking"));
  assert.equal(plain.device.wake(), false);
  const always = await createWorld({ firmware: board({ ...HEARING, worksWhileListening: true }, full) });
  await always.boot();
  await always.listen();
  always.server.send(START);
  await always.clock.run(always.device.reached("speaking"));
  assert.equal(always.device.wake(), true);
  await always.clock.run(always.device.reached("listening"));
  await always.clock.advance(50);
  assert.deepEqual(always.server.log.slice(1), ["listen start realtime", "abort", "listen start realtime"]);
});

test("a board speaks for its user: detect carries the text", async () => {
  const { clock, server, device, boot } = await createWorld();
  await boot();
  device.prompt("[device_call] mother");
  await clock.run(device.reached("listening"));
  await clock.advance(100);
  assert.deepEqual(server.log, ["hello", "listen detect", "listen start auto"]);
  assert.equal(server.messages[1]?.["text"], "[device_call] mother");
  server.send(START);
  await clock.run(device.reached("speaking"));
  device.prompt("stop");
  await clock.advance(50);
  assert.deepEqual(server.messages.at(-1), { session_id: "s1", type: "abort" });
  server.send(STOP);
  await clock.run(device.reached("listening"));
  device.prompt("goodbye");
  await clock.run(device.reached("idle"));
  await clock.advance(50);
  assert.equal(server.openSockets, 0);
});

test("before its first rest a device has no wake word", async () => {
  const { clock, server, device } = await createWorld();
  server.ota = { status: 200, body: JSON.stringify({ activation: { code: "123456", message: "enter" } }) };
  device.start();
  await clock.run(device.reached("activating"));
  await clock.advance(2000);
  assert.equal(device.wake(), false);
});

test("the light is bright while somebody speaks to the device", async () => {
  const { clock, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  await clock.advance(1000);
  const red = () => device.hardware.pixels?.colors[0]?.red;
  assert.equal(red(), 2);
  const tone = Int16Array.from({ length: 16_000 }, (_, i) => 8000 * Math.sin(i / 5));
  void device.microphone.say(tone, 16_000);
  await clock.advance(500);
  assert.equal(red(), 16);
  await clock.advance(1500);
  assert.equal(red(), 2);
  void device.microphone.say(tone, 16_000);
  await clock.advance(500);
  device.click();
  await clock.run(device.reached("idle"));
  await clock.advance(100);
  await listen();
  assert.equal(red(), 2, "a new conversation begins quietly");
});

test("where the detector tells voice from noise, the light follows it alone", async () => {
  const { clock, device, boot, listen } = await createWorld({
    firmware: board({ reportsVoice: true }, "light: pixelLight(48)"),
  });
  await boot();
  const red = () => device.hardware.pixels?.colors[0]?.red;
  device.hardware.wakeWord.speak(true);
  await clock.advance(50);
  assert.equal(red(), 0, "at rest nobody speaks to the device");
  device.hardware.wakeWord.speak(false);
  await listen();
  void device.microphone.say(
    Int16Array.from({ length: 16_000 }, (_, i) => 8000 * Math.sin(i / 5)),
    16_000,
  );
  await clock.advance(500);
  assert.equal(red(), 2, "a noise");
  device.hardware.wakeWord.speak(true);
  await clock.advance(50);
  assert.equal(red(), 16);
  device.hardware.wakeWord.speak(false);
  await clock.advance(50);
  assert.equal(red(), 2);
});

test("the sign for a wake word whose conversation failed is not given in a later one", async () => {
  const { clock, server, device, boot } = await createMqttWorld();
  await boot();
  const { hello } = server;
  server.hello = undefined;
  device.wake();
  await clock.run(device.reached("connecting"));
  await clock.run(device.reached("idle"));
  await clock.advance(1000);
  server.hello = hello;
  server.send({ type: "speak_request" });
  await clock.advance(200);
  server.send(START);
  await clock.run(device.reached("speaking"));
  server.send(STOP);
  await clock.run(device.reached("listening"));
  await clock.advance(1000);
  assert.equal(server.log.at(-1), "listen start auto");
  assert.equal(device.speaker.firstAudibleAt, undefined);
});

/** A board with Espressif's detector. */
function espSrBoard(options: object) {
  const source = `import { defineBoard } from "boards/board";
import { pinButton } from "modules/hardware/button";
import { espSr } from "modules/hardware/esp-sr/esp-sr";
export default defineBoard({ name: "test", chip: "simulator", button: pinButton(0),
  wakeWord: espSr(${JSON.stringify(options)}) });`;
  return loadFirmware({
    board: join(import.meta.dirname, "wake-net-board"),
    config: { otaUrl },
    modules: [{ specifier: "board", path: "boards/test/board.ts", source }],
  });
}

test("a board with Espressif's detector wakes, sends what it heard, and is interrupted", async () => {
  const firmware = espSrBoard({ worksWhileSpeaking: true });
  const { clock, server, device, boot } = await createWorld({ firmware });
  await boot();
  await clock.advance(5000);
  device.wake();
  await clock.run(device.reached("listening"));
  await clock.advance(20);
  assert.deepEqual(server.log, ["hello", "listen detect", "listen start auto"]);
  assert.equal(server.messages[1]?.["text"], WORDS);
  server.send(START);
  server.speak(toneFrames(3000));
  await clock.advance(1000);
  assert.equal(device.wake(), true);
  await clock.run(device.reached("listening"));
});

test("without its model the device does everything but wake", async () => {
  const { clock, device, lines, boot } = await createWorld({ firmware: espSrBoard({ model: "" }) });
  await boot();
  assert.ok(lines.some((line) => line.includes("no wake word")));
  assert.throws(() => device.wake(), /no wake word/);
  device.click();
  await clock.run(device.reached("listening"));
  assert.equal(device.stats.crashes, 0);
});
