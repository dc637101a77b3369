import assert from "node:assert/strict";
import { test } from "node:test";
import { toneFrames } from "../scripted-server.ts";
import { createWorldOn, TRANSPORTS, type World } from "../transports.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };

/** How a device gets into a state of the table; "at rest" with a closed channel, "waiting" with an open one. */
const STATES = {
  "at rest": ({ boot }) => boot(),
  async waiting({ boot, device, clock }) {
    await boot();
    device.press();
    await clock.run(device.reached("listening"));
    device.release();
    await clock.run(device.reached("idle"));
  },
  async connecting({ boot, server, device, clock }) {
    await boot();
    server.hello = undefined;
    device.click();
    await clock.run(device.reached("connecting"));
  },
  async listening({ boot, listen }) {
    await boot();
    await listen();
  },
  async "listening while held"({ boot, device, clock }) {
    await boot();
    device.press();
    await clock.run(device.reached("listening"));
  },
  async speaking(world) {
    await STATES.listening(world);
    world.server.send(START);
    await world.clock.run(world.device.reached("speaking"));
  },
  async "speaking while held"(world) {
    await STATES["listening while held"](world);
    world.server.send(START);
    await world.clock.run(world.device.reached("speaking"));
  },
  async "answering a held question"(world) {
    await STATES.waiting(world);
    world.server.send(START);
    await world.clock.run(world.device.reached("speaking"));
  },
  async activating({ device, clock, ...world }) {
    const ota = "web" in world ? world.web : world.server;
    ota.ota = { status: 503, body: "" };
    device.start();
    await clock.run(device.reached("activating"));
    await clock.advance(300);
  },
} satisfies { [state: string]: (world: World) => Promise<void> };

const EVENTS = {
  click: ({ device }) => device.click(),
  press: ({ device }) => device.press(),
  release: ({ device }) => device.release(),
  "wake word": ({ device }) => device.wake("ni hao"),
  prompt: ({ device }) => device.prompt("sing"),
  "tts start": ({ server }) => server.send(START),
  "tts stop": ({ server }) => server.send(STOP),
  "stt and llm": ({ server }) => {
    server.send({ type: "stt", text: "hello" });
    server.send({ type: "llm", emotion: "happy", text: "" });
  },
  alert: ({ server }) => server.send({ type: "alert", status: "A", message: "B", emotion: "sad" }),
  audio: ({ server }) => {
    for (const frame of toneFrames(240)) server.sendBinary(frame);
  },
  "network lost": ({ device }) => {
    delete device.hardware.status.IP;
  },
} satisfies { [event: string]: (world: World) => void };

type Row = readonly [state: keyof typeof STATES, event: keyof typeof EVENTS, outcome: string];

const OPENS = "= connecting, hello, = listening";

/** Table 3.5, and the states that follow: `= state` for a move, the rest is what the device says. */
const TABLE: readonly Row[] = [
  ["at rest", "click", `${OPENS}, listen start auto`],
  ["waiting", "click", "= listening, listen start auto"],
  ["connecting", "click", ""],
  ["listening", "click", "= idle, goodbye?"],
  ["speaking", "click", "abort"],
  ["activating", "click", ""],

  ["at rest", "press", `${OPENS}, listen start manual`],
  ["waiting", "press", "= listening, listen start manual"],
  ["connecting", "press", ""],
  ["listening", "press", ""],
  ["speaking", "press", "= listening, abort, listen start manual"],

  ["listening while held", "release", "= idle, listen stop"],
  ["speaking while held", "release", ""],

  ["at rest", "wake word", `${OPENS}, listen detect, listen start auto`],
  ["waiting", "wake word", "= listening, listen detect, listen start auto"],
  ["connecting", "wake word", ""],
  ["listening", "wake word", ""],
  ["speaking", "wake word", "= listening, abort wake_word_detected, listen start auto"],

  ["at rest", "prompt", `${OPENS}, listen detect, listen start auto`],
  ["connecting", "prompt", ""],
  ["listening", "prompt", "= idle, goodbye?"],
  ["speaking", "prompt", "abort"],

  ["waiting", "tts start", "= speaking"],
  ["listening", "tts start", "= speaking"],
  ["speaking", "tts start", ""],

  ["waiting", "tts stop", ""],
  ["listening", "tts stop", ""],
  ["speaking", "tts stop", "= listening, listen start auto"],
  ["answering a held question", "tts stop", "= idle"],

  ["waiting", "stt and llm", ""],
  ["listening", "stt and llm", ""],
  ["speaking", "stt and llm", ""],
  ["waiting", "alert", ""],
  ["listening", "alert", ""],
  ["speaking", "alert", ""],

  ["waiting", "audio", ""],
  ["listening", "audio", ""],
  ["speaking", "audio", ""],

  ["at rest", "network lost", ""],
  ["connecting", "network lost", "= idle"],
  ["listening", "network lost", "= idle, goodbye?"],
  ["speaking", "network lost", "= idle, goodbye?"],
];

/** States, and what the device said, in order; MQTT alone has a goodbye. */
function outcomeOf({ server }: World): string {
  const said = server.trace.lines.flatMap((line) => {
    if (line.startsWith("=")) return line;
    if (!line.startsWith("D: {")) return [];
    const { type, state, mode, reason } = JSON.parse(line.slice(3));
    return [type, state, mode, reason].filter((part) => part).join(" ");
  });
  return said.join(", ");
}

for (const transport of TRANSPORTS) {
  for (const [state, event, outcome] of TABLE) {
    test(`${transport}: ${event} while ${state}: ${outcome.replace(", goodbye?", "") || "nothing"}`, async () => {
      const world = await createWorldOn(transport, { board: "simulator-wake" }, { delayMs: 5 });
      await STATES[state](world);
      await world.clock.advance(100);
      world.server.trace.clear();
      world.device.speaker.clear();
      EVENTS[event](world);
      // Shorter than what ends by itself, longer than all that an event sets off.
      await world.clock.advance(event === "network lost" ? 1500 : 900);
      const goodbye = transport === "WebSocket" ? "" : ", goodbye";
      assert.equal(outcomeOf(world), outcome.replace(", goodbye?", goodbye));
      const isHeard = world.device.speaker.firstAudibleAt !== undefined;
      if (event === "audio") assert.equal(isHeard, state === "speaking", "heard only while it speaks");
      assert.equal(world.device.stats.crashes, 0);
    });
  }
}
