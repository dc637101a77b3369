import assert from "node:assert/strict";
import { test } from "node:test";
import { program, run } from "./program.ts";

test("a button between pin and ground reads 0 while it is pressed, and edges are reported", async () => {
  const { clock, device, said } = program(`import Digital from "embedded:io/digital";
    export default () => {
      const button = new Digital({
        pin: 3, mode: Digital.InputPullUp, edge: Digital.Rising | Digital.Falling,
        onReadable(triggered) { say([this.read(), triggered, this === button]); },
      });
      say(button.read());
      new Digital({ pin: 4, mode: Digital.InputPullDown, edge: Digital.Rising, onReadable() { say("pin 4: " + this.read()); } });
      new Digital({
        pin: 5, mode: Digital.InputPullUp, activeLow: true, edge: Digital.Rising,
        onReadable() { say("pin 5: " + this.read()); },
      });
    };`);
  device.start();
  device.click();
  await clock.advance(500);
  for (const pin of [4, 5]) device.click(pin);
  await clock.advance(500);
  assert.deepEqual(said, [1, [0, 8, true], [1, 8, true], "pin 4: 1", "pin 5: 1"]);
  device.close();
});

test("outputs are seen outside; wrong use is refused", async () => {
  const { device, said } = program(`import Digital from "embedded:io/digital";
    import PWM from "embedded:io/pwm";
    export default () => {
      const on = new Digital({ pin: 10, mode: Digital.Output, initialValue: 1 });
      const inverted = new Digital({ pin: 11, mode: Digital.Output, activeLow: true });
      inverted.write(1);
      say(attempt(() => on.read()));
      say(attempt(() => new Digital({ pin: 10, mode: Digital.Input })));
      say(attempt(() => new Digital({ mode: Digital.Input })));
      say(attempt(() => new Digital({ pin: 12, mode: 7 })));
      say(attempt(() => new Digital({ pin: 12, mode: Digital.Input, onReadable() {} })));
      const input = new Digital({ pin: 12, mode: Digital.Input });
      say(attempt(() => input.write(1)));
      const light = new PWM({ pin: 13 });
      light.write(1023);
      say([light.hz, light.resolution, attempt(() => light.write(1024)), attempt(() => new PWM({ pin: 13 }))]);
      const other = new PWM({ pin: 14, resolution: 8 });
      other.write(51);
      input.close();
      say(attempt(() => new Digital({ pin: 12, mode: Digital.Input }).read()));
    };`);
  device.start();
  assert.deepEqual(said, [
    "Error: can't read output",
    "Error: in use",
    "Error: invalid",
    "RangeError: invalid mode",
    "RangeError: invalid edges",
    "Error: can't write input",
    [1024, 10, "RangeError: invalid value", "Error: in use"],
    1,
  ]);
  assert.deepEqual([device.pins.level(10), device.pins.level(11)], [1, 0]);
  assert.deepEqual([device.pins.duty(13), device.pins.duty(14)], [1, 0.2]);
  device.close();
});

test("pixels are seen after update, in the colours that were meant", async () => {
  const { device, said } = program(`import NeoPixel from "neopixel";
    export default () => {
      const strip = new NeoPixel({ pin: 48, length: 3, order: "GRB" });
      say([strip.length, strip.byteLength, strip.brightness, strip.makeRGB(1, 2, 3)]);
      strip.fill(strip.makeRGB(255, 0, 0));
      strip.setPixel(1, strip.makeRGB(0, 255, 8));
      strip.setPixel(9, 1);
      strip.fill(strip.makeHSB(240, 1000, 1000), 2, 5);
      say([strip.getPixel(1), strip.getPixel(3) === undefined]);
      strip.brightness = 300;
      strip.update();
      say(attempt(() => new NeoPixel({ pin: 1 })));
      say(attempt(() => new NeoPixel({ pin: 1, length: 1, order: "RG" })));
    };`);
  device.start();
  assert.deepEqual(said, [[3, 9, 64, 0x020103], [0xff0008, true], "RangeError: no pixels", "Error: invalid order"]);
  assert.deepEqual(device.hardware.pixels, {
    brightness: 255,
    colors: [
      { red: 255, green: 0, blue: 0 },
      { red: 0, green: 255, blue: 8 },
      { red: 0, green: 0, blue: 255 },
    ],
  });
  device.close();
});

test("a device without a button says so", async () => {
  const { device } = program("export default () => {};");
  device.start();
  assert.throws(() => device.press(), /watches no pin/);
  device.close();
  await run("export default () => {};");
});

test("an analog pin gives its voltage in 4095 steps of 2450 mV; others have no converter", async () => {
  const { clock, device, said } = program(`import Analog from "embedded:io/analog";
    import Timer from "timer";
    export default () => {
      const adc = new Analog({ pin: 4 });
      say([adc.resolution, adc.read()]);
      say(attempt(() => new Analog({ pin: 4 })));
      say(attempt(() => new Analog({ pin: 21 })));
      Timer.set(() => { say(adc.read()); adc.close(); say(attempt(() => adc.read())); }, 100);
    };`);
  device.start();
  device.pins.setVoltage(4, 1225);
  await clock.advance(150);
  assert.deepEqual(said.slice(0, 4), [[12, 3510], "Error: in use", "RangeError: not analog pin", 2047]);
  assert.match(String(said[4]), /invalid host data/);
  device.pins.setVoltage(4, 9000);
  assert.equal(device.pins.sample(4), 4095);
  device.close();
});
