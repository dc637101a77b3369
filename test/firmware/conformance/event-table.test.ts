import assert from "node:assert/strict";
import { test } from "node:test";
import { type Firmware, loadFirmware } from "../../../simulator/firmware.ts";
import { toneFrames } from "../scripted-server.ts";
import { createWorldOn, TRANSPORTS, type Transport, type World } from "../transports.ts";

/** Every event in every state: what the device sends, and where it is then (spec: device event table). */

type Message = Record<string, unknown>;
/** `open` is rest with an open channel, `answering` is speaking after a held question. */
type State = "rest" | "open" | "connecting" | "listening" | "speaking" | "answering" | "aborted" | "activating";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };
const ASK = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "self.get_device_status" } };
const CODE = { status: 200, body: JSON.stringify({ activation: { code: "123456", message: "enter" } }) };

/** A board that hears its wake word whenever a board can. */
function hearing(): Firmware {
  return loadFirmware({ board: "simulator-wake", config: { otaUrl: "http://server.test:8002/xiaozhi/ota/" } });
}

/** A device that is in this state because of a click; with `isHeld` because of a button that is still down. */
const STATES: { readonly [state in State]: (world: World, isHeld: boolean) => Promise<void> } = {
  async rest({ device, clock, server, listen }, isHeld) {
    if (!isHeld) return;
    await listen();
    device.press();
    await clock.advance(400);
    end(server);
    await clock.run(device.reached("idle"));
  },
  async open({ device, clock }) {
    device.press();
    await clock.run(device.reached("listening"));
    device.release();
    await clock.run(device.reached("idle"));
  },
  async connecting({ device, clock, server }, isHeld) {
    server.hello = undefined;
    if (isHeld) device.press();
    else device.click();
    await clock.run(device.reached("connecting"));
  },
  async listening({ device, clock, listen }, isHeld) {
    if (!isHeld) return listen();
    device.press();
    await clock.run(device.reached("listening"));
  },
  async speaking(world, isHeld) {
    await STATES.listening(world, isHeld);
    const { device, clock, server } = world;
    server.send(START);
    await clock.run(device.reached("speaking"));
  },
  async answering(world, isHeld) {
    await STATES.open(world, isHeld);
    world.server.send(START);
    await world.clock.run(world.device.reached("speaking"));
  },
  async aborted(world, isHeld) {
    await STATES.speaking(world, isHeld);
    world.device.click();
    await world.clock.advance(150);
  },
  async activating({ device, clock }) {
    await clock.run(device.reached("activating"));
  },
};

function end(server: World["server"]): void {
  if ("mqtt" in server) server.send({ type: "goodbye", session_id: "s1" });
  else server.close();
}

function raw(server: World["server"], text: string): void {
  if ("mqtt" in server) server.mqtt.publish("devices/p2p/02_00", text);
  else server.sendText(text);
}

/** What happens to the device. */
const EVENTS = {
  click: ({ device }: World) => device.click(),
  press: ({ device }: World) => device.press(),
  release: ({ device }: World) => device.release(),
  wake: ({ device }: World) => void device.wake(),
  prompt: ({ device }: World) => device.prompt("what time is it"),
  "tts start": ({ server }: World) => server.send(START),
  "tts stop": ({ server }: World) => server.send(STOP),
  stt: ({ server }: World) => server.send({ type: "stt", text: "hello" }),
  llm: ({ server }: World) => server.send({ type: "llm", emotion: "happy", text: "🙂" }),
  mcp: ({ server }: World) => server.send({ type: "mcp", payload: ASK }),
  alert: ({ server }: World) => server.send({ type: "alert", status: "S", message: "M", emotion: "sad" }),
  "unknown command": ({ server }: World) => server.send({ type: "system", command: "dance" }),
  "unknown message": ({ server }: World) => server.send({ type: "dance" }),
  "broken message": ({ server }: World) => raw(server, '{"type":"tts"'),
  "another goodbye": ({ server }: World) => server.send({ type: "goodbye", session_id: "s0" }),
  hello: ({ server }: World) => server.send({ type: "hello", transport: "websocket", session_id: "s2" }),
  audio: ({ server }: World) => {
    for (const frame of toneFrames(240)) server.sendFrame(frame);
  },
  "server ends": ({ server }: World) => end(server),
  "network lost": ({ device }: World) => {
    device.hardware.status.IP = undefined as never;
  },
  notify: ({ server }: World) => server.send({ type: "notify", audio_url: "http://nowhere.test/a.ogg" }),
  "speak request": ({ server }: World) => server.send({ type: "speak_request", text: "news" }),
} satisfies Record<string, (world: World) => void>;

