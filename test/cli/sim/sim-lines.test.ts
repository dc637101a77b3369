import assert from "node:assert/strict";
import { test } from "node:test";
import { watchPins } from "../../../cli/sim/pin-watch.ts";
import { describeTalk } from "../../../cli/sim/talk-line.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { PinBank } from "../../../simulator/device/pin-bank.ts";
import { ScriptedServer } from "../../firmware/scripted-server.ts";
import { createWorld } from "../../firmware/world.ts";

const CALL = { name: "self.audio_speaker.set_volume", arguments: { volume: 20 } };
const MESSAGES = [
  { type: "stt", text: 'Say "a\nb"' },
  { type: "mcp", payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params: CALL } },
  { type: "tts", state: "start" },
  { type: "tts", state: "sentence_start", text: "Volume 20." },
];

async function talk(config: { logsTalk?: boolean }): Promise<string[]> {
  const { otaUrl } = new ScriptedServer(new VirtualClock());
  const { boot, listen, server, clock, lines } = await createWorld({
    config: { otaUrl, ...config },
  });
  await boot();
  await listen();
  for (const message of MESSAGES) server.send(message);
  await clock.advance(500);
  return lines.flatMap((line) => describeTalk(line.replace(/^info /, "")) ?? []);
}

test("a device tells what was heard, called and said, when its build asks for it", async () => {
  assert.deepEqual(await talk({ logsTalk: true }), [
    'heard "Say \\"a\\nb\\""',
    'tool self.audio_speaker.set_volume {"volume":20}',
    'said "Volume 20."',
  ]);
});

test("otherwise its log holds no words of anybody", async () => {
  assert.deepEqual(await talk({}), []);
});

test("lines of a log that are about something else stay as they are", () => {
  assert.equal(describeTalk("session state listening from=idle"), undefined);
  assert.equal(describeTalk('talk heard "% self_lamp_turn_on"'), undefined);
});

test("pins are told when they change, and a light that fades by what it comes to", async () => {
  const clock = new VirtualClock();
  const pins = new PinBank();
  const told: string[] = [];
  watchPins(pins, clock, (change) => told.push(change));
  pins.drive(18, 1);
  pins.drive(18, 1);
  for (let step = 1; step <= 30; step++) {
    pins.setDuty(42, step / 40);
    await clock.advance(5);
  }
  pins.drive(18, 0);
  await clock.advance(200);
  assert.deepEqual(told, ["pin 18 high", "pin 18 low", "pin 42 at 75 %"]);
});
