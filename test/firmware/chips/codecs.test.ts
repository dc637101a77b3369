import assert from "node:assert/strict";
import { test } from "node:test";
import { Aw88298Chip, Es7210Chip, Es8311Chip, Es8388Chip } from "../../../simulator/chips/codec-chips.ts";
import { RegisterChip } from "../../../simulator/chips/register-chip.ts";
import { runWithChips } from "./chip-program.ts";

const ES8311 = `import { es8311, es8311Clock, es8311Volume } from "modules/hardware/codecs/es8311";`;
const ES8388 = `import { es8388, es8388Volume } from "modules/hardware/codecs/es8388";`;
const ES7210 = `import { es7210, es7210Gain } from "modules/hardware/codecs/es7210";`;
const AW88298 = `import { aw88298, aw88298Volume } from "modules/hardware/codecs/aw88298";`;

/** What the square of a volume is, in decibels: the loudness that samples would get. */
const squareDb = (percent: number): number => 40 * Math.log10(percent / 100);

test("an ES8311 works at the rate of its line, with a clock of its own or the bit clock", () => {
  const rates = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];
  const clocks = [
    { hasMclk: true, frameBits: 32 },
    { hasMclk: true, frameBits: 64 },
    { hasMclk: false, frameBits: 32 },
    { hasMclk: false, frameBits: 64 },
  ];
  const formats = rates.flatMap((sampleRate) => clocks.map((clock) => ({ sampleRate, bits: 16, ...clock })));
  const chips = formats.map((_, address) => [address, new Es8311Chip()] as const);
  const body = `for (const [address, format] of ${JSON.stringify(formats)}.entries())
    es8311({ bus, address }).create(format);`;
  runWithChips(chips, ES8311, body);
  for (const [address, { sampleRate, hasMclk, frameBits }] of formats.entries()) {
    const chip = chips[address]![1];
    const rate = chip.sampleRate(hasMclk ? 256 * sampleRate : undefined, frameBits * sampleRate);
    assert.equal(rate, sampleRate, `${sampleRate} Hz, ${frameBits} bits, ${hasMclk}`);
    assert.equal(chip.bits, 16);
  }
});

test("an ES8311's clock: from what its data sheet lists, and refused where there is no way", () => {
  const rates = [
    [12_288_000, 8000],
    [12_288_000, 16_000],
    [6_144_000, 24_000],
    [6_144_000, 16_000],
    [1_536_000, 24_000],
    [1_024_000, 16_000],
    [1_536_000, 8000],
  ];
  const clocks = runWithChips([], ES8311, `say(${JSON.stringify(rates)}.map(([hz, rate]) => es8311Clock(hz, rate)));`);
  assert.deepEqual(clocks, [
    [
      { divider: 6, multiplier: 1 },
      { divider: 3, multiplier: 1 },
      { divider: 1, multiplier: 1 },
      { divider: 3, multiplier: 2 },
      { divider: 1, multiplier: 4 },
      { divider: 1, multiplier: 4 },
      { divider: 3, multiplier: 4 },
    ],
  ]);
  const bodies = `say(es8311Clock(1000000, 16000) ?? "none");
    say(attempt(() => es8311({ bus }).create({ sampleRate: 24000, bits: 16, hasMclk: false, frameBits: 48 })));`;
  assert.deepEqual(runWithChips([[0x18, new Es8311Chip()]], ES8311, bodies), [
    "none",
    "chip-wrong: es8311: no way from a clock of 1152000 Hz to 24000 Hz",
  ]);
});

test("an ES8311 rests after its bring-up, listens and plays when it is told, and rests again", () => {
  const chip = new Es8311Chip();
  const states: unknown[] = [];
  const seen = () => [chip.isListening, chip.isPlaying, chip.value(0x0d) === 1];
  // Each step is a program of its own: the chip is the same.
  const step = (body: string) => {
    runWithChips([[0x18, chip]], ES8311, `const codec = es8311({ bus, microphoneGainDb: 24 }).create(format); ${body}`);
    states.push(seen());
  };
  step("");
  step("codec.powerInput(true);");
  step("codec.setVolume(50); codec.powerOutput(true);");
  step("codec.setVolume(50); codec.powerOutput(true); codec.powerInput(true);");
  step("codec.setVolume(50); codec.powerOutput(true); codec.powerInput(true); codec.powerInput(false);");
  step("codec.setVolume(50); codec.powerOutput(true); codec.powerInput(true); codec.powerOutput(false);");
  step("codec.setVolume(0); codec.powerOutput(true);");
  step("codec.setVolume(50); codec.powerOutput(true); codec.powerOutput(false);");
  assert.deepEqual(states, [
    [false, false, false],
    [true, false, true],
    [false, true, true],
    [true, true, true],
    [false, true, true],
    [true, false, true],
    [false, false, true],
    [false, false, false],
  ]);
  assert.equal(chip.microphoneGainDb, 24);
  assert.equal(chip.hasReference, false);
});