type Event = keyof typeof EVENTS;
/** "state it is then: what it sends"; undefined: cannot happen there. Where the transports differ: one of each. */
type Outcome = string | { readonly [transport in Transport]: string | undefined };
type Row = { readonly [state in State]?: Outcome };

/** Nothing is sent, nothing changes. */
const NOTHING: Row = {
  open: "idle",
  connecting: "connecting",
  listening: "listening",
  speaking: "speaking",
  aborted: "speaking",
};
/** A server that stays connected reaches a device at rest, too. */
const onMqtt = (outcome: string): Outcome => ({ WebSocket: undefined, "MQTT and UDP": outcome });
const IGNORED: Row = { ...NOTHING, rest: onMqtt("idle") };
const BY_USER: Row = { ...NOTHING, rest: "idle", activating: "activating" };

const TABLE: { readonly [event in Event]: Row } = {
  click: {
    rest: "listening: hello, listen start auto",
    open: "listening: listen start auto",
    connecting: "connecting",
    listening: "idle: goodbye",
    speaking: "speaking: abort",
    aborted: "speaking: abort",
    activating: "activating",
  },
  press: {
    rest: "listening: hello, listen start manual",
    open: "listening: listen start manual",
    connecting: "connecting",
    listening: "listening",
    speaking: "listening: abort, listen start manual",
    aborted: "listening: abort, listen start manual",
    activating: "activating",
  },
  release: {
    rest: "idle",
    connecting: "connecting",
    listening: "idle: listen stop",
    speaking: "speaking",
  },
  wake: {
    ...BY_USER,
    rest: "listening: hello, listen detect, listen start auto",
    open: "listening: listen detect, listen start auto",
    speaking: "listening: abort wake_word_detected, listen start auto",
    aborted: "listening: abort wake_word_detected, listen start auto",
  },
  prompt: {
    ...BY_USER,
    rest: "listening: hello, listen detect, listen start auto",
    open: "listening: listen detect, listen start auto",
    listening: "idle: goodbye",
    speaking: "speaking: abort",
    aborted: "speaking: abort",
  },
  "tts start": { ...IGNORED, open: "speaking", listening: "speaking" },
  "tts stop": {
    ...IGNORED,
    speaking: "listening: listen start auto",
    answering: "idle",
    aborted: "listening: listen start auto",
  },
  stt: IGNORED,
  llm: IGNORED,
  mcp: {
    rest: onMqtt("idle: mcp"),
    open: "idle: mcp",
    connecting: "connecting: mcp",
    listening: "listening: mcp",
    speaking: "speaking: mcp",
    aborted: "speaking: mcp",
  },
  alert: IGNORED,
  "unknown command": IGNORED,
  "unknown message": IGNORED,
  "broken message": IGNORED,
  "another goodbye": IGNORED,
  hello: { ...IGNORED, connecting: { WebSocket: "listening: listen start auto", "MQTT and UDP": "connecting" } },
  audio: { open: "idle", listening: "listening", speaking: "speaking", aborted: "speaking" },
  "server ends": {
    open: "idle",
    connecting: { WebSocket: "idle", "MQTT and UDP": "connecting" },
    listening: "idle",
    speaking: "idle",
    aborted: "idle",
  },
  "network lost": {
    rest: "idle",
    open: "idle: goodbye",
    connecting: "idle",
    listening: "idle: goodbye",
    speaking: "idle: goodbye",
    aborted: "idle: goodbye",
    activating: "activating",
  },
  notify: { ...IGNORED, rest: onMqtt("speaking"), open: "speaking" },
  "speak request": { ...IGNORED, rest: onMqtt("idle: hello, speak_ready"), open: "idle: speak_ready" },
};

/** Long enough for every answer of either side; shorter than a notification that comes to nothing. */
const SETTLING_MS = 300;
/** The network is looked at each second. */
const LOOK_MS = 1100;

function told({ type, state, mode, reason }: Message): string {
  return [type, state, mode, reason].filter((part) => part !== undefined && part !== "ready").join(" ");
}

