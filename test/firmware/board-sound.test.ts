import assert from "node:assert/strict";
import { test } from "node:test";
import { Es7210Chip, Es8311Chip } from "../../simulator/chips/codec-chips.ts";
import { Pi4ioeChip } from "../../simulator/chips/port-chips.ts";
import { Lp5562Chip } from "../../simulator/chips/power-chips.ts";
import { RegisterChip } from "../../simulator/chips/register-chip.ts";
import { I2cBuses } from "../../simulator/device/i2c-buses.ts";
import type { PinBank } from "../../simulator/device/pin-bank.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };

/** A board in the simulator with its own chips: they are played, its lines are the simulator's sound. */
async function onBoard(board: string, i2c: I2cBuses) {
  const world = await createWorld({ i2c });
  world.device.close();
  const firmware = loadFirmware({ board, config: { otaUrl: world.server.otaUrl } });
  return createWorld({ i2c, firmware });
}

interface Amplifier {
  isOn(pins: PinBank): boolean;
}

const BOARDS: readonly { board: string; chips: () => Chips; amplifier: (chips: Chips) => Amplifier }[] = [
  {
    board: "esp-box-3",
    chips: () => ({ speaker: new Es8311Chip(), microphone: new Es7210Chip() }),
    amplifier: () => ({ isOn: (pins) => pins.level(46) === 1 }),
  },
  {
    board: "movecall-moji-esp32s3",
    chips: () => ({ speaker: new Es8311Chip() }),
    amplifier: () => ({ isOn: (pins) => pins.level(9) === 1 }),
  },
  {
    board: "atoms3r-echo-base",
    chips: () => ({ speaker: new Es8311Chip(), expander: new Pi4ioeChip() }),
    amplifier: ({ expander }) => ({ isOn: () => expander?.driven(1) === 1 && expander.driven(6) === 1 }),
  },
];

interface Chips {
  readonly speaker: Es8311Chip;
  readonly microphone?: Es7210Chip;
  readonly expander?: Pi4ioeChip;
}

function busesOf({ speaker, microphone, expander }: Chips): I2cBuses {
  // The light of the screen is none of the sound.
  const buses = new I2cBuses([
    [0x18, speaker],
    [0x30, new Lp5562Chip()],
  ]);
  if (microphone) buses.attach(0x40, microphone);
  if (expander) buses.attach(0x43, expander);
  return buses;
}

for (const { board, chips: create, amplifier: amplifierOf } of BOARDS) {
  test(`${board}: its chips are powered while they are used, and 15 s longer`, async () => {
    const chips = create();
    const amplifier = amplifierOf(chips);
    const { clock, server, device, lines, boot, listen } = await onBoard(board, busesOf(chips));
    const seen = () => [
      (chips.microphone ?? chips.speaker).isListening,
      chips.speaker.isPlaying,
      amplifier.isOn(device.pins),
    ];
    await boot();
    assert.deepEqual(seen(), [false, false, false], "at rest");
    await listen();
    assert.deepEqual(seen(), [true, false, false], "listening");
    server.send(START);
    for (const frame of toneFrames(600)) server.sendBinary(frame);
    await clock.advance(300);
    assert.deepEqual(seen().slice(1), [true, true], "speaking");
    assert.notEqual(device.speaker.firstAudibleAt, undefined);
    server.send(STOP);
    await clock.advance(1000);
    device.click();
    await clock.run(device.reached("idle"));
    await clock.advance(10_000);
    assert.deepEqual(seen(), [true, true, true], "10 s later");
    await clock.advance(7000);
    assert.deepEqual(seen(), [false, false, false], "17 s later");
    assert.deepEqual(
      lines.filter((line) => /^(error|warn)/.test(line)),
      [],
    );
    assert.equal(device.stats.crashes, 0);
  });

  test(`${board}: without any of its chips it starts, says which are missing, and talks with the server`, async () => {
    const { clock, server, device, lines, boot, listen } = await onBoard(board, new I2cBuses());
    await boot();
    const said = lines.filter((line) => line.includes("sound chip failed"));
    assert.ok(
      said.some((line) => line.includes("es8311 at 0x18: read of register 0xfd failed")),
      lines.join("\n"),
    );
    assert.ok(lines.some((line) => line.includes("alert") && line.includes("es8311")));
    await listen();
    server.send(START);
    for (const frame of toneFrames(300)) server.sendBinary(frame);
    await clock.advance(600);
    server.send(STOP);
    await clock.advance(500);
    assert.equal(device.stats.crashes, 0);
    assert.equal(lines.filter((line) => line.includes("sound chip failed")).length, said.length, "each trouble once");
  });
}

test("a volume goes to the codec that can, and the samples stay whole", async () => {
  const chips = { speaker: new Es8311Chip() };
  const { clock, server, device, boot, listen } = await onBoard("movecall-moji-esp32s3", busesOf(chips));
  await boot();
  await listen();
  server.send(START);
  for (const frame of toneFrames(600)) server.sendBinary(frame);
  await clock.advance(300);
  const full = chips.speaker.volumeDb;
  const call = { name: "self.audio_speaker.set_volume", arguments: { volume: 20 } };
  server.send({
    type: "mcp",
    payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params: call },
    session_id: "s1",
  });
  await clock.advance(100);
  assert.ok(Math.abs(chips.speaker.volumeDb - 40 * Math.log10(0.2)) < 0.5, `${chips.speaker.volumeDb}`);
  assert.ok(full > chips.speaker.volumeDb);
  assert.equal(device.stats.crashes, 0);
});

test("a chip that dies in a conversation is said once, and the conversation goes on", async () => {
  const chips = { speaker: new Es8311Chip() };
  const { clock, server, device, lines, boot, listen } = await onBoard("movecall-moji-esp32s3", busesOf(chips));
  await boot();
  await listen();
  chips.speaker.isSilent = true;
  for (let turn = 0; turn < 2; turn++) {
    server.send(START);
    for (const frame of toneFrames(300)) server.sendBinary(frame);
    await clock.advance(600);
    server.send(STOP);
    await clock.advance(300);
  }
  assert.equal(lines.filter((line) => line.includes("sound chip failed")).length, 1, lines.join("\n"));
  assert.equal(device.stats.crashes, 0);
});

test("another chip at the address of the codec is named with what it says it is", async () => {
  const buses = new I2cBuses([[0x18, new RegisterChip({ values: { 253: 0x12 } })]]);
  const { lines, boot } = await onBoard("movecall-moji-esp32s3", buses);
  await boot();
  const text = "es8311 at 0x18: register 0xfd identifies it: expected 0x83, got 0x12";
  assert.ok(
    lines.some((line) => line.startsWith("error") && line.includes(text)),
    lines.join("\n"),
  );
});
