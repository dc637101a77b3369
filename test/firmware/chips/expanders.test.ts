import assert from "node:assert/strict";
import { test } from "node:test";
import { Aw9523Chip, Pi4ioeChip, PortExpanderChip } from "../../../simulator/chips/port-chips.ts";
import { Axp2101Chip, Lp5562Chip } from "../../../simulator/chips/power-chips.ts";
import { RegisterChip } from "../../../simulator/chips/register-chip.ts";
import { runWithChips } from "./chip-program.ts";

const EXPANDERS = `import { expanderSwitch } from "modules/hardware/expanders/expander";
import { pca9557, tca9554 } from "modules/hardware/expanders/port-expander";
import { pi4ioe5v6408 } from "modules/hardware/expanders/pi4ioe5v6408";
import { aw9523 } from "modules/hardware/expanders/aw9523";`;
const POWER = `import { axp2101, voltageBacklight } from "modules/hardware/axp2101";
import { lp5562Backlight } from "modules/hardware/lp5562";`;

const driven = (chip: { driven(pin: number): unknown }, pins: readonly number[]) => pins.map((pin) => chip.driven(pin));

test("a PCA9557 and a TCA9554 begin with the levels that the board says, and switch", () => {
  for (const [name, address] of [
    ["pca9557", 0x19],
    ["tca9554", 0x20],
  ] as const) {
    const chip = new PortExpanderChip();
    const create = `const shared = new Shared();
      const part = ${name}({ bus, address: ${address}, outputs: { 0: 1, 1: 0, 2: 1 } });
      const amplifier = shared.of(expanderSwitch(part, [1]));
      const camera = shared.of(expanderSwitch(part, [2], true));`;
    runWithChips([[address, chip]], EXPANDERS, create);
    assert.deepEqual(driven(chip, [0, 1, 2, 3]), [1, 0, 1, undefined]);
    // The levels come before the direction.
    assert.deepEqual(
      chip.writes.map(([register]) => register),
      [1, 2, 3],
    );
    runWithChips([[address, chip]], EXPANDERS, `${create} amplifier.set(true); camera.set(true);`);
    assert.deepEqual(driven(chip, [0, 1, 2]), [1, 1, 0]);
    chip.set(0, 0b1000_0000);
    const read = "say([7, 6].map((pin) => shared.of(part).read(pin)));";
    assert.deepEqual(runWithChips([[address, chip]], EXPANDERS, create + read), [[1, 0]]);
  }
});

test("a PI4IOE5V6408 drives its outputs, which it does not after a reset", () => {
  const chip = new Pi4ioeChip();
  assert.equal(chip.driven(1), undefined);
  const create = `const shared = new Shared(); const part = pi4ioe5v6408({ bus, outputs: { 1: 0, 2: 1, 5: 0 } });
    const amplifier = shared.of(expanderSwitch(part, [1, 5]));`;
  runWithChips([[0x43, chip]], EXPANDERS, create);
  assert.deepEqual(driven(chip, [0, 1, 2, 5]), [undefined, 0, 1, 0]);
  runWithChips([[0x43, chip]], EXPANDERS, `${create} amplifier.set(true);`);
  assert.deepEqual(driven(chip, [1, 2, 5]), [1, 1, 1]);
  const wrong = runWithChips(
    [[0x43, new RegisterChip()]],
    EXPANDERS,
    `
    say(attempt(() => new Shared().of(pi4ioe5v6408({ bus, outputs: {} }))));`,
  );
  assert.deepEqual(wrong, ["chip-wrong: pi4ioe5v6408 at 0x43: register 0x01 identifies it: expected 0xa., got 0x00"]);
});

