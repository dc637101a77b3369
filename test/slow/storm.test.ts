import assert from "node:assert/strict";
import { test } from "node:test";
import { type DeviceState, MOVES } from "../../modules/session/states.ts";
import { Random } from "../../simulator/random.ts";
import { toneFrames } from "../firmware/scripted-server.ts";
import { createWorldOn, TRANSPORTS, type Transport, type World } from "../firmware/transports.ts";
import { StormMessages } from "./storm-messages.ts";

const MESSAGES = 50_000;
const BATCH = 25;
const SEED = Number(process.env["XIAOZHI_SEED"] ?? 20_26);

/** What a person does meanwhile. */
const ACTIONS: readonly ((world: World) => void)[] = [
  ({ device }) => device.click(),
  ({ device }) => device.press(),
  ({ device }) => device.release(),
  ({ device }) => device.wake(),
];

function isConnected({ server, device }: World): boolean {
  return device.isRunning && ("mqtt" in server ? server.mqtt.isConnected : server.openSockets > 0);
}

/** One message or packet; now and then bytes that are no packet at all. */
function send(world: World, messages: StormMessages, random: Random): void {
  const { server } = world;
  if (!isConnected(world)) return;
  if (random.next() < 0.6) {
    const text = messages.text();
    if ("mqtt" in server) server.mqtt.publish("t", text);
    else server.sendText(text);
  } else if ("mqtt" in server && random.next() < 0.3) server.sendDatagram(messages.packet());
  else if ("mqtt" in server) server.sendBinary(messages.packet(), server.sequence + random.below(3) - 1);
  else server.sendBinary(messages.packet());
  if ("mqtt" in server) server.sequence++;
}

function assertLegal(states: readonly string[]): void {
  for (const [n, to] of states.entries()) {
    const from = states[n - 1];
    if (from === undefined) continue;
    const isPower = to === "off" || from === "off";
    assert.ok(isPower || MOVES[from as DeviceState].includes(to as DeviceState), `${from} → ${to}`);
  }
}

async function storm(transport: Transport, seed: number) {
  const world = await createWorldOn(transport, { board: "simulator-wake" });
  const { clock, server, device, states, boot } = world;
  const random = new Random(seed, "storm");
  const messages = new StormMessages(random);
  const visited = new Set<string>();
  await boot();
  for (let sent = 0; sent < MESSAGES; sent += BATCH) {
    if (device.state === "idle") device.click();
    await clock.advance(120);
    for (let n = 0; n < BATCH; n++) {
      send(world, messages, random);
      if (random.next() < 0.1) await clock.advance(random.below(40));
    }
    // While it restarts after a server's word it has no button.
    if (random.next() < 0.3 && device.state !== "off") messages.pick(ACTIONS)(world);
    await clock.advance(random.below(200));
    assert.equal(device.stats.crashes, 0, `${device.failure?.message} after ${sent} messages`);
    assertLegal(states);
    for (const state of states) visited.add(state);
    states.splice(0, states.length - 1);
    world.lines.length = 0;
    server.messages.length = 0;
    server.frames.length = 0;
    server.trace.clear();
  }
  return { ...world, visited };
}

/** After all that, a conversation as any other. */
async function converse({ clock, server, device, states }: World): Promise<void> {
  device.release();
  if ("mqtt" in server) server.mqtt.drop();
  else if (server.openSockets > 0) server.close();
  await clock.advance(200_000);
  if (device.state !== "idle") device.click();
  await clock.run(device.reached("idle"));
  device.click();
  await clock.advance(500);
  // A timer that the storm has set may have rung: then the first click silenced it.
  if (device.state === "idle") device.click();
  await clock.run(device.reached("listening"));
  await clock.advance(600);
  // The storm may have turned it down.
  const params = { name: "self.audio_speaker.set_volume", arguments: { volume: 60 } };
  server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params } });
  server.send({ type: "tts", state: "start", session_id: "s1" });
  device.speaker.clear();
  server.speak(toneFrames(600));
  await clock.advance(900);
  assert.notEqual(device.speaker.firstAudibleAt, undefined);
  server.send({ type: "tts", state: "stop", session_id: "s1" });
  await clock.run(device.reached("listening"));
  assertLegal(states);
}

for (const transport of TRANSPORTS) {
  test(`${transport}: ${MESSAGES} messages and packets, good and bad: no restart, no illegal move, and then a turn`, async (context) => {
    context.diagnostic(`seed ${SEED}; XIAOZHI_SEED=${SEED} repeats it`);
    const world = await storm(transport, SEED);
    assert.ok(["listening", "speaking", "connecting", "idle"].every((state) => world.visited.has(state)));
    await converse(world);
    const heap = world.device.stats.heap;
    context.diagnostic(
      `peak above the baseline ${heap?.slotsPeakAboveBaseline} slots, ${heap?.chunkPeakAboveBaselineBytes} bytes; ` +
        `stack peak ${heap?.stackPeakSlots} slots; started ${world.device.stats.starts} times`,
    );
    world.device.close();
  });
}
