import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveMicrophone } from "../../../cli/browser-device/live-microphone.ts";
import { LiveSpeaker } from "../../../cli/browser-device/live-speaker.ts";
import { PictureFeed } from "../../../cli/browser-device/picture-feed.ts";
import { PIXEL_FORMATS } from "../../../simulator/device/raster.ts";
import { ScreenImage } from "../../../simulator/device/screen-image.ts";

const ramp = (from: number, count: number) => Int16Array.from({ length: count }, (_, at) => from + at);

test("what a browser hears comes in order, with silence where nothing has come", () => {
  const microphone = new LiveMicrophone();
  microphone.push(ramp(1, 3));
  microphone.push(ramp(4, 4));
  assert.deepEqual([...microphone.take(5, 16_000, 0)], [1, 2, 3, 4, 5]);
  assert.deepEqual([...microphone.take(4, 16_000, 0)], [6, 7, 0, 0]);
  microphone.close();
});

test("of sound that comes faster than it is heard the oldest is dropped", () => {
  const microphone = new LiveMicrophone();
  for (let frame = 0; frame < 20; frame++) microphone.push(ramp(frame * 320, 320));
  const [first = 0] = microphone.take(320, 16_000, 0);
  assert.ok(first > 1000, `${first}`);
  let left = 0;
  while (microphone.take(320, 16_000, 0).some((sample) => sample !== 0)) left++;
  assert.ok(left < 15, `${left} frames of 20 ms`);
  microphone.close();
});

test("a board that hears at another rate gets that", () => {
  const microphone = new LiveMicrophone();
  microphone.take(24, 24_000, 0);
  microphone.push(new Int16Array(1600).fill(1000));
  const heard = microphone.take(2400, 24_000, 0).filter((sample) => Math.abs(sample - 1000) < 100).length;
  assert.ok(heard > 2200, `${heard} of 2400`);
  microphone.close();
});

test("what the device plays is sent with its rate, and silence is not", () => {
  const sent: Uint8Array[] = [];
  const speaker = new LiveSpeaker((bytes) => sent.push(bytes));
  speaker.play(Int16Array.of(1, -2, 0), 24_000, 0, 2);
  speaker.play(new Int16Array(3), 24_000, 0, 0);
  assert.deepEqual(
    sent.map((bytes) => Buffer.from(bytes).toString("hex")),
    ["0100f0000100feff"],
  );
  assert.equal(speaker.playedSamples, 6);
});

test("of a screen the lines are sent that have changed", () => {
  const screen = new ScreenImage();
  const feed = new PictureFeed(screen);
  screen.open({ width: 2, height: 3 }, PIXEL_FORMATS.Gray256);
  assert.equal(feed.take(), undefined);
  const draw = (y: number, ...pixels: number[]) => {
    screen.begin(0, y, 2, pixels.length / 2);
    screen.send(Uint8Array.from(pixels));
    screen.end();
  };
  draw(0, 1, 1, 2, 2, 3, 3);
  assert.equal(
    Buffer.from(feed.take() ?? []).toString("hex"),
    `0200000003000200${"01".repeat(6)}${"02".repeat(6)}${"03".repeat(6)}`,
  );
  draw(1, 9, 2);
  assert.equal(Buffer.from(feed.take() ?? []).toString("hex"), `0200010001000200${"09".repeat(3)}${"02".repeat(3)}`);
  draw(1, 9, 2);
  assert.equal(feed.take(), undefined);
});