test("an AW9523 has two ports of pins, which are no lights", () => {
  const chip = new Aw9523Chip();
  const create = `const shared = new Shared(); const part = aw9523({ bus, outputs: { 0: 1, 2: 0, 9: 1, 10: 0 } });
    const expander = shared.of(part);`;
  runWithChips([[0x58, chip]], EXPANDERS, create);
  assert.deepEqual(driven(chip, [0, 1, 2, 9, 10, 11]), [1, undefined, 0, 1, 0, undefined]);
  runWithChips([[0x58, chip]], EXPANDERS, `${create} expander.write(2, 1); expander.write(9, 0);`);
  assert.deepEqual(driven(chip, [0, 2, 9, 10]), [1, 1, 0, 0]);
  chip.set(1, 0x80);
  assert.deepEqual(runWithChips([[0x58, chip]], EXPANDERS, `${create} say([expander.read(15), expander.read(3)]);`), [
    [1, 0],
  ]);
  const wrong = "say(attempt(() => new Shared().of(aw9523({ bus, outputs: {} }))));";
  assert.deepEqual(runWithChips([[0x58, new RegisterChip()]], EXPANDERS, wrong), [
    "chip-wrong: aw9523 at 0x58: register 0x10 identifies it: expected 0x23, got 0x00",
  ]);
});

test("a part that several use is made once, and one that failed is tried again", () => {
  const chip = new Pi4ioeChip();
  chip.isSilent = true;
  const body = `const shared = new Shared(); const part = pi4ioe5v6408({ bus, outputs: { 1: 0 } });
    say(attempt(() => shared.of(expanderSwitch(part, [1]))));`;
  assert.deepEqual(runWithChips([[0x43, chip]], EXPANDERS, body), [
    "chip-silent: pi4ioe5v6408 at 0x43: read of register 0x01 failed",
  ]);
  const fine = `const shared = new Shared(); const part = pi4ioe5v6408({ bus, outputs: { 1: 0 } });
    say(shared.of(part) === shared.of(part));`;
  assert.deepEqual(runWithChips([[0x43, new Pi4ioeChip()]], EXPANDERS, fine), [true]);
});

test("an AXP2101 gives the voltages that a board asks for, dims a backlight, and knows its battery", () => {
  const chip = new Axp2101Chip();
  const create = `const shared = new Shared();
    const part = axp2101({ bus, voltages: { aldo1: 1800, aldo4: 3300, bldo1: 0, dldo2: 1200 } });
    const power = shared.of(part);
    const backlight = shared.of(voltageBacklight(part, "dldo1"));`;
  runWithChips([[0x34, chip]], POWER, create);
  const voltages = (["aldo1", "aldo2", "aldo4", "bldo1", "dldo1", "dldo2"] as const).map((name) => chip.voltage(name));
  assert.deepEqual(voltages, [1800, 0, 3300, 0, 0, 1200]);
  for (const [percent, voltage] of [
    [100, 3300],
    [50, 2900],
    [1, 2500],
    [0, 0],
  ]) {
    runWithChips([[0x34, chip]], POWER, `${create} backlight.set(${percent});`);
    assert.equal(chip.voltage("dldo1"), voltage, `${percent} %`);
  }
  chip.set(0xa4, 77);
  for (const [status, isCharging, isDischarging] of [
    [0x00, false, false],
    [0x20, true, false],
    [0x40, false, true],
  ] as const) {
    chip.set(0x01, status);
    const said = runWithChips([[0x34, chip]], POWER, `${create} say(power.read());`);
    assert.deepEqual(said, [{ percent: 77, isCharging, isDischarging }]);
  }
  const wrong = `${create} say(attempt(() => power.setVoltage("aldo2", 5000)));`;
  assert.deepEqual(runWithChips([[0x34, chip]], POWER, wrong), [
    "chip-wrong: axp2101: aldo2: expected 500 to 3300 mV, got 5000",
  ]);
  const other = "say(attempt(() => new Shared().of(axp2101({ bus }))));";
  assert.deepEqual(runWithChips([[0x34, new RegisterChip({ values: { 3: 0x03 } })]], POWER, other), [
    "chip-wrong: axp2101 at 0x34: register 0x03 identifies it: expected 0x4a, got 0x03",
  ]);
});

test("an LP5562 dims a backlight", () => {
  const chip = new Lp5562Chip();
  const create = "const light = new Shared().of(lp5562Backlight({ bus }));";
  runWithChips([[0x30, chip]], POWER, create);
  assert.equal(chip.brightness, 0);
  runWithChips([[0x30, chip]], POWER, `${create} light.set(20);`);
  assert.equal(chip.brightness, 0.2);
  runWithChips([[0x30, chip]], POWER, `${create} light.set(150);`);
  assert.equal(chip.brightness, 1);
});
