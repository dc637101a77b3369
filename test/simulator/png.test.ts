import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { encodePng } from "../../simulator/device/png.ts";
import { PIXEL_FORMATS } from "../../simulator/device/raster.ts";
import { ScreenImage } from "../../simulator/device/screen-image.ts";

test("a screen's picture as PNG: its size, its colours line by line", () => {
  const image = new ScreenImage();
  image.open({ width: 3, height: 2 }, PIXEL_FORMATS.RGB565LE);
  image.begin(1, 0, 2, 2);
  image.send(Uint8Array.of(0x00, 0xf8, 0xe0, 0x07));
  image.send(Uint8Array.of(0x1f, 0x00, 0xff, 0xff, 0x12, 0x34));
  image.end();
  assert.equal(image.frames, 1);
  const png = encodePng(image.rgb(), image.size);
  assert.equal(png.subarray(1, 4).toString("latin1"), "PNG");
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]], [3, 2, 8, 2]);
  const at = png.indexOf("IDAT");
  const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  assert.deepEqual([...lines.subarray(0, 10)], [0, 0, 0, 0, 255, 0, 0, 0, 255, 0]);
  assert.deepEqual([...lines.subarray(10)], [0, 0, 0, 0, 0, 0, 255, 255, 255, 255]);
});

test("pixels outside the screen are refused", () => {
  const image = new ScreenImage();
  image.open({ width: 3, height: 2 }, PIXEL_FORMATS.Gray256);
  assert.throws(() => image.begin(2, 0, 2, 1), /no pixels at 2, 0, 2 x 1/);
});