test("an ES8311's volume follows the square, its gain the steps it has, and its reference the board", () => {
  for (const percent of [100, 80, 50, 20, 10, 3, 1]) {
    const chip = new Es8311Chip();
    const body = `const codec = es8311({ bus, microphoneGainDb: 100, hasReference: true }).create(format);
      codec.powerOutput(true); codec.setVolume(${percent});`;
    runWithChips([[0x18, chip]], ES8311, body);
    assert.ok(Math.abs(chip.volumeDb - squareDb(percent)) <= 0.25, `${percent}: ${chip.volumeDb}`);
    assert.ok(chip.isPlaying);
    assert.equal(chip.microphoneGainDb, 42);
    assert.ok(chip.hasReference);
  }
});

test("an ES8311 without a microphone never listens", () => {
  const chip = new Es8311Chip();
  runWithChips([[0x18, chip]], ES8311, "es8311({ bus, hasMicrophone: false }).create(format).powerInput(true);");
  assert.equal(chip.isListening, false);
});

test("another chip, no chip, and a chip that dies say who, where and what", () => {
  const wrong = new Es8311Chip();
  wrong.set(0xfe, 0x16);
  const create = "say(attempt(() => es8311({ bus }).create(format)));";
  assert.deepEqual(runWithChips([[0x18, wrong]], ES8311, create), [
    "chip-wrong: es8311 at 0x18: register 0xfe identifies it: expected 0x11, got 0x16",
  ]);
  assert.equal(wrong.writes.length, 0, "nothing is written to another chip");
  assert.deepEqual(runWithChips([], ES8311, create), ["chip-silent: es8311 at 0x18: read of register 0xfd failed"]);
  class Dying extends Es8311Chip {
    override receive(bytes: Uint8Array): boolean {
      if (this.writes.length === 30) this.isSilent = true;
      return super.receive(bytes);
    }
  }
  const body = `const codec = es8311({ bus }).create(format); say(attempt(() => codec.powerOutput(true)));`;
  const [said] = runWithChips([[0x18, new Dying()]], ES8311, body);
  assert.match(String(said), /^chip-silent: es8311 at 0x18: (read|write 0x..) of register 0x.. failed$/);
  const twice = `es8311({ bus }).create(format); say(attempt(() => es8311({ bus }).create(format)));`;
  assert.deepEqual(runWithChips([[0x18, new Es8311Chip()]], ES8311, twice), [
    "chip-silent: es8311 at 0x18: no bus on pins 1 and 2",
  ]);
});

test("an ES8388 listens, plays and rests; it needs a clock of its own", () => {
  const chip = new Es8388Chip();
  const chips = [[0x10, chip]] as const;
  const create = "const codec = es8388({ bus, microphoneGainDb: 9 }).create(format);";
  runWithChips(chips, ES8388, create);
  assert.deepEqual([chip.isListening, chip.isPlaying], [false, false]);
  assert.deepEqual(chip.ratios, [256, 256]);
  assert.equal(chip.microphoneGainDb, 9);
  runWithChips(chips, ES8388, `${create} codec.powerInput(true);`);
  assert.deepEqual([chip.isListening, chip.isPlaying], [true, false]);
  for (const percent of [100, 50, 10, 2]) {
    runWithChips(chips, ES8388, `${create} codec.powerOutput(true); codec.setVolume(${percent});`);
    assert.ok(Math.abs(chip.volumeDb - squareDb(percent)) <= 0.25, `${percent}: ${chip.volumeDb}`);
    assert.ok(chip.isPlaying);
  }
  runWithChips(chips, ES8388, `${create} codec.powerOutput(true); codec.setVolume(0);`);
  assert.equal(chip.isPlaying, false);
  runWithChips(
    chips,
    ES8388,
    `${create} codec.powerInput(true); codec.powerOutput(true); codec.powerOutput(false);
    codec.powerInput(false);`,
  );
  assert.deepEqual([chip.isListening, chip.isPlaying, chip.value(0x2b)], [false, false, 0x9c]);
  const said = runWithChips(
    chips,
    ES8388,
    `say(es8388Volume(0));
    say(attempt(() => es8388({ bus }).create({ ...format, hasMclk: false })));
    say(attempt(() => es8388({ bus }).create({ ...format, bits: 32 })));`,
  );
  assert.deepEqual(said, [
    192,
    "chip-wrong: es8388 at 0x10: expected a clock of its own (pin mclk), got none",
    "chip-wrong: es8388 at 0x10: expected 16 bits, got 32",
  ]);
});