/** On a WebSocket the end of the connection is the goodbye. */
function expected(outcome: string, transport: Transport): string {
  if (transport === "MQTT and UDP" || !outcome.endsWith(": goodbye")) return outcome;
  return outcome.replace(": goodbye", "");
}

async function play(event: Event, state: State, transport: Transport): Promise<{ world: World; outcome: string }> {
  const world = await createWorldOn(transport, { firmware: hearing() }, { delayMs: 5 });
  const { clock, server, device } = world;
  if (state === "activating") {
    ("web" in world ? world.web : world.server).ota = CODE;
    device.start();
  } else await world.boot();
  await STATES[state](world, event === "release");
  await clock.advance(150);
  const { length } = server.messages;
  device.speaker.clear();
  EVENTS[event](world);
  await clock.advance(event === "network lost" ? LOOK_MS : event === "press" ? 400 + SETTLING_MS : SETTLING_MS);
  const sent = server.messages.slice(length).map(told).join(", ");
  return { world, outcome: `${device.state}${sent ? `: ${sent}` : ""}` };
}

/** Sound goes up while the device listens, and at no other time. */
async function checkSound({ clock, server, device }: World): Promise<void> {
  const { state } = device;
  const { length } = server.frames;
  await clock.advance(50);
  if (device.state !== state) return;
  await clock.advance(130);
  const rising = server.frames.length > length + 1;
  assert.equal(rising, state === "listening" && device.state === "listening", `sound while ${state}`);
}

for (const transport of TRANSPORTS) {
  for (const [event, row] of Object.entries(TABLE) as [Event, Row][]) {
    test(`${transport}: ${event}, in every state`, async () => {
      for (const [state, outcome] of Object.entries(row) as [State, Outcome][]) {
        const wanted = typeof outcome === "string" ? outcome : outcome[transport];
        if (wanted === undefined) continue;
        const { world, outcome: got } = await play(event, state, transport);
        assert.equal(got, expected(wanted, transport), `${event} while ${state}`);
        if (world.device.state !== "activating") await checkSound(world);
        if (event === "audio") {
          const isHeard = world.device.speaker.firstAudibleAt !== undefined;
          assert.equal(isHeard, state === "speaking", `heard while ${state}`);
        }
        assert.equal(world.device.stats.crashes, 0);
        world.device.close();
      }
    });
  }
}

test("the table has every state of every event that can happen in it", () => {
  for (const [event, row] of Object.entries(TABLE)) {
    const missing = ["connecting", "listening", "speaking"].filter((state) => !Object.hasOwn(row, state));
    assert.deepEqual(missing, event === "audio" ? ["connecting"] : [], event);
  }
});

const TEXTS: readonly [what: string, text: string, spoil: (world: World) => void][] = [
  [
    "a server that does not answer the connection",
    "Unable to connect to service, please try again later",
    ({ server }) => {
      if ("mqtt" in server) server.mqtt.returnCode = 5;
      else server.answersUpgrades = false;
    },
  ],
  ["a server without a hello", "Waiting for response timeout", ({ server }) => (server.hello = undefined)],
];

for (const transport of TRANSPORTS) {
  for (const [what, text, spoil] of TEXTS) {
    test(`${transport}: ${what}: "${text}", and rest`, async () => {
      const world = await createWorldOn(transport, {}, { delayMs: 5 });
      const { clock, device, lines } = world;
      await world.boot();
      spoil(world);
      if ("mqtt" in world.server && world.server.mqtt.returnCode !== 0) world.server.mqtt.drop();
      await clock.advance(50);
      device.click();
      await clock.run(device.reached("connecting"));
      await clock.run(device.reached("idle"));
      const alerts = lines.filter((line) => line.includes("alert"));
      assert.deepEqual(alerts, [`warn alert text=${text}`]);
    });
  }
}

test('no server: "Looking for available service"', async () => {
  const { clock, server, device, lines, boot } = await createWorldOn("WebSocket");
  if (!("mqtt" in server)) server.ota = { status: 200, body: "{}" };
  await boot();
  device.click();
  await clock.advance(500);
  assert.equal(device.state, "idle");
  assert.deepEqual(
    lines.filter((line) => line.includes("alert")),
    ["warn alert text=Looking for available service"],
  );
});
