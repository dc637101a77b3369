import assert from "node:assert/strict";
import { test } from "node:test";
import { RegisterChip } from "../../../simulator/chips/register-chip.ts";
import { I2cBuses } from "../../../simulator/device/i2c-buses.ts";
import { program } from "./program.ts";

test("registers are written and read, one after the other", () => {
  const chip = new RegisterChip({ values: { 5: 0x55 }, readOnly: [7] });
  const { device, said } = program(
    `import I2C from "embedded:io/i2c";
    export default () => {
      const io = new I2C({ data: 1, clock: 2, hz: 400000, address: 0x18 });
      io.write(Uint8Array.of(6, 1, 2, 3));
      const into = new Uint8Array(4);
      io.writeRead(Uint8Array.of(5), into);
      say([...into]);
      say([...new Uint8Array(io.writeRead(Uint8Array.of(6), 1)), ...new Uint8Array(io.read(1))]);
      io.close();
      say(attempt(() => io.write(Uint8Array.of(1))));
    };`,
    { i2c: new I2cBuses([[0x18, chip]]) },
  );
  device.start();
  assert.deepEqual(said, [[0x55, 1, 0, 3], [1, 0], "SyntaxError: C: xsGetHostData: invalid host data"]);
  assert.deepEqual(chip.writes, [
    [6, 1],
    [7, 2],
    [8, 3],
  ]);
  device.close();
});

test("wrong use and chips that do not answer are refused", () => {
  const chip = new RegisterChip();
  const { device, said } = program(
    `import I2C from "embedded:io/i2c";
    export default () => {
      const at = (options) => attempt(() => void new I2C({ data: 1, clock: 2, hz: 400000, address: 9, ...options }));
      say([at({ data: undefined }), at({ hz: 0 }), at({ address: 128 }), at({})]);
      say([at({}), at({ data: 3 })]);
      const io = new I2C({ data: 1, clock: 2, hz: 1, address: 10 });
      say(attempt(() => io.write(Uint8Array.of(1, 2))));
      say(attempt(() => io.writeRead(Uint8Array.of(1), 1)));
      say(attempt(() => io.read(1)));
      say(attempt(() => io.write(Uint16Array.of(1))));
    };`,
    { i2c: new I2cBuses([[9, chip]]) },
  );
  device.start();
  assert.deepEqual(said, [
    ["RangeError: data required", "RangeError: invalid hz", "RangeError: invalid address", "done"],
    ["RangeError: duplicate address", "done"],
    "Error: write failed",
    "Error: writeRead failed",
    "Error: read failed",
    "TypeError: invalid buffer",
  ]);
  device.close();
});