test("an ES7210 sends four microphones in a frame, the third with the gain of the reference, and rests", () => {
  const chip = new Es7210Chip();
  const tdm = "{ ...format, frameBits: 64 }";
  const create = `const codec = es7210({ bus, microphoneGainDb: 36, referenceGainDb: 6 }).create(${tdm});`;
  runWithChips([[0x40, chip]], ES7210, create);
  assert.deepEqual([chip.isTdm, chip.isListening], [true, false]);
  runWithChips([[0x40, chip]], ES7210, `${create} codec.powerInput(true);`);
  assert.equal(chip.isListening, true);
  assert.deepEqual(chip.gainsDb, [36, 36, 6, 36]);
  runWithChips([[0x40, chip]], ES7210, `${create} codec.powerInput(true); codec.powerInput(false);`);
  assert.equal(chip.isListening, false);
  runWithChips([[0x40, chip]], ES7210, "es7210({ bus }).create(format);");
  assert.equal(chip.isTdm, false);
  const gains = "say([-5, 0, 4, 30, 33, 34, 35, 36, 37, 50].map(es7210Gain));";
  assert.deepEqual(runWithChips([], ES7210, gains), [[0, 0, 1, 10, 11, 12, 12, 13, 14, 14]]);
});

test("an ES7210 that is another chip is refused", () => {
  const said = runWithChips(
    [[0x41, new RegisterChip()]],
    ES7210,
    `
    say(attempt(() => es7210({ bus, address: 0x41 }).create(format)));
    say(attempt(() => es7210({ bus, address: 0x40 }).create({ ...format, bits: 32 })));`,
  );
  assert.deepEqual(said, [
    "chip-wrong: es7210 at 0x41: register 0x3d identifies it: expected 0x72, got 0x00",
    "chip-wrong: es7210 at 0x40: expected 16 bits, got 32",
  ]);
});

test("an AW88298 plays at the rate and frame of its line, and is off otherwise", () => {
  for (const sampleRate of [8000, 11025, 16000, 24000, 44100, 48000]) {
    const chip = new Aw88298Chip();
    const create = `const codec = aw88298({ bus }).create({ ...format, sampleRate: ${sampleRate}, frameBits: 64 });`;
    runWithChips([[0x36, chip]], AW88298, create);
    assert.deepEqual([chip.sampleRate, chip.frameBits, chip.isPlaying], [sampleRate, 64, false]);
    runWithChips([[0x36, chip]], AW88298, `${create} codec.setVolume(50); codec.powerOutput(true);`);
    assert.equal(chip.isPlaying, true);
    assert.ok(Math.abs(chip.volumeDb - squareDb(50)) <= 0.25, `${chip.volumeDb}`);
    runWithChips([[0x36, chip]], AW88298, `${create} codec.powerOutput(true); codec.powerOutput(false);`);
    assert.equal(chip.isPlaying, false);
  }
});

test("an AW88298's volume has its own steps; wrong rates and chips are refused", () => {
  const said = runWithChips(
    [[0x36, new RegisterChip({ bytes: 2, values: { 0: 0x1702 } })]],
    AW88298,
    `
    say([100, 50, 10, 0].map(aw88298Volume));
    say(attempt(() => aw88298({ bus }).create({ ...format, sampleRate: 20000 })));
    say(attempt(() => aw88298({ bus }).create(format)));`,
  );
  assert.deepEqual(said, [
    // 0, 12, 40 and 90 dB down.
    [0, 0x20, 0x68, 0xf0],
    "chip-wrong: aw88298: expected a sample rate of 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 96000, got 20000",
    "chip-wrong: aw88298 at 0x36: register 0x00 identifies it: expected 0x1852, got 0x1702",
  ]);
});
